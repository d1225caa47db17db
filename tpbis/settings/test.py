"""The test suite: SQLite in memory and no broker, or what TEST_DATABASE_URL names."""

import tempfile
from pathlib import Path

import django_stubs_ext

from tpbis.settings.base import *

django_stubs_ext.monkeypatch()

SECRET_KEY = "only-for-tests-" + "x" * 50
VAR_DIR = Path(tempfile.mkdtemp(prefix="tpbis-test-"))
MEDIA_ROOT = VAR_DIR / "media"
DOCUMENTS_ROOT = VAR_DIR / "documents"
ROSTERS_ROOT = VAR_DIR / "rosters"
SIM_FEEDS_ROOT = VAR_DIR / "sim"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()  # WhiteNoise warns when there is none

TEST_DATABASE_URL = env.str("TEST_DATABASE_URL", default="")
DATABASES = {"default": database(TEST_DATABASE_URL or "sqlite://:memory:")}

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": ["axes", "otp_totp", "otp_static"],  # not ours to write
    "ignore_name": [
        "0001_initial",  # a table that is new cannot fail the version before it
        # New tables, and new columns that the database itself fills for the version before;
        # SQLite makes its tables anew for each, which the linter takes for a change of the old.
        "0002_presence_and_audit",
        "0002_activation_and_inactivity",
        "0002_letters",
        "0003_roster_imports",
        "0004_session_last_seen",
        "0005_messages",
        "0003_field_reporting",
        "0003_engine",
        "0003_synergy",
        "0009_support_papers",
        "0010_stop_reason",
        "0007_synergy",
        "0005_partner_of_an_entry",
        "0006_sim_imports",
        "0007_sim_names",
        "0008_sim_twins",
        "0009_sim_news",
        "0006_scheduled_documents",
        "0005_published_and_closed_stay",
        # One document is open for everything that was asked, and new columns have no default of the
        # database: the version before must not run beside it. None has been put into service yet.
        "0004_dashboards_and_documents",
        # The version before can't keep a month without the new columns, and is not meant to: what
        # is not kept is counted when somebody asks.
        "0006_more_of_a_month",
    ],
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; argon2 has its test
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
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
TPBIS_CAN_MAIL = True
TPBIS_SECOND_FACTOR = False  # has tests of its own
