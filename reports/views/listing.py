"""Libraries as rows of a list: what is shown of each, sorted by what, with which dates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kpi import scoring
from kpi.enums import Colour
from libraries.models import Library
from reports import figures
from reports.views.tables import Column, Columns
from tpbis.core.periods import Period

PER_PAGE = 50


def _official_points(row: figures.LibraryRow) -> int:
    """No score sorts below 0."""
    if row.official is None or row.official.points is None:
        return -1
    return row.official.points


def known_on(period: Period) -> date:
    """The day a colour at the end of ``period`` speaks of: its last, or today."""
    return min(period.last_day, timezone.localdate())


LIBRARIES: Columns[figures.LibraryRow] = {
    "nama": Column(
        pgettext_lazy("kolom", "Perpustakaan"),
        lambda row: row.library.name.casefold(),
        numeric=False,
    ),
    "warna": Column(
        _("KPI portal"), lambda row: (scoring.ORDER[row.colour], row.points or 0), numeric=False
    ),
    "resmi": Column(_("KPI resmi SIM"), _official_points, wide=True),
    "pelibatan": Column(_("Pelibatan"), lambda row: row.totals.involvement, wide=True),
    "advokasi": Column(_("Advokasi"), lambda row: row.totals.advocacy, wide=True),
    "peningkatan": Column(_("Layanan"), lambda row: row.totals.service, wide=True),
    "kunjungan": Column(_("Kunjungan"), lambda row: row.totals.visits_total, wide=True),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One month as a small shape."""

    shape: str  # a colour, or "none" before the library joined
    words: str
    is_late: bool
    is_january: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """A library's last months in little room."""

    marks: tuple[Mark, ...]

    @classmethod
    def of(cls, cells: Iterable[figures.MonthCell]) -> "Strip":
        return cls(tuple(_mark(cell) for cell in cells))

    @property
    def words(self) -> str:
        return "; ".join(mark.words for mark in self.marks)


@dataclass(frozen=True, slots=True)
class ListedLibrary:
    """A row of a list with its months."""

    row: figures.LibraryRow
    strip: Strip
    official_note: str  # its day, where the list holds scores of several days


@dataclass(frozen=True, slots=True)
class Days:
    """The days both scores of a list speak of: under their headings where it is one for all."""

    known_on: date
    official: frozenset[date]

    @classmethod
    def of(cls, rows: Iterable[figures.LibraryRow], period: Period) -> "Days":
        return cls(known_on(period), frozenset(row.official.as_of for row in rows if row.official))

    @property
    def notes(self) -> dict[str, str]:
        notes = {"warna": _per(self.known_on)}
        if len(self.official) == 1:
            notes["resmi"] = _per(*self.official)
        return notes

    def note_of(self, row: figures.LibraryRow) -> str:
        if row.official is None or len(self.official) == 1:
            return ""
        return date_format(row.official.as_of, "j M Y")


def with_months(
    rows: Sequence[figures.LibraryRow], through: date, days: Days
) -> list[ListedLibrary]:
    """Each row with its library's last twelve months."""
    shown = Library.objects.filter(pk__in=[row.library.pk for row in rows])
    months = figures.months_strips(shown, through)
    return [ListedLibrary(row, Strip.of(months[row.library.pk]), days.note_of(row)) for row in rows]


def _per(day: date) -> str:
    return gettext("per %(day)s") % {"day": date_format(day, "j M Y")}


def _mark(cell: figures.MonthCell) -> Mark:
    colour = Colour(cell.colour).label if cell.colour else gettext("Belum bergabung")
    is_late = cell.state == "not_reported"
    words = f"{date_format(cell.month, 'M Y')}: {str(colour).lower()}"
    if is_late:
        words += ", " + gettext("belum lapor")
    return Mark(
        shape=cell.colour or "none",
        words=words,
        is_late=is_late,
        is_january=cell.month.month == 1,
    )
