"""The months of a library: which there are, what was sent for each, and until when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from activities.enums import Kind, Source, State
from activities.models import Activity, Excuse, MonthlyReport
from libraries import participation
from libraries.enums import ReportingMode
from libraries.models import Library
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Deadline:
    """Batas kirim: the last day on which a month's report is on time."""

    day: date
    days_left: int  # below 0 once it has passed


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a library: the reports sent or being written for it, number 1 first."""

    month: date
    state: str  # a State, "open", "not_reported", "inactive" or "sim"
    reports: tuple[MonthlyReport, ...]
    deadline: Deadline
    is_excused: bool = False  # by the PIC: it may be late, or stay out

    @property
    def entries(self) -> int:
        return sum(report.entry_count for report in self.reports)

    @property
    def visits(self) -> int | None:
        """The portal's own figure before the SIM's, as in the tally; ``None`` if not entered."""
        ordered = sorted(self.reports, key=lambda report: report.source == Source.SIM)
        given = (report.visits_total for report in ordered if report.visits_total is not None)
        return next(given, None)

    @property
    def supplements(self) -> int:
        return sum(1 for report in self.reports if report.is_supplementary)

    @property
    def is_nihil(self) -> bool:
        return any(report.nihil for report in self.reports) and not self.entries

    @property
    def is_sent(self) -> bool:
        """What is recorded now for this month goes into a supplementary report."""
        written_here = [report for report in self.reports if report.source == Source.PORTAL]
        return bool(written_here) and not any(report.is_editable for report in written_here)


def own_library(user: User) -> Library | None:
    """The library a librarian records for; ``None`` for everybody else."""
    if user.role != Role.LIBRARIAN:
        return None
    return Library.objects.visible_to(user).select_related("regency").order_by("pk").first()


def first_month(library: Library) -> date:
    """From this month on the library may report."""
    begin = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    return max(begin, periods.first_of_month(library.joined_on))


def months_of(library: Library) -> list[date]:
    """Every month since the library joined, newest first."""
    return list(periods.months_from_to(first_month(library), periods.this_month()))[::-1]


def month_rows(library: Library, months: Sequence[date]) -> list[MonthRow]:
    """What there is for each of ``months``, in the order given."""
    found: dict[date, list[MonthlyReport]] = defaultdict(list)
    reports = MonthlyReport.objects.filter(library=library, month__in=months)
    for report in reports.for_list().order_by("number", "source"):
        found[report.month].append(report)
    now = timezone.now()
    away = list(library.inactivities.values_list("starts_on", "ends_on"))
    excuses = Excuse.objects.in_force().filter(library=library, month__in=months)
    excused = set(excuses.values_list("month", flat=True))
    return [
        MonthRow(
            month=month,
            state=month_state(
                (report.state for report in found[month] if report.source == Source.PORTAL),
                month,
                now,
                mode=library.regency.reporting_mode,
                takes_part=participation.in_month(month, library.joined_on, away),
            ),
            reports=tuple(found[month]),
            deadline=deadline(month),
            is_excused=month in excused,
        )
        for month in months
    ]


def month_state(
    states: Iterable[str],
    month: date,
    now: datetime,
    *,
    mode: str = ReportingMode.PORTAL,
    takes_part: bool = True,
) -> str:
    """Of the reports written here, the state that most needs somebody's eyes; without any, whether
    one is awaited. While the library takes no part none is, and one that is written is welcome."""
    sent = set(states)
    for state in (State.RETURNED, State.SUBMITTED, State.APPROVED):
        if state in sent:
            return state
    if not takes_part:
        return State.DRAFT if State.DRAFT in sent else "inactive"
    if mode == ReportingMode.SIM:
        return "sim"
    if periods.deadline(month) > now:
        return State.DRAFT if State.DRAFT in sent else "open"
    return "not_reported"


def deadline(month: date) -> Deadline:
    day = timezone.localdate(periods.deadline(month)) - timedelta(days=1)
    return Deadline(day=day, days_left=(day - timezone.localdate()).days)


def kind_counts(library: Library, month: date) -> dict[str, int]:
    """How many entries of each of the four kinds were recorded for the month here, sent or not."""
    entries = Activity.objects.filter(
        report__library=library, report__month=month, report__source=Source.PORTAL
    )
    found = dict(entries.order_by().values_list("kind").annotate(count=Count("pk")))
    return {kind.value: found.get(kind, 0) for kind in Kind}
