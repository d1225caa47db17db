"""What lies on a province's desk: what came in this week, what waits for somebody's decision, and
which regencies are behind."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from django.db.models import Subquery

from activities.enums import ReviewAction
from activities.models import MonthlyReport, Story
from activities.overdue import Waiting, waiting_reviews
from kpi.enums import AreaState, Colour
from kpi.models import Award, Closing, ClosingScore, RuleSet, Run, RunArea
from libraries import queries as people
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.enums import Lately
from reports.figures.official import disagreeing
from reports.figures.results import AreaRow, Completeness
from reports.figures.waiting import pics_of
from reports.querysets import DocumentQuerySet
from stakeholders.models import Support
from tpbis.core import periods
from tpbis.core.counting import counted


@dataclass(frozen=True, slots=True)
class Week:
    """What happened from ``since`` on. A report that was sent or decided twice counts once, as in
    the list of reports (``?minggu=``)."""

    since: date
    sent: int
    approved: int
    returned: int
    stories: int  # published
    accounts: int  # librarians who signed in for the first time
    documents: int  # made
    supports: int  # recorded


@dataclass(frozen=True, slots=True)
class Desk:
    """The week, and what is undecided. ``green`` were green at ``closing``, and nobody has decided
    whether to award them; ``disagreeing`` have another colour in the SIM (see figures.official)."""

    week: Week
    closing: Closing | None
    green: int
    drafts: int
    disagreeing: int
    failed_documents: int  # of the last 30 days
    failed_areas: int  # of the newest run


def desk(region: Region, libraries: LibraryQuerySet, documents: DocumentQuerySet, on: date) -> Desk:
    """Of ``libraries``, all of ``region``; ``documents`` are those that may be seen. Two
    statements."""
    since = on - periods.WEEK
    mine = libraries.order_by().values("pk")
    reports = MonthlyReport.objects.from_portal().filter(library__in=mine)
    closing = Closing.objects.order_by("-through").first()
    decided = Award.objects.filter(closing=closing).values("library")
    newest = Run.objects.order_by("-asked_at").values("pk")[:1]
    found = counted(
        sent=reports.acted_on_since(since, ReviewAction.SUBMITTED),
        approved=reports.acted_on_since(since, ReviewAction.APPROVED),
        returned=reports.acted_on_since(since, ReviewAction.RETURNED),
        stories=Story.objects.published_since(since).filter(library__in=mine),
        accounts=people.librarians_since(since, libraries),
        documents=documents.lately(Lately.MADE, on),
        supports=Support.objects.within(region, libraries).recorded_since(since),
        green=ClosingScore.objects.filter(closing=closing, colour=Colour.GREEN)
        .of_libraries(libraries)
        .exclude(library__in=decided),
        drafts=RuleSet.objects.drafts(),
        disagreeing=disagreeing(libraries, on),
        failed_documents=documents.lately(Lately.FAILED, on),
        failed_areas=RunArea.objects.filter(run=Subquery(newest), state=AreaState.FAILED),
    )
    of_the_week = [one.name for one in fields(Week) if one.name != "since"]
    week = Week(since=since, **{name: found.pop(name) for name in of_the_week})
    return Desk(week=week, closing=closing, **found)


@dataclass(frozen=True, slots=True)
class Behind:
    """A regency, and what keeps it back: nobody who reviews, reports that wait, months not sent."""

    row: AreaRow
    pics: tuple[str, ...]
    waiting: int
    longest: int | None  # working days
    overdue: int

    @property
    def area(self) -> Region:
        return self.row.area

    @property
    def completeness(self) -> Completeness:
        return self.row.completeness


def behind(rows: Iterable[AreaRow], libraries: LibraryQuerySet, on: date) -> list[Behind]:
    """The regencies among ``rows`` (of ``libraries``) that have partners: without a PIC first, then
    those with most overdue reports, then the least complete."""
    shown = [row for row in rows if row.area.level == Level.REGENCY and row.colours.total]
    pics = pics_of([row.area for row in shown])
    waiting: dict[int, list[Waiting]] = defaultdict(list)
    for one in waiting_reviews(libraries, on=on):
        waiting[one.report.library.regency_id].append(one)
    found = [_behind(row, pics.get(row.area.pk, ()), waiting[row.area.pk]) for row in shown]
    return sorted(
        found,
        key=lambda one: (
            bool(one.pics),
            -one.overdue,
            one.completeness.share if one.completeness.expected else 1,
            one.area.code,
        ),
    )


def _behind(row: AreaRow, pics: tuple[str, ...], waiting: Sequence[Waiting]) -> Behind:
    return Behind(
        row=row,
        pics=pics,
        waiting=len(waiting),
        longest=max((one.days for one in waiting), default=None),
        overdue=sum(one.is_overdue for one in waiting),
    )
