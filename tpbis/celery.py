"""The Celery application: `celery -A tpbis worker`, `celery -A tpbis beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpbis.settings.embedded")

app = Celery("tpbis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
