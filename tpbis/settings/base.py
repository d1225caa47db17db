"""What every installation shares. Everything that differs comes from the environment."""

from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF

from tpbis.settings.api import *
from tpbis.settings.backup import *
from tpbis.settings.backup import BACKUP_SCHEDULE
from tpbis.settings.sim import *
from tpbis.settings.sim import SIM_SCHEDULE

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("TPBIS_VAR", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- The programme -----------------------------------------------------------------------------
TPBIS_PROVINCE = env.str("TPBIS_PROVINCE", default="35")  # Kemendagri code of the province served
TPBIS_FIRST_MONTH = env.str("TPBIS_FIRST_MONTH", default="2018-01")  # the programme began in 2018
TPBIS_DEADLINE_DAY = env.int("TPBIS_DEADLINE_DAY", default=5)  # batas kirim, of the next month
TPBIS_CLOSING_DAY = env.int("TPBIS_CLOSING_DAY", default=15)  # a month is due from this day on
# Working days a report may wait for its PIC; then the regency's others see it, at twice as many
# the province does.
TPBIS_REVIEW_DAYS = env.int("TPBIS_REVIEW_DAYS", default=5)
# A decree of a synergy team that rests longer than so many days is brought to mind.
TPBIS_DECREE_RESTS_DAYS = env.int("TPBIS_DECREE_RESTS_DAYS", default=14)
# How people reach the portal from outside: it stands in the QR code of a letter.
TPBIS_PUBLIC_URL = env.str("TPBIS_PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
TPBIS_DEMO = env.bool("TPBIS_DEMO", default=False)  # shows the banner that this is demo data

# --- Applications ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "tpbis.core",
    "tpbis.accounts",
    "libraries",
    "stakeholders",
    "activities",
    "kpi",
    "reports",
    "tpbis.backup",
    "tpbis.demo",
]

MIDDLEWARE = [
    "tpbis.core.http.NamesTheRequest",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "tpbis.core.http.LanguageOfChoice",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tpbis.accounts.http.KeepsSessionsShort",
    "activities.http.AnswersInJson",
    "tpbis.accounts.http.AsksToSignIn",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "tpbis.accounts.denials.RemembersDenials",
    "tpbis.accounts.http.AsksSecondFactor",
    "tpbis.policy.KeepsThePolicy",
    "tpbis.core.http.NoStoreWhenSignedIn",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tpbis.core.http.BadInputIsTheCallersMistake",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tpbis.urls"
WSGI_APPLICATION = "tpbis.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "tpbis.core.templatetags.tpbis",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tpbis.context.site",
                "tpbis.accounts.http.bell",
            ],
        },
    },
]

# --- Database: SQLite under var/ unless DATABASE_URL names a PostgreSQL ---------------------------
SQLITE_OPTIONS = {
    # IMMEDIATE: a write transaction waits for its turn at BEGIN; DEFERRED ones die half-way with
    # "database is locked". FULL: what was acknowledged survives a power cut.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-64000;",
}
POSTGRESQL_OPTIONS = {"options": "-c statement_timeout=20000 -c lock_timeout=5000"}


def database(url: str) -> dict[str, object]:
    """Django's settings for a database URL, with the options this portal relies on."""
    config: dict[str, object] = dict(env.db_url_config(url))
    if "sqlite" in str(config["ENGINE"]):
        config["OPTIONS"] = SQLITE_OPTIONS
    else:
        config["OPTIONS"] = POSTGRESQL_OPTIONS
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {
    "default": database(env.str("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'tpbis.sqlite3'}"))
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Answers made before: in each process for itself, and a few of them only ---------------------
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100},
    }
}

# --- Accounts -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # unique without regard to capitals, by constraint
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "tpbis.accounts.backends.NameOrPhoneBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tpbis.accounts.passwords.LongEnough"},
    {"NAME": "tpbis.accounts.passwords.NotOneKey"},
    {"NAME": "tpbis.accounts.passwords.NotOwnWords"},
    {"NAME": "libraries.passwords.NotPlaceNames"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"

# Locked by user name and address together: a whole village shares one address.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_USERNAME_CALLABLE = "tpbis.accounts.backends.name_to_lock"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_VERBOSE = False
AXES_IPWARE_META_PRECEDENCE_ORDER = ["REMOTE_ADDR"]

SESSION_ENGINE = "tpbis.accounts.sessions"  # in the database: a Redis flush signs nobody out
SESSION_COOKIE_AGE = 12 * 60 * 60
# Compulsory for province staff and PIC; off only by setting, and in the demo.
TPBIS_SECOND_FACTOR = env.bool("TPBIS_SECOND_FACTOR", default=not TPBIS_DEMO)
TPBIS_SESSION_HOURS = 12  # then everyone signs in again, or their phone does
TPBIS_IDLE_MINUTES = 60  # staff only: a librarian leaves the phone to write on paper
TPBIS_DEVICE_DAYS = 180  # a phone stays signed in that long after it was last used
TPBIS_ACTIVATION_DAYS = 30  # a letter's code is good for that long
TPBIS_DOCUMENT_DAYS = env.int("TPBIS_DOCUMENT_DAYS", default=180)  # then a file unsigned goes
TPBIS_LETTER_FILE_DAYS = TPBIS_ACTIVATION_DAYS  # and that of letters with their codes
PASSWORD_RESET_TIMEOUT = 60 * 60  # a mailed link is good for an hour
OTP_TOTP_ISSUER = "Portal TPBIS"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "tpbis.views.csrf_failure"

# --- Mail: without EMAIL_URL nobody is promised a mail, and PICs give out new codes instead -------
EMAIL_URL = env.str("EMAIL_URL", default="")
vars().update(env.email_url_config(EMAIL_URL or "dummymail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal-tpbis@localhost")
EMAIL_TIMEOUT = 10  # seconds; a mail server that hangs holds up one task, no page
TPBIS_CAN_MAIL = bool(EMAIL_URL)

# --- Answers ------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 12
FILE_UPLOAD_PERMISSIONS = 0o640
MEDIA_ROOT = VAR_DIR / "media"
# The web server hands out photos itself (X-Accel-Redirect to /_media/) once the portal allows.
TPBIS_X_ACCEL = env.bool("TPBIS_X_ACCEL", default=False)
DOCUMENTS_ROOT = VAR_DIR / "documents"
SIM_FEEDS_ROOT = VAR_DIR / "sim"  # feeds sent in, until they are imported; never served
# Better on another disk or machine: what is beside the portal burns with it.
TPBIS_BACKUP_DIR = Path(env.str("TPBIS_BACKUP_DIR", default=str(VAR_DIR / "backups")))
ROSTERS_ROOT = VAR_DIR / "rosters"  # tables sent in, until they are imported; never served

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("TPBIS_STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DOCUMENTS_ROOT},
    },
    "rosters": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": ROSTERS_ROOT},
    },
    "sim_feeds": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": SIM_FEEDS_ROOT},
    },
    "staticfiles": {"BACKEND": "tpbis.core.static_files.NamedByContent"},
}

