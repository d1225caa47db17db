"""What a progress report says: figures from ``reports.figures``, arranged as the paper needs them.

The paper is an official Indonesian document, whatever language somebody reads the portal in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from kpi.enums import Colour
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports import charts, figures, queries
from reports.documents import chapters as parts
from reports.documents import findings, one_library
from reports.documents.briefs import LANGUAGE as LANGUAGE
from reports.documents.briefs import Brief
from reports.documents.chapters import Chapter as Chapter
from reports.documents.chapters import Frame as Frame
from reports.documents.chapters import Measured as Measured
from reports.documents.findings import Finding
from reports.documents.offices import Letterhead as Letterhead
from reports.documents.offices import letterhead as letterhead
from reports.documents.opening import Heading as Heading
from reports.documents.opening import Opening as Opening
from reports.documents.opening import opening_of
from reports.figures import Dashboard, Sealed
from tpbis.core import periods
from tpbis.core.periods import Period

_TRIES = 3
_LONGEST_TREND = 12  # months beside each other on paper

MEANINGS = {
    Colour.GREEN: "Strategi dijalankan optimal dan keberlanjutannya diupayakan",
    Colour.YELLOW: "Semua komponen umum dijalankan, belum optimal",
    Colour.RED: "Belum dijalankan, atau baru sebagian",
    Colour.GREY: "Belum ada data yang masuk pada tahun ini",
}


class FiguresMoved(Exception):
    """Reports were approved while the figures were read: the parts are not the whole."""


@dataclass(frozen=True, slots=True)
class ColourLine:
    colour: str
    label: str
    meaning: str
    count: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReport(Opening):
    """The progress of a province, a regency or a library over a period, ready to be set."""

    dashboard: Dashboard
    sealed: Sealed
    colours: tuple[ColourLine, ...]
    indicators: tuple[Measured, ...]
    activities: tuple[Measured, ...]
    bar: charts.ColourBar
    tiles: charts.OutlineMap | charts.TileMap | None
    involvement: charts.MonthChart
    trend: charts.MonthChart
    findings: tuple[Finding, ...]
    conclusions: tuple[str, ...]
    chapters: tuple[Chapter, ...]


def progress(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    as_of: datetime,
    brief: Brief | None = None,
    opened: Callable[[Opening], None] = lambda _opening: None,
    read: Callable[[Frame, Chapter], None] = lambda _frame, _chapter: None,
) -> ProgressReport:
    """The report on ``libraries``, those of ``region`` that whoever asked may see. ``opened`` hears
    of what it opens with and ``read`` of each chapter, once their figures are there: they can be
    set meanwhile. Raises :class:`FiguresMoved` when the chapters do not add up to the summary,
    however often read."""
    brief = brief or Brief()
    for _attempt in range(_TRIES):
        whole = _figures(region, libraries, period, as_of, brief)
        opening = opening_of(whole, brief)
        opened(opening)
        found = () if brief.library else _chapters(whole, libraries, brief)
        chapters = tuple(_heard(found, opening.frame, read))
        sealed = figures.sealed(libraries, period)
        if brief.library or _adds_up(whole, sealed, chapters, libraries):
            return _report(opening, whole, sealed, chapters, libraries)
    raise FiguresMoved


def _figures(
    region: Region, libraries: LibraryQuerySet, period: Period, as_of: datetime, brief: Brief
) -> Dashboard:
    return figures.dashboard(
        region,
        libraries,
        period,
        before=brief.before(period),
        as_of=as_of,
        is_narrowed=brief.is_narrowed or brief.library is not None,
    )


def _heard(
    chapters: Iterable[Chapter], frame: Frame, read: Callable[[Frame, Chapter], None]
) -> Iterable[Chapter]:
    for chapter in chapters:
        read(frame, chapter)
        yield chapter


def _report(
    opening: Opening,
    whole: Dashboard,
    sealed: Sealed,
    chapters: tuple[Chapter, ...],
    libraries: LibraryQuerySet,
) -> ProgressReport:
    library = opening.library
    rows = [row for chapter in chapters for row in chapter.libraries]
    by_month = figures.totals_by_month(libraries, whole.period)
    return ProgressReport(
        **{known.name: getattr(opening, known.name) for known in fields(opening)},
        dashboard=whole,
        sealed=sealed,
        colours=_colour_lines(whole),
        indicators=indicators(whole),
        activities=activities(whole),
        bar=charts.colour_bar(whole.colours),
        tiles=None if library else charts.area_map(whole.rows, queries.drawing_of(whole.region)),
        involvement=charts.month_bars(
            [(month, totals.involvement) for month, totals in by_month.items()]
        ),
        trend=charts.colour_trend(
            [
                (counts.month, counts)
                for counts in figures.colour_trend(
                    libraries,
                    whole.period.end,
                    length=min(len(whole.period.months), _LONGEST_TREND),
                )
            ]
        ),
        findings=one_library.findings(whole, library.row)
        if library
        else findings.findings(whole, rows),
        conclusions=one_library.conclusions(whole, library.row)
        if library
        else findings.conclusions(whole),
        chapters=chapters,
    )


def indicators(dashboard: Dashboard) -> tuple[Measured, ...]:
    """The programme's three headline indicators."""
    return parts.indicators(
        dashboard.totals,
        dashboard.totals_before,
        dashboard.partnerships,
        dashboard.partnerships_before,
    )


def activities(dashboard: Dashboard) -> tuple[Measured, ...]:
    now, before = dashboard.totals, dashboard.totals_before
    lines = (
        ("Kegiatan pelibatan masyarakat", "kegiatan", "involvement"),
        ("Peserta kegiatan", "orang", "participants"),
        ("– di antaranya perempuan", "orang", "participants_women"),
        ("– di antaranya laki-laki", "orang", "participants_men"),
        ("– di antaranya penyandang disabilitas", "orang", "participants_disabled"),
        ("Kegiatan advokasi", "kegiatan", "advocacy"),
        ("Peningkatan layanan informasi", "kegiatan", "service"),
        ("Publikasi", "publikasi", "publications"),
        ("Kunjungan", "kunjungan", "visits_total"),
    )
    return tuple(
        Measured(label, unit, getattr(now, name), getattr(before, name))
        for label, unit, name in lines
    )


def _colour_lines(dashboard: Dashboard) -> tuple[ColourLine, ...]:
    now, before = dashboard.colours, dashboard.colours_before
    return tuple(
        ColourLine(
            colour=colour,
            label=str(colour.label),
            meaning=meaning,
            count=getattr(now, colour),
            before=getattr(before, colour),
        )
        for colour, meaning in MEANINGS.items()
    )


def _chapters(whole: Dashboard, libraries: LibraryQuerySet, brief: Brief) -> Iterable[Chapter]:
    return parts.chapters(whole, libraries, is_narrowed=brief.is_narrowed)


def _adds_up(
    whole: Dashboard, sealed: Sealed, chapters: Sequence[Chapter], libraries: LibraryQuerySet
) -> bool:
    """Whether every chapter's table is its headline, and nothing has moved since the first figure
    was read."""
    return (
        all(chapter.adds_up for chapter in chapters)
        and sum(chapter.sealed.reports for chapter in chapters) == sealed.reports
        and figures.totals(libraries, whole.period) == whole.totals
    )


def through(period: Period) -> str:
    """“KPI portal s.d. September 2024”: what a colour covers, said wherever one stands."""
    return f"KPI portal s.d. {periods.written(period.end)}"
