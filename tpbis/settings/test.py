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
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir()  # WhiteNoise warns when there is none

TEST_DATABASE_URL = env.str("TEST_DATABASE_URL", default="")
DATABASES = {"default": database(TEST_DATABASE_URL or "sqlite://:memory:")}

INSTALLED_APPS = [*INSTALLED_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "exclude_apps": ["axes"],  # not ours to write
    "ignore_name": ["0001_initial"],  # a table that is new cannot fail the version before it
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # speed; argon2 has its test
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DOCUMENTS_ROOT},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
