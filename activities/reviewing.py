"""What lies on a reviewer's desk: what waits, in which order and why; how the region stands; what
is known of the library."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch
from django.utils import timezone

from activities import overdue, permissions, queries
from activities.enums import Kind, ReviewAction, Source, State
from activities.flags import Flag, FlagKind, flags_of, kinds_of
from activities.models import Activity, MonthlyReport, Remark, ReviewEvent
from activities.queries.versions import ChangesTold, EntryTold, Said, told
from libraries import participation
from libraries.enums import ReportingMode
from libraries.models import Library
from tpbis.accounts.models import User
from tpbis.core import periods, working_days

MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that waits: for how many working days, and what is odd about it."""

    pk: int
    month: date
    submitted_on: date
    working_days: int
    kinds: frozenset[FlagKind]

    @property
    def is_overdue(self) -> bool:
        """Longer than a library should be asked to wait."""
        return self.working_days > overdue.review_days()

    @property
    def is_flagged(self) -> bool:
        return bool(self.kinds)


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting report as the queue shows it."""

    waiting: Waiting
    report: MonthlyReport
    entries: int
    participants: int | None  # none: no activity with people
    photos: int
    flags: tuple[Flag, ...]
    missing: tuple[str, ...]
    is_ones_own: bool

    @property
    def told(self) -> list[tuple[Flag, int]]:
        """The first flag of each kind, and how many more there are of it."""
        first = {flag.kind: flag for flag in reversed(self.flags)}
        counts = Counter(flag.kind for flag in self.flags)
        return [(first[kind], count - 1) for kind, count in counts.items()]

    @property
    def may_be_chosen(self) -> bool:
        """To be approved with others, unread: nothing is odd about it, and others sent it."""
        return not self.flags and not self.is_ones_own


# --- The queue ------------------------------------------------------------------------------------


def in_order(user: User) -> list[Waiting]:
    """All that waits for this reviewer: first what has waited for more than five working days, then
    what is flagged, then the rest; within each what waits longest."""
    today = timezone.localdate()
    reports = list(queries.queue(user).only("pk", "month", "library_id", "submitted_at"))
    kinds = kinds_of(reports)
    days = {day: working_days.passed(day, today) for day in {_sent_on(r) for r in reports}}
    waiting = [
        Waiting(
            pk=report.pk,
            month=report.month,
            submitted_on=_sent_on(report),
            working_days=days[_sent_on(report)],
            kinds=kinds[report.pk],
        )
        for report in reports  # the queue has them by the moment they came
    ]
    return sorted(waiting, key=lambda one: (not one.is_overdue, not one.is_flagged))


def _sent_on(report: MonthlyReport) -> date:
    assert report.submitted_at is not None
    return timezone.localdate(report.submitted_at)


def rows(waiting: Sequence[Waiting], *, user: User) -> list[Row]:
    """The reports of one page, in its order, with their flags in words."""
    found = MonthlyReport.objects.with_content().in_bulk([one.pk for one in waiting])
    shown = [one for one in waiting if one.pk in found]
    flags = flags_of([found[one.pk] for one in shown], seen_by=user)
    return [_row(one, found[one.pk], flags[one.pk], user) for one in shown]


def _row(waiting: Waiting, report: MonthlyReport, flags: Iterable[Flag], user: User) -> Row:
    entries = list(report.activities.all())
    people = [e.participants_total for e in entries if e.participants_total is not None]
    return Row(
        waiting=waiting,
        report=report,
        entries=len(entries),
        participants=sum(people) if people else None,
        photos=sum(len(entry.photos.all()) for entry in entries),
        flags=tuple(flags),
        missing=tuple(queries.missing(report, entries)),
        is_ones_own=report.submitted_by_id == user.pk,
    )


def beside(waiting: Sequence[Waiting]) -> list[tuple[Waiting, MonthlyReport]]:
    """Some of the queue by name."""
    found = MonthlyReport.objects.select_related("library").in_bulk([one.pk for one in waiting])
    return [(one, found[one.pk]) for one in waiting if one.pk in found]


# --- How the region stands ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How many reports are in which state, in the places of a reviewer."""

    waiting: int
    returned: int
    approved: int  # decided in this month
    not_reported: int  # libraries without a report for `month`
    expected: int
    month: date  # the latest whose batas kirim has passed


def standing(user: User) -> Standing:
    libraries = permissions.judged_by(user)
    reports = MonthlyReport.objects.from_portal().filter(library__in=libraries)
    states = dict(reports.order_by().values_list("state").annotate(count=Count("pk")))
    since = periods.midnight(periods.this_month())
    month = latest_due()
    expected = _expected(user, month)
    sent = reports.filter(month=month).exclude(state=State.DRAFT)
    return Standing(
        waiting=states.get(State.SUBMITTED, 0),
        returned=states.get(State.RETURNED, 0),
        approved=reports.approved().filter(decided_at__gte=since).count(),
        not_reported=len(expected - set(sent.values_list("library", flat=True))),
        expected=len(expected),
        month=month,
    )


