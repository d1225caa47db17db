from celery import shared_task
from django.utils import timezone

from activities import notices, sim
from activities.imports import fetching, working
from activities.photos import checking, looking
from activities.services import drafts
from activities.sim import news
from libraries.models import Library
from tpbis.core.queueing import queue


@shared_task(name="activities.link_sim_rows", ignore_result=True)
def link_sim_rows(*, library_id: int | None = None) -> None:
    """Rows that wait for a library may have found it: this one, or any."""
    if library_id is None or sim.rows_wait_for(Library.objects.get(pk=library_id)):
        sim.link_unmatched()


@shared_task(name="activities.take_in_sim", ignore_result=True)
def take_in_sim(*, run_id: int) -> None:
    """A feed that was sent in, unless somebody else holds it."""
    working.work_on(run_id=run_id)


@shared_task(name="activities.sweep_sim_imports", ignore_result=True)
def sweep_sim_imports() -> None:
    """Each minute: feeds whose message was lost, or whose worker died."""
    for run_id in sim.sweep():
        queue(take_in_sim, run_id=run_id)


@shared_task(name="activities.fetch_sim", ignore_result=True)
def fetch_sim() -> None:
    """Each night where an address of the SIM is set: one task a regency."""
    if fetching.is_on():
        for code in fetching.regencies():
            queue(fetch_sim_of_regency, code=code)


@shared_task(name="activities.fetch_sim_of_regency", ignore_result=True)
def fetch_sim_of_regency(*, code: str) -> None:
    fetching.fetch_by_code(code=code)


@shared_task(name="activities.tell_of_the_day", ignore_result=True)
def tell_of_the_day() -> None:
    """Each half hour of the day: what was told already is not told again."""
    today = timezone.localdate()
    notices.of_the_day(on=today)
    news.of_the_day(on=today)


@shared_task(name="activities.tell_returned", ignore_result=True)
def tell_returned(*, report_id: int | None = None) -> None:
    """One report, at once; all that came back lately, each minute."""
    notices.returned(report_id=report_id)


@shared_task(name="activities.check_photos", ignore_result=True)
def check_photos() -> None:
    """Each night: files without a row go, rows without a file are logged."""
    checking.check()


@shared_task(name="activities.look_at_photos", ignore_result=True)
def look_at_photos() -> None:
    """Each night until all have been looked at."""
    looking.look_at_photos()


@shared_task(name="activities.sweep_drafts", ignore_result=True)
def sweep_drafts() -> None:
    """Each night: half-written texts nobody came back to."""
    drafts.sweep()