# --- Language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True

# --- Background work: Redis by REDIS_URL, else a folder under var/ --------------------------------
REDIS_URL = env.str("REDIS_URL", default="")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 900
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.1, "interval_max": 0.1}
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object]
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
    }
else:
    BROKER_DIR = VAR_DIR / "broker"
    CELERY_BROKER_URL = "folder://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.1,  # the default hands over one message a second
    }
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_BEAT_SCHEDULE = {
    # `expires` below the interval: a sleeping worker wakes to one run, not to a pile of them.
    "heartbeat": {
        "task": "core.beat_heartbeat",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "score-sweep": {
        "task": "kpi.sweep",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Once a night; the half hours after it catch up what was missed.
    "score-night": {
        "task": "kpi.start_night_run",
        "schedule": crontab(hour="0-5", minute="20,50"),
        "options": {"expires": 25 * 60},
    },
    "score-runs-sweep": {
        "task": "kpi.sweep_runs",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # What was written about is counted from its libraries until this has counted it again.
    "area-sweep": {
        "task": "reports.count_areas",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    # Each night, before the run: on closing day the month, on others what a night missed. The half
    # hours after it catch up what went wrong.
    "closing-night": {
        "task": "kpi.close_months",
        "schedule": crontab(hour="0-5", minute="2,32"),
        "options": {"expires": 25 * 60},
    },
    "sim-rows-night": {
        "task": "activities.link_sim_rows",
        "schedule": crontab(hour=0, minute=10),
        "options": {"expires": 6 * 60 * 60},
    },
    **BACKUP_SCHEDULE,
    **SIM_SCHEDULE,
    "audit-link": {
        "task": "accounts.link_audit",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "roster-sweep": {
        "task": "libraries.sweep",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "sessions-night": {
        "task": "accounts.clear_expired",
        "schedule": crontab(hour=1, minute=10),
        "options": {"expires": 6 * 60 * 60},
    },
    # From 07.00 on working days and others; the half hours after it catch up what was missed.
    "notices-day": {
        "task": "activities.tell_of_the_day",
        "schedule": crontab(hour="7-16", minute="0,30"),
        "options": {"expires": 25 * 60},
    },
    # Each step of a decree is told of once; the hours after it catch up what was missed.
    "decrees-day": {
        "task": "stakeholders.remind_of_decrees",
        "schedule": crontab(hour="7-9", minute=15),
        "options": {"expires": 50 * 60},
    },
    "notices-sweep": {
        "task": "activities.tell_returned",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "mail-sweep": {
        "task": "accounts.mail_pending",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "drafts-night": {
        "task": "activities.sweep_drafts",
        "schedule": crontab(hour=1, minute=50),
        "options": {"expires": 6 * 60 * 60},
    },
    "photos-check-night": {
        "task": "activities.check_photos",
        "schedule": crontab(hour=2, minute=10),
        "options": {"expires": 6 * 60 * 60},
    },
    "photos-look-night": {
        "task": "activities.look_at_photos",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 6 * 60 * 60},
    },
    "document-sweep": {
        "task": "reports.sweep",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "documents-expire-night": {
        "task": "reports.remove_expired",
        "schedule": crontab(hour=2, minute=50),
        "options": {"expires": 6 * 60 * 60},
    },
    # Before people come to work; a day that was missed is caught up the next.
    "document-schedules-day": {
        "task": "reports.run_schedules",
        "schedule": crontab(hour=6, minute=30),
        "options": {"expires": 6 * 60 * 60},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"codes": {"()": "libraries.codes.HidesCodes"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["codes"]}
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "axes": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},  # a broker in a folder has no hostname
        "pikepdf": {"level": "ERROR"},
        "pypdf": {"level": "ERROR"},  # remarks on files that it reads all the same
    },
}
