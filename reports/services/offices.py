"""What an office says of itself on paper: its head, who signs, what its reports usually say."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.files import keep_picture
from libraries.models import Region
from reports import permissions
from reports.models import Office
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core.versions import need_version, version_of

if TYPE_CHECKING:
    from django.core.files.base import File

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
_SHOWN = (*FIELDS, "emblem")


def office_version(office: Office | None) -> str:
    """What its form was filled from; ``None`` has not said anything yet."""
    return version_of(office or Office(), _SHOWN)


def change_office(
    *,
    region: Region,
    said: Mapping[str, Any],
    by: User,
    emblem: "File[bytes] | None" = None,
    without_emblem: bool = False,
    version: str = "",
) -> Office:
    """From now on the documents of ``region`` say so. Raises ``BadFile`` (nothing is changed
    then), :class:`NotForThisRegion`, and with ``version`` (:func:`office_version`)
    ``ChangedMeanwhile`` where the office does not say the same any more."""
    if not permissions.can_keep_office(by, region):
        raise NotForThisRegion(_("Kantor ini diatur oleh PIC wilayahnya atau provinsi."))
    picture = keep_picture(emblem, folder="letterheads").name if emblem else None
    with transaction.atomic():
        Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
        office = Office.objects.filter(region=region).first() or Office(region=region)
        need_version(office, _SHOWN, version)
        before = audit.values(office, _SHOWN)
        for name in FIELDS:
            if name in said:
                setattr(office, name, said[name])
        if picture is not None:
            office.emblem = picture
        elif without_emblem:
            office.emblem = ""
        changes = audit.difference(before, audit.values(office, _SHOWN))
        if office.pk and not changes:
            return office
        office.changed_at, office.changed_by = timezone.now(), by
        office.save()
        audit.record("reports.change_office", by=by, subject=office, about=region, changes=changes)
    return office
