"""One machine, nothing but Python: SQLite, a folder as broker, an own secret key under var/."""

from django.core.management.utils import get_random_secret_key

from tpbis.settings.base import *


def _own_secret_key() -> str:
    """Made once and kept, readable by this user only, so that sessions survive a restart."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key(), encoding="ascii")
        draft.replace(path)
    return path.read_text(encoding="ascii")


SECRET_KEY = env.str("SECRET_KEY", default="") or _own_secret_key()

# No collectstatic step: files are served from static/ and the packages as they are.
WHITENOISE_USE_FINDERS = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty; WhiteNoise warns when there is none
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
}

if not REDIS_URL:  # the broker makes no folder by itself
    for _folder in ("queue", "control"):
        (BROKER_DIR / _folder).mkdir(parents=True, exist_ok=True)

if not EMAIL_URL:  # a mail is shown where the portal runs
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    TPBIS_CAN_MAIL = True
