"""Columns of the lists for following up, and of the path of accounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from activities.overdue import Waiting
from libraries.models import Library
from reports.figures import MonthCell
from reports.figures.follow_up import Contact, Silence
from reports.figures.funnel import Position
from tpbis.core import periods
from tpbis.core.exports import Column
from tpbis.core.spreadsheets import Kind

NUMBER = Kind.NUMBER


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A library and its months; who speaks for it only where that may be taken away."""

    library: Library
    missed: Silence
    last_report: date | None = None
    contact: Contact | None = None


@dataclass(frozen=True, slots=True)
class PathRow:
    library: Library
    position: Position


@dataclass(frozen=True, slots=True)
class WaitingRow:
    library: Library
    waiting: Waiting


OF_LIBRARY: Sequence[Column[Any]] = [
    Column(_("Nomor perpustakaan"), lambda row: row.library.pk, NUMBER),
    Column(pgettext_lazy("kolom", "Perpustakaan"), lambda row: row.library.name),
    Column(_("Kode wilayah"), lambda row: row.library.region.code),
    Column(_("Wilayah"), lambda row: row.library.region.title),
    Column(_("Kabupaten/kota"), lambda row: row.library.regency.title),
]
_MISSED: Sequence[Column[SilentRow]] = [
    Column(
        _("Bulan belum lapor berturut-turut"),
        lambda row: row.missed.in_a_row,
        NUMBER,
        _("sampai bulan terakhir yang batas kirimnya lewat; yang dimaklumi tidak dihitung"),
    ),
    Column(_("Bulan belum lapor dari 12"), lambda row: row.missed.missed, NUMBER),
]
SILENT: Sequence[Column[SilentRow]] = [
    *OF_LIBRARY,
    *_MISSED,
    Column(
        _("Laporan terakhir"),
        lambda row: periods.month_code(row.last_report) if row.last_report else "",
    ),
    Column(_("Terakhir dihubungi"), lambda row: row.contact.on if row.contact else None, Kind.DATE),
]
WAITING: Sequence[Column[WaitingRow]] = [
    *OF_LIBRARY,
    Column(_("Bulan"), lambda row: periods.month_code(row.waiting.report.month)),
    Column(_("Menunggu sejak"), lambda row: row.waiting.since, Kind.DATE),
    Column(_("Menunggu (hari kerja)"), lambda row: row.waiting.days, NUMBER),
    Column(_("Terlalu lama"), lambda row: str(_("ya") if row.waiting.is_overdue else _("tidak"))),
]
PATH: Sequence[Column[PathRow]] = [
    *OF_LIBRARY,
    Column(_("Akun portal"), lambda row: str(row.position.stage.label)),
    Column(_("Akun portal sejak"), lambda row: row.position.account_since, Kind.DATE),
    Column(_("Akun SIM"), lambda row: str(row.position.sim.label)),
    Column(_("Akun SIM sejak"), lambda row: row.position.sim_since, Kind.DATE),
    Column(_("Laporan pertama"), lambda row: row.position.first_sent_on, Kind.DATE),
    Column(
        _("Bulan laporan terakhir"),
        lambda row: periods.month_code(row.position.last_month) if row.position.last_month else "",
    ),
]


def grid(months: Sequence[date], words: Callable[[MonthCell], str]) -> Sequence[Column[SilentRow]]:
    """A column for each month; ``words`` say what a cell's state means."""

    def of(place: int) -> Column[SilentRow]:
        return Column(
            periods.month_code(months[place]),
            lambda row: words(row.missed.cells[place]),
        )

    return [*OF_LIBRARY, *_MISSED, *(of(place) for place in range(len(months)))]
