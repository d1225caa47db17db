from typing import Any

from django.dispatch import receiver

from reports import tasks
from reports.signals import document_requested
from tpbis.core.queueing import queue


@receiver(document_requested)
def make_the_document(*, document_id: int, **_: Any) -> None:
    queue(tasks.render, document_id=document_id)
