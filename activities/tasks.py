from celery import shared_task

from activities import sim
from activities.photos import checking, looking
from libraries.models import Library


@shared_task(name="activities.link_sim_rows", ignore_result=True)
def link_sim_rows(*, library_id: int | None = None) -> None:
    """Rows that wait for a library may have found it: this one, or any."""
    if library_id is None or sim.rows_wait_for(Library.objects.get(pk=library_id)):
        sim.link_unmatched()


@shared_task(name="activities.check_photos", ignore_result=True)
def check_photos() -> None:
    """Each night: files without a row go, rows without a file are logged."""
    checking.check()


@shared_task(name="activities.look_at_photos", ignore_result=True)
def look_at_photos() -> None:
    """Each night until all have been looked at."""
    looking.look_at_photos()
