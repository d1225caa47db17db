"""What a form may offer of what its library wrote before, so that nobody types it twice."""

from dataclasses import dataclass
from datetime import date

from activities.enums import ServiceForm, Source
from activities.models import Activity, EntryDraft, MonthlyReport
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.core import periods

MOST_REPEATABLE = 12
MOST_UNFINISHED = 20


@dataclass(frozen=True, slots=True)
class VisitsBefore:
    """The visitors of an earlier month; of men and women the SIM may know nothing."""

    month: date
    men: int | None
    women: int | None
    total: int | None


def last_place(library: Library) -> str:
    """Where the activity stood that was written down last; empty if none said."""
    entries = Activity.objects.filter(report__library=library, report__source=Source.PORTAL)
    newest = entries.exclude(place="").order_by("-created_at", "-pk")
    return newest.values_list("place", flat=True).first() or ""


def visits_before(library: Library, month: date) -> VisitsBefore | None:
    """Of the month before ``month``, the portal's figure before the SIM's."""
    before = periods.add_months(month, -1)
    reports = MonthlyReport.objects.filter(
        library=library, month=before, visits_total__isnull=False
    )
    found = reports.order_by("source", "number").values_list(
        "visits_men", "visits_women", "visits_total"
    )
    first = found.first()
    return VisitsBefore(before, *first) if first else None


def last_snapshot(library: Library, *, without: Activity | None = None) -> Activity | None:
    """What was counted last, approved or not: it is one's own library."""
    counted = Activity.objects.filter(
        report__library=library, service_form=ServiceForm.SNAPSHOT, exclusion=""
    )
    if without is not None:
        counted = counted.exclude(pk=without.pk)
    return counted.order_by("-held_on", "-pk").first()


def repeatable(library: Library, month: date) -> list[Activity]:
    """What was recorded for the month before ``month`` and may come again, each title once; what a
    library owns is counted anew."""
    entries = Activity.objects.filter(
        report__library=library,
        report__month=periods.add_months(month, -1),
        report__source=Source.PORTAL,
    ).exclude(service_form=ServiceForm.SNAPSHOT)
    by_title = {(entry.kind, entry.title.casefold()): entry for entry in entries.order_by("pk")}
    return sorted(by_title.values(), key=lambda entry: (entry.held_on, entry.pk))[:MOST_REPEATABLE]


def unfinished(user: User, library: Library) -> list[EntryDraft]:
    """What this person began to write and did not store, the newest first."""
    drafts = EntryDraft.objects.visible_to(user).filter(library=library)
    return list(drafts.select_related("entry").order_by("-updated_at", "-pk")[:MOST_UNFINISHED])
