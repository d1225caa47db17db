"""What supporting bodies gave. Only what came counts, never what was promised: a partnership in
force is told beside it and adds nothing.

``support`` is a queryset already narrowed to what may be seen (and to a region's). Money
(``rupiah``) is what came as money; what goods and services were worth, where somebody wrote it
down, is ``worth``: the two are never added up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import Lower, TruncMonth

from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation
from stakeholders.querysets import PartnershipQuerySet, SupportQuerySet
from tpbis.core.periods import Period

_MONEY = Q(kind=PartnershipKind.MONEY)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of what: “1.250 buku”."""

    unit: str
    quantity: int


@dataclass(frozen=True, slots=True)
class KindOfSupport:
    """Everything of one kind; goods, speakers and helpers counted by unit, the most first."""

    kind: PartnershipKind
    gifts: int
    rupiah: int
    worth: int
    counted: tuple[Counted, ...]
    reached: int


@dataclass(frozen=True, slots=True)
class MonthOfSupport:
    month: date
    gifts: int = 0
    rupiah: int = 0


@dataclass(frozen=True, slots=True)
class Support:
    """What came in the period. ``reached``: people, as whoever recorded it counted them; somebody
    reached twice is two. ``libraries``: those that got something themselves; what went to a region
    as a whole is ``for_regions``."""

    period: Period
    gifts: int
    rupiah: int
    worth: int
    reached: int
    libraries: int
    organisations: int
    for_regions: int
    kinds: tuple[KindOfSupport, ...]
    months: tuple[MonthOfSupport, ...]

    def of(self, kind: PartnershipKind) -> KindOfSupport:
        found = {one.kind: one for one in self.kinds}
        return found.get(kind, KindOfSupport(kind, 0, 0, 0, (), 0))

    @property
    def goods(self) -> KindOfSupport:
        return self.of(PartnershipKind.GOODS)

    @property
    def speakers(self) -> KindOfSupport:
        return self.of(PartnershipKind.SPEAKER)


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """One organisation: what it gave in the period, and its partnerships in force at the end."""

    organisation: Organisation
    gifts: int = 0
    rupiah: int = 0
    worth: int = 0
    goods: tuple[Counted, ...] = ()
    speakers: tuple[Counted, ...] = ()
    reached: int = 0
    libraries: int = 0
    partnerships: int = 0
    last_on: date | None = None


def support_in(support: SupportQuerySet, period: Period) -> Support:
    """All of ``support`` that came in ``period``; four queries."""
    came = _came(support, period)
    units = _by_unit(came, "kind")
    kinds = tuple(
        KindOfSupport(
            kind=PartnershipKind(row["kind"]),
            gifts=row["count"],
            rupiah=row["money"] or 0,
            worth=row["worth"] or 0,
            counted=units.get(row["kind"], ()),
            reached=row["people"] or 0,
        )
        for row in _summed(came, "kind")
    )
    order = list(PartnershipKind)
    whole = came.aggregate(
        libraries=Count("library", distinct=True),
        organisations=Count("organisation", distinct=True),
        for_regions=Count("pk", filter=Q(library__isnull=True)),
    )
    return Support(
        period=period,
        gifts=sum(kind.gifts for kind in kinds),
        rupiah=sum(kind.rupiah for kind in kinds),
        worth=sum(kind.worth for kind in kinds),
        reached=sum(kind.reached for kind in kinds),
        kinds=tuple(sorted(kinds, key=lambda kind: order.index(kind.kind))),
        months=_months(came, period),
        **whole,
    )


def support_of(organisation: Organisation, support: SupportQuerySet, period: Period) -> Support:
    """:func:`support_in` of one organisation alone."""
    return support_in(support.filter(organisation=organisation), period)


def organisation_rows(
    organisations: Iterable[Organisation],
    support: SupportQuerySet,
    partnerships: PartnershipQuerySet,
    period: Period,
) -> list[OrganisationRow]:
    """A row for each of ``organisations``, in their order; four queries for any number. "In force"
    is on the last day of the period."""
    shown = list(organisations)
    keys = [one.pk for one in shown]
    came = _came(support.filter(organisation__in=keys), period)
    sums = {row["organisation"]: row for row in _summed(came, "organisation")}
    goods = _by_unit(came.filter(kind=PartnershipKind.GOODS), "organisation")
    speakers = _by_unit(came.filter(kind=PartnershipKind.SPEAKER), "organisation")
    lasting = dict(
        partnerships.in_force_on(period.last_day)
        .filter(organisation__in=keys)
        .order_by()
        .values_list("organisation")
        .annotate(count=Count("pk"))
    )
    return [_row(one, sums.get(one.pk), goods, speakers, lasting.get(one.pk, 0)) for one in shown]


def _row(
    organisation: Organisation,
    sums: dict[str, Any] | None,
    goods: Mapping[Any, tuple[Counted, ...]],
    speakers: Mapping[Any, tuple[Counted, ...]],
    partnerships: int,
) -> OrganisationRow:
    if sums is None:
        return OrganisationRow(organisation, partnerships=partnerships)
    return OrganisationRow(
        organisation=organisation,
        gifts=sums["count"],
        rupiah=sums["money"] or 0,
        worth=sums["worth"] or 0,
        goods=goods.get(organisation.pk, ()),
        speakers=speakers.get(organisation.pk, ()),
        reached=sums["people"] or 0,
        libraries=sums["places"],
        partnerships=partnerships,
        last_on=sums["last"],
    )


def partners_by_kind(partnerships: PartnershipQuerySet, on: date) -> dict[str, int]:
    """Partnerships in force on ``on``, by kind; they add up to the headline of the region they
    are of."""
    rows = partnerships.in_force_on(on).order_by().values_list("kind")
    return dict(rows.annotate(count=Count("pk")))


# --- Counting -------------------------------------------------------------------------------------


def _came(support: SupportQuerySet, period: Period) -> SupportQuerySet:
    return support.between(period.first_day, period.last_day).order_by()


def _summed(came: SupportQuerySet, key: str) -> Iterable[dict[str, Any]]:
    rows: Any = came.values(key).annotate(
        count=Count("pk"),
        money=Sum("rupiah", filter=_MONEY),
        worth=Sum("rupiah", filter=~_MONEY),
        people=Sum("reached"),
        places=Count("library", distinct=True),
        last=Max("given_on"),
    )
    return cast("Iterable[dict[str, Any]]", rows)


def _by_unit(came: SupportQuerySet, key: str) -> dict[Any, tuple[Counted, ...]]:
    """Quantities by ``key`` and unit, however the unit is capitalised."""
    rows = (
        came.filter(quantity__isnull=False)
        .values_list(key, Lower("unit"))
        .annotate(total=Sum("quantity"))
    )
    found: dict[Any, list[Counted]] = defaultdict(list)
    for of, unit, total in rows:
        found[of].append(Counted(unit, total))
    return {of: tuple(sorted(some, key=_most_first)) for of, some in found.items()}


def _most_first(counted: Counted) -> tuple[int, str]:
    return -counted.quantity, counted.unit


def _months(came: SupportQuerySet, period: Period) -> tuple[MonthOfSupport, ...]:
    rows = came.values_list(TruncMonth("given_on")).annotate(
        count=Count("pk"), money=Sum("rupiah", filter=_MONEY)
    )
    found = {month: MonthOfSupport(month, count, money or 0) for month, count, money in rows}
    return tuple(found.get(month, MonthOfSupport(month)) for month in period.months)
