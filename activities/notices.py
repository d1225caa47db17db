"""What people are told of the months, and when: each function may run as often as it likes, on any
day and in any order, and tells each person each thing once (the key of a message says what of and
which period). So a schedule that stood still catches up, and two schedules do no harm.

- *before the due date*: librarians whose month is not sent, from 3 days before *batas kirim* to
  that day; once for library and month.
- *after it*: the same people, from the day after to the 11th, and once more from the 12th (3 days
  before the closing) to the closing.
- *sent back*: the librarians of the library, while it is open and not longer than 3 days ago; once
  for that sending back.
- *digest*: the PIC on working days; once for regency and day.
- *escalation*: the regency's facilitators after 5 working days of waiting, the province after 10;
  once for regency, day sent in, and 5 working days.

A library is waited for when its regency records here and it took part in the month; a month that
was excused is not asked for. Told are people whose assignment is in force and who can sign in.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import overdue
from activities.enums import ReturnReason, ReviewAction, State, StoryAction, StoryState
from activities.models import Excuse, MonthlyReport, ReviewEvent, Story, StoryEvent
from activities.overdue import Waiting
from libraries import participation
from libraries.enums import Level, ReportingMode
from libraries.models import Assignment, Library
from libraries.querysets import AssignmentQuerySet
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.querysets import subject_of
from tpbis.accounts.services import News
from tpbis.core import periods
from tpbis.core.working_days import is_working_day

BEFORE = timedelta(days=3)  # the due date, and the closing day
STILL_NEWS = timedelta(days=3)  # what was sent back longer ago, its library knows by now
_LISTED = 8  # reports that an escalation names


@dataclass(frozen=True, slots=True)
class Awaited:
    """A library whose report of a month has not come."""

    pk: int
    name: str
    regency: int


def of_the_day(*, on: date) -> int:
    """Everything that depends on the day alone; how much of it was new."""
    return sum(tell(on=on) for tell in (before_due, after_due, digest, escalation))


# --- Before and after the due date ----------------------------------------------------------------


def before_due(*, on: date) -> int:
    told = 0
    for month in _months_near(on):
        due = _due_on(month)
        if due - BEFORE <= on <= due:
            told += _remind(month, on, MessageKind.BEFORE_DUE, periods.month_code(month))
    return told


def after_due(*, on: date) -> int:
    """Twice: when the due date has passed, and when the month is about to close."""
    told = 0
    for month in _months_near(on):
        if not _is_open_late(month, on):
            continue
        code = periods.month_code(month)
        last_call = _closes_on(month) - BEFORE
        period = f"{code} tutup" if on >= last_call else code
        told += _remind(month, on, MessageKind.AFTER_DUE, period)
    return told


def awaited(month: date, *, on: date) -> list[Awaited]:
    """The libraries that are waited for and have sent nothing for ``month``; by name."""
    if month < periods.parse_month(settings.TPBIS_FIRST_MONTH):
        return []
    end = periods.last_day(month)
    expected = Library.objects.filter(regency__reporting_mode=ReportingMode.PORTAL)
    away = expected.away_between(month, end)
    came = MonthlyReport.objects.from_portal().filter(month=month).exclude(state=State.DRAFT)
    settled = {
        *came.order_by().values_list("library", flat=True),
        *Excuse.objects.in_force().filter(month=month).values_list("library", flat=True),
    }
    rows = expected.joined_by(end).order_by("name", "pk")
    return [
        Awaited(pk, name, regency)
        for pk, name, regency, joined_on in rows.values_list("pk", "name", "regency", "joined_on")
        if pk not in settled and participation.in_month(month, joined_on, away.get(pk, ()))
    ]


def _months_near(on: date) -> tuple[date, date]:
    """Those whose due date can be near: the month before, and with an early due date this one."""
    this = periods.first_of_month(on)
    return periods.add_months(this, -1), this


def _due_on(month: date) -> date:
    return timezone.localdate(periods.deadline(month)) - timedelta(days=1)


def _closes_on(month: date) -> date:
    return timezone.localdate(periods.closing(month))


def _is_open_late(month: date, on: date) -> bool:
    return _due_on(month) < on < _closes_on(month)


def _remind(month: date, on: date, kind: MessageKind, period: str) -> int:
    librarians = librarians_on(on)
    with translation.override(settings.LANGUAGE_CODE):
        return accounts.tell_many(
            reminder(kind, month, period=period, user=user, library=library)
            for library in awaited(month, on=on)
            for user in librarians.get(library.pk, ())
        )


def reminder(kind: MessageKind, month: date, *, period: str, user: int, library: Awaited) -> News:
    """What a librarian is told of a month that is not sent."""
    return News(
        user=user,
        kind=kind,
        subject=f"libraries.library:{library.pk}",
        period=period,
        title=_reminder_title(kind, month, library.name),
        text=_reminder(kind, month, library.name),
        link=reverse("activities:month", kwargs={"month": periods.month_code(month)}),
    )


def _reminder_title(kind: MessageKind, month: date, library: str) -> str:
    said = {"month": periods.written(month), "library": library, "due": _day(_due_on(month))}
    if kind == MessageKind.BEFORE_DUE:
        return _("Laporan %(month)s, %(library)s: batas kirim %(due)s") % said
    return _("Laporan %(month)s, %(library)s: masih kami tunggu") % said


def _reminder(kind: MessageKind, month: date, library: str) -> str:
    due, closes = _due_on(month), _closes_on(month)
    said = {
        "month": periods.written(month),
        "library": library,
        "due": date_format(due, "l, j F Y"),
        "last": date_format(closes - timedelta(days=1), "l, j F Y"),
    }
    if kind == MessageKind.BEFORE_DUE:
        first = _("Laporan %(month)s untuk %(library)s belum dikirim. Batas kirim: %(due)s.") % said
    else:
        first = (
            _(
                "Batas kirim laporan %(month)s untuk %(library)s sudah lewat (%(due)s), tetapi "
                "laporannya masih bisa dikirim. Kirim sebelum bulan itu ditutup, paling lambat "
                "%(last)s."
            )
            % said
        )
    second = _("Tidak ada kegiatan? Kirim laporan nihil dengan jumlah pengunjungnya saja.")
    return f"{first}\n\n{second}"


# --- Sent back ------------------------------------------------------------------------------------


def returned(*, report_id: int | None = None, at: datetime | None = None) -> int:
    """Reports and stories that came back lately and are still open: the librarians there now."""
    at = at or timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        return accounts.tell_many([*_reports_back(at, report_id), *_stories_back(at, report_id)])


def _reports_back(at: datetime, report_id: int | None) -> Iterator[News]:
    actions = (ReviewAction.RETURNED, ReviewAction.REOPENED)
    events = ReviewEvent.objects.filter(
        action__in=actions, at__gte=at - STILL_NEWS, report__state=State.RETURNED
    )
    if report_id is not None:
        events = events.filter(report=report_id)
    events = events.select_related("report__library").prefetch_related("remarks").defer("content")
    latest = {event.report_id: event for event in events.order_by("at", "pk")}
    librarians = librarians_on(timezone.localdate(at)) if latest else {}
    for event in latest.values():
        report = event.report
        said = {"month": periods.written(report.month), "library": report.library.name}
        again = event.action == ReviewAction.REOPENED
        for user in librarians.get(report.library_id, ()):
            yield News(
                user=user,
                kind=MessageKind.RETURNED,
                subject=subject_of(report),
                period=str(event.pk),
                title=_("Laporan %(month)s, %(library)s: dibuka kembali") % said
                if again
                else _("Laporan %(month)s, %(library)s: dikembalikan") % said,
                text=_objection(event, len({remark.entry for remark in event.remarks.all()})),
                link=report.get_absolute_url(),
            )


def _stories_back(at: datetime, report_id: int | None) -> Iterator[News]:
    if report_id is not None:
        return
    # Not what was reopened: that its own library did itself.
    events = StoryEvent.objects.filter(
        action=StoryAction.RETURNED, at__gte=at - STILL_NEWS, story__state=StoryState.RETURNED
    ).select_related("story__library")
    latest = {event.story_id: event for event in events.order_by("at", "pk")}
    librarians = librarians_on(timezone.localdate(at)) if latest else {}
    for event in latest.values():
        story = event.story
        for user in librarians.get(story.library_id, ()):
            yield News(
                user=user,
                kind=MessageKind.RETURNED,
                subject=subject_of(story),
                period=str(event.pk),
                title=_("Cerita “%(title)s”, %(library)s: dikembalikan")
                % {"title": story.title, "library": story.library.name},
                text=_objection(event),
                link=story.get_absolute_url(),
            )


def _objection(event: ReviewEvent | StoryEvent, remarks: int = 0) -> str:
    """The reason, the words, and what to do."""
    parts = []
    if event.reason:
        parts.append(_("Alasan: %(reason)s.") % {"reason": ReturnReason(event.reason).label})
    if event.comment:
        parts.append(f"“{event.comment}”")
    if remarks:
        parts.append(
            ngettext(
                "Catatan pemeriksa ada pada %(count)s kegiatan.",
                "Catatan pemeriksa ada pada %(count)s kegiatan.",
                remarks,
            )
            % {"count": remarks}
        )
    parts.append(_("Perbaiki lewat tautan ini, lalu kirim lagi."))
    return "\n\n".join(parts)


# --- The PIC's day --------------------------------------------------------------------------------


def digest(*, on: date) -> int:
    """On working days, what a regency's PIC has before them; nothing to say is no message."""
    if not is_working_day(on):
        return 0
    posts = posts_on(Role.REGENCY_PIC, on).filter(region__level=Level.REGENCY)
    waiting = _by_regency(overdue.waiting_reviews(on=on))
    submitted = Story.objects.filter(state=StoryState.SUBMITTED).order_by()
    counts = submitted.values("library__regency").annotate(count=Count("pk"))
    stories = dict(counts.values_list("library__regency", "count"))
    late = [month for month in _months_near(on) if _is_open_late(month, on)]
    silent: dict[int, int] = defaultdict(int)
    for library in (one for month in late for one in awaited(month, on=on)):
        silent[library.regency] += 1
    with translation.override(settings.LANGUAGE_CODE):
        lines = {
            regency: _summary(waiting[regency], stories.get(regency, 0), silent[regency], late)
            for regency in {*waiting, *stories, *silent}
        }
        return accounts.tell_many(
            News(
                user=user,
                kind=MessageKind.DIGEST,
                subject=f"libraries.region:{regency}",
                period=on.isoformat(),
                title=_("%(region)s, %(day)s: yang menunggu Anda")
                % {"region": name, "day": _day(on)},
                text="\n".join(lines[regency]),
                link=reverse("activities:queue"),
            )
            for user, regency, name in posts.values_list("user", "region", "region__name")
            if lines.get(regency)
        )


