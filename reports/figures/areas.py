"""A region's page: everything about it at once, and each of its parts."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone

from kpi.enums import Colour, Grey
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.figures import kept
from reports.figures.closings import added_up_closed, closed, week_ago
from reports.figures.colouring import (
    added_up,
    added_up_months,
    by_colour,
    colours_by_month,
    count_colours,
    greys,
    rule_versions,
)
from reports.figures.counts import (
    add_completeness,
    add_totals,
    completeness_by,
    partnerships,
    partnerships_by,
    regional_partnerships,
    totals,
    totals_by,
)
from reports.figures.results import AreaRow, Closed, Dashboard, MonthColours, Totals
from tpbis.core.periods import Period

T = TypeVar("T")


def dashboard(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    before: Period | None = None,
    as_of: datetime | None = None,
    is_narrowed: bool = False,
    is_whole: bool = False,
    counted: kept.KeptRegion | None = None,
) -> Dashboard:
    """A region's figures; ``libraries`` are those of the region that may be seen. Where they are
    narrowed by something else (their source), no night has counted them. Where whoever asks knows
    that they are all of the region's (``is_whole``), what was counted of a regency before and is
    still so is not counted again; ``counted``: where that was read already."""
    as_of = as_of or timezone.now()
    before = before or period.compared_with
    months = {*period.months, *before.months}
    if is_whole and counted is None:
        counted = kept.kept_region(region, months)
    areas = counted.areas if counted else kept.areas_of(region)
    known = counted.of(months) if counted else {}
    left = areas.keys() - known.keys()
    parts = []
    if left:
        uncounted = libraries.filter(regency__in=left) if known else libraries
        counting = _Counting(region, areas, left, is_narrowed=is_narrowed)
        parts.append(_from_libraries(counting, uncounted, period, before, as_of))
    if known:
        parts.append(_from_kept(areas, known, period, before, as_of))
    rows = _in_order(region, areas, {pk: row for part in parts for pk, row in part.rows.items()})
    colours = added_up(row.colours for row in rows)
    closings = [part for sums in parts for part in sums.closed]
    return Dashboard(
        region=region,
        period=period,
        before=before,
        as_of=as_of,
        colours=colours,
        colours_before=added_up_months([part.colours_before for part in parts]),
        totals=add_totals(row.totals for row in rows),
        totals_before=add_totals(part.totals_before for part in parts),
        partnerships=sum(row.partnerships for row in rows),
        partnerships_before=sum(part.partnerships_before for part in parts),
        completeness=add_completeness(row.completeness for row in rows),
        rows=tuple(rows),
        rule_versions=rule_versions(period.end),
        closed=added_up_closed(closings) if closings else None,
        week_ago=None
        if is_narrowed
        else week_ago(
            region,
            libraries,
            period.end,
            colours,
            as_of=as_of,
            counted_under=None if left else _with_libraries(known, period.end),
        ),
    )


def _with_libraries(known: kept.Kept, month: date) -> set[int]:
    return {area for area, found in known.items() if found[month].libraries}


def area_rows(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    as_of: datetime,
    found: Mapping[int, str],
    greys: Mapping[int, Grey],
    found_before: Mapping[int, str],
) -> list[AreaRow]:
    """One row for each part of ``region`` (regencies of a province, districts of a regency, itself
    for a district), by code; parts without a library have zeros. Libraries that belong to no part
    (the regency's own) stand in a row of ``region`` itself, where anything is told of them."""
    areas = kept.areas_of(region)
    rows = _rows(
        region,
        areas,
        libraries,
        period,
        as_of=as_of,
        found=found,
        greys=greys,
        found_before=found_before,
        regional={},
    )
    return _in_order(region, areas, rows)


_Areas = Mapping[int, Region]  # the parts of a region by code, and last the region itself


def _in_order(region: Region, areas: _Areas, rows: Mapping[int, AreaRow]) -> list[AreaRow]:
    return [
        rows[pk] for pk in areas if pk != region.pk or len(areas) == 1 or _says_anything(rows[pk])
    ]


def _says_anything(row: AreaRow) -> bool:
    return bool(
        row.colours.total
        or row.partnerships
        or row.completeness.expected
        or row.totals != Totals()
        or row.green_before
    )


# --- Counted from the libraries -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sums:
    """Some parts of a region: their rows, and what only the whole is told of."""

    rows: Mapping[int, AreaRow]
    colours_before: MonthColours
    totals_before: Totals
    partnerships_before: int
    closed: list[Closed]


@dataclass(frozen=True, slots=True)
class _Counting:
    """Which parts of a region are counted now (``left``), and whether their libraries are narrowed
    by something else: partnerships with a region as a whole then stand outside."""

    region: Region
    areas: _Areas
    left: Collection[int]
    is_narrowed: bool

    def regional(self, on: date) -> dict[int, int]:
        """Partnerships with each part as a whole; with the region itself in its own row."""
        if self.is_narrowed:
            return {}
        counted = regional_partnerships(on, depth=self.region.level + 1, region=self.region)
        return {pk: counted[area.code] for pk, area in self.areas.items() if pk in self.left}


def _from_libraries(
    counting: _Counting,
    libraries: LibraryQuerySet,
    period: Period,
    before: Period,
    as_of: datetime,
) -> _Sums:
    coloured = colours_by_month(libraries, sorted({before.end, period.end}))
    found, found_before = coloured[period.end], coloured[before.end]
    then = closed(libraries, period.end, found=found)
    return _Sums(
        rows=_rows(
            counting.region,
            counting.areas,
            libraries,
            period,
            as_of=as_of,
            found=found,
            greys=greys(libraries, period.end, found),
            found_before=found_before,
            regional=counting.regional(period.last_day),
        ),
        colours_before=by_colour(before.end, found_before),
        totals_before=totals(libraries, before),
        partnerships_before=partnerships(libraries, before.last_day)
        + sum(counting.regional(before.last_day).values()),
        closed=[then] if then else [],
    )


def _rows(
    region: Region,
    areas: _Areas,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    as_of: datetime,
    found: Mapping[int, str],
    greys: Mapping[int, Grey],
    found_before: Mapping[int, str],
    regional: Mapping[int, int],
) -> dict[int, AreaRow]:
    parts = _Parts.of(region, areas, libraries)
    colours_in: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, colour in found.items():
        colours_in[parts.of_library(pk)][pk] = colour
    green_before = Counter(
        parts.of_library(pk) for pk, colour in found_before.items() if colour == Colour.GREEN
    )
    totals_in = parts.grouped(totals_by(libraries, period, parts.path))
    partnerships_in = parts.grouped(partnerships_by(libraries, period.last_day, parts.path))
    completeness_in = parts.grouped(completeness_by(libraries, period, parts.path, as_of=as_of))
    return {
        pk: AreaRow(
            area=area,
            colours=count_colours(colours_in[pk], greys),
            totals=add_totals(totals_in[pk]),
            completeness=add_completeness(completeness_in[pk]),
            partnerships=sum(partnerships_in[pk]) + regional.get(pk, 0),
            green_before=green_before[pk],
        )
        for pk, area in areas.items()
    }


# --- Counted before -------------------------------------------------------------------------------


def _from_kept(
    areas: _Areas, known: kept.Kept, period: Period, before: Period, as_of: datetime
) -> _Sums:
    ends = [found[period.end] for found in known.values()]
    return _Sums(
        rows={
            pk: _kept_row(areas[pk], found, period, before, as_of) for pk, found in known.items()
        },
        colours_before=kept.trend_of(known, [before.end])[0],
        totals_before=add_totals(_kept_totals(found, before) for found in known.values()),
        partnerships_before=sum(found[before.end].partnerships for found in known.values()),
        closed=kept.closed_in(period.end, ends),
    )


def _kept_row(
    area: Region,
    found: Mapping[date, kept.KeptMonth],
    period: Period,
    before: Period,
    as_of: datetime,
) -> AreaRow:
    return AreaRow(
        area=area,
        colours=kept.colours_of(found[period.end]),
        totals=_kept_totals(found, period),
        completeness=kept.completeness_of([found[month] for month in period.months], as_of),
        partnerships=found[period.end].partnerships,
        green_before=kept.colours_of(found[before.end]).green,
    )


def _kept_totals(found: Mapping[date, kept.KeptMonth], span: Period) -> Totals:
    months = [found[month] for month in span.months]
    return add_totals([kept.totals_of(months), *kept.early_in(months, span)])


@dataclass(frozen=True, slots=True)
class _Parts:
    """How a region is divided, and which part each library and each counted key belongs to."""

    region: Region
    path: str  # from a library to what the database counts by
    part_of_key: Mapping[int, int]
    key_of_library: Mapping[int, int]

    @classmethod
    def of(cls, region: Region, areas: _Areas, libraries: LibraryQuerySet) -> "_Parts":
        path = "regency" if region.level == Level.PROVINCE else "region"
        by_code = {part.code: part.pk for part in areas.values()}
        depth = region.level + 1
        keys: dict[int, int] = {}
        part_of: dict[int, int] = {}
        for pk, key, code in libraries.order_by().values_list("pk", path, f"{path}__code"):
            keys[pk] = key
            part_of[key] = by_code.get(".".join(code.split(".")[:depth]), region.pk)
        return cls(region, path, part_of, keys)

    def of_library(self, pk: int) -> int:
        return self.part_of_key.get(self.key_of_library.get(pk, 0), self.region.pk)

    def grouped(self, counted: Mapping[int, T]) -> dict[int, list[T]]:
        found: dict[int, list[T]] = defaultdict(list)
        for key, value in counted.items():
            found[self.part_of_key.get(key, self.region.pk)].append(value)
        return found
