from typing import Any

from django.dispatch import receiver

from kpi.models import Award
from kpi.signals import award_dropping
from libraries.models import Library
from libraries.signals import libraries_merging
from reports import tasks
from reports.services import merging
from reports.signals import document_requested
from tpbis.accounts.models import User
from tpbis.core.queueing import queue


@receiver(document_requested)
def make_the_document(*, document_id: int, **_: Any) -> None:
    queue(tasks.render, document_id=document_id)


@receiver(libraries_merging)
def move_its_documents(*, keep: Library, duplicate: Library, **_: Any) -> None:
    merging.move_documents(keep=keep, duplicate=duplicate)


@receiver(award_dropping)
def move_its_certificate(*, award: Award, stays: Award, by: User, **_: Any) -> None:
    merging.move_certificate(award=award, stays=stays, by=by)