def _summary(waiting: list[Waiting], stories: int, silent: int, late: list[date]) -> list[str]:
    lines = []
    if waiting:
        lines.append(
            ngettext(
                "%(count)s laporan menunggu diperiksa.",
                "%(count)s laporan menunggu diperiksa.",
                len(waiting),
            )
            % {"count": len(waiting)}
        )
        oldest = waiting[0]
        lines.append(
            _("Paling lama: %(library)s, %(month)s, dikirim %(day)s (%(days)s hari kerja).")
            % {**_named(oldest), "day": _day(oldest.since), "days": oldest.days}
        )
    if stories:
        lines.append(
            ngettext(
                "%(count)s cerita menunggu dibaca.", "%(count)s cerita menunggu dibaca.", stories
            )
            % {"count": stories}
        )
    if silent:
        lines.append(
            ngettext(
                "%(count)s perpustakaan belum mengirim laporan %(month)s.",
                "%(count)s perpustakaan belum mengirim laporan %(month)s.",
                silent,
            )
            % {"count": silent, "month": periods.written(late[0])}
        )
    return lines


# --- Reviews that wait ----------------------------------------------------------------------------


def escalation(*, on: date) -> int:
    """On working days. Reports of a regency that came in on the same day are told of together, and
    again each five working days."""
    if not is_working_day(on):
        return 0
    groups: dict[tuple[int, date], list[Waiting]] = defaultdict(list)
    for one in overdue.overdue_reviews(on):
        groups[one.report.library.regency_id, one.since].append(one)
    if not groups:
        return 0
    near = _facilitators(on)
    province = posts_on(Role.PROVINCE_STAFF, on).filter(region__level=Level.PROVINCE)
    staff = [(user, False) for user in province.values_list("user", flat=True).distinct()]
    with translation.override(settings.LANGUAGE_CODE):
        return accounts.tell_many(
            _escalated(user, may_review=may_review, waiting=waiting)
            for (regency, _since), waiting in groups.items()
            for user, may_review in [
                *near.get(regency, ()),
                *(staff if waiting[0].is_for_province else ()),
            ]
        )


