"""Training coverage: which libraries had somebody at a training."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.utils import timezone

from stakeholders.enums import EventKind, EventState
from stakeholders.models import Attendee

if TYPE_CHECKING:
    from libraries.querysets import LibraryQuerySet
    from stakeholders.querysets import AttendeeQuerySet

# Those whose figure people ask for.
TRAININGS = (EventKind.TECHNICAL_TRAINING, EventKind.SKILL_TRAINING, EventKind.PEER_LEARNING)


@dataclass(frozen=True, slots=True)
class Coverage:
    """``covered`` of ``libraries`` had at least one person at ``events`` trainings of a kind;
    ``people`` is how many came from them."""

    kind: EventKind
    libraries: int
    covered: int
    events: int
    people: int


def days_of(year: int) -> tuple[date, date]:
    """The year, up to today while it runs."""
    return date(year, 1, 1), min(date(year, 12, 31), max(timezone.localdate(), date(year, 1, 1)))


def latest_year(libraries: "LibraryQuerySet") -> int:
    """The last year in which somebody of ``libraries`` was at a training; else the running one."""
    kinds = [kind.value for kind in TRAININGS]
    present = Attendee.objects.present().filter(event__kind__in=kinds, library__in=libraries)
    last = present.order_by("-event__starts_at").values_list("event__starts_at").first()
    return timezone.localdate(last[0]).year if last else timezone.localdate().year


def trained(
    libraries: "LibraryQuerySet", *, kind: str, first: date, last: date
) -> "LibraryQuerySet":
    """Those of ``libraries`` from which somebody was present at a training of ``kind`` that began
    on a day from ``first`` to ``last``; a cancelled one never counts."""
    return libraries.filter(Exists(_present(kind, first, last).filter(library=OuterRef("pk"))))


def untrained(
    libraries: "LibraryQuerySet", *, kind: str, first: date, last: date
) -> "LibraryQuerySet":
    return libraries.exclude(Exists(_present(kind, first, last).filter(library=OuterRef("pk"))))


def coverage(libraries: "LibraryQuerySet", *, first: date, last: date) -> list[Coverage]:
    """One row for each kind of training, in the order of :data:`TRAININGS`."""
    total = libraries.count()
    found = []
    for kind in TRAININGS:
        present = _present(kind, first, last).filter(library__in=libraries.order_by().values("pk"))
        counted = present.order_by().values_list("library", "event")
        rows = list(counted)
        found.append(
            Coverage(
                kind=kind,
                libraries=total,
                covered=len({library for library, _event in rows}),
                events=len({event for _library, event in rows}),
                people=len(rows),
            )
        )
    return found


def _present(kind: str, first: date, last: date) -> "AttendeeQuerySet":
    return (
        Attendee.objects.present()
        .filter(
            event__kind=kind,
            event__starts_at__date__range=(first, last),
            library__isnull=False,
        )
        .exclude(event__state=EventState.CANCELLED)
    )
