"""A *rapor* in words, for its pages and its paper."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpi import scoring
from kpi.enums import Component, Measure
from kpi.scoring import Cause, Movement
from libraries.models import Library
from reports import figures
from reports.documents.wording.ways import Ways, ways_of
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import angka


@dataclass(frozen=True, slots=True)
class RaporLine:
    """An indicator as the page words it."""

    measure: Measure
    is_general: bool
    line: scoring.Line
    one_more: scoring.Result | None
    now: scoring.Result

    @property
    def lacking(self) -> int:
        return max(0, self.line.target - self.line.value)

    @property
    def gain(self) -> str:
        """Points that one more entry brings, over all indicators; empty for none."""
        after = self.one_more.points if self.one_more else self.now.points
        return signed((after or 0) - (self.now.points or 0))

    @property
    def turns(self) -> str:
        """The colour one more entry leads to, where it is another."""
        if self.one_more is None or self.one_more.colour == self.now.colour:
            return ""
        return self.one_more.colour


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """What one cause moved, and the same of each indicator; each with its points."""

    title: str
    points: str
    sentences: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """From an earlier score to this one."""

    since: figures.Since
    now: scoring.Result
    noise_gap: int
    groups: tuple[ChangeGroup, ...]

    @property
    def points(self) -> int:
        """Thousandths."""
        return (self.now.points or 0) - (self.since.points or 0)

    @property
    def is_same(self) -> bool:
        return not self.groups and self.since.colour == self.now.colour

    @property
    def arrow(self) -> str:
        """ "up" or "down"; smaller movements are noise and get none."""
        if abs(self.points) <= self.noise_gap:
            return ""
        return "up" if self.points > 0 else "down"

    @property
    def whole_points(self) -> int:
        """How far apart they are as they are shown, each rounded down to a whole point."""
        return abs((self.now.points or 0) // 1000 - (self.since.points or 0) // 1000)


@dataclass(frozen=True, slots=True)
class RaporView:
    """A *rapor* with its reasons in words; points still needed are rounded up to whole ones."""

    rapor: figures.Rapor
    lines: tuple[RaporLine, ...]
    missing: tuple[Component, ...]
    ways: Ways | None
    month_before: Change | None
    closed: Change | None

    @classmethod
    def of(cls, rapor: figures.Rapor) -> "RaporView":
        now = scoring.Result(rapor.colour, rapor.points)
        return cls(
            rapor=rapor,
            lines=tuple(
                RaporLine(
                    Measure(line.measure),
                    line.measure in rapor.rule_set.general,
                    line,
                    one_more,
                    now,
                )
                for line, one_more in zip(rapor.lines, rapor.one_more, strict=True)
            ),
            missing=tuple(
                Component(line.component)
                for line in rapor.lines
                if line.measure in rapor.gates.missing
            ),
            ways=ways_of(rapor, is_closing_year=rapor.through < periods.this_month()),
            month_before=_change(rapor, rapor.month_before) if rapor.month_before else None,
            closed=_change(rapor, rapor.closed.since) if rapor.closed else None,
        )

    @property
    def points_to_yellow(self) -> int:
        return ceil(self.rapor.gates.points_to_yellow / 1000)

    @property
    def points_to_green(self) -> int:
        return ceil(self.rapor.gates.points_to_green / 1000)

    @property
    def month_of_before(self) -> date:
        return periods.add_months(self.rapor.through, -1)

    @property
    def running(self) -> date:
        return periods.this_month()

    @property
    def is_closed_year(self) -> bool:
        return self.rapor.through.year < periods.this_month().year and self.ways is None

    @property
    def is_open(self) -> bool:
        """Whether anything is still asked of that year."""
        return not self.is_closed_year


def rapor_of(library: Library, through: date, *, reasons: bool = True) -> RaporView | None:
    """``None`` when the library took no part then."""
    try:
        return RaporView.of(figures.rapor(library, through, reasons=reasons))
    except figures.NotAPartnerThen:
        return None


def signed(thousandths: int) -> str:
    """``+1,4``: as many decimals as it takes to say that it is something; empty for nothing."""
    if thousandths == 0:
        return ""
    size = abs(thousandths)
    decimals = 1 if size >= 100 else 2 if size >= 10 else 3
    written = angka(size / 1000, 0 if size % 1000 == 0 else decimals)
    return f"+{written}" if thousandths > 0 else f"−{written}"


# --- What moved, in sentences ---------------------------------------------------------------------


def _change(rapor: figures.Rapor, since: figures.Since) -> Change:
    now = scoring.Result(rapor.colour, rapor.points)
    groups = [
        _group(Cause(cause), list(moved), since, rapor)
        for cause, moved in groupby(since.movements, key=lambda one: one.cause)
    ]
    if since.version != rapor.rule_set.version and Cause.RULES not in {
        one.cause for one in since.movements
    }:
        groups.append(_group(Cause.RULES, [], since, rapor))
    return Change(since, now, rapor.rule_set.noise_gap, tuple(groups))


def _group(
    cause: Cause, moved: list[Movement], since: figures.Since, rapor: figures.Rapor
) -> ChangeGroup:
    return ChangeGroup(
        title=_title(cause, moved, since, rapor),
        points=signed(sum(one.points for one in moved)),
        sentences=tuple((_sentence(one), signed(one.points)) for one in moved),
    )


def _title(cause: Cause, moved: list[Movement], since: figures.Since, rapor: figures.Rapor) -> str:
    if cause is Cause.RULES:
        return _("Aturan berganti dari versi %(before)s ke versi %(after)s.") % {
            "before": since.version,
            "after": rapor.rule_set.version,
        }
    if cause is Cause.TARGET:
        closed = rapor.months_due - since.months_due
        return ngettext(
            "%(count)s bulan lagi ditutup, jadi target bertambah.",
            "%(count)s bulan lagi ditutup, jadi target bertambah.",
            closed,
        ) % {"count": angka(closed)}
    if all(one.after >= one.before for one in moved):
        return _("Ada catatan baru yang disetujui.")
    return _("Catatan yang dihitung berubah.")


def _sentence(one: Movement) -> str:
    said = {
        "name": str(Measure(one.measure).label),
        "before": angka(one.before),
        "after": angka(one.after),
        "count": angka(abs(one.after - one.before)),
    }
    if one.cause is not Cause.ENTRIES:
        return _("Target %(name)s: dari %(before)s ke %(after)s") % said
    if one.after > one.before:
        return _("%(count)s %(name)s lagi: dari %(before)s ke %(after)s") % said
    return _("%(count)s %(name)s berkurang: dari %(before)s ke %(after)s") % said
