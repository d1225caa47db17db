"""Rounds of the programme against the other libraries of their region: the same figures as
everywhere, of two sets of libraries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from activities.enums import SimKind
from activities.models import SimRow
from libraries.enums import Level
from libraries.places import place_key
from libraries.querysets import LibraryQuerySet, RegionQuerySet
from reports.figures.colouring import (
    colour_counts,
    colour_trend,
    colours,
    count_colours,
    greys,
)
from reports.figures.counts import (
    add_completeness,
    add_totals,
    completeness,
    completeness_by,
    partnerships,
    totals,
    totals_by,
)
from reports.figures.results import ColourCounts, Completeness, MonthColours, Totals
from stakeholders.models import Cohort
from stakeholders.rounds import libraries_of, others_than
from tpbis.core import texts
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class Side:
    """Some libraries in a period; ``colours.total`` is how many took part at its end."""

    colours: ColourCounts
    totals: Totals
    completeness: Completeness
    partnerships: int

    def each(self, name: str) -> float | None:
        """So much of ``name`` for each library that took part; ``None`` where none did."""
        count: int = getattr(self.totals, name)
        return count / self.colours.total if self.colours.total else None


@dataclass(frozen=True, slots=True)
class Compared:
    cohort: Side
    others: Side
    trend: tuple[MonthColours, ...]
    trend_of_others: tuple[MonthColours, ...]


def compared(
    cohort: Cohort, libraries: LibraryQuerySet, period: Period, *, as_of: datetime
) -> Compared:
    """``libraries`` are those that may be seen; of them the region's are compared."""
    members, others = libraries_of(cohort, libraries), others_than(cohort, libraries)
    return Compared(
        cohort=side(members, period, as_of=as_of),
        others=side(others, period, as_of=as_of),
        trend=tuple(colour_trend(members, period.end)),
        trend_of_others=tuple(colour_trend(others, period.end)),
    )


def side(libraries: LibraryQuerySet, period: Period, *, as_of: datetime) -> Side:
    return Side(
        colours=colour_counts(libraries, period.end),
        totals=totals(libraries, period),
        completeness=completeness(libraries, period, as_of=as_of),
        partnerships=partnerships(libraries, period.last_day),
    )


# --- Every round at once --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A round in a list."""

    cohort: Cohort
    colours: ColourCounts
    totals: Totals
    completeness: Completeness


def cohort_rows(
    cohorts: Iterable[Cohort], libraries: LibraryQuerySet, period: Period, *, as_of: datetime
) -> list[CohortRow]:
    """What :func:`side` says of each, in as many queries as for one of them."""
    found = colours(libraries, period.end)
    why = greys(libraries, period.end, found)
    totals_of = totals_by(libraries, period, "pk")
    completeness_of = completeness_by(libraries, period, "pk", as_of=as_of)
    known = [
        _Known(*row)
        for row in libraries.order_by().values_list(
            "pk", "source", "joined_on", "tags", "region__code"
        )
    ]
    rows = []
    for cohort in cohorts:
        members = [one.pk for one in known if one.is_of(cohort)]
        rows.append(
            CohortRow(
                cohort,
                count_colours({pk: found[pk] for pk in members if pk in found}, why),
                add_totals(totals_of[pk] for pk in members if pk in totals_of),
                add_completeness(completeness_of[pk] for pk in members if pk in completeness_of),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class _Known:
    """What decides to which round a library belongs: as ``rounds.libraries_of`` asks it."""

    pk: int
    source: str
    joined_on: date
    tags: Sequence[str]
    code: str

    def is_of(self, cohort: Cohort) -> bool:
        tag = texts.key(cohort.tag)
        return (
            f"{self.code}.".startswith(f"{cohort.region.code}.")
            and self.source == cohort.source
            and cohort.first_year <= self.joined_on.year <= cohort.last_year
            and (not cohort.tag or tag in {texts.key(one) for one in self.tags})
        )


# --- What the SIM says of replication -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldOfReplication:
    """Rows *replikasi* of the SIM: what regencies told Perpusnas of villages they took in. The
    feed names the regency alone; ``linked`` are those that a library of the register was found
    for."""

    rows: int
    linked: int
    regencies: int
    villages: int
    rupiah: int
    last_on: datetime | None


def told_of_replication(regions: RegionQuerySet) -> ToldOfReplication:
    """Of the regencies among ``regions``, as the last import left its rows."""
    seen = {
        place_key(name, Level.REGENCY)
        for name in regions.regencies().order_by().values_list("name", flat=True)
    }
    rows = [
        row
        for row in SimRow.objects.filter(kind=SimKind.REPLICATION).order_by("pk")
        if place_key(row.regency_name, Level.REGENCY) in seen
    ]
    return ToldOfReplication(
        rows=len(rows),
        linked=sum(row.library_id is not None for row in rows),
        regencies=len({place_key(row.regency_name, Level.REGENCY) for row in rows}),
        villages=sum(_number(row.raw.get("jumlah_desa")) for row in rows),
        rupiah=sum(_number(row.raw.get("dana")) for row in rows),
        last_on=max((row.imported_at for row in rows), default=None),
    )


def _number(said: object) -> int:
    """The feed writes numbers as numbers, as text or as “-”."""
    text = str(said if said is not None else "").strip()
    return int(text) if text.isdecimal() else 0
