from typing import Any

from django.dispatch import receiver

from activities import services, sim, tasks
from activities.models import SimRow
from activities.signals import report_returned, sim_waiting
from libraries.models import Library, Region
from libraries.signals import lead_changed, libraries_merging, many_changed, register_changed
from tpbis.core.queueing import queue


@receiver(register_changed)
def link_its_rows(*, library_id: int, **_: Any) -> None:
    if SimRow.objects.unmatched().exists():
        queue(tasks.link_sim_rows, library_id=library_id)


@receiver(many_changed)
def link_their_rows(**_: Any) -> None:
    if SimRow.objects.unmatched().exists():
        queue(tasks.link_sim_rows)


@receiver(sim_waiting)
def take_it_in(*, run_id: int, **_: Any) -> None:
    queue(tasks.take_in_sim, run_id=run_id)


@receiver(report_returned)
def tell_its_library(*, report_id: int, **_: Any) -> None:
    queue(tasks.tell_returned, report_id=report_id)


@receiver(libraries_merging)
def move_its_reports(*, keep: Library, duplicate: Library, **_: Any) -> None:
    services.move_to(keep=keep, duplicate=duplicate)


@receiver(lead_changed)
def count_the_other_of_each_pair(*, regency: Region, **_: Any) -> None:
    sim.settle_regency(regency=regency)
