"""Reports that make themselves once a month, and whom they are told to."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from libraries.models import Region
from reports import permissions
from reports.enums import DocumentState, Span, StopReason
from reports.models import Document, Schedule
from reports.services.asking import check_level, request
from reports.services.problems import NotForThisRegion
from tpbis.accounts import audit
from tpbis.accounts.enums import MessageKind
from tpbis.accounts.models import User
from tpbis.accounts.services.messages import News, tell_many
from tpbis.core import periods
from tpbis.core.periods import Period

_TOLD_LATE = timedelta(days=7)  # a worker that died before it told anybody


class AlreadyScheduled(Exception):
    """The same schedule is in force; a second one would make everything twice."""


@transaction.atomic
def make_schedules(
    *, regions: Iterable[Region], span: Span, day: int, told: Iterable[User], by: User
) -> list[Schedule]:
    """One for each region, or none at all. Raises as :func:`make_schedule` does."""
    told = list(told)
    return [
        make_schedule(region=region, span=span, day=day, told=told, by=by) for region in regions
    ]


def make_schedule(
    *, region: Region, span: Span, day: int, told: Iterable[User], by: User
) -> Schedule:
    """Raises :class:`AlreadyScheduled` and :class:`NotForThisRegion`."""
    if not permissions.can_schedule(by, region):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    check_level(region)
    try:
        with transaction.atomic():
            schedule = Schedule.objects.create(region=region, span=span, day=day, made_by=by)
            schedule.told.set(told)
            changes = audit.difference({}, audit.values(schedule, ("span", "day")))
            audit.record("reports.schedule", by=by, subject=schedule, about=region, changes=changes)
    except IntegrityError:
        there = _("Jadwal yang sama sudah ada: %(region)s.") % {"region": region.title}
        raise AlreadyScheduled(there) from None
    return schedule


@transaction.atomic
def end_schedule(*, schedule: Schedule, by: User) -> None:
    """No more from now on; what it made stays. Ended already, it stays as it was."""
    if not permissions.can_schedule(by, schedule.region):
        raise NotForThisRegion(_("Anda tidak bertugas di wilayah ini."))
    if _end(schedule, by):
        audit.record("reports.end_schedule", by=by, subject=schedule, about=schedule.region)


def _end(schedule: Schedule, by: User, *, why: StopReason | str = "") -> bool:
    in_force = Schedule.objects.in_force().filter(pk=schedule.pk)
    return bool(in_force.update(ended_at=timezone.now(), ended_by=by, stopped_for=why))


# --- Every morning --------------------------------------------------------------------------------


def run_schedules(*, at: datetime | None = None) -> list[Document]:
    """Ask for what is due and was not yet; a missed day is caught up. What was made and nobody was
    told of is told."""
    today = timezone.localdate(at or timezone.now())
    made = []
    for schedule in Schedule.objects.in_force().select_related("region", "made_by").order_by("pk"):
        month = due_month(schedule, today)
        if month is None:
            continue
        if why := _why_it_stops(schedule):
            _stop(schedule, why)
        elif document := _run(schedule, month):
            made.append(document)
    late = Document.objects.filter(
        schedule__isnull=False,
        state=DocumentState.DONE,
        finished_at__gte=(at or timezone.now()) - _TOLD_LATE,
    )
    for document in late:
        tell_of(document)
    return made


def due_month(schedule: Schedule, today: date) -> date | None:
    """The last month whose day has come, unless it was done or came before the schedule."""
    month = periods.first_of_month(today)
    if today.day < schedule.day:
        month = periods.add_months(month, -1)
    if schedule.last_month and schedule.last_month >= month:
        return None
    if month.replace(day=schedule.day) < timezone.localdate(schedule.made_at):
        return None
    return month


def span_of(span: Span, month: date) -> Period:
    """The months it covers, seen from ``month``, in which it is made."""
    end = periods.add_months(month, -1)
    if span == Span.MONTH:
        return Period(end, end)
    if span == Span.QUARTER:
        return Period(periods.add_months(end, -2), end)
    return Period.year_to(end)


def _why_it_stops(schedule: Schedule) -> StopReason | None:
    """``None`` while whoever made it is still there and still works for the region."""
    maker = schedule.made_by
    if not maker.is_active:
        return StopReason.ACCOUNT
    if not permissions.can_schedule(maker, schedule.region):
        return StopReason.PLACE
    return None


@transaction.atomic
def _run(schedule: Schedule, month: date) -> Document | None:
    """Once a month, whoever else runs at this moment."""
    taken = (
        Schedule.objects.in_force()
        .filter(Q(last_month__isnull=True) | Q(last_month__lt=month), pk=schedule.pk)
        .update(last_month=month)
    )
    if not taken:
        return None
    return request(
        region=schedule.region,
        period=span_of(Span(schedule.span), month),
        by=schedule.made_by,
        schedule=schedule,
    )


@transaction.atomic
def _stop(schedule: Schedule, why: StopReason) -> None:
    if _end(schedule, schedule.made_by, why=why):
        audit.record("reports.stop_schedule", by=None, subject=schedule, about=schedule.region)


def tell_of(document: Document) -> int:
    """Tell those the schedule names where the file is, once; whoever may not see it any more is
    told nothing. How many were."""
    schedule = document.schedule
    if schedule is None:
        return 0
    told = [
        user
        for user in schedule.told.filter(is_active=True).order_by("pk")
        if Document.objects.visible_to(user).filter(pk=document.pk).exists()
    ]
    with translation.override("id"):
        return tell_many(_news(document, user) for user in told)


def _news(document: Document, user: User) -> News:
    said = {"region": document.region.title, "period": document.period}
    return News(
        user=user.pk,
        kind=MessageKind.DOCUMENT,
        subject=f"reports.schedule:{document.schedule_id}",
        period=periods.month_code(document.end),
        title=_("Laporan capaian %(region)s, %(period)s sudah siap") % said,
        text=_(
            "Laporan capaian TPBIS %(region)s periode %(period)s dibuat sesuai jadwal. Buka "
            "tautannya untuk membaca dan mengunduh; berkasnya tidak dikirim lewat surel."
        )
        % said,
        link=document.get_absolute_url(),
    )
