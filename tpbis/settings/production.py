"""A server: PostgreSQL, Redis, HTTPS. Start-up refuses what would be unsafe."""

from django.core.exceptions import ImproperlyConfigured

from tpbis.settings.base import *

SECRET_KEY = env.str("SECRET_KEY", default="")
if len(SECRET_KEY) < 50 or SECRET_KEY.startswith(("django-insecure", "change-me")):
    raise ImproperlyConfigured(
        "SECRET_KEY belum diisi atau terlalu lemah: isi minimal 50 huruf acak, misalnya dari "
        "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
    )
if DEBUG:
    raise ImproperlyConfigured("DEBUG tidak boleh menyala di server produksi.")
for _name in ("DATABASE_URL", "REDIS_URL"):
    if not env.str(_name, default=""):
        raise ImproperlyConfigured(f"{_name} wajib diisi di server produksi.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
_host = next(iter(ALLOWED_HOSTS), "")
TPBIS_PUBLIC_URL = env.str("TPBIS_PUBLIC_URL", default=f"https://{_host}").rstrip("/")
if not TPBIS_PUBLIC_URL.startswith("https://") or TPBIS_PUBLIC_URL[8:9] in ("", ".", "*"):
    raise ImproperlyConfigured(
        "TPBIS_PUBLIC_URL wajib berupa alamat lengkap portal, misalnya "
        "https://portal.example.go.id: alamat ini tercetak di surat aktivasi."
    )

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
LANGUAGE_COOKIE_SECURE = True
