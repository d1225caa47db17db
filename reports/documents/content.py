"""What a progress report says: figures from ``reports.figures``, arranged as the paper needs them.

The paper is an official Indonesian document, whatever language somebody reads the portal in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone

from kpi.enums import Colour
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports import charts, figures, queries
from reports.documents import chapters as parts
from reports.documents import findings, offices, one_library
from reports.documents.briefs import LANGUAGE as LANGUAGE
from reports.documents.briefs import Brief, LetterFields, Section, letter_fields
from reports.documents.chapters import Chapter as Chapter
from reports.documents.chapters import Frame as Frame
from reports.documents.chapters import Measured as Measured
from reports.documents.findings import Finding
from reports.documents.offices import Letterhead as Letterhead
from reports.documents.offices import letterhead as letterhead
from reports.documents.one_library import OneLibrary
from reports.figures import Dashboard, Sealed
from tpbis.core import periods
from tpbis.core.periods import Period

_TRIES = 3
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI")
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


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter of the report proper: one of the office's outline, or one that its maker wrote."""

    key: str  # of offices.OUTLINE; "own" for the latter
    number: str  # in Roman
    title: str
    anchor: str
    own: Section | None = None


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """The progress of a province, a regency or a library over a period, ready to be set."""

    region: Region
    period: Period
    before: Period
    as_of: datetime
    letterhead: Letterhead
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
    headings: tuple[Heading, ...] = ()
    brief: Brief = field(default_factory=Brief)
    letter: LetterFields = field(default_factory=LetterFields)
    legal_basis: tuple[str, ...] = offices.LEGAL_BASIS
    library: OneLibrary | None = None

    @property
    def frame(self) -> Frame:
        return _frame(self.region, self.period, self.before)

    @property
    def is_of_province(self) -> bool:
        return self.region.level == Level.PROVINCE

    @property
    def part(self) -> str:
        """What the region is divided into."""
        return "kabupaten/kota" if self.is_of_province else "kecamatan"

    @property
    def states_sources_apart(self) -> bool:
        """They are never left out, even where the chapter they belong to is."""
        return all(heading.key != "introduction" for heading in self.headings)

    @property
    def subject(self) -> str:
        """Whose progress it is."""
        return self.library.library.name if self.library else self.region.title

    @property
    def title(self) -> str:
        return f"Laporan Capaian TPBIS {self.subject}, {self.period}"

    @property
    def signed_on(self) -> date:
        return timezone.localdate(self.as_of)


def progress(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    as_of: datetime,
    brief: Brief | None = None,
    read: Callable[[Frame, Chapter], None] = lambda _frame, _chapter: None,
) -> ProgressReport:
    """The report on ``libraries``, those of ``region`` that whoever asked may see. ``read`` hears
    of each chapter once its figures are there: it can be set meanwhile. Raises
    :class:`FiguresMoved` when the chapters do not add up to the summary, however often read."""
    brief = brief or Brief()
    for _attempt in range(_TRIES):
        whole = _figures(region, libraries, period, as_of, brief)
        found = () if brief.library else _chapters(whole, libraries, brief)
        chapters = tuple(_heard(found, whole, read))
        sealed = figures.sealed(libraries, period)
        if brief.library or _adds_up(whole, sealed, chapters, libraries):
            return _report(whole, sealed, chapters, libraries, brief)
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
    chapters: Iterable[Chapter], whole: Dashboard, read: Callable[[Frame, Chapter], None]
) -> Iterable[Chapter]:
    frame = _frame(whole.region, whole.period, whole.before)
    for chapter in chapters:
        read(frame, chapter)
        yield chapter


def _report(
    whole: Dashboard,
    sealed: Sealed,
    chapters: tuple[Chapter, ...],
    libraries: LibraryQuerySet,
    brief: Brief,
) -> ProgressReport:
    library = one_library.one_library(brief.library, whole.period) if brief.library else None
    office = offices.office_of(brief.library.regency if brief.library else whole.region)
    rows = [row for chapter in chapters for row in chapter.libraries]
    by_month = figures.totals_by_month(libraries, whole.period)
    return ProgressReport(
        region=whole.region,
        period=whole.period,
        before=whole.before,
        as_of=whole.as_of,
        letterhead=offices.head_of(office, library.library.regency if library else whole.region),
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
        headings=tuple(_headings(offices.outline(office), brief.more)),
        brief=brief,
        letter=letter_fields(office, brief.letter),
        legal_basis=offices.legal_basis(office),
        library=library,
    )


def _headings(outline: Sequence[str], own: Sequence[Section]) -> Iterable[Heading]:
    """What its maker wrote comes before the closing words, or last where there are none."""
    keys: list[tuple[str, str, Section | None]] = [
        (key, offices.OUTLINE[key], None) for key in outline
    ]
    at = outline.index("closing") if "closing" in outline else len(keys)
    keys[at:at] = [("own", section.title, section) for section in own]
    for place, (key, title, section) in enumerate(keys, start=1):
        yield Heading(key, _ROMAN[place - 1], title, f"bab-{place}", section)


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


def _frame(region: Region, period: Period, before: Period) -> Frame:
    return Frame(period, before, is_of_province=region.level == Level.PROVINCE)


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
