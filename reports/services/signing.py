"""The signed scan, or the file signed electronically, beside a document: its final version."""

import hashlib
import uuid
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils.translation import gettext as _

from activities.photos import developers
from reports import permissions
from reports.documents import scans
from reports.enums import DocumentState
from reports.models import Document, SignedCopy
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File

MOST_BYTES = 20 * 1024 * 1024
_STARTS = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}


class BadScan(Exception):
    """The file can't be the signed version; the text says why."""


def add_signed_copy(
    *, document: Document, file: "File[bytes]", by: User, note: str = ""
) -> SignedCopy:
    """Put ``file`` beside ``document``, which from now on is final and never expires; earlier
    signed copies stay. Raises :class:`BadScan` and :class:`NotForThisRegion`."""
    if not permissions.can_sign(by, document):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    if document.state != DocumentState.DONE:
        raise BadScan(_("Dokumennya belum selesai dibuat."))
    content, ending = _checked(file)
    name = _kept(content, ending)
    try:
        with transaction.atomic():
            Document.objects.filter(pk=document.pk).update(expires_at=None)
            copy = SignedCopy.objects.create(
                document=document,
                file_name=name,
                original_name=_plain_name(file),
                sha256=hashlib.sha256(content).hexdigest(),
                size=len(content),
                note=note,
                uploaded_by=by,
            )
            changes = audit.difference({}, {"sha256": copy.sha256, "size": copy.size})
            audit.record("reports.sign", by=by, subject=document, about=copy, changes=changes)
    except BaseException:
        storages["documents"].delete(name)
        raise
    return copy


def _checked(file: "File[bytes]") -> tuple[bytes, str]:
    if file.size > MOST_BYTES:
        raise BadScan(_("Berkas lebih besar dari 20 MB. Pindai dengan resolusi lebih rendah."))
    file.seek(0)
    content = file.read()
    ending = next((end for start, end in _STARTS.items() if content.startswith(start)), "")
    if not ending:
        raise BadScan(_("Berkas ini bukan PDF, JPEG, atau PNG."))
    if ending == "pdf":
        _check_pdf(content)
    else:
        _check_picture(content)
    return content, ending


def _check_pdf(content: bytes) -> None:
    word = scans.judged(content)
    if word == "fine":
        return
    raise BadScan(
        {
            "active": _("PDF ini memuat skrip, perintah, atau lampiran. Pindai ulang tanpa itu."),
            "locked": _("PDF ini terkunci dengan kata sandi. Simpan tanpa kata sandi."),
        }.get(word, _("PDF ini rusak atau terpotong. Pindai atau simpan ulang."))
    )


def _check_picture(content: bytes) -> None:
    try:
        developers.ours().develop(content)
    except developers.NotDeveloped:
        raise BadScan(_("Gambar ini rusak atau terlalu besar. Pindai ulang.")) from None


def _kept(content: bytes, ending: str) -> str:
    shelf, name = storages["documents"], f"signed/{uuid.uuid4()}.{ending}"
    try:
        return shelf.save(name, ContentFile(content))
    except OSError:
        shelf.delete(name)
        raise BadScan(_("Berkas tidak dapat disimpan di server. Coba lagi nanti.")) from None


def _plain_name(file: "File[bytes]") -> str:
    name = str(file.name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[-150:]
