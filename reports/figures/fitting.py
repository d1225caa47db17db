"""What a supporting body could do next: needs that fit it, and what it is waited for with. Its own
commitments and offers, nobody else's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from stakeholders.enums import UNDER_WAY, CommitmentState, MatchReason, NeedState
from stakeholders.matching import Body, Offered, Proposal, Wanted, propose
from stakeholders.models import Commitment, Need, Offer, Organisation, Support
from stakeholders.querysets import NeedQuerySet
from tpbis.accounts.models import User

_SHOWN = 6
_SETTLED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Fit:
    need: Need
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitting:
    """The best first; ``open`` are all needs that may still be met."""

    fits: tuple[Fit, ...]
    found: int
    open: int


@dataclass(frozen=True, slots=True)
class Promise:
    commitment: Commitment
    is_overdue: bool

    @property
    def of(self) -> Commitment | Support:
        """What says how much: what came, and until then what was promised."""
        return self.commitment.support or self.commitment

    @property
    def is_to_confirm(self) -> bool:
        return self.commitment.state == CommitmentState.MATCHED


@dataclass(frozen=True, slots=True)
class Promises:
    """Under way by due day, then the last that were settled; and the offers that hold."""

    shown: tuple[Promise, ...]
    to_confirm: tuple[Promise, ...]
    overdue: tuple[Promise, ...]
    under_way: int
    offers: tuple[Offer, ...]


def fitting(user: User, organisations: Sequence[Organisation], on: date) -> Fitting:
    """Needs this person sees, as :mod:`stakeholders.matching` pairs them with the own offers and
    themes; those already committed to are left out."""
    needs = Need.objects.visible_to(user).filter(state__in=(NeedState.OPEN, NeedState.MATCHED))
    mine = Commitment.objects.filter(organisation__in=organisations).values("need")
    still = needs.exclude(pk__in=mine)
    best: dict[int, Proposal] = {}
    for one in propose(_wanted(still), _offered(organisations, on), _bodies(organisations)):
        if one.need not in best or one.score > best[one.need].score:
            best[one.need] = one
    # A stable order: what comes first for the province comes first among equals.
    chosen = sorted(best.values(), key=lambda one: -one.score)[:_SHOWN]
    rows = Need.objects.for_list().in_bulk([one.need for one in chosen])
    return Fitting(
        fits=tuple(Fit(rows[one.need], tuple(map(_said, one.reasons))) for one in chosen),
        found=len(best),
        open=still.count(),
    )


def _wanted(needs: NeedQuerySet) -> Iterable[Wanted]:
    fields = ["library__region__code", "region__code", "theme", "kind", "rupiah", "quantity"]
    for row in needs.order_by().values("pk", *fields, "unit", "urgency", "priority"):
        yield Wanted(
            number=row["pk"],
            theme=row["theme"],
            kind=row["kind"],
            place=row["library__region__code"] or row["region__code"],
            rupiah=row["rupiah"],
            quantity=row["quantity"],
            unit=row["unit"],
            urgency=row["urgency"],
            priority=row["priority"],
        )


def _offered(organisations: Sequence[Organisation], on: date) -> Iterable[Offered]:
    offers = Offer.objects.filter(organisation__in=organisations).open_on(on)
    for one in offers.select_related("region"):
        yield Offered(
            number=one.pk,
            organisation=one.organisation_id,
            theme=one.theme,
            kind=one.kind,
            place=one.region.code,
            rupiah=one.rupiah,
            quantity=one.quantity,
            unit=one.unit,
        )


def _bodies(organisations: Sequence[Organisation]) -> Iterable[Body]:
    keys = [one.pk for one in organisations]
    for one in Organisation.objects.filter(pk__in=keys).prefetch_related("regions"):
        places = tuple(region.code for region in one.regions.all())
        yield Body(number=one.pk, themes=tuple(one.themes), places=places)


def _said(reason: MatchReason) -> str:
    """To the organisation itself: that it offers nothing yet is no news to it."""
    same = {MatchReason.NO_OFFER: MatchReason.THEME}
    return str(same.get(reason, reason).label)


def promises_of(organisations: Sequence[Organisation], on: date) -> Promises:
    own = Commitment.objects.filter(organisation__in=organisations).for_list()
    own = own.select_related("need__library__regency", "support")
    under_way = [
        Promise(one, one.due_on < on) for one in own.filter(state__in=UNDER_WAY).order_by("due_on")
    ]
    settled = own.exclude(state__in=UNDER_WAY).order_by("-settled_at", "-pk")[:_SETTLED_SHOWN]
    offers = Offer.objects.filter(organisation__in=organisations).open_on(on)
    return Promises(
        shown=(*under_way, *(Promise(one, is_overdue=False) for one in settled)),
        to_confirm=tuple(one for one in under_way if one.is_to_confirm),
        overdue=tuple(one for one in under_way if one.is_overdue and not one.is_to_confirm),
        under_way=len(under_way),
        offers=tuple(offers.for_list()),
    )
