"""Reports, their entries, the queue and the published stories as files."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities import papers
from activities.enums import (
    AdvocacyResult,
    Audience,
    Format,
    Medium,
    ReturnReason,
    ServiceForm,
    SimKind,
    SimLineKind,
    State,
    StoryKind,
    StoryState,
)
from activities.enums import Kind as ActivityKind
from activities.models import Activity, MonthlyReport, SimImportLine, Story
from activities.reviewing import Row
from libraries.enums import Level, Theme
from libraries.models import Library, Region
from tpbis.core import dates, periods
from tpbis.core.exports import Column, label
from tpbis.core.spreadsheets import Kind

NUMBER = Kind.NUMBER


def _of_library(path: str) -> list[Column[Any]]:
    """Which library a row is about; ``path`` leads to it."""

    def library(row: Any) -> Library:
        for name in path.split("."):
            row = getattr(row, name)
        found: Library = row
        return found

    return [
        Column(_("Nomor perpustakaan"), lambda row: library(row).pk, NUMBER),
        Column(pgettext_lazy("kolom", "Perpustakaan"), lambda row: library(row).name),
        Column(_("Kode wilayah"), lambda row: library(row).region.code),
        Column(_("Wilayah"), lambda row: library(row).region.title),
        Column(_("Kabupaten/kota"), lambda row: library(row).regency.title),
    ]


def _yes(answer: object) -> str:
    return str(_("ya") if answer else _("tidak"))


def _month(month: date) -> str:
    return periods.month_code(month)


REPORTS: Sequence[Column[MonthlyReport]] = [
    *_of_library("library"),
    Column(_("Bulan"), lambda report: _month(report.month)),
    Column(
        _("Nomor laporan"),
        lambda report: report.number,
        NUMBER,
        _("2 dan seterusnya: laporan susulan bulan yang sama"),
    ),
    Column(_("Status"), label(State, lambda report: report.state)),
    Column(_("Nihil"), lambda report: _yes(report.nihil)),
    Column(
        _("Catatan"),
        lambda report: getattr(report, "entry_count", 0),
        NUMBER,
        _("tanpa yang dikeluarkan saat persetujuan"),
    ),
    Column(_("Pengunjung"), lambda report: report.visits_total, NUMBER),
    Column(_("Pengunjung laki-laki"), lambda report: report.visits_men, NUMBER),
    Column(_("Pengunjung perempuan"), lambda report: report.visits_women, NUMBER),
    Column(_("Pertama dikirim"), lambda report: report.first_submitted_at, Kind.MOMENT),
    Column(_("Dikirim"), lambda report: report.submitted_at, Kind.MOMENT),
    Column(_("Tepat waktu"), lambda report: _yes(report.is_on_time)),
    Column(_("Diputuskan"), lambda report: report.decided_at, Kind.MOMENT),
    Column(
        _("Segel"),
        lambda report: report.seal,
        definition=_("SHA-256 atas isi yang disetujui"),
    ),
]

ENTRIES: Sequence[Column[Activity]] = [
    *_of_library("report.library"),
    Column(_("Bulan"), lambda entry: _month(entry.report.month)),
    Column(_("Status laporan"), label(State, lambda entry: entry.report.state)),
    Column(_("Jenis catatan"), label(ActivityKind, lambda entry: entry.kind)),
    Column(_("Tanggal"), lambda entry: entry.held_on, Kind.DATE),
    Column(_("Judul"), lambda entry: entry.title),
    Column(_("Bidang kegiatan"), label(Theme, lambda entry: entry.theme)),
    Column(_("Jenis kegiatan"), label(Format, lambda entry: entry.format)),
    Column(_("Sasaran"), label(Audience, lambda entry: entry.audience)),
    Column(_("Peserta"), lambda entry: entry.participants_total, NUMBER),
    Column(_("Peserta perempuan"), lambda entry: entry.participants_women, NUMBER),
    Column(_("Peserta laki-laki"), lambda entry: entry.participants_men, NUMBER),
    Column(_("Peserta penyandang disabilitas"), lambda entry: entry.participants_disabled, NUMBER),
    Column(_("Lembaga pendukung"), lambda entry: entry.partner_name),
    Column(_("Hasil advokasi"), label(AdvocacyResult, lambda entry: entry.result)),
    Column(_("Nominal (Rp)"), lambda entry: entry.amount, Kind.MONEY),
    Column(_("Bentuk peningkatan"), label(ServiceForm, lambda entry: entry.service_form)),
    Column(_("Jumlah buku"), lambda entry: entry.books, NUMBER),
    Column(_("Jumlah komputer"), lambda entry: entry.computers, NUMBER),
    Column(_("Jenis media"), label(Medium, lambda entry: entry.medium)),
    Column(_("Nama media"), lambda entry: entry.media_name),
    Column(_("Tautan"), lambda entry: entry.link),
    Column(
        _("Tidak dihitung"),
        label(ReturnReason, lambda entry: entry.exclusion),
        definition=_("alasan pemeriksa; kosong: dihitung bila laporannya disetujui"),
    ),
]

QUEUE: Sequence[Column[Row]] = [
    *_of_library("report.library"),
    Column(_("Bulan"), lambda row: _month(row.report.month)),
    Column(_("Dikirim"), lambda row: row.report.submitted_at, Kind.MOMENT),
    Column(_("Menunggu (hari kerja)"), lambda row: row.waiting.working_days, NUMBER),
    Column(_("Catatan"), lambda row: row.entries, NUMBER),
    Column(_("Peserta"), lambda row: row.participants, NUMBER),
    Column(_("Foto"), lambda row: row.photos, NUMBER),
    Column(_("Tanda"), lambda row: "; ".join(str(flag.text) for flag in row.flags)),
    Column(_("Yang belum ada"), lambda row: "; ".join(row.missing)),
]

SIM_LINES: Sequence[Column[SimImportLine]] = [
    Column(_("Keadaan"), label(SimLineKind, lambda line: line.kind)),
    Column(_("Data"), label(SimKind, lambda line: line.feed)),
    Column(_("Berkas"), lambda line: line.file),
    Column(_("Baris"), lambda line: line.number, NUMBER),
    Column(_("Perpustakaan di SIM"), lambda line: line.library_name),
    Column(_("Tempat di SIM"), lambda line: line.place),
    Column(_("Tanggal"), lambda line: line.day, Kind.DATE),
    Column(_("Alasan"), lambda line: line.reason),
]

# Of where it happened the gallery tells everybody the library and the regency, no more.
STORIES: Sequence[Column[Story]] = [
    Column(pgettext_lazy("kolom", "Perpustakaan"), lambda story: story.library.name),
    Column(_("Kabupaten/kota"), lambda story: story.library.regency.title),
    Column(_("Tanggal"), lambda story: story.happened_on, Kind.DATE),
    Column(_("Jenis"), label(StoryKind, lambda story: story.kind)),
    Column(_("Bidang"), label(Theme, lambda story: story.theme)),
    Column(_("Judul"), lambda story: story.title),
    Column(_("Cerita"), lambda story: story.text),
]


@dataclass(frozen=True, slots=True)
class WorkedStory:
    """A story that is not out yet, or no more; ``lacks`` is how many things keep it from it."""

    story: Story
    lacks: int
    days: int | None = None  # that it has waited


_WORKED: Sequence[Column[WorkedStory]] = [
    Column(_("Judul"), lambda row: row.story.title),
    Column(_("Jenis"), label(StoryKind, lambda row: row.story.kind)),
    Column(_("Bidang"), label(Theme, lambda row: row.story.theme)),
    Column(_("Tanggal"), lambda row: row.story.happened_on, Kind.DATE),
]
_SENT: Column[WorkedStory] = Column(_("Dikirim"), lambda row: row.story.submitted_at, Kind.MOMENT)
_LACKS: Column[WorkedStory] = Column(
    _("Yang masih kurang"),
    lambda row: row.lacks,
    Kind.NUMBER,
    _("persetujuan atau isian yang belum lengkap sebelum bisa terbit"),
)
WAITING_STORIES: Sequence[Column[WorkedStory]] = [
    Column(pgettext_lazy("kolom", "Perpustakaan"), lambda row: row.story.library.name),
    Column(_("Kode wilayah"), lambda row: row.story.library.region.code),
    Column(_("Wilayah"), lambda row: row.story.library.region.title),
    *_WORKED,
    _LACKS,
    _SENT,
    Column(_("Menunggu (hari)"), lambda row: row.days, Kind.NUMBER),
]
OWN_STORIES: Sequence[Column[WorkedStory]] = [
    *_WORKED,
    Column(_("Status"), label(StoryState, lambda row: row.story.state)),
    _LACKS,
    Column(_("Diubah"), lambda row: row.story.updated_at, Kind.MOMENT),
    _SENT,
    Column(_("Cerita"), lambda row: row.story.text),
]


# --- In the words of the SIM ----------------------------------------------------------------------

_WHERE = ("perpus_nama", "provinsi_name", "kabupaten_name", "kecamatan_name", "desa_name")
_OF_THE_SIM: dict[ActivityKind, tuple[SimKind, dict[str, Callable[[Activity], Any]]]] = {
    ActivityKind.INVOLVEMENT: (
        SimKind.INVOLVEMENT,
        {
            "tanggal": lambda entry: entry.held_on.isoformat(),
            "nama_kegiatan": lambda entry: entry.title,
            "bidang_kegiatan": lambda entry: entry.theme,
            "jenis": lambda entry: entry.format,
            "sasaran": lambda entry: entry.audience,
            "jumlah_peserta": lambda entry: entry.participants_total or 0,
        },
    ),
    ActivityKind.ADVOCACY: (
        SimKind.ADVOCACY,
        {
            "tanggal": lambda entry: entry.held_on.isoformat(),
            "judul": lambda entry: entry.title,
            "sasaran": lambda entry: list(entry.audiences),
            "hasil": lambda entry: entry.result,
            "hasil_regulasi": lambda entry: entry.regulation or "-",
            "nominal": lambda entry: entry.amount or 0,
            "jumlah_narasumber": lambda entry: entry.speakers or 0,
            "jumlah_barang": lambda entry: entry.goods or 0,
        },
    ),
    ActivityKind.SERVICE: (
        SimKind.SERVICE,
        {
            "bulan": lambda entry: dates.month_name(entry.held_on),
            "tahun": lambda entry: str(entry.held_on.year),
            "jumlah_buku": lambda entry: entry.books or 0,
            "jumlah_buku_digital": lambda entry: entry.digital_books or 0,
            "jumlah_komputer": lambda entry: entry.computers or 0,
            "bandwidth": lambda entry: entry.bandwidth or 0,
        },
    ),
    ActivityKind.PUBLICATION: (
        SimKind.PUBLICATION,
        {
            "tanggal": lambda entry: entry.held_on.isoformat(),
            "judul": lambda entry: entry.title,
            "jenis_publikasi": lambda entry: entry.medium,
            "nama_media": lambda entry: entry.media_name,
            "link": lambda entry: entry.link or "-",
        },
    ),
}
_VISITS = ("periode", "pengunjung_laki", "pengunjung_perempuan", "total_pengunjung")
FeedLine = tuple[SimKind, dict[str, Any]]


def sim_feed(report: MonthlyReport, entries: Iterable[Activity]) -> dict[str, Any]:
    """A month as the SIM's own feed would tell it, a list a kind; what has no form there, and what
    was left out at approval, is left out."""
    feed: dict[str, Any] = {}
    for kind, row in sim_feed_rows(report, entries):
        feed.setdefault(kind.value, {"status": "success", "data": []})["data"].append(row)
    return feed


def sim_feed_rows(report: MonthlyReport, entries: Iterable[Activity]) -> Iterator[FeedLine]:
    where = dict(zip(_WHERE, _place(report.library), strict=True))
    for entry in entries:
        if entry.is_excluded or not papers.is_known_to_sim(entry):
            continue
        kind, said = _OF_THE_SIM[ActivityKind(entry.kind)]
        yield kind, {**where, **{name: value(entry) for name, value in said.items()}}
    if report.visits_total is not None:
        numbers = (report.visits_men, report.visits_women, report.visits_total)
        period = f"{dates.month_name(report.month)} {report.month.year}"
        yield SimKind.VISITS, {**where, **dict(zip(_VISITS, (period, *numbers), strict=True))}


def _place(library: Library) -> tuple[str, ...]:
    """Its name and where it lies, in the order of ``_WHERE``; " - " where it lies in none."""
    lies: dict[int, str] = {}
    region: Region | None = library.region
    while region is not None:
        lies[region.level], region = region.name, region.parent
    lies[Level.REGENCY] = library.regency.title
    levels = (Level.PROVINCE, Level.REGENCY, Level.DISTRICT, Level.VILLAGE)
    return library.name, *(lies.get(level, " - ") for level in levels)


def _box(name: str) -> Column[FeedLine]:
    def value(line: FeedLine) -> Any:
        said = line[1].get(name)
        return ", ".join(said) if isinstance(said, list) else said

    return Column(name, value)


SIM_FEED: Sequence[Column[FeedLine]] = [
    Column("menu", lambda line: line[0].value),
    *(
        _box(name)
        for name in dict.fromkeys(
            (
                *_WHERE,
                *(name for _kind, said in _OF_THE_SIM.values() for name in said),
                *_VISITS,
            )
        )
    ),
]
