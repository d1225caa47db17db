"""Who has not reported, since when, and when somebody last spoke with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from activities.enums import State
from activities.models import MentoringVisit, MonthlyReport, Reminder
from activities.querysets import MonthlyReportQuerySet
from libraries.querysets import LibraryQuerySet
from reports.figures.libraries import months_strips
from reports.figures.results import MonthCell

# Before batas kirim nothing is missing yet.
_NOT_YET = ("open", State.DRAFT)


@dataclass(frozen=True, slots=True)
class Silence:
    """One library's months: how many it missed, and how many of them in a row until now."""

    library: int
    cells: tuple[MonthCell, ...]

    @property
    def in_a_row(self) -> int:
        return missed_in_a_row(self.cells)

    @property
    def is_longer(self) -> bool:
        """Every month that is shown is missing, and maybe more before them."""
        return not any(_ends_it(cell) for cell in self.cells)

    @property
    def missed(self) -> int:
        return sum(1 for cell in self.cells if is_missed(cell))


@dataclass(frozen=True, slots=True)
class Contact:
    """When somebody last turned to a library: a MentoringWay, or "pengingat"."""

    on: date
    way: str


def is_missed(cell: MonthCell) -> bool:
    """Due, not reported, and not excused."""
    return cell.state == "not_reported" and not cell.is_excused


def missed_in_a_row(cells: Sequence[MonthCell]) -> int:
    """Months missed up to the newest one that is due; one that was excused neither counts nor ends
    the row, any other does end it: sent in, or not expected."""
    count = 0
    for cell in reversed(cells):
        if _ends_it(cell):
            break
        count += is_missed(cell)
    return count


def _ends_it(cell: MonthCell) -> bool:
    return cell.state not in ("not_reported", *_NOT_YET)


def silences(
    libraries: LibraryQuerySet,
    through: date,
    *,
    reports: MonthlyReportQuerySet | None = None,
    length: int = 12,
    coloured: bool = False,
) -> list[Silence]:
    """Of each of ``libraries``, whoever missed most in a row first, then most, then by name."""
    strips = months_strips(libraries, through, length=length, reports=reports, coloured=coloured)
    names = dict(libraries.order_by().values_list("pk", "name"))
    found = [Silence(pk, tuple(cells)) for pk, cells in strips.items()]
    return sorted(
        found,
        key=lambda one: (-one.in_a_row, -one.missed, names[one.library].casefold(), one.library),
    )


def last_reports(libraries: Iterable[int]) -> dict[int, date]:
    """The newest month each of them ever sent in."""
    sent = MonthlyReport.objects.from_portal().filter(library__in=list(libraries))
    sent = sent.filter(first_submitted_at__isnull=False).order_by()
    return dict(sent.values_list("library").annotate(newest=Max("month")))


def last_contacts(libraries: Iterable[int]) -> dict[int, Contact]:
    """The newest reminder or visit of each of them."""
    asked = list(libraries)
    visits = MentoringVisit.objects.filter(library__in=asked).order_by("held_on", "pk")
    found = {
        library: Contact(on, way)
        for library, on, way in visits.values_list("library", "held_on", "way")
    }
    reminders = Reminder.objects.filter(library__in=asked).order_by()
    newest = reminders.values_list("library").annotate(newest=Max("marked_on"))
    for library, on in newest:
        if library not in found or found[library].on < on:
            found[library] = Contact(on, "pengingat")
    return found
