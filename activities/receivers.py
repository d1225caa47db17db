from typing import Any

from django.dispatch import receiver

from activities import tasks
from activities.models import SimRow
from libraries.signals import register_changed
from tpbis.core.queueing import queue


@receiver(register_changed)
def link_its_rows(*, library_id: int, **_: Any) -> None:
    if SimRow.objects.unmatched().exists():
        queue(tasks.link_sim_rows, library_id=library_id)
