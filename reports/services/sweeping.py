"""What a lost message or a lost worker left behind, and files whose time is over."""

import logging
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.enums import DocumentState
from reports.models import Document
from tpbis.accounts import audit

logger = logging.getLogger(__name__)

SILENT_AFTER = timedelta(minutes=3)  # a chapter may take one minute at most
UNHEARD_AFTER = timedelta(seconds=30)  # a message that was not lost has long arrived
MOST_ATTEMPTS = 3


def sweep(*, at: datetime | None = None) -> list[int]:
    """Give up what was tried too often; returns the documents that somebody must take up."""
    at = at or timezone.now()
    silent = Document.objects.silent_since(at - SILENT_AFTER)
    silent.filter(attempts__gte=MOST_ATTEMPTS).update(
        state=DocumentState.FAILED,
        problem=_("Pembuatannya terhenti %(count)d kali tanpa kabar.") % {"count": MOST_ATTEMPTS},
        touched_at=at,
        finished_at=at,
    )
    unheard = Document.objects.unheard_since(at - UNHEARD_AFTER)
    return sorted({*silent.values_list("pk", flat=True), *unheard.values_list("pk", flat=True)})


def remove_expired(*, at: datetime | None = None) -> int:
    """Take away the files whose time is over; the rows stay and say so. A document with a signed
    copy never grows old. Returns how many."""
    at = at or timezone.now()
    over = Document.objects.filter(
        state=DocumentState.DONE,
        expires_at__lte=at,
        removed_at__isnull=True,
        signed_copies__isnull=True,
    )
    count = 0
    for document in over.order_by("pk"):
        try:
            count += _removed(document, at)
        except OSError:  # the next night tries again; the others wait for nobody
            logger.warning("The file of document %s could not go", document.pk, exc_info=True)
    return count


@transaction.atomic
def _removed(document: Document, at: datetime) -> bool:
    """Not one that was signed at this very moment: it has no day of expiry any more."""
    if not Document.objects.filter(pk=document.pk, expires_at__lte=at).update(removed_at=at):
        return False
    storages["documents"].delete(document.file_name)
    audit.record("reports.expire", by=None, subject=document, about=document.region)
    return True
