"""What a progress report says: figures from ``reports.figures``, arranged as the paper needs them.

The paper is an official Indonesian document, whatever language somebody reads the portal in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from kpi.enums import Colour
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports import charts, figures, queries
from reports.documents import findings
from reports.documents.findings import Finding
from reports.figures import Dashboard, LibraryRow, Sealed
from reports.models import Office
from tpbis.core import periods
from tpbis.core.periods import Period

LANGUAGE = "id"

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
class Letterhead:
    """The head of the first page and who signs the last; what nobody has filled in stays empty."""

    government: str
    office: str
    address: str
    contact: str
    place: str
    position: str
    signer: str
    rank: str
    nip: str


@dataclass(frozen=True, slots=True)
class ColourLine:
    colour: str
    label: str
    meaning: str
    count: int
    before: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One figure beside that of the period before; ``unit`` is what is counted."""

    label: str
    unit: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """One regency's own figures and its libraries."""

    key: str
    title: str
    dashboard: Dashboard
    sealed: Sealed
    libraries: tuple[LibraryRow, ...]
    bar: charts.ColourBar
    indicators: tuple[Measured, ...]
    activities: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class ProgressReport:
    """The progress of a province or regency over a period, ready to be set."""

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

    @property
    def is_of_province(self) -> bool:
        return self.region.level == Level.PROVINCE

    @property
    def part(self) -> str:
        """What the region is divided into."""
        return "kabupaten/kota" if self.is_of_province else "kecamatan"

    @property
    def title(self) -> str:
        return f"Laporan Capaian TPBIS {self.region.title}, {self.period}"

    @property
    def signed_on(self) -> date:
        return timezone.localdate(self.as_of)


def progress(
    region: Region, libraries: LibraryQuerySet, period: Period, *, as_of: datetime
) -> ProgressReport:
    """The report on ``libraries``, those of ``region`` that whoever asked may see. Raises
    :class:`FiguresMoved` when the chapters do not add up to the summary, however often read."""
    for _attempt in range(_TRIES):
        whole = figures.dashboard(region, libraries, period, as_of=as_of)
        chapters = tuple(_chapters(whole, libraries))
        sealed = figures.sealed(libraries, period)
        if _adds_up(whole, sealed, chapters):
            return _report(whole, sealed, chapters, libraries)
    raise FiguresMoved


def _report(
    whole: Dashboard, sealed: Sealed, chapters: tuple[Chapter, ...], libraries: LibraryQuerySet
) -> ProgressReport:
    rows = [row for chapter in chapters for row in chapter.libraries]
    by_month = figures.totals_by_month(libraries, whole.period)
    return ProgressReport(
        region=whole.region,
        period=whole.period,
        before=whole.before,
        as_of=whole.as_of,
        letterhead=letterhead(whole.region),
        dashboard=whole,
        sealed=sealed,
        colours=_colour_lines(whole),
        indicators=indicators(whole),
        activities=activities(whole),
        bar=charts.colour_bar(whole.colours),
        tiles=charts.area_map(whole.rows, queries.drawing_of(whole.region)),
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
        findings=findings.findings(whole, rows),
        conclusions=findings.conclusions(whole),
        chapters=chapters,
    )


def letterhead(region: Region) -> Letterhead:
    """As the region's office has filled it in; without one a neutral head and lines to sign on."""
    office = Office.objects.filter(region=region).first()
    if office is None:
        return Letterhead(
            government=f"Pemerintah {region.title}",
            office="Dinas yang Membidangi Perpustakaan",
            address="",
            contact="",
            place=region.name.removeprefix("Kabupaten ").removeprefix("Kota "),
            position="Kepala Dinas",
            signer="",
            rank="",
            nip="",
        )
    return Letterhead(
        government=office.government,
        office=office.name,
        address=office.address,
        contact=office.contact,
        place=office.place,
        position=office.signer_position,
        signer=office.signer_name,
        rank=office.signer_rank,
        nip=office.signer_nip,
    )


def indicators(dashboard: Dashboard) -> tuple[Measured, ...]:
    """The programme's three headline indicators."""
    now, before = dashboard.totals, dashboard.totals_before
    return (
        Measured("Kunjungan", "kunjungan", now.visits_total, before.visits_total),
        Measured("Pelibatan masyarakat", "kegiatan", now.involvement, before.involvement),
        Measured(
            "Kemitraan yang berlaku",
            "kemitraan",
            dashboard.partnerships,
            dashboard.partnerships_before,
        ),
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


def _chapters(whole: Dashboard, libraries: LibraryQuerySet) -> Iterable[Chapter]:
    """One for each regency; one for the province's own library where it has one. A regency's own
    document has one chapter, itself."""
    if whole.region.level != Level.PROVINCE:
        yield _chapter(whole, libraries)
        return
    for row in whole.rows:
        own = row.area == whole.region
        part = libraries.filter(regency=row.area) if own else libraries.within(row.area.code)
        yield _chapter(
            figures.dashboard(row.area, part, whole.period, as_of=whole.as_of), part, own=own
        )


def _chapter(dashboard: Dashboard, libraries: LibraryQuerySet, *, own: bool = False) -> Chapter:
    ordered = libraries.order_by("region__level", "region__parent__name", "region__name", "name")
    return Chapter(
        key=dashboard.region.code,
        title=f"Perpustakaan {dashboard.region.title}" if own else dashboard.region.title,
        dashboard=dashboard,
        sealed=figures.sealed(libraries, dashboard.period),
        libraries=tuple(figures.library_rows(ordered, dashboard.period)),
        bar=charts.colour_bar(dashboard.colours),
        indicators=indicators(dashboard),
        activities=activities(dashboard),
    )


def _adds_up(whole: Dashboard, sealed: Sealed, chapters: Sequence[Chapter]) -> bool:
    parts = [chapter.dashboard for chapter in chapters]
    colours = figures.added_up(part.colours for part in parts)
    involvement = sum(part.totals.involvement for part in parts)
    reports = sum(chapter.sealed.reports for chapter in chapters)
    return (
        colours == whole.colours
        and involvement == whole.totals.involvement
        and reports == sealed.reports
    )


def through(period: Period) -> str:
    """“KPI portal s.d. September 2024”: what a colour covers, said wherever one stands."""
    return f"KPI portal s.d. {periods.written(period.end)}"
