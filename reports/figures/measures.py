"""What a region's map shows of each of its parts, other than colours: one share or ratio each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from libraries.enums import Level
from libraries.querysets import LibraryQuerySet
from reports.enums import MapMeasure
from reports.figures.funnel import funnel
from reports.figures.results import AreaRow


@dataclass(frozen=True, slots=True)
class Measured:
    """``part`` of ``whole``; nothing can be said where there is no whole."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None


def measured(
    measure: MapMeasure, rows: Iterable[AreaRow], libraries: LibraryQuerySet, on: date
) -> dict[str, Measured]:
    """By the part's code. Green: of its partners those that are green. Completeness: of the
    reports that were expected those that came. Activation: of its partners on the day ``on`` those
    where somebody can sign in. Activities: of its partners, how many entries each had approved."""
    if measure == MapMeasure.ACTIVATION:
        return _activation(rows, libraries, on)
    return {row.area.code: _of_row(measure, row) for row in rows}


def _of_row(measure: MapMeasure, row: AreaRow) -> Measured:
    if measure == MapMeasure.COMPLETENESS:
        return Measured(row.completeness.reported, row.completeness.expected)
    if measure == MapMeasure.GREEN:
        return Measured(row.colours.green, row.colours.total)
    sums = row.totals
    entries = sums.involvement + sums.advocacy + sums.service + sums.publications
    return Measured(entries, row.colours.total)


def _activation(
    rows: Iterable[AreaRow], libraries: LibraryQuerySet, on: date
) -> dict[str, Measured]:
    shown = list(rows)
    level = Level(max((row.area.level for row in shown), default=Level.REGENCY))
    found = funnel(libraries, on, level=level)
    counted = {row.area.code: Measured(row.portal.inside, row.portal.total) for row in found.rows}
    return {row.area.code: counted.get(row.area.code, Measured(0, 0)) for row in shown}
