"""A region's page: everything about it at once, and each of its parts."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.utils import timezone

from kpi import queries as kpi
from kpi.enums import Colour, Grey
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.figures.colouring import by_colour, colours_by_month, count_colours, greys
from reports.figures.counts import (
    add_completeness,
    add_totals,
    completeness_by,
    partnerships,
    partnerships_by,
    totals,
    totals_by,
)
from reports.figures.results import AreaRow, Dashboard
from tpbis.core.periods import Period

T = TypeVar("T")


def dashboard(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    before: Period | None = None,
    as_of: datetime | None = None,
) -> Dashboard:
    """A region's figures; ``libraries`` are those of the region that may be seen."""
    as_of = as_of or timezone.now()
    before = before or period.compared_with
    coloured = colours_by_month(libraries, sorted({before.end, period.end}))
    found, found_before = coloured[period.end], coloured[before.end]
    why = greys(libraries, period.end, found)
    rows = area_rows(
        region, libraries, period, as_of=as_of, found=found, greys=why, found_before=found_before
    )
    return Dashboard(
        region=region,
        period=period,
        before=before,
        as_of=as_of,
        colours=count_colours(found, why),
        colours_before=by_colour(before.end, found_before),
        totals=add_totals(row.totals for row in rows),
        totals_before=totals(libraries, before),
        partnerships=sum(row.partnerships for row in rows),
        partnerships_before=partnerships(libraries, before.last_day),
        completeness=add_completeness(row.completeness for row in rows),
        rows=tuple(rows),
        rule_versions=tuple(
            sorted({rules.version for rules in kpi.rule_sets_on(period.last_day).values()})
        ),
    )


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
    (the regency's own) stand in a row of ``region`` itself."""
    parts = _Parts.of(region, libraries)
    colours_in: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, colour in found.items():
        colours_in[parts.of_library(pk)][pk] = colour
    green_before = Counter(
        parts.of_library(pk) for pk, colour in found_before.items() if colour == Colour.GREEN
    )
    totals_in = parts.grouped(totals_by(libraries, period, parts.path))
    partnerships_in = parts.grouped(partnerships_by(libraries, period.last_day, parts.path))
    completeness_in = parts.grouped(completeness_by(libraries, period, parts.path, as_of=as_of))
    shown = list(parts.listed)
    if not shown or any(
        region.pk in somewhere
        for somewhere in (colours_in, totals_in, partnerships_in, completeness_in)
    ):
        shown.append(region)
    return [
        AreaRow(
            area=area,
            colours=count_colours(colours_in[area.pk], greys),
            totals=add_totals(totals_in[area.pk]),
            completeness=add_completeness(completeness_in[area.pk]),
            partnerships=sum(partnerships_in[area.pk]),
            green_before=green_before[area.pk],
        )
        for area in shown
    ]


@dataclass(frozen=True, slots=True)
class _Parts:
    """How a region is divided, and which part each library and each counted key belongs to."""

    region: Region
    listed: tuple[Region, ...]
    path: str  # from a library to what the database counts by
    part_of_key: Mapping[int, int]
    key_of_library: Mapping[int, int]

    @classmethod
    def of(cls, region: Region, libraries: LibraryQuerySet) -> "_Parts":
        listed = tuple(region.children.order_by("code")) if region.level < Level.DISTRICT else ()
        path = "regency" if region.level == Level.PROVINCE else "region"
        by_code = {part.code: part.pk for part in listed}
        depth = region.level + 1
        keys: dict[int, int] = {}
        part_of: dict[int, int] = {}
        for pk, key, code in libraries.order_by().values_list("pk", path, f"{path}__code"):
            keys[pk] = key
            part_of[key] = by_code.get(".".join(code.split(".")[:depth]), region.pk)
        return cls(region, listed, path, part_of, keys)

    def of_library(self, pk: int) -> int:
        return self.part_of_key.get(self.key_of_library.get(pk, 0), self.region.pk)

    def grouped(self, counted: Mapping[int, T]) -> dict[int, list[T]]:
        found: dict[int, list[T]] = defaultdict(list)
        for key, value in counted.items():
            found[self.part_of_key.get(key, self.region.pk)].append(value)
        return found
