from celery import shared_task

from libraries.imports import importing
from libraries.services import rosters
from tpbis.core.queueing import queue


@shared_task(name="libraries.work_on_roster", ignore_result=True)
def work_on_roster(*, roster_id: int) -> None:
    importing.work_on(roster_id=roster_id)


@shared_task(name="libraries.sweep", ignore_result=True)
def sweep() -> None:
    for roster_id in rosters.sweep():
        queue(work_on_roster, roster_id=roster_id)
