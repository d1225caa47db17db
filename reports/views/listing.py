"""Libraries as rows of a list: what is shown of each, sorted by what, with which dates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour
from libraries import queries
from libraries.enums import SimState
from libraries.models import Activation, Library, SimAccount
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.enums import PortalState
from reports.figures.official import newest_official
from tpbis.core.periods import Period
from tpbis.core.tables import Column, Columns

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

    shape: str  # a colour, or "none" while the library took no part
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
class Accounts:
    """The two account states of a library as of today, which say nothing of each other."""

    portal: PortalState
    sim: SimState


@dataclass(frozen=True, slots=True)
class ListedLibrary:
    """A row of a list with its months."""

    row: figures.LibraryRow
    strip: Strip
    official_note: str  # its day, where the list holds scores of several days
    accounts: Accounts | None = None  # where the list shows them


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
    rows: Sequence[figures.LibraryRow],
    through: date,
    days: Days,
    accounts: Mapping[int, Accounts] | None = None,
) -> list[ListedLibrary]:
    """Each row with its library's last twelve months, and ``accounts`` where they are shown."""
    shown = Library.objects.filter(pk__in=[row.library.pk for row in rows])
    months = figures.months_strips(shown, through)
    return [
        ListedLibrary(
            row,
            Strip.of(months[row.library.pk]),
            days.note_of(row),
            (accounts or {}).get(row.library.pk),
        )
        for row in rows
    ]


# --- Thousands: ordered as a whole, looked at page by page ----------------------------------------


def in_order(libraries: LibraryQuerySet, period: Period, chosen: str) -> list[int]:
    """All of them by the column ``chosen`` (``-`` before it: largest first), then by name; an
    unknown one is the name."""
    named = sorted(
        libraries.order_by().values_list("pk", "name"), key=lambda row: (row[1].casefold(), row[0])
    )
    pks = [pk for pk, _name in named]
    key, reverse = chosen.removeprefix("-"), chosen.startswith("-")
    if key not in LIBRARIES or key == "nama":
        return pks[::-1] if reverse and key == "nama" else pks
    values = _values(Library.objects.filter(pk__in=pks), period, key)
    return sorted(pks, key=lambda pk: values.get(pk, _LOWEST[key]), reverse=reverse)


_LOWEST: Mapping[str, Any] = defaultdict(int, {"warna": (-1, 0), "resmi": -1})
_MEASURES = {
    "pelibatan": "involvement",
    "advokasi": "advocacy",
    "peningkatan": "service",
    "kunjungan": "visits_total",
}


def _values(libraries: LibraryQuerySet, period: Period, key: str) -> dict[int, Any]:
    """What each library is sorted by in that column."""
    if key == "warna":
        scores = kpi.scores_through(libraries, period.end).values()
        return {
            score.library_id: (scoring.ORDER[score.colour], score.points or 0) for score in scores
        }
    if key == "resmi":
        newest = newest_official(libraries, period.last_day).values()
        return {one.library_id: -1 if one.points is None else one.points for one in newest}
    totals = figures.totals_by(libraries, period, "pk")
    return {pk: getattr(sums, _MEASURES[key]) for pk, sums in totals.items()}


def rows_of(pks: Sequence[int], period: Period) -> list[figures.LibraryRow]:
    """The rows of these libraries, in this order; one that takes no part has no colour."""
    shown = Library.objects.filter(pk__in=pks)
    found = {row.library.pk: row for row in figures.library_rows(shown.order_by("pk"), period)}
    absent = [pk for pk in pks if pk not in found]
    if absent:
        for library in Library.objects.filter(pk__in=absent).for_list():
            found[library.pk] = figures.LibraryRow(
                library=library,
                colour="",
                points=None,
                grey=None,
                totals=figures.Totals(),
                official=None,
            )
    return [found[pk] for pk in pks if pk in found]


def accounts_of(pks: Sequence[int]) -> dict[int, Accounts]:
    shown = Library.objects.filter(pk__in=pks)
    today = timezone.localdate()
    sim = dict(
        SimAccount.objects.filter(library__in=pks, since_on__lte=today)
        .order_by("since_on", "pk")
        .values_list("library", "state")
    )
    active = set(queries.letters_barred(shown).values_list("pk", flat=True))
    codes = Activation.objects.valid().filter(library__in=pks)
    invited = set(codes.values_list("library", flat=True))
    return {
        pk: Accounts(
            portal=PortalState.ACTIVE
            if pk in active
            else PortalState.INVITED
            if pk in invited
            else PortalState.NONE,
            sim=SimState(sim.get(pk, SimState.NOT_PROPOSED)),
        )
        for pk in pks
    }


# --- Words ----------------------------------------------------------------------------------------


def _per(day: date) -> str:
    return gettext("per %(day)s") % {"day": date_format(day, "j M Y")}


def _mark(cell: figures.MonthCell) -> Mark:
    absent = gettext("Belum bergabung") if cell.is_before_joining else gettext("Nonaktif")
    colour = Colour(cell.colour).label if cell.colour else absent
    is_late = cell.state == "not_reported"
    words = f"{date_format(cell.month, 'M Y')}: {str(colour).lower()}"
    if cell.grey:
        why = gettext("menunggu pemeriksaan") if cell.is_awaited else str(cell.grey.label).lower()
        words += f" ({why})"
    if is_late:
        words += ", " + gettext("belum lapor")
    if cell.is_excused:
        words += ", " + gettext("dimaklumi")
    return Mark(
        shape=cell.colour or "none",
        words=words,
        is_late=is_late,
        is_january=cell.month.month == 1,
    )
