from celery import shared_task

from activities.models import MonthlyReport
from kpi import services
from libraries.models import Library
from tpbis.core.queueing import queue


@shared_task(name="kpi.count_and_rescore", ignore_result=True)
def count_and_rescore(*, report_id: int) -> None:
    report = MonthlyReport.objects.select_related("library").get(pk=report_id)
    services.count_and_rescore(library=report.library, month=report.month)


@shared_task(name="kpi.rescore_library", ignore_result=True)
def rescore_library(*, library_id: int) -> None:
    services.rescore_library(Library.objects.get(pk=library_id))


@shared_task(name="kpi.recount", ignore_result=True)
def recount(*, library_id: int) -> None:
    services.recount(Library.objects.get(pk=library_id))


@shared_task(name="kpi.sweep", ignore_result=True)
def sweep() -> None:
    services.sweep()


@shared_task(name="kpi.start_night_run", ignore_result=True)
def start_night_run() -> None:
    services.start_night_run()


@shared_task(
    name="kpi.work_on_area",
    ignore_result=True,
    autoretry_for=(Exception,),
    retry_backoff=5,  # seconds, then twice as many
    max_retries=services.MOST_ATTEMPTS - 1,
    expires=30 * 60,  # while nobody works, the sweep asks again each minute
)
def work_on_area(*, run_area_id: int) -> None:
    services.work_on(run_area_id)


@shared_task(name="kpi.sweep_runs", ignore_result=True)
def sweep_runs() -> None:
    for run_area_id in services.sweep_runs():
        queue(work_on_area, run_area_id=run_area_id)


@shared_task(name="kpi.close_months", ignore_result=True)
def close_months() -> None:
    services.close_months()
