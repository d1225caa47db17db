"""Which organisations could meet which of the needs that somebody sees, and what comes first: the
libraries that one more partnership makes green, and those without any partner."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Sum

from kpi import scoring
from kpi.models import RuleSet, Score
from kpi.scoring import GREEN, GREY
from libraries.querysets import LibraryQuerySet
from stakeholders.enums import UNDER_WAY, CommitmentState, NeedState
from stakeholders.matching import Body, Offered, Proposal, Wanted, propose
from stakeholders.models import Commitment, Need, Organisation, Partnership
from stakeholders.querysets import NeedQuerySet, OfferQuerySet, OrganisationQuerySet

_MADE_OF = ("library", "rule_set", "months_due", *scoring.Inputs._fields)


def one_partnership_short(libraries: LibraryQuerySet, through: date) -> set[int]:
    """Those whose stored score through that month is not green, and would be with one more sign of
    sustainability. A grey one has nothing that a sign could add to."""
    stored = Score.objects.filter(through=through, library__in=libraries.order_by().values("pk"))
    rows = stored.exclude(colour__in=(GREEN, GREY)).values_list(*_MADE_OF)
    rules: dict[int, scoring.Rules] = {}
    found = set()
    for library, rule_set, months, *counts in rows:
        if rule_set not in rules:
            rules[rule_set] = RuleSet.objects.get(pk=rule_set).rules
        inputs = scoring.Inputs(*counts)
        more = inputs._replace(sustainability=inputs.sustainability + 1)
        if scoring.score(more, rules[rule_set], months).colour == GREEN:
            found.add(library)
    return found


def without_partner(libraries: LibraryQuerySet, on: date) -> LibraryQuerySet:
    """Those with no partnership in force on the day."""
    in_force = Partnership.objects.in_force_on(on).filter(library=OuterRef("pk"))
    return libraries.filter(~Exists(in_force))


@dataclass(frozen=True, slots=True)
class Matched:
    """A need, and the organisations proposed for it, the best first."""

    need: int
    proposals: tuple[Proposal, ...]


def proposals(
    needs: NeedQuerySet,
    offers: OfferQuerySet,
    organisations: OrganisationQuerySet,
    *,
    libraries: LibraryQuerySet,
    on: date,
    through: date,
) -> list[Matched]:
    """Of the open ones among ``needs``, those for which somebody could be found, in the order in
    which they should be looked at."""
    open_needs = needs.filter(state=NeedState.OPEN)
    wanted = wanted_of(
        open_needs,
        one_short=one_partnership_short(libraries.filter(needs__in=open_needs), through),
        alone=set(
            without_partner(libraries.filter(needs__in=open_needs), on).values_list("pk", flat=True)
        ),
    )
    known = Commitment.objects.filter(need__in=open_needs.order_by().values("pk"))
    found: defaultdict[int, list[Proposal]] = defaultdict(list)
    for one in propose(
        wanted,
        what_is_left(offers.open_on(on)),
        bodies_of(organisations),
        known=set(known.values_list("need", "organisation")),
    ):
        found[one.need].append(one)
    return [Matched(need, tuple(found[need])) for need in found]


def wanted_of(needs: NeedQuerySet, *, one_short: set[int], alone: set[int]) -> list[Wanted]:
    columns = ("pk", "theme", "kind", "library", "library__region__code", "region__code")
    amount = ("rupiah", "quantity", "unit", "urgency", "priority")
    return [
        Wanted(
            number=row["pk"],
            theme=row["theme"],
            kind=row["kind"],
            place=row["library__region__code"] or row["region__code"],
            one_short=row["library"] in one_short,
            without_partner=row["library"] in alone,
            **{name: row[name] for name in amount},
        )
        for row in needs.order_by().values(*columns, *amount)
    ]


def what_is_left(offers: OfferQuerySet) -> Iterable[Offered]:
    """What is left of each."""
    agreed = Commitment.objects.filter(
        offer__in=offers.order_by().values("pk"), state__in=(*UNDER_WAY, CommitmentState.REALISED)
    ).order_by()
    taken = {
        offer: (rupiah or 0, quantity or 0)
        for offer, rupiah, quantity in agreed.values("offer")
        .annotate(money=Sum("rupiah"), count=Sum("quantity"))
        .values_list("offer", "money", "count")
    }
    rows = offers.order_by().values_list(
        "pk", "organisation", "theme", "kind", "region__code", "rupiah", "quantity", "unit"
    )
    for pk, organisation, theme, kind, place, rupiah, quantity, unit in rows:
        money, count = taken.get(pk, (0, 0))
        yield Offered(
            pk,
            organisation,
            theme,
            kind,
            place,
            max(0, rupiah - money) if rupiah else None,
            max(0, quantity - count) if quantity else None,
            unit,
        )


def bodies_of(organisations: OrganisationQuerySet) -> Iterable[Body]:
    places: defaultdict[int, list[str]] = defaultdict(list)
    interests = Organisation.regions.through.objects.filter(
        organisation__in=organisations.order_by().values("pk")
    )
    for organisation, code in interests.values_list("organisation", "region__code"):
        places[organisation].append(code)
    rows = organisations.order_by().values_list("pk", "themes", "village__code")
    for pk, themes, village in rows:
        yield Body(pk, tuple(themes), (village,) if village else tuple(places[pk]))


def open_by_regency(needs: NeedQuerySet) -> dict[str, dict[str, int]]:
    """By the regency's code and the state, how many are on the board; what the province needs as a
    whole stands under the province's code."""
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    rows = needs.on_board().order_by().values_list("region__code", "state")
    for code, state in rows:
        found[code][state] = found[code].get(state, 0) + 1
    return dict(found)


def needs_of(pks: Iterable[int]) -> dict[int, Need]:
    return {need.pk: need for need in Need.objects.for_list().filter(pk__in=list(pks))}
