"""What an organisation gave, on one day. Only what came is recorded here; what is promised is a
partnership."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.enums import PartnershipKind
from stakeholders.models import Commitment, Organisation, Partnership, Support
from stakeholders.services.organisations import organisation_called
from stakeholders.services.partnerships import MOST_RUPIAH
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.versions import need_version, version_of

EARLIEST = periods.parse_month(settings.TPBIS_FIRST_MONTH)
SAME_AGAIN = timedelta(minutes=10)  # a second click, a page loaded anew

_SAID = (
    *("organisation", "kind", "given_on", "rupiah", "quantity", "unit", "description", "reached"),
    "partnership",
)


def support_version(support: Support) -> str:
    """What its form was filled from."""
    return version_of(support, _SAID)


class Evidenced(Exception):
    """It realised a commitment, and there is a paper that says so."""


@dataclass(frozen=True, slots=True)
class Gift:
    """What came. ``rupiah`` is money, or what goods were worth where somebody knows it."""

    kind: PartnershipKind
    given_on: date
    description: str
    rupiah: int | None = None
    quantity: int | None = None
    unit: str = ""
    reached: int | None = None


@transaction.atomic
def record_support(
    *,
    organisation_name: str,
    place: Library | Region,
    gift: Gift,
    by: User,
    partnership: Partnership | None = None,
) -> Support:
    """To a library, or to a region's libraries together; ``partnership``: what it realises. Whoever
    sends the same form again within :data:`SAME_AGAIN` gets the first. Raises ``ValidationError``
    naming the field."""
    if not permissions.can_record_support(by, place):
        raise PermissionDenied
    _check(gift)
    library = place if isinstance(place, Library) else None
    organisation = organisation_called(organisation_name, by=by, library=library)
    # One after the other: of two clicks the second finds what the first wrote.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    support = Support(
        organisation=organisation,
        library=library,
        region=place.regency if isinstance(place, Library) else place,
        partnership=partnership,
        recorded_by=by,
        **asdict(gift),
    )
    _check_partnership(support)
    support.full_clean()
    if known := _sent_before(support):
        return known
    support.save()
    audit.record(
        "stakeholders.record_support",
        by=by,
        subject=support,
        about=library,
        changes=audit.difference({}, audit.values(support, _SAID)),
    )
    return support


@transaction.atomic
def correct_support(
    *,
    support: Support,
    organisation_name: str,
    gift: Gift,
    by: User,
    partnership: Partnership | None = None,
    version: str = "",
) -> Support:
    """As it should have been written; the place stays. Raises ``ValidationError``, and with
    ``version`` (:func:`support_version`) ``ChangedMeanwhile`` where it says something else now."""
    support = _lock(support, by)
    need_version(support, _SAID, version)
    _check(gift)
    before = audit.values(support, _SAID)
    support.organisation = organisation_called(organisation_name, by=by, library=support.library)
    support.partnership = partnership
    for field, value in asdict(gift).items():
        setattr(support, field, value)
    _check_partnership(support)
    support.full_clean()
    support.save()
    changes = audit.difference(before, audit.values(support, _SAID))
    if changes:
        audit.record(
            "stakeholders.correct_support",
            by=by,
            subject=support,
            about=support.library,
            changes=changes,
        )
    return support


@transaction.atomic
def withdraw_support(*, support: Support, by: User) -> None:
    """It never came, or stands here twice: no figure counts it any more; the audit knows it.
    Raises :class:`Evidenced`."""
    support = _lock(support, by)
    if Commitment.objects.filter(support=support).exists():
        raise Evidenced(_("Dukungan ini mewujudkan sebuah komitmen, dengan bukti. Perbaiki saja."))
    said = audit.values(support, _SAID)
    audit.record(
        "stakeholders.withdraw_support",
        by=by,
        subject=support,
        about=support.library,
        changes={field: [value, None] for field, value in said.items() if value not in (None, "")},
    )
    support.delete()


def _sent_before(support: Support) -> Support | None:
    told = (*_SAID, "library", "region", "recorded_by")
    same = {name: getattr(support, name) for name in told}
    lately = Support.objects.filter(recorded_at__gt=support.recorded_at - SAME_AGAIN)
    given = {name: value for name, value in same.items() if value is not None}
    lacking = {f"{name}__isnull": True for name in same if name not in given}
    return lately.filter(**given, **lacking).first()


def _lock(support: Support, by: User) -> Support:
    locked = Support.objects.select_for_update(of=("self",)).get(pk=support.pk)
    if not permissions.can_record_support(by, locked.library or locked.region):
        raise PermissionDenied
    return locked


def _check(gift: Gift) -> None:
    """What no table can know: today, and what makes sense together."""
    problems = {
        field: text
        for field, text in (
            ("given_on", _wrong_day(gift.given_on)),
            ("rupiah", _wrong_amount(gift)),
            ("quantity", _wrong_quantity(gift)),
            ("unit", _("Isi satuannya, misalnya “buku”.") if _lacks_unit(gift) else ""),
        )
        if text
    }
    if problems:
        raise ValidationError(problems)


def _check_partnership(support: Support) -> None:
    """What it realises is of the same organisation, with the same place."""
    one = support.partnership
    if one is None:
        return
    place = support.library_id or support.region_id
    same_place = (one.library_id or one.region_id) == place and bool(one.library_id) == bool(
        support.library_id
    )
    if one.organisation_id != support.organisation_id or not same_place:
        raise ValidationError({"partnership": _("Kemitraan itu dengan lembaga atau tempat lain.")})


def _wrong_day(day: date) -> str:
    if day > timezone.localdate():
        return _("Tanggal ini belum tiba. Catat dukungan setelah diterima.")
    if day < EARLIEST:
        return _("Tanggal ini sebelum program dimulai (%(day)s).") % {
            "day": date_format(EARLIEST, "j F Y")
        }
    return ""


def _wrong_amount(gift: Gift) -> str:
    if gift.kind == PartnershipKind.MONEY and not gift.rupiah:
        return _("Isi nilai uangnya dalam Rupiah.")
    if gift.rupiah is not None and not 0 <= gift.rupiah <= MOST_RUPIAH:
        return _("Nilai ini tidak wajar: paling banyak Rp100 miliar.")
    return ""


def _wrong_quantity(gift: Gift) -> str:
    if gift.kind in (PartnershipKind.GOODS, PartnershipKind.SPEAKER) and not gift.quantity:
        return _("Isi jumlahnya, misalnya 40.")
    return ""


def _lacks_unit(gift: Gift) -> bool:
    return gift.quantity is not None and not gift.unit.strip()
