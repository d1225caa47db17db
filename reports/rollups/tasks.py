from celery import shared_task

from reports.rollups import counting


@shared_task(name="reports.count_areas", ignore_result=True)
def count_areas() -> None:
    counting.refresh()
