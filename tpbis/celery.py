"""The Celery application: `celery -A tpbis worker`, `celery -A tpbis beat`."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init

from tpbis.core import folder_broker  # noqa: F401  # so that folder:// is known

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tpbis.settings.embedded")

app = Celery("tpbis")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def beat_at_once(**_: Any) -> None:
    """The first heartbeat does not wait for its interval, so that /readyz soon tells the truth."""
    app.send_task("core.beat_heartbeat", expires=25)
