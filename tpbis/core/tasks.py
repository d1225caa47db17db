"""The schedule shows that it is alive."""

from celery import shared_task

from tpbis.core import heartbeat


@shared_task(name="core.beat_heartbeat", ignore_result=True)
def beat_heartbeat() -> None:
    heartbeat.beat()
