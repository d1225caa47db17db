"""What an office says of itself on paper: its head, who signs, what its reports usually say."""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.photos import developers
from libraries.models import Region
from reports import permissions
from reports.models import Office
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File

MOST_BYTES = 5 * 1024 * 1024
_MOST_ON_PAPER = 280_000  # bytes: it travels within every page (pdf.MOST_OF_A_PICTURE)
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
FIELDS = (
    "government",
    "name",
    "address",
    "contact",
    "place",
    "signer_position",
    "signer_name",
    "signer_rank",
    "signer_nip",
    "letter_number",
    "letter_nature",
    "letter_attachment",
    "letter_subject",
    "legal_basis",
    "outline",
)


class BadEmblem(Exception):
    """The file is no picture that a letterhead can bear; the text says why."""


def change_office(
    *,
    region: Region,
    said: Mapping[str, Any],
    by: User,
    emblem: "File[bytes] | None" = None,
    without_emblem: bool = False,
) -> Office:
    """From now on the documents of ``region`` say so. Raises :class:`BadEmblem` (nothing is changed
    then) and :class:`NotForThisRegion`."""
    if not permissions.can_keep_office(by, region):
        raise NotForThisRegion(_("Kantor ini diatur oleh PIC wilayahnya atau provinsi."))
    picture = keep_emblem(emblem) if emblem else None
    with transaction.atomic():
        Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
        office = Office.objects.filter(region=region).first() or Office(region=region)
        before = audit.values(office, (*FIELDS, "emblem"))
        for name in FIELDS:
            if name in said:
                setattr(office, name, said[name])
        if picture is not None:
            office.emblem = picture
        elif without_emblem:
            office.emblem = ""
        changes = audit.difference(before, audit.values(office, (*FIELDS, "emblem")))
        if office.pk and not changes:
            return office
        office.changed_at, office.changed_by = timezone.now(), by
        office.save()
        audit.record("reports.change_office", by=by, subject=office, about=region, changes=changes)
    return office


def keep_emblem(file: "File[bytes]") -> str:
    """Decoded in a limited process and written anew, small: nothing of the file itself is kept.
    Returns its name in the storage of documents. Raises :class:`BadEmblem`."""
    if file.size > MOST_BYTES:
        raise BadEmblem(_("Gambar lebih besar dari 5 MB."))
    file.seek(0)
    content = file.read()
    if not content.startswith(_PICTURES):
        raise BadEmblem(_("Berkas ini bukan gambar PNG atau JPEG."))
    try:
        _full, middle, small = developers.ours().develop(content).jpegs
    except developers.NotDeveloped:
        raise BadEmblem(_("Gambar ini rusak atau terlalu besar. Pilih yang lain.")) from None
    jpeg = middle if len(middle) <= _MOST_ON_PAPER else small
    shelf, name = storages["documents"], f"letterheads/{hashlib.sha256(jpeg).hexdigest()}.jpg"
    if not shelf.exists(name):
        shelf.save(name, ContentFile(jpeg))
    return name
