"""Which organisation could meet which need, and why. Pure: dataclasses in and out, no database.

A pair is *possible* when

- the offer's region contains the place of the need, and so does one of the organisation's regions
  of interest (an organisation that names none helps anywhere in the province);
- the offer is of the need's theme, or of any;
- the offer brings what is needed; or it brings money, and what is needed (goods or a speaker) has
  a price;
- goods that are offered for any theme are counted in the unit of the need: nothing else says that
  they are the same thing.

Points of a possible pair, at most 95:

====================================================  ==  ==========================
the same theme                                        30  an offer of any theme: 15
the same kind                                         25  money that can buy it: 10
an offer for the village                              15  district 13, regency 10, province 5
enough of it (money with money, or in the same unit)  20  at least half: 10
a region of interest that names the place              5
====================================================  ==  ==========================

Where no offer fits, organisations whose themes and regions do are proposed with 15 points (20 with
a region of interest): always less than the weakest offer, which has 30.

Needs come in this order: of a library that one more partnership makes green, of a library without
any partner, then by the province's priority, urgency, and how long they have been there (number).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from stakeholders.enums import MatchReason, PartnershipKind, Urgency

EACH = 3  # proposals for a need

_BY_LEVEL = {1: 5, 2: 10, 3: 13, 4: 15}  # parts of the code of the region that is offered for
_NEAR = 2  # from a regency down an offer is for a place in particular
_BOUGHT = frozenset({PartnershipKind.GOODS, PartnershipKind.SPEAKER})
_LAST = 6  # behind every priority
_URGENCY = {Urgency.HIGH: 0, Urgency.NORMAL: 1, Urgency.LOW: 2}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A need that may still be met. ``place`` is the code of the village, or of the region, that
    lacks it."""

    number: int
    theme: str
    kind: str
    place: str
    rupiah: int | None = None
    quantity: int | None = None
    unit: str = ""
    urgency: str = Urgency.NORMAL
    priority: int | None = None
    one_short: bool = False
    without_partner: bool = False


