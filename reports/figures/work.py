"""What one librarian did for a library in a year: only what stands under that person's name."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count, Q, Sum
from django.utils import timezone

from activities.enums import REPORTED, Kind, ReviewAction, Source, State, StoryState
from activities.models import Activity, MonthlyReport, ReviewEvent, Story
from libraries.models import Assignment, Library
from reports.figures.libraries import months_strip
from reports.figures.results import MonthCell
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class WorkMonth:
    """A month of the library and the person's part in it. ``is_due``: they worked there in that
    month, the library took part, and *batas kirim* has passed. Entries and participants are those
    of the approved reports that this person sent."""

    cell: MonthCell
    is_over: bool  # else its colour is nobody's yet
    is_due: bool
    sent_on: date | None
    is_on_time: bool
    approved_on: date | None
    entries: int
    participants: int

    @property
    def month(self) -> date:
        return self.cell.month


@dataclass(frozen=True, slots=True)
class Work:
    """``sent`` and ``on_time`` of ``due`` months; ``returned``: how often one came back."""

    months: tuple[WorkMonth, ...]
    entries: Mapping[str, int]  # approved ones, by Kind
    participants: int
    returned: int
    stories: tuple[str, ...]  # published in the period, in the order they were

    @property
    def due(self) -> int:
        return sum(month.is_due for month in self.months)

    @property
    def sent(self) -> int:
        return sum(month.sent_on is not None for month in self.months)

    @property
    def on_time(self) -> int:
        return sum(month.is_on_time for month in self.months)

    @property
    def approved(self) -> int:
        return sum(month.approved_on is not None for month in self.months)


def work(person: User, library: Library, period: Period, *, at: datetime | None = None) -> Work:
    """Of ``person`` for ``library``: reports by who sent them, stories by who wrote them. SIM
    entries stand under nobody's name."""
    at = at or timezone.now()
    reports = list(
        MonthlyReport.objects.filter(
            library=library,
            source=Source.PORTAL,
            month__range=(period.start, period.end),
            submitted_by=person,
            state__in=REPORTED,
        ).order_by("number")
    )
    by_month: dict[date, list[MonthlyReport]] = defaultdict(list)
    for report in reports:
        by_month[report.month].append(report)
    counted = _counted([report.pk for report in reports if report.state == State.APPROVED])
    worked = _months_worked(person, library, period)
    cells = months_strip(library, period.end, length=len(period.months))
    return Work(
        months=tuple(
            _month(cell, by_month[cell.month], counted, at, works=cell.month in worked)
            for cell in cells
        ),
        entries=_by_kind(counted),
        participants=sum(row["participants"] or 0 for row in counted),
        returned=ReviewEvent.objects.filter(
            report__in=[report.pk for report in reports], action=ReviewAction.RETURNED
        ).count(),
        stories=tuple(
            Story.objects.filter(
                library=library,
                created_by=person,
                state=StoryState.APPROVED,
                decided_at__gte=periods.midnight(period.first_day),
                decided_at__lt=periods.midnight(periods.add_months(period.end, 1)),
            )
            .order_by("decided_at", "pk")
            .values_list("title", flat=True)
        ),
    )


_Rows = Sequence[Mapping[str, Any]]


def _counted(approved: list[int]) -> _Rows:
    return cast(
        "_Rows",
        list(
            Activity.objects.counted()
            .filter(report__in=approved)
            .order_by()
            .values("report__month", "kind")
            .annotate(
                entries=Count("pk"),
                participants=Sum("participants_total", filter=Q(kind=Kind.INVOLVEMENT)),
            )
        ),
    )


def _by_kind(counted: _Rows) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in counted:
        found[row["kind"]] += row["entries"]
    return {kind: found[kind] for kind in Kind}


def _months_worked(person: User, library: Library, period: Period) -> set[date]:
    """Those in which the person worked there on any day."""
    posts = Assignment.objects.filter(user=person, library=library)
    spans = list(posts.values_list("starts_on", "ends_on"))
    return {
        month
        for month in period.months
        if any(
            first <= periods.last_day(month) and (last is None or last >= month)
            for first, last in spans
        )
    }


def _month(
    cell: MonthCell, sent: Sequence[MonthlyReport], counted: _Rows, at: datetime, *, works: bool
) -> WorkMonth:
    """Where a month has late entries too, its first report says when it came in."""
    first = next((report for report in sent if report.number == 1), None)
    mine = [row for row in counted if row["report__month"] == cell.month]
    takes_part = cell.state not in ("not_expected", "inactive", "sim")
    return WorkMonth(
        cell=cell,
        is_over=periods.midnight(periods.add_months(cell.month, 1)) <= at,
        is_due=works and takes_part and periods.deadline(cell.month) <= at,
        sent_on=_day(first.first_submitted_at) if first else None,
        is_on_time=first is not None and first.is_on_time,
        approved_on=_day(first.decided_at) if first and first.state == State.APPROVED else None,
        entries=sum(row["entries"] for row in mine),
        participants=sum(row["participants"] or 0 for row in mine),
    )


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None
