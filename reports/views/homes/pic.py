"""Where a PIC lands: what waits to be reviewed, who is silent, and who is nearly green."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from activities import overdue, queries
from activities.enums import State
from activities.models import MonthlyReport
from activities.queries import stories
from kpi import queries as kpi
from kpi.enums import Colour
from libraries.models import Library
from libraries.queries import delegations
from libraries.querysets import LibraryQuerySet
from reports.documents.wording.ways import steps_of
from reports.figures.follow_up import Silence, silences
from reports.figures.what_if import closest
from reports.views.homes.place import widest_place
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from datetime import date

    from tpbis.accounts.models import SignedInRequest

MOST = 5
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Nearly:
    """A library and the shortest way to green, in a few words."""

    library: int
    name: str
    colour: str
    points: int | None
    step: str
    entries: int


@dataclass(frozen=True, slots=True)
class Silent:
    """The libraries whose newest month that is due is missing; ``shown`` begins with the longest
    silence. ``sent`` of ``expected`` have sent last month."""

    count: int
    shown: tuple[tuple[Library, Silence], ...]
    sent: int
    expected: int

    @classmethod
    def among(cls, libraries: LibraryQuerySet, through: "date") -> "Silent":
        everyone = silences(libraries, through, length=MONTHS)
        quiet = [one for one in everyone if one.in_a_row]
        named = Library.objects.select_related("region", "regency").in_bulk(
            [one.library for one in quiet[:MOST]]
        )
        last = [one.cells[-2].state for one in everyone]
        return cls(
            count=len(quiet),
            shown=tuple((named[one.library], one) for one in quiet[:MOST]),
            sent=sum(state in (State.SUBMITTED, State.APPROVED) for state in last),
            expected=sum(state not in _NOT_EXPECTED for state in last),
        )


_NOT_EXPECTED = ("not_expected", "inactive", "sim")


@reads
def pic_home(request: "SignedInRequest") -> HttpResponse:
    region = widest_place(request)
    if region is None:
        return render(request, "reports/no_place.html")
    libraries = Library.objects.visible_to(request.user)
    through = periods.this_month()
    last_month = periods.add_months(through, -1)
    waiting = overdue.waiting_reviews(libraries, on=timezone.localdate())
    returned = returned_reports(libraries)
    opening = Period.opening()
    return render(
        request,
        "reports/homes/pic.html",
        {
            "region": region,
            "waiting": waiting,
            "oldest": waiting[0] if waiting else None,
            "overdue": sum(1 for one in waiting if one.is_overdue),
            "days": overdue.review_days(),
            "stories": stories.queue(request.user).order_by().count(),
            "silent": Silent.among(libraries, through),
            "nearly": nearly_green(libraries, opening.end),
            "through": opening.end,
            "returned": returned[:MOST],
            "returned_count": len(returned),
            "deadline": queries.deadline(through),
            "last_deadline": queries.deadline(last_month),
            "month": through,
            "last_month": last_month,
            "delegations": list(delegations(request.user)),
        },
    )


def returned_reports(libraries: LibraryQuerySet) -> list[MonthlyReport]:
    """Sent back and not come again, the oldest first."""
    found = MonthlyReport.objects.from_portal().filter(
        state=State.RETURNED, library__in=libraries.order_by().values("pk")
    )
    return list(found.select_related("library").order_by("decided_at", "pk"))


def nearly_green(libraries: LibraryQuerySet, through: "date") -> list[Nearly]:
    found = closest(libraries, through, Colour.GREEN, MOST)
    # What a step is called does not depend on the version.
    (rule_set, *_others) = kpi.rule_sets_on(periods.last_day(through)).values()
    return [
        Nearly(
            library=one.library,
            name=one.name,
            colour=one.before.colour,
            points=one.before.points,
            step=", ".join(step.brief for step in steps_of(one.additions, rule_set.rules)),
            entries=one.entries,
        )
        for one in found
    ]
