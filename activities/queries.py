"""Questions the reporting and review pages ask: what a month holds, what it lacks, what is odd."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import permissions
from activities.enums import Kind, ReviewAction, ServiceForm, Source, State
from activities.models import Activity, MonthlyReport, ReviewEvent
from activities.querysets import MonthlyReportQuerySet
from libraries import participation
from libraries.enums import ReportingMode
from libraries.models import Library
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods

MANY_PARTICIPANTS = 500  # worth a second look in a village
MANY_ON_ONE_DAY = 6


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


@dataclass(frozen=True, slots=True)
class KindSection:
    """The entries of one kind in a report."""

    kind: Kind
    entries: tuple[Activity, ...]


# --- Months of a library -------------------------------------------------------------------------


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
        )
        for month in months
    ]


def records_here(library: Library) -> bool:
    """Whether its regency keeps its months here, and not in the SIM."""
    return library.regency.reporting_mode == ReportingMode.PORTAL


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


# --- Reports sent in -----------------------------------------------------------------------------


def listed(pks: Sequence[int]) -> list[MonthlyReport]:
    """The reports of one page of a long list, in its order: counting the entries of all of them
    to show thirty takes ten times as long."""
    found = MonthlyReport.objects.for_list().in_bulk(pks)
    return [found[pk] for pk in pks]


# --- One report ----------------------------------------------------------------------------------


def sections(entries: Iterable[Activity]) -> list[KindSection]:
    """``entries`` by kind, all four kinds, in the order of the programme."""
    by_kind: dict[str, list[Activity]] = defaultdict(list)
    for entry in entries:
        by_kind[entry.kind].append(entry)
    return [KindSection(kind, tuple(by_kind[kind])) for kind in Kind]


def last_objection(events: Sequence[ReviewEvent]) -> ReviewEvent | None:
    """Why a returned report came back: the latest return or reopening."""
    objections = (ReviewAction.RETURNED, ReviewAction.REOPENED)
    return next((event for event in reversed(events) if event.action in objections), None)


def missing(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """What a reviewer would ask for. Needs ``photos`` prefetched."""
    found = []
    if report.visits_total is None and not report.is_supplementary:
        found.append(_("Jumlah pengunjung belum diisi."))
    without = sum(1 for e in entries if e.kind == Kind.INVOLVEMENT and not e.photos.all())
    if without:
        found.append(
            ngettext(
                "%(count)s kegiatan pelibatan belum ada fotonya.",
                "%(count)s kegiatan pelibatan belum ada fotonya.",
                without,
            )
            % {"count": without}
        )
    return found


def unserved(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """General components without an entry this month: no fault, but the colour needs all three."""
    if report.is_supplementary or not entries:
        return []
    there = {entry.kind for entry in entries}
    return [
        _("Belum ada %(kind)s bulan ini.") % {"kind": kind.label.lower()}
        for kind in (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
        if kind not in there
    ]


def odd(report: MonthlyReport, entries: Sequence[Activity]) -> list[str]:
    """What is allowed but worth a second look: duplicates, batches, default dates, big numbers."""
    found = []
    if report.is_editable and timezone.localdate() <= periods.last_day(report.month):
        found.append(
            _("%(month)s belum berakhir. Kegiatan yang menyusul nanti masuk laporan susulan.")
            % {"month": periods.written(report.month)}
        )
    same = Counter((entry.kind, entry.held_on, entry.title.casefold()) for entry in entries)
    titles = {entry.title.casefold(): entry.title for entry in entries}
    found += [
        _("“%(title)s” tercatat %(count)s kali pada %(day)s.")
        % {"title": titles[title], "count": count, "day": date_format(day, "j F Y")}
        for (_kind, day, title), count in same.items()
        if count > 1
    ]
    on_day = Counter(entry.held_on for entry in entries)
    found += [
        _("%(count)s catatan bertanggal sama: %(day)s.")
        % {"count": count, "day": date_format(day, "j F Y")}
        for day, count in on_day.items()
        if count >= MANY_ON_ONE_DAY
    ]
    found += [text for entry in entries for text in _odd_entry(entry)]
    return found


def _odd_entry(entry: Activity) -> list[str]:
    found = []
    if (entry.held_on.month, entry.held_on.day) == (1, 1):
        found.append(
            _("“%(title)s” bertanggal 1 Januari. Benar hari itu?") % {"title": entry.title}
        )
    participants = entry.participants_total
    if participants == 0 or (participants or 0) >= MANY_PARTICIPANTS:
        found.append(
            _("“%(title)s”: %(count)s peserta. Angkanya benar?")
            % {"title": entry.title, "count": participants}
        )
    return found


# --- Facilities ---------------------------------------------------------------------------------


def latest_snapshot(library: Library) -> Activity | None:
    """The newest half-yearly picture of books, computers and bandwidth that counts."""
    approved = MonthlyReport.objects.approved().filter(library=library)
    pictures = Activity.objects.filter(report__in=approved, service_form=ServiceForm.SNAPSHOT)
    return pictures.order_by("-held_on", "-pk").first()


# --- The queue -----------------------------------------------------------------------------------


def queue(user: User) -> MonthlyReportQuerySet:
    """Reports waiting for this reviewer, oldest first."""
    waiting = MonthlyReport.objects.from_portal().awaiting_review()
    return waiting.filter(library__in=permissions.judged_by(user))


def next_in_queue(user: User, after: MonthlyReport) -> MonthlyReport | None:
    """The one that waited next longest after ``after``; else the oldest of those passed over."""
    waiting = queue(user).exclude(pk=after.pk)
    return waiting.filter(submitted_at__gte=after.submitted_at).first() or waiting.first()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A waiting report at a glance."""

    report: MonthlyReport
    entries: int
    remarks: int  # things missing or odd
    days_waiting: int


def queue_rows(reports: Iterable[MonthlyReport]) -> list[QueueRow]:
    """Needs :meth:`MonthlyReportQuerySet.with_content`."""
    today = timezone.localdate()
    rows = []
    for report in reports:
        entries = list(report.activities.all())
        assert report.submitted_at is not None
        rows.append(
            QueueRow(
                report=report,
                entries=len(entries),
                remarks=len(missing(report, entries)) + len(odd(report, entries)),
                days_waiting=(today - timezone.localdate(report.submitted_at)).days,
            )
        )
    return rows
