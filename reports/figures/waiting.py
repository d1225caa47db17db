"""How long reports wait for their review, regency by regency."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Max, OuterRef, Subquery
from django.utils import timezone

from activities.enums import ReviewAction
from activities.models import ReviewEvent
from activities.overdue import Waiting, waiting_reviews
from libraries.models import Assignment, Region
from libraries.querysets import LibraryQuerySet
from tpbis.accounts.enums import Role
from tpbis.core import periods, working_days

DECIDED_WITHIN = 90  # days looked back for what was decided


@dataclass(frozen=True, slots=True)
class ReviewWait:
    """A regency's reports that wait, in working days until today; and those that were decided in
    the last 90 days, in working days from sending in (again) to the decision."""

    regency: Region
    pics: tuple[str, ...]
    waiting: tuple[int, ...] = ()
    overdue: int = 0
    for_province: int = 0
    decided: tuple[int, ...] = ()

    @property
    def longest(self) -> int | None:
        return max(self.waiting, default=None)

    @property
    def average(self) -> float | None:
        return _average(self.waiting)

    @property
    def decided_average(self) -> float | None:
        return _average(self.decided)

    @property
    def decided_longest(self) -> int | None:
        return max(self.decided, default=None)


def _average(days: tuple[int, ...]) -> float | None:
    """Rounded as people do; nothing has no average."""
    return round(sum(days) / len(days), 1) if days else None


def review_waits(
    libraries: LibraryQuerySet,
    on: date,
    waiting: Iterable[Waiting] | None = None,
    *,
    decided: bool = True,
) -> list[ReviewWait]:
    """One row for each regency where something waits or was decided lately, the longest wait first;
    ``waiting`` if somebody looked already, ``decided`` if that is asked for."""
    if waiting is None:
        waiting = waiting_reviews(libraries, on=on)
    waits: dict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        waits[one.report.library.regency_id].append(one)
    took = _decided(libraries, on) if decided else {}
    regencies = Region.objects.in_bulk({*waits, *took})
    pics = pics_of(regencies.values())
    rows = [
        ReviewWait(
            regency=regency,
            pics=pics.get(pk, ()),
            waiting=tuple(one.days for one in waits[pk]),
            overdue=sum(1 for one in waits[pk] if one.is_overdue),
            for_province=sum(1 for one in waits[pk] if one.is_for_province),
            decided=tuple(took.get(pk, ())),
        )
        for pk, regency in regencies.items()
    ]
    return sorted(rows, key=lambda row: (-(row.longest or 0), row.regency.code))


def _decided(libraries: LibraryQuerySet, on: date) -> dict[int, list[int]]:
    """Working days each decision took, by regency; a report that came twice was decided twice."""
    sent = (
        ReviewEvent.objects.filter(
            report=OuterRef("report"),
            at__lte=OuterRef("at"),
            action__in=(ReviewAction.SUBMITTED, ReviewAction.RESUBMITTED),
        )
        .order_by()
        .values("report")
        .annotate(last=Max("at"))
        .values("last")
    )
    decisions = (
        ReviewEvent.objects.filter(
            action__in=(ReviewAction.APPROVED, ReviewAction.RETURNED),
            at__gte=periods.midnight(on - timedelta(days=DECIDED_WITHIN)),
            report__library__in=libraries.order_by().values("pk"),
        )
        .order_by()
        .annotate(sent_at=Subquery(sent))
        .filter(sent_at__isnull=False)
        .values_list(F("report__library__regency"), "sent_at", "at")
    )
    known: dict[tuple[date, date], int] = {}
    found: dict[int, list[int]] = defaultdict(list)
    for regency, sent_at, at in decisions:
        span = (timezone.localdate(sent_at), timezone.localdate(at))
        if span not in known:
            known[span] = working_days.passed(*span)
        found[regency].append(known[span])
    return found


def pics_of(regencies: Iterable[Region]) -> dict[int, tuple[str, ...]]:
    """Who reviews there today."""
    found: dict[int, list[str]] = defaultdict(list)
    posts = Assignment.objects.in_force().filter(
        region__in=list(regencies), user__role=Role.REGENCY_PIC, user__is_active=True
    )
    for region, name in posts.order_by("pk").values_list("region", "user__full_name"):
        if region is not None:
            found[region].append(name)
    return {region: tuple(names) for region, names in found.items()}
