"""The only writer of commitments: staff accept a pair of need and organisation, the organisation
promises until a day, and what was promised comes (a gift, with its evidence) or lapses. The need
and the offer follow.

Whoever changes a commitment holds its need first, so that two people at once do one after the
other; the second is told (:class:`MovedOn`)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.files import keep_paper, kept
from stakeholders import permissions
from stakeholders.enums import (
    UNDER_WAY,
    CommitmentState,
    MatchReason,
    NeedState,
    OfferState,
    PartnershipKind,
)
from stakeholders.models import Commitment, Need, Offer, Organisation, Partnership, Support
from stakeholders.services import needs, offers
from stakeholders.services.amounts import Amount, MovedOn, check_reason, problems_of, refuse
from stakeholders.services.partnerships import record_partnership
from stakeholders.services.support import Gift, record_support
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File

_SAID = ("need", "organisation", "offer", "rupiah", "quantity", "unit", "due_on", "state")
_STILL_MET = (NeedState.OPEN, NeedState.MATCHED, NeedState.PROMISED)


@transaction.atomic
def accept_match(
    *,
    need: Need,
    organisation: Organisation,
    amount: Amount,
    due_on: date,
    by: User,
    offer: Offer | None = None,
    reasons: Iterable[MatchReason] = (),
    at: datetime | None = None,
) -> Commitment:
    """Raises ``ValidationError`` naming the field, :class:`MovedOn`."""
    need = needs.lock(need)
    seen = Organisation.objects.visible_to(by).filter(pk=organisation.pk)
    if not permissions.can_judge_need(by, need) or not seen.exists():
        raise PermissionDenied
    if need.state not in _STILL_MET:
        said = {"state": need.get_state_display().lower()}
        raise MovedOn(_("Kebutuhan ini sekarang %(state)s, jadi tidak dipasangkan.") % said)
    if need.commitments.under_way().filter(organisation=organisation).exists():
        raise MovedOn(_("Lembaga ini sudah dipasangkan dengan kebutuhan itu."))
    if offer is not None:
        offer = offers.lock(offer)
        if offer.organisation_id != organisation.pk or offer.state != OfferState.OPEN:
            raise MovedOn(_("Penawaran ini tidak terbuka lagi. Pilih yang lain."))
    _check(amount, due_on)
    commitment = Commitment(
        need=need,
        organisation=organisation,
        offer=offer,
        reasons=[reason.value for reason in reasons],
        rupiah=amount.rupiah,
        quantity=amount.quantity,
        unit=amount.unit,
        due_on=due_on,
        accepted_at=at or timezone.now(),
        accepted_by=by,
    )
    commitment.full_clean()
    commitment.save()
    _note(
        "stakeholders.accept_match",
        commitment,
        by,
        audit.difference({}, audit.values(commitment, _SAID)),
    )
    _follow(commitment)
    return commitment


@transaction.atomic
def promise(
    *,
    commitment: Commitment,
    amount: Amount,
    due_on: date,
    by: User,
    at: datetime | None = None,
) -> Commitment:
    """What the organisation is sure of, and until when. Raises as :func:`accept_match`."""
    commitment = _lock(commitment, CommitmentState.MATCHED)
    if not permissions.can_promise(by, commitment):
        raise PermissionDenied
    _check(amount, due_on)
    before = audit.values(commitment, _SAID)
    commitment.rupiah, commitment.quantity = amount.rupiah, amount.quantity
    commitment.unit, commitment.due_on = amount.unit, due_on
    commitment.state = CommitmentState.PROMISED
    commitment.promised_at, commitment.promised_by = at or timezone.now(), by
    commitment.full_clean()
    commitment.save()
    _note(
        "stakeholders.promise",
        commitment,
        by,
        audit.difference(before, audit.values(commitment, _SAID)),
    )
    _follow(commitment)
    return commitment


@transaction.atomic
def realise(
    *,
    commitment: Commitment,
    gift: Gift,
    evidence: "File[bytes]",
    by: User,
    lasts_until: date | None = None,
    at: datetime | None = None,
) -> Commitment:
    """It came: the gift is recorded, and a library that has no partnership with the organisation on
    that day has one from then on, until ``lasts_until``. Raises ``ValidationError`` (also for the
    evidence), :class:`MovedOn`."""
    commitment = _lock(commitment, *UNDER_WAY)
    if not permissions.can_realise(by, commitment):
        raise PermissionDenied
    before, need = commitment.state, commitment.need
    with kept(keep_paper(evidence, folder="commitments")) as paper, transaction.atomic():
        partnership = _partnership(commitment, gift, lasts_until, by)
        support = record_support(
            organisation_name=commitment.organisation.name,
            place=need.place(),
            gift=gift,
            by=by,
            partnership=partnership,
        )
        _check_support(support, commitment)
        commitment.hold(paper)
        commitment.support, commitment.partnership = support, partnership
        _settle(commitment, CommitmentState.REALISED, by, at)
    changes: audit.Changes = {
        "state": [before, CommitmentState.REALISED],
        "sha256": ["", paper.sha256],
    }
    _note("stakeholders.realise", commitment, by, changes)
    return commitment


@transaction.atomic
def lapse(
    *, commitment: Commitment, reason: str, by: User, at: datetime | None = None
) -> Commitment:
    """Nothing came of it; the need is open again where nobody else is meeting it."""
    commitment = _lock(commitment, *UNDER_WAY)
    if not permissions.can_promise(by, commitment):
        raise PermissionDenied
    before, commitment.reason = commitment.state, check_reason(reason)
    _settle(commitment, CommitmentState.LAPSED, by, at)
    _note("stakeholders.lapse", commitment, by, {"state": [before, CommitmentState.LAPSED]})
    return commitment


def _settle(commitment: Commitment, state: CommitmentState, by: User, at: datetime | None) -> None:
    commitment.state = state
    commitment.settled_at, commitment.settled_by = at or timezone.now(), by
    commitment.full_clean()
    commitment.save()
    _follow(commitment)


def _check_support(support: Support, commitment: Commitment) -> None:
    if support.organisation_id != commitment.organisation_id:
        raise ValidationError(_("Nama lembaga ini dipakai dua lembaga. Gabungkan keduanya dulu."))
    if Commitment.objects.filter(support=support).exists():
        raise ValidationError(_("Dukungan yang sama baru saja dicatat untuk komitmen lain."))


def _partnership(
    commitment: Commitment, gift: Gift, lasts_until: date | None, by: User
) -> Partnership | None:
    """The one in force with the library on the day, or a new one from that day on; with a region
    there is none."""
    library = commitment.need.library
    if library is None:
        return None
    known = Partnership.objects.in_force_on(gift.given_on).filter(
        organisation=commitment.organisation, library=library
    )
    return known.order_by("starts_on", "pk").first() or record_partnership(
        library=library,
        organisation_name=commitment.organisation.name,
        kind=PartnershipKind(gift.kind),
        starts_on=gift.given_on,
        ends_on=lasts_until,
        by=by,
    )


def _follow(commitment: Commitment) -> None:
    """The need is as far as the furthest commitment that is under way; without one it is met by
    what came, or open again."""
    need = commitment.need
    states = set(need.commitments.values_list("state", flat=True))
    need.state = next(
        (
            state
            for reached, state in (
                (CommitmentState.PROMISED, NeedState.PROMISED),
                (CommitmentState.MATCHED, NeedState.MATCHED),
                (CommitmentState.REALISED, NeedState.REALISED),
            )
            if reached in states
        ),
        NeedState.OPEN,
    )
    need.save()
    if commitment.offer is not None:
        offers.follow(offers.lock(commitment.offer))


def _lock(commitment: Commitment, *states: CommitmentState) -> Commitment:
    need = needs.lock(Need(pk=commitment.need_id))
    locked = Commitment.objects.select_for_update(of=("self",)).select_related(
        "organisation", "offer"
    )
    commitment = locked.get(pk=commitment.pk)
    commitment.need = need
    if commitment.state not in states:
        said = {"state": commitment.get_state_display().lower()}
        raise MovedOn(_("Komitmen ini sekarang %(state)s, jadi tidak diubah.") % said)
    return commitment


def _check(amount: Amount, due_on: date) -> None:
    problems = problems_of("", amount)
    if due_on < timezone.localdate():
        problems["due_on"] = _("Batas waktu ini sudah lewat.")
    refuse(problems)


def _note(action: str, commitment: Commitment, by: User, changes: audit.Changes) -> None:
    audit.record(
        action,
        by=by,
        subject=commitment,
        about=commitment.need.library,
        changes=changes,
    )
