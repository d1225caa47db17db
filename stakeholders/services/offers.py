"""The only writer of offers."""

from dataclasses import dataclass, fields
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.models import Region
from stakeholders import permissions
from stakeholders.enums import UNDER_WAY, CommitmentState, OfferState, PartnershipKind
from stakeholders.models import Offer, Organisation
from stakeholders.services.amounts import Amount, MovedOn, problems_of, refuse
from stakeholders.services.support import SAME_AGAIN
from tpbis.accounts import audit
from tpbis.accounts.models import User

_SAID = (
    *("organisation", "region", "theme", "kind", "description", "quantity", "unit", "rupiah"),
    *("starts_on", "ends_on"),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered, where, from and until when; a blank ``theme`` is any."""

    region: Region
    kind: PartnershipKind
    description: str
    starts_on: date
    ends_on: date | None = None
    theme: str = ""
    quantity: int | None = None
    unit: str = ""
    rupiah: int | None = None


@transaction.atomic
def state_offer(*, organisation: Organisation, terms: Terms, by: User) -> Offer:
    """Whoever sends the same again within :data:`SAME_AGAIN` gets the first. Raises
    ``ValidationError`` naming the field."""
    if not permissions.can_state_offer(by, organisation, terms.region):
        raise PermissionDenied
    _check(terms)
    # One after the other: of two clicks the second finds what the first wrote.
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=organisation.pk)
    offer = Offer(organisation=organisation, recorded_by=by, **_fields(terms))
    offer.full_clean()
    if known := _sent_before(offer):
        return known
    offer.save()
    _note(
        "stakeholders.state_offer",
        offer,
        by,
        changes=audit.difference({}, audit.values(offer, _SAID)),
    )
    return offer


@transaction.atomic
def change_offer(*, offer: Offer, terms: Terms, by: User) -> Offer:
    """While it is open and no need is being met from it. Raises ``ValidationError``,
    :class:`MovedOn`."""
    offer = _open(offer, by)
    if not permissions.can_state_offer(by, offer.organisation, terms.region):
        raise PermissionDenied
    _check(terms)
    before = audit.values(offer, _SAID)
    for field, value in _fields(terms).items():
        setattr(offer, field, value)
    offer.full_clean()
    offer.save()
    if changes := audit.difference(before, audit.values(offer, _SAID)):
        _note("stakeholders.change_offer", offer, by, changes=changes)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: User) -> Offer:
    offer = _open(offer, by)
    offer.state = OfferState.WITHDRAWN
    offer.save()
    changes: audit.Changes = {"state": [OfferState.OPEN, OfferState.WITHDRAWN]}
    _note("stakeholders.withdraw_offer", offer, by, changes=changes)
    return offer


def follow(offer: Offer) -> None:
    """It is used once what was agreed reaches what was offered; one without an amount stays open
    until it ends or is withdrawn. Part of what happens to a commitment, which the audit tells."""
    if offer.state == OfferState.WITHDRAWN:
        return
    left = amount_left(offer)
    state = OfferState.USED if left is not None and left <= 0 else OfferState.OPEN
    if state != offer.state:
        offer.state = state
        offer.save()


def amount_left(offer: Offer) -> int | None:
    """Of its quantity, or else of its money; ``None`` without either."""
    agreed = offer.commitments.filter(state__in=(*UNDER_WAY, CommitmentState.REALISED))
    sums = agreed.aggregate(quantity=Sum("quantity"), rupiah=Sum("rupiah"))
    if offer.quantity:
        return offer.quantity - (sums["quantity"] or 0)
    return offer.rupiah - (sums["rupiah"] or 0) if offer.rupiah else None


def lock(offer: Offer) -> Offer:
    locked = Offer.objects.select_for_update(of=("self",))
    return locked.select_related("organisation", "region").get(pk=offer.pk)


def _open(offer: Offer, by: User) -> Offer:
    offer = lock(offer)
    if not permissions.can_change_offer(by, offer):
        raise PermissionDenied
    if offer.state != OfferState.OPEN:
        said = {"state": offer.get_state_display().lower()}
        raise MovedOn(_("Penawaran ini sekarang %(state)s, jadi tidak diubah.") % said)
    if offer.commitments.under_way().exists():
        raise MovedOn(_("Penawaran ini sedang dipakai dalam komitmen. Selesaikan itu dulu."))
    return offer


def _fields(terms: Terms) -> dict[str, object]:
    return {field.name: getattr(terms, field.name) for field in fields(terms)}


def _check(terms: Terms) -> None:
    problems = problems_of(terms.kind, Amount(terms.rupiah, terms.quantity, terms.unit))
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        problems["ends_on"] = _("Tanggal selesai sebelum tanggal mulai.")
    elif terms.ends_on is not None and terms.ends_on < timezone.localdate():
        problems["ends_on"] = _("Tanggal ini sudah lewat.")
    refuse(problems)


def _sent_before(offer: Offer) -> Offer | None:
    lately = Offer.objects.filter(
        recorded_at__gt=offer.recorded_at - SAME_AGAIN,
        recorded_by=offer.recorded_by,
        organisation=offer.organisation,
        region=offer.region,
        state=OfferState.OPEN,
    )
    alike = lately.filter(description=offer.description, kind=offer.kind, starts_on=offer.starts_on)
    return alike.order_by("pk").first()


def _note(action: str, offer: Offer, by: User, *, changes: audit.Changes) -> None:
    audit.record(action, by=by, subject=offer, changes=changes)