def latest_due() -> date:
    """The latest month whose batas kirim has passed."""
    month = periods.add_months(periods.this_month(), -1)
    if periods.deadline(month) > timezone.now():
        month = periods.add_months(month, -1)
    return month


def _expected(user: User, month: date) -> set[int]:
    """The libraries that should report ``month`` here."""
    libraries = permissions.judged_by(user).filter(regency__reporting_mode=ReportingMode.PORTAL)
    away = libraries.away_between(month, periods.last_day(month))
    return {
        pk
        for pk, joined_on in libraries.order_by().values_list("pk", "joined_on")
        if participation.in_month(month, joined_on, away.get(pk, ()))
    }


# --- What is known of the library -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastMonth:
    """One month of a partner: entries that count by kind, in the order of the programme."""

    row: queries.MonthRow
    counts: tuple[int, ...]

    @property
    def entries(self) -> int:
        return sum(self.counts)


def past_of(library: Library, *, before: date) -> list[PastMonth]:
    """The twelve months before ``before``, newest first; none before the library joined."""
    first = max(periods.add_months(before, -MONTHS_BACK), queries.first_month(library))
    months = list(periods.months_from_to(first, periods.add_months(before, -1)))[::-1]
    counts: dict[date, Counter[str]] = defaultdict(Counter)
    entries = Activity.objects.filter(
        report__library=library, report__month__in=months, exclusion=""
    ).exclude(report__state=State.DRAFT)
    grouped = entries.order_by().values_list("report__month", "kind")
    for month, kind, count in grouped.annotate(count=Count("pk")):
        counts[month][kind] += count
    return [
        PastMonth(row, tuple(counts[row.month][kind] for kind in Kind))
        for row in queries.month_rows(library, months)
    ]


def earlier_remarks(report: MonthlyReport) -> list[ReviewEvent]:
    """Why reports of this library went back in the last twelve months, newest first."""
    since = timezone.now() - timedelta(days=366)
    events = ReviewEvent.objects.filter(
        report__library=report.library_id,
        report__source=Source.PORTAL,
        action__in=(ReviewAction.RETURNED, ReviewAction.REOPENED),
        at__gte=since,
    ).defer("content")
    remarks = Prefetch("remarks", Remark.objects.order_by("pk"))
    return list(events.select_related("report", "by").prefetch_related(remarks).order_by("-at")[:8])


# --- One report -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry with all that is said of it."""

    entry: Activity
    flags: tuple[Flag, ...]
    remarks: tuple[Remark, ...]  # of the latest return
    verdict: Any  # its form
    is_added: bool
    differences: tuple[Said, ...]
    is_unchanged: bool  # in a report that was sent again: it was read already


def changes_told(report: MonthlyReport, entries: Sequence[Activity]) -> ChangesTold | None:
    """What the library changed since its report came back; ``None`` if it never did."""
    changes = queries.changed_since_return(report, entries)
    return None if changes is None else told(changes)


def entries_of(
    entries: Sequence[Activity],
    *,
    flags: Iterable[Flag],
    remarks: Mapping[UUID, list[Remark]],
    changes: ChangesTold | None,
    verdicts: Mapping[int, Any],
) -> list[ShownEntry]:
    """The entries of a report with what stands beside them, by kind in the programme's order."""
    by_entry: dict[int, list[Flag]] = defaultdict(list)
    for flag in flags:
        if flag.entry is not None:
            by_entry[flag.entry.pk].append(flag)
    changed = {one.uuid: one for one in changes.entries} if changes is not None else {}
    order = list(Kind)
    return [
        _shown(
            entry,
            tuple(by_entry[entry.pk]),
            tuple(remarks.get(entry.uuid, ())),
            verdicts[entry.pk],
            changed.get(entry.uuid),
            is_again=changes is not None,
        )
        for entry in sorted(entries, key=lambda entry: order.index(Kind(entry.kind)))
    ]


def _shown(
    entry: Activity,
    flags: tuple[Flag, ...],
    remarks: tuple[Remark, ...],
    verdict: Any,
    change: EntryTold | None,
    *,
    is_again: bool,
) -> ShownEntry:
    return ShownEntry(
        entry=entry,
        flags=flags,
        remarks=remarks,
        verdict=verdict,
        is_added=change is not None and change.what == "added",
        differences=change.fields if change is not None else (),
        # What was said of an entry is looked for, also where nobody heeded it.
        is_unchanged=is_again and change is None and not remarks,
    )
