from typing import Any

from django.dispatch import receiver

from activities.signals import approved_content_changed
from kpi import tasks
from stakeholders.signals import partnerships_changed
from tpbis.core.queueing import queue


@receiver(approved_content_changed)
def count_the_month(*, report_id: int, **_: Any) -> None:
    queue(tasks.count_and_rescore, report_id=report_id)


@receiver(partnerships_changed)
def score_the_library(*, library_id: int, **_: Any) -> None:
    queue(tasks.rescore_library, library_id=library_id)
