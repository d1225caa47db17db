"""What a librarian's home asks: which months still want something, and what; and what a map is
drawn of."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import queries as activities
from activities.enums import Kind, ReturnReason, Source, State
from activities.models import Activity, EntryDraft, MonthlyReport, ReviewEvent
from libraries.enums import Level
from libraries.models import Library, Region
from reports.models import Boundaries
from tpbis.accounts.models import User
from tpbis.core import periods

SNAPSHOT_MONTHS = (1, 7)  # the half-yearly picture of the facilities
_SENT = (State.SUBMITTED, State.APPROVED)


@dataclass(frozen=True, slots=True)
class MonthWork:
    """One month as its librarian sees it: what is there, what is still wanted."""

    row: activities.MonthRow
    wanted: tuple[str, ...]  # in words, such as “advokasi”, “2 foto”

    @property
    def is_sent(self) -> bool:
        return self.row.state in _SENT

    @property
    def is_empty(self) -> bool:
        return not self.row.entries and self.row.visits is None

    @property
    def draft(self) -> MonthlyReport | None:
        """The report of the month that can be written in and sent."""
        return next((report for report in self.row.reports if report.is_editable), None)


@dataclass(frozen=True, slots=True)
class Mending:
    """A single entry somebody objected to; ``link`` leads straight to the field."""

    title: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class Objection:
    """A report that was sent back, and why; ``mendings`` where single entries were meant."""

    report: MonthlyReport
    reason: str
    comment: str
    mendings: tuple[Mending, ...] = ()


def month_works(library: Library, months: list[date]) -> list[MonthWork]:
    """Each of ``months`` with what is wanted for it, in a constant number of queries."""
    rows = activities.month_rows(library, months)
    entries = list(
        Activity.objects.filter(
            report__library=library, report__month__in=months, report__source=Source.PORTAL
        )
        .select_related("report")
        .prefetch_related("photos")
    )
    return [
        MonthWork(row, _wanted(row, [e for e in entries if e.report.month == row.month]))
        for row in rows
    ]


def drawing_of(region: Region) -> dict[str, Any] | None:
    """The real boundaries of a province that are in use; without any there are tiles."""
    if region.level != Level.PROVINCE:
        return None
    used = Boundaries.objects.filter(region=region).in_use()
    return used.values_list("drawing", flat=True).first()


def objections(library: Library) -> list[Objection]:
    """Reports waiting for their librarian to mend them, the oldest month first."""
    returned = (
        MonthlyReport.objects.filter(library=library, state=State.RETURNED)
        .prefetch_related(Prefetch("events", ReviewEvent.objects.defer("content")))
        .order_by("month", "number")
    )
    return [_objection(report) for report in returned]


def unfinished(library: Library, user: User) -> list[EntryDraft]:
    """What this person began to write down and did not save, the newest first."""
    mine = EntryDraft.objects.visible_to(user).filter(library=library)
    return list(mine.unfinished().order_by("-updated_at"))


def still_to_send(work: MonthWork, library: Library) -> bool:
    """A month of the library's own that nobody has sent yet; a returned one is an objection, and
    while the library takes no part nothing is awaited."""
    return (
        work.row.state not in (*_SENT, State.RETURNED, "inactive")
        and periods.last_day(work.row.month) >= library.joined_on
    )


def _objection(report: MonthlyReport) -> Objection:
    event = activities.last_objection(sorted(report.events.all(), key=_by_time))
    return Objection(
        report=report,
        reason=str(ReturnReason(event.reason).label) if event and event.reason else "",
        comment=event.comment if event else "",
        mendings=tuple(_mendings(report)),
    )


def _mendings(report: MonthlyReport) -> Iterator[Mending]:
    remarks = activities.remarks_on(report)
    meant = report.activities.filter(uuid__in=remarks).order_by("held_on", "pk")
    for entry in meant if remarks else ():
        for remark in remarks[entry.uuid]:
            place = f"#bidang-{remark.field}" if remark.field else ""
            link = reverse("activities:edit", args=[entry.pk]) + place
            yield Mending(entry.title, remark.comment, link)


def _by_time(event: ReviewEvent) -> tuple[object, int]:
    return (event.at, event.pk)


def _wanted(row: activities.MonthRow, entries: list[Activity]) -> tuple[str, ...]:
    kinds = Counter(entry.kind for entry in entries)
    expected = [Kind.INVOLVEMENT, Kind.ADVOCACY]
    if row.month.month in SNAPSHOT_MONTHS:
        expected.append(Kind.SERVICE)
    wanted = [str(kind.label).lower() for kind in expected if not kinds[kind]]
    bare = sum(1 for e in entries if e.kind == Kind.INVOLVEMENT and not e.photos.all())
    if bare:
        wanted.append(ngettext("%(count)s foto", "%(count)s foto", bare) % {"count": bare})
    if row.visits is None:
        wanted.append(_("jumlah pengunjung"))
    return tuple(wanted)
