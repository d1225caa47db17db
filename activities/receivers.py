from typing import Any

from django.dispatch import receiver

from activities import services, tasks
from activities.models import SimRow
from activities.signals import report_returned
from libraries.models import Library
from libraries.signals import libraries_merging, many_changed, register_changed
from tpbis.core.queueing import queue


@receiver(register_changed)
def link_its_rows(*, library_id: int, **_: Any) -> None:
    if SimRow.objects.unmatched().exists():
        queue(tasks.link_sim_rows, library_id=library_id)


@receiver(many_changed)
def link_their_rows(**_: Any) -> None:
    if SimRow.objects.unmatched().exists():
        queue(tasks.link_sim_rows)


@receiver(report_returned)
def tell_its_library(*, report_id: int, **_: Any) -> None:
    queue(tasks.tell_returned, report_id=report_id)


@receiver(libraries_merging)
def move_its_reports(*, keep: Library, duplicate: Library, **_: Any) -> None:
    services.move_to(keep=keep, duplicate=duplicate)
