"""Reports, their entries, the queue and the published stories as files."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.enums import (
    AdvocacyResult,
    Audience,
    Format,
    Medium,
    ReturnReason,
    ServiceForm,
    State,
    StoryKind,
)
from activities.enums import Kind as ActivityKind
from activities.models import Activity, MonthlyReport, Story
from activities.reviewing import Row
from libraries.enums import Theme
from libraries.models import Library
from tpbis.core import periods
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
