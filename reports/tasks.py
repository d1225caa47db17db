from celery import shared_task

from reports import services
from tpbis.core.queueing import queue


@shared_task(name="reports.render", ignore_result=True)
def render(*, document_id: int) -> None:
    services.render(document_id=document_id)


@shared_task(name="reports.sweep", ignore_result=True)
def sweep() -> None:
    for document_id in services.sweep():
        queue(render, document_id=document_id)


@shared_task(name="reports.remove_expired", ignore_result=True)
def remove_expired() -> None:
    services.remove_expired()


@shared_task(name="reports.run_schedules", ignore_result=True)
def run_schedules() -> None:
    services.run_schedules()
