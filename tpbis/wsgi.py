"""The web application for gunicorn: `gunicorn tpbis.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpbis.settings.embedded")

application = get_wsgi_application()
