"""A *rapor* as its pages word it."""

from dataclasses import dataclass
from datetime import date
from math import ceil

from kpi import scoring
from kpi.enums import Component, Measure
from libraries.models import Library
from reports import figures


@dataclass(frozen=True, slots=True)
class RaporLine:
    """An indicator as the page words it."""

    measure: Measure
    is_general: bool
    line: scoring.Line

    @property
    def lacking(self) -> int:
        return max(0, self.line.target - self.line.value)

    @property
    def to_win(self) -> int:
        """Thousandths of a point still to be had here."""
        return self.line.points_possible - self.line.points


@dataclass(frozen=True, slots=True)
class RaporView:
    """A *rapor* with its reasons in words; points still needed are rounded up to whole ones."""

    rapor: figures.Rapor
    lines: tuple[RaporLine, ...]
    missing: tuple[Component, ...]

    @classmethod
    def of(cls, rapor: figures.Rapor) -> "RaporView":
        return cls(
            rapor=rapor,
            lines=tuple(
                RaporLine(Measure(line.measure), line.measure in rapor.rule_set.general, line)
                for line in rapor.lines
            ),
            missing=tuple(
                Component(line.component)
                for line in rapor.lines
                if line.measure in rapor.gates.missing
            ),
        )

    @property
    def points_to_yellow(self) -> int:
        return ceil(self.rapor.gates.points_to_yellow / 1000)

    @property
    def points_to_green(self) -> int:
        return ceil(self.rapor.gates.points_to_green / 1000)

    @property
    def next_lines(self) -> list[RaporLine]:
        """Where most points can still be won, general components without an entry first."""
        missing = self.rapor.gates.missing
        return sorted(
            (one for one in self.lines if one.lacking),
            key=lambda one: (one.line.measure not in missing, -one.to_win),
        )[:2]


def rapor_of(library: Library, through: date) -> RaporView | None:
    """``None`` when the library had not joined by then."""
    try:
        return RaporView.of(figures.rapor(library, through))
    except figures.NotAPartnerThen:
        return None