def _escalated(user: int, *, may_review: bool, waiting: list[Waiting]) -> News:
    first = waiting[0]
    regency = first.report.library.regency
    said = {"region": regency.name, "day": _day(first.since), "days": first.days}
    count = len(waiting)
    lines = [
        ngettext(
            "%(count)s laporan %(region)s menunggu diperiksa sejak %(day)s (%(days)s hari kerja).",
            "%(count)s laporan %(region)s menunggu diperiksa sejak %(day)s (%(days)s hari kerja).",
            count,
        )
        % {**said, "count": count},
        *(_("• %(library)s, %(month)s") % _named(one) for one in waiting[:_LISTED]),
    ]
    if count > _LISTED:
        lines.append(_("• dan %(count)s lainnya") % {"count": count - _LISTED})
    stage = (first.days - 1) // settings.TPBIS_REVIEW_DAYS
    return News(
        user=user,
        kind=MessageKind.ESCALATION,
        subject=subject_of(regency),
        period=f"{first.since.isoformat()}/{stage}",
        title=_("%(region)s: laporan menunggu diperiksa sejak %(day)s") % said,
        text="\n".join(lines),
        link=reverse("activities:queue" if may_review else "activities:list")
        + ("" if may_review else f"?status={State.SUBMITTED.value}"),
    )


