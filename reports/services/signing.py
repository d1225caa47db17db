"""The signed scan, or the file signed electronically, beside a document: its final version."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from libraries.files import BadFile, keep_paper, kept
from reports import permissions
from reports.enums import DocumentState
from reports.models import Document, SignedCopy
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File


def add_signed_copy(
    *, document: Document, file: "File[bytes]", by: User, note: str = ""
) -> SignedCopy:
    """Put ``file`` beside ``document``, which from now on is final and never expires; earlier
    signed copies stay. Raises ``BadFile`` and :class:`NotForThisRegion`."""
    if not permissions.can_sign(by, document):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    if document.state != DocumentState.DONE:
        raise BadFile(_("Dokumennya belum selesai dibuat."))
    with kept(keep_paper(file, folder="signed")) as paper, transaction.atomic():
        Document.objects.filter(pk=document.pk).update(expires_at=None)
        copy = SignedCopy.objects.create(
            document=document,
            file_name=paper.name,
            original_name=paper.original_name,
            sha256=paper.sha256,
            size=paper.size,
            note=note,
            uploaded_by=by,
        )
        changes = audit.difference({}, {"sha256": copy.sha256, "size": copy.size})
        audit.record("reports.sign", by=by, subject=document, about=copy, changes=changes)
    return copy
