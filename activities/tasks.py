from celery import shared_task

from activities import sim
from libraries.models import Library


@shared_task(name="activities.link_sim_rows", ignore_result=True)
def link_sim_rows(*, library_id: int | None = None) -> None:
    """Rows that wait for a library may have found it: this one, or any."""
    if library_id is None or sim.rows_wait_for(Library.objects.get(pk=library_id)):
        sim.link_unmatched()