def _facilitators(on: date) -> dict[int, list[tuple[int, bool]]]:
    """By regency, and whether its reports were handed over to them."""
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    posts = posts_on(Role.FACILITATOR, on).filter(region__level=Level.REGENCY)
    for regency, user, may_review in posts.values_list("region", "user", "may_review"):
        found[regency][user] = found[regency].get(user, False) or may_review
    return {regency: list(people.items()) for regency, people in found.items()}


def _by_regency(waiting: Iterable[Waiting]) -> defaultdict[int, list[Waiting]]:
    found: defaultdict[int, list[Waiting]] = defaultdict(list)
    for one in waiting:
        found[one.report.library.regency_id].append(one)
    return found


# --- Who, and how it is said ----------------------------------------------------------------------


def posts_on(role: Role, on: date) -> AssignmentQuerySet:
    """Who works somewhere in ``role`` and can sign in."""
    return Assignment.objects.in_force(on).filter(
        user__role=role, user__is_active=True, user__activated_at__isnull=False
    )


def librarians_on(on: date) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    posts = posts_on(Role.LIBRARIAN, on).filter(library__isnull=False)
    for library, user in posts.values_list("library", "user").distinct():
        found[library].append(user)
    return found


def _named(one: Waiting) -> dict[str, Any]:
    return {"library": one.report.library.name, "month": periods.written(one.report.month)}


def _day(day: date) -> str:
    return date_format(day, "j F Y")
