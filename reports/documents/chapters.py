"""The chapters of a progress report: a regency's own figures and its libraries.

All of a province's are read together, some hundreds of libraries at a time, never regency by
regency: a province of 38 asks for a chapter's figures once. A chapter holds plain values only, so
that what it says is what it is known by (:mod:`reports.documents.shelf`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports import charts, figures
from reports.figures import (
    AreaRow,
    Closed,
    ColourCounts,
    Completeness,
    Dashboard,
    LibraryRow,
    Sealed,
    Totals,
    WeekAgo,
)
from tpbis.core.periods import Period

_TOGETHER = 1_000  # libraries whose rows are read at once


@dataclass(frozen=True, slots=True)
class Frame:
    """What every chapter of a report has in common."""

    period: Period
    before: Period
    is_of_province: bool


class Line(NamedTuple):
    """One library of a chapter's table. Points are thousandths."""

    library: int
    name: str
    place: str
    colour: str
    grey: str
    points: int | None
    involvement: int
    advocacy: int
    service: int
    publications: int
    visits: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside that of the period before; ``unit`` is what is counted."""

    label: str
    unit: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Chapter:
    key: str
    title: str
    colours: ColourCounts
    totals: Totals
    completeness: Completeness
    rule_versions: tuple[int, ...]
    closed: Closed | None
    week_ago: WeekAgo | None
    sealed: Sealed
    libraries: tuple[Line, ...]
    bar: charts.ColourBar
    indicators: tuple[Measured, ...]

    @property
    def adds_up(self) -> bool:
        """Whether its table says the same as its headline."""
        counted = [0, 0, 0, 0]
        for line in self.libraries:
            counted[_COLOURS.index(line.colour)] += 1
        return counted == [getattr(self.colours, colour) for colour in _COLOURS]


_COLOURS = ("green", "yellow", "red", "grey")


def chapters(
    whole: Dashboard, libraries: LibraryQuerySet, *, is_narrowed: bool
) -> Iterator[Chapter]:
    """One for each regency of a province; one for the province's own libraries where it has any. A
    regency's own document has one chapter, itself. ``libraries`` are those ``whole`` was counted
    from; where something else narrows them, no night has counted them."""
    if whole.region.level != Level.PROVINCE:
        yield _itself(whole, libraries)
        return
    for rows in _together(whole.rows):
        yield from _of_rows(rows, whole, libraries, is_narrowed=is_narrowed)


def indicators(
    now: Totals, before: Totals, partnerships: int, partnerships_before: int
) -> tuple[Measured, ...]:
    """The programme's three headline indicators."""
    return (
        Measured("Kunjungan", "kunjungan", now.visits_total, before.visits_total),
        Measured("Pelibatan masyarakat", "kegiatan", now.involvement, before.involvement),
        Measured("Kemitraan yang berlaku", "kemitraan", partnerships, partnerships_before),
    )


def _itself(whole: Dashboard, libraries: LibraryQuerySet) -> Chapter:
    return Chapter(
        key=whole.region.code,
        title=whole.region.title,
        colours=whole.colours,
        totals=whole.totals,
        completeness=whole.completeness,
        rule_versions=whole.rule_versions,
        closed=whole.closed,
        week_ago=whole.week_ago,
        sealed=figures.sealed(libraries, whole.period),
        libraries=tuple(map(_line, figures.library_rows(_in_order(libraries), whole.period))),
        bar=charts.colour_bar(whole.colours),
        indicators=indicators(
            whole.totals, whole.totals_before, whole.partnerships, whole.partnerships_before
        ),
    )


def _together(rows: Iterable[AreaRow]) -> Iterator[list[AreaRow]]:
    """Regencies that are read at once."""
    some: list[AreaRow] = []
    for row in rows:
        some.append(row)
        if sum(one.colours.total for one in some) >= _TOGETHER:
            yield some
            some = []
    if some:
        yield some


def _of_rows(
    rows: Sequence[AreaRow], whole: Dashboard, libraries: LibraryQuerySet, *, is_narrowed: bool
) -> Iterator[Chapter]:
    period, before = whole.period, whole.before
    part = libraries.filter(regency__in=[row.area.pk for row in rows])
    lines: dict[int, list[LibraryRow]] = defaultdict(list)
    for one in figures.library_rows(_in_order(part), period):
        lines[one.library.regency_id].append(one)
    found = {one.library.pk: one.colour for some in lines.values() for one in some}
    closed = figures.closed_by(part, period.end, found=found) if whole.closed else {}
    totals_before = figures.totals_by(part, before, "regency")
    partnerships_before = figures.partnerships_by(part, before.last_day, "regency")
    regional = (
        Counter[str]()
        if is_narrowed
        else figures.regional_partnerships(before.last_day, depth=2, region=whole.region)
    )
    sealed = figures.sealed_by(part, period)
    for row in rows:
        area = row.area
        yield Chapter(
            key=area.code,
            title=f"Perpustakaan {area.title}" if area == whole.region else area.title,
            colours=row.colours,
            totals=row.totals,
            completeness=row.completeness,
            rule_versions=whole.rule_versions,
            closed=closed.get(area.pk),
            week_ago=None
            if is_narrowed
            else figures.week_ago(
                area,
                libraries.filter(regency=area),
                period.end,
                row.colours,
                as_of=whole.as_of,
            ),
            sealed=sealed.get(area.pk, Sealed()),
            libraries=tuple(map(_line, lines[area.pk])),
            bar=charts.colour_bar(row.colours),
            indicators=indicators(
                row.totals,
                totals_before.get(area.pk, Totals()),
                row.partnerships,
                partnerships_before.get(area.pk, 0) + regional[area.code],
            ),
        )


def _in_order(libraries: LibraryQuerySet) -> LibraryQuerySet:
    return libraries.order_by("region__level", "region__parent__name", "region__name", "name", "pk")


def _line(row: LibraryRow) -> Line:
    return Line(
        library=row.library.pk,
        name=row.library.name,
        place=_place(row.library.region),
        colour=row.colour,
        grey=row.grey or "",
        points=row.points,
        involvement=row.totals.involvement,
        advocacy=row.totals.advocacy,
        service=row.totals.service,
        publications=row.totals.publications,
        visits=row.totals.visits_total,
    )


def _place(region: Region) -> str:
    if region.level == Level.VILLAGE and region.parent:
        return f"{region.name}, {region.parent.name}"
    return region.title
