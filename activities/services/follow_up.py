"""What is done about a library: a month excused, a visit noted, a reminder marked as sent."""

from collections.abc import Mapping
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions
from activities.enums import ExcuseReason, MentoringWay, Source
from activities.models import Excuse, MentoringVisit, MonthlyReport, Reminder
from libraries import participation
from libraries.enums import ReportingMode
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User


class AlreadyExcused(Exception):
    """Somebody excused the month before."""

    def __init__(self) -> None:
        super().__init__(_("Bulan ini sudah dimaklumi."))


class NothingToExcuse(Exception):
    """Nobody expects a report of that month, or it came in time."""


class NotExcused(Exception):
    """The excuse was withdrawn already."""

    def __init__(self) -> None:
        super().__init__(_("Pemakluman ini sudah dicabut."))


class NothingOpen(Exception):
    """Nothing was agreed, or it is done already."""

    def __init__(self) -> None:
        super().__init__(_("Tindakan ini sudah selesai."))


# --- A month that may be late ---------------------------------------------------------------------


@transaction.atomic
def excuse(
    *,
    library: Library,
    month: date,
    reason: ExcuseReason,
    comment: str,
    by: User,
    at: datetime | None = None,
) -> Excuse:
    """The month counts neither for nor against timeliness; it may be reported all the same.

    Raises ``AlreadyExcused``, ``NothingToExcuse``, and ``ValidationError`` naming the field.
    """
    library = _lock(library)
    if not permissions.can_excuse(by, library):
        raise PermissionDenied
    at = at or timezone.now()
    _refuse_what_needs_none(library, month, timezone.localdate(at))
    if not comment.strip():
        raise ValidationError({"comment": _("Tulis penjelasan singkat.")})
    if Excuse.objects.in_force().filter(library=library, month=month).exists():
        raise AlreadyExcused
    found = Excuse.objects.create(
        library=library,
        month=month,
        reason=ExcuseReason(reason),
        comment=comment.strip(),
        excused_at=at,
        excused_by=by,
    )
    said = {"month": month, "reason": found.reason, "comment": found.comment}
    _note("activities.excuse", found, by, {}, said)
    return found


@transaction.atomic
def withdraw_excuse(*, excuse: Excuse, by: User, at: datetime | None = None) -> Excuse:
    """The month counts again, as if nothing had been said. Raises ``NotExcused``."""
    excuse = Excuse.objects.select_for_update(of=("self",)).get(pk=excuse.pk)
    if not permissions.can_excuse(by, excuse.library):
        raise PermissionDenied
    if excuse.withdrawn_at is not None:
        raise NotExcused
    excuse.withdrawn_at, excuse.withdrawn_by = at or timezone.now(), by
    excuse.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _note("activities.withdraw_excuse", excuse, by, {"month": excuse.month}, {"month": None})
    return excuse


def _refuse_what_needs_none(library: Library, month: date, today: date) -> None:
    if month > today:
        raise NothingToExcuse(_("Bulan ini belum tiba."))
    if library.regency.reporting_mode == ReportingMode.SIM:
        raise NothingToExcuse(_("Wilayah ini melapor lewat SIM, jadi tidak ada yang ditunggu."))
    away = list(library.inactivities.values_list("starts_on", "ends_on"))
    if not participation.in_month(month, library.joined_on, away):
        raise NothingToExcuse(_("Perpustakaan ini tidak ikut program pada bulan itu."))
    sent = MonthlyReport.objects.filter(
        library=library, month=month, source=Source.PORTAL, number=1
    ).first()
    if sent is not None and sent.is_on_time:
        raise NothingToExcuse(_("Laporan bulan ini sudah masuk tepat waktu."))


# --- Visits and calls -----------------------------------------------------------------------------


@transaction.atomic
def note_visit(
    *,
    library: Library,
    held_on: date,
    way: MentoringWay,
    notes: str,
    by: User,
    agreed_action: str = "",
    due_on: date | None = None,
) -> MentoringVisit:
    """What was talked about, what was agreed, and until when. Raises ``ValidationError``."""
    if not permissions.can_mentor(by, library):
        raise PermissionDenied
    if held_on > timezone.localdate():
        raise ValidationError({"held_on": _("Tanggal ini belum tiba.")})
    if not notes.strip():
        raise ValidationError({"notes": _("Tulis catatan singkat.")})
    if due_on is not None and not agreed_action.strip():
        raise ValidationError({"agreed_action": _("Tulis apa yang disepakati sampai tenggat itu.")})
    if due_on is not None and due_on < held_on:
        raise ValidationError({"due_on": _("Tenggatnya mendahului tanggal pendampingan.")})
    visit = MentoringVisit.objects.create(
        library=library,
        by=by,
        held_on=held_on,
        way=MentoringWay(way),
        notes=notes.strip(),
        agreed_action=agreed_action.strip(),
        due_on=due_on,
    )
    said = {
        "held_on": held_on,
        "way": visit.way,
        "notes": visit.notes,
        "agreed_action": visit.agreed_action or None,
        "due_on": due_on,
    }
    _note("activities.note_visit", visit, by, {}, said)
    return visit


@transaction.atomic
def settle_action(*, visit: MentoringVisit, by: User, at: datetime | None = None) -> MentoringVisit:
    """What was agreed is done. Raises ``NothingOpen``."""
    visit = MentoringVisit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    if not permissions.can_mentor(by, visit.library):
        raise PermissionDenied
    if not visit.agreed_action or visit.done_at is not None:
        raise NothingOpen
    visit.done_at, visit.done_by = at or timezone.now(), by
    visit.save(update_fields=["done_at", "done_by"])
    _note("activities.settle_action", visit, by, {}, {"done_at": visit.done_at})
    return visit


# --- Reminders ------------------------------------------------------------------------------------


@transaction.atomic
def mark_reminded(
    *, library: Library, month: date, by: User, at: datetime | None = None
) -> Reminder:
    """Somebody opened the chat about ``month``: one row a library, month and day, however often."""
    library = _lock(library)
    if not permissions.can_remind(by, library):
        raise PermissionDenied
    at = at or timezone.now()
    day = timezone.localdate(at)
    if month > day:
        raise ValidationError({"month": _("Bulan ini belum tiba.")})
    reminder, is_new = Reminder.objects.get_or_create(
        library=library, month=month, marked_on=day, defaults={"marked_at": at, "marked_by": by}
    )
    if is_new:
        said = {"month": month, "marked_on": day}
        _note("activities.mark_reminded", reminder, by, {}, said)
    return reminder


@transaction.atomic
def unmark_reminded(*, reminder: Reminder, by: User) -> None:
    """It was marked by mistake: nothing was sent."""
    if not permissions.can_remind(by, reminder.library):
        raise PermissionDenied
    was = audit.values(reminder, ("month", "marked_on"))
    _note("activities.unmark_reminded", reminder, by, was, dict.fromkeys(was))
    reminder.delete()


# --- The steps they share -------------------------------------------------------------------------


def _lock(library: Library) -> Library:
    """Two people at the same moment: the second one sees what the first one did."""
    return (
        Library.objects.select_for_update(of=("self",)).select_related("regency").get(pk=library.pk)
    )


def _note(
    action: str,
    thing: Excuse | MentoringVisit | Reminder,
    by: User,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    changes = audit.difference(before, after)
    audit.record(action, by=by, subject=thing, about=thing.library, changes=changes)