@dataclass(frozen=True, slots=True)
class Offered:
    """What is left of an offer; a blank ``theme`` is any."""

    number: int
    organisation: int
    theme: str
    kind: str
    place: str
    rupiah: int | None = None
    quantity: int | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: the themes it works on and the codes of the regions it would help in."""

    number: int
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """``offer`` is ``None`` where the organisation offered nothing that fits."""

    need: int
    organisation: int
    offer: int | None
    score: int
    reasons: tuple[MatchReason, ...]


Pairs = Set[tuple[int, int]]


def propose(
    needs: Iterable[Wanted],
    offers: Iterable[Offered],
    bodies: Iterable[Body],
    *,
    each: int = EACH,
    known: Pairs = frozenset(),
) -> list[Proposal]:
    """The best ``each`` organisations for each need, the needs that come first before the others.
    ``known`` are pairs (need, organisation) that were brought together already; an organisation is
    proposed once for a need, with its best offer. The order of what comes in does not matter."""
    market = _Market(offers, bodies)
    return [
        proposal
        for need in sorted(needs, key=_order)
        for proposal in market.best(need, each, known)
    ]


def _order(need: Wanted) -> tuple[bool, bool, int, int, int]:
    return (
        not need.one_short,
        not need.without_partner,
        need.priority or _LAST,
        _URGENCY[Urgency(need.urgency)],
        need.number,
    )


class _Market:
    """Offers by kind, theme and place, organisations by theme and place: a need looks only where
    something possible lies."""

    def __init__(self, offers: Iterable[Offered], bodies: Iterable[Body]) -> None:
        self._bodies: Mapping[int, Body] = {body.number: body for body in bodies}
        self._offers: defaultdict[tuple[str, str, str], list[Offered]] = defaultdict(list)
        for offer in offers:
            self._offers[offer.kind, offer.theme, offer.place].append(offer)
        self._of_theme: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for body in self._bodies.values():
            for theme in set(body.themes):
                for place in set(body.places) or {""}:
                    self._of_theme[theme, place].append(body.number)

    def best(self, need: Wanted, each: int, known: Pairs) -> list[Proposal]:
        above = _with_those_above(need.place)
        of_the_need = tuple(_of_the_need(need))
        found: dict[int, Proposal] = {}
        for offer in self._possible(need, above):
            if (need.number, offer.organisation) in known:
                continue
            proposal = self._judged(need, offer, above, of_the_need)
            before = found.get(offer.organisation)
            if before is None or _rank(proposal) < _rank(before):
                found[offer.organisation] = proposal
        if not found:
            rest = self._without_offer(need, above, known)
            found = {one.organisation: one for one in rest}
        return sorted(found.values(), key=_rank)[:each]

    def _possible(self, need: Wanted, above: Sequence[str]) -> Iterator[Offered]:
        kinds = {need.kind}
        if need.kind in _BOUGHT and need.rupiah:
            kinds.add(PartnershipKind.MONEY)
        for kind in kinds:
            for theme in {need.theme, ""}:
                for place in above:
                    for offer in self._offers.get((kind, theme, place), ()):
                        if _may_be_it(need, offer) and self._helps_at(offer.organisation, above):
                            yield offer

    def _helps_at(self, organisation: int, above: Sequence[str]) -> bool:
        body = self._bodies.get(organisation)
        return body is None or not body.places or not set(body.places).isdisjoint(above)

    def _names(self, organisation: int, above: Sequence[str]) -> bool:
        body = self._bodies.get(organisation)
        return body is not None and not set(body.places).isdisjoint(above)

    def _judged(
        self,
        need: Wanted,
        offer: Offered,
        above: Sequence[str],
        of_the_need: Sequence[MatchReason],
    ) -> Proposal:
        score, reasons = 0, [*of_the_need]
        if offer.theme:
            score, reasons = score + 30, [*reasons, MatchReason.THEME]
        else:
            score, reasons = score + 15, [*reasons, MatchReason.ANY_THEME]
        if offer.kind == need.kind:
            score, reasons = score + 25, [*reasons, MatchReason.KIND]
        else:
            score, reasons = score + 10, [*reasons, MatchReason.MONEY_BUYS]
        level = offer.place.count(".") + 1
        score += _BY_LEVEL[level]
        reasons.append(MatchReason.NEAR if level >= _NEAR else MatchReason.REACHES)
        if self._names(offer.organisation, above):
            score, reasons = score + 5, [*reasons, MatchReason.INTEREST]
        share = _share(need, offer)
        if share >= 1:
            score, reasons = score + 20, [*reasons, MatchReason.ENOUGH]
        elif share * 2 >= 1:
            score, reasons = score + 10, [*reasons, MatchReason.HALF]
        return Proposal(need.number, offer.organisation, offer.number, score, tuple(reasons))

    def _without_offer(
        self, need: Wanted, above: Sequence[str], known: Pairs
    ) -> Iterator[Proposal]:
        fitting = {number for place in (*above, "") for number in self._of_theme[need.theme, place]}
        for number in fitting:
            if (need.number, number) in known:
                continue
            score, reasons = 15, [*_of_the_need(need), MatchReason.NO_OFFER]
            if self._names(number, above):
                score, reasons = score + 5, [*reasons, MatchReason.INTEREST]
            yield Proposal(need.number, number, None, score, tuple(reasons))


def _may_be_it(need: Wanted, offer: Offered) -> bool:
    if offer.kind != PartnershipKind.GOODS or offer.theme or not (need.unit and offer.unit):
        return True
    return _unit(need.unit) == _unit(offer.unit)


def _rank(proposal: Proposal) -> tuple[int, int, int]:
    return (-proposal.score, proposal.organisation, proposal.offer or 0)


def _of_the_need(need: Wanted) -> Iterator[MatchReason]:
    if need.one_short:
        yield MatchReason.ONE_SHORT
    if need.without_partner:
        yield MatchReason.NO_PARTNER
    if need.priority:
        yield MatchReason.PRIORITY
    if need.urgency == Urgency.HIGH:
        yield MatchReason.URGENT


def _share(need: Wanted, offer: Offered) -> float:
    """How much of the need the offer is; nothing is known where they are counted differently."""
    if need.quantity and offer.quantity and _unit(need.unit) == _unit(offer.unit):
        return offer.quantity / need.quantity
    if need.rupiah and offer.rupiah:
        return offer.rupiah / need.rupiah
    return 0


def _unit(written: str) -> str:
    return " ".join(written.casefold().split())


def _with_those_above(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[:count]) for count in range(len(parts), 0, -1)]
