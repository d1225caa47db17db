from celery import shared_task

from activities.models import MonthlyReport
from kpi import services
from libraries.models import Library


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


@shared_task(name="kpi.run_full", ignore_result=True)
def run_full() -> None:
    services.run_full()
