"""Who is invited to an event, what they answered, and who came.

A seat within the limit is anybody's right; above it (of all seats, or of a group's quota) somebody
has to say why (``Attendee.over_quota``).
"""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.models import Library
from stakeholders import codes, permissions
from stakeholders.enums import Answer, CheckIn, EventState, SeatGroup
from stakeholders.figures.seats import PRESENT, TAKEN, WITHIN
from stakeholders.models import Attendee, Event, Organisation
from stakeholders.services.events import NotNow, lock_event, refuse_cancelled
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts

_SAID = ("event", "group", "library", "organisation", "answer", "over_quota")


class OverQuota(ValidationError):
    """No seat is left, of all or of the group; with a reason it goes nevertheless."""


class WrongDay(NotNow):
    """The event is not today."""


class WrongEvent(NotNow):
    """The invitation is for another event."""


class NobodyFound(Exception):
    """The code or name fits no invitation, or more than one."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Kode atau nama ini tidak cocok dengan satu undangan. Periksa lagi, atau temui "
                "panitia."
            )
        )


@dataclass(frozen=True, slots=True)
class Guest:
    """Who gets a seat, and from where."""

    group: SeatGroup
    name: str = ""
    position: str = ""
    library: Library | None = None
    organisation: Organisation | None = None
    institution: str = ""
    phone: str = ""
    email: str = ""


@transaction.atomic
def invite(*, event: Event, guest: Guest, by: User, reason: str = "") -> Attendee:
    """Raises ``OverQuota`` where no seat is left and no ``reason`` is given, ``NotNow``, and
    ``ValidationError`` for somebody who is invited already."""
    event = lock_event(event, by)
    refuse_cancelled(event)
    attendee = _seated(event, guest, by, reason)
    _note("stakeholders.invite", attendee, by, audit.difference({}, audit.values(attendee, _SAID)))
    return attendee


@transaction.atomic
def walk_in(*, event: Event, guest: Guest, by: User, reason: str = "") -> Attendee:
    """Somebody came who was not invited. Raises as :func:`invite` does."""
    event = lock_event(event, by)
    refuse_early(event)
    attendee = _seated(event, guest, by, reason)
    _arrive(attendee, how=CheckIn.HAND, by=by, at=timezone.now())
    _note("stakeholders.walk_in", attendee, by, audit.difference({}, audit.values(attendee, _SAID)))
    return attendee


@transaction.atomic
def withdraw_invitation(*, attendee: Attendee, by: User) -> None:
    """It was a mistake. Raises ``NotNow`` of somebody who came."""
    attendee = _lock(attendee)
    lock_event(attendee.event, by)
    if attendee.attended_at:
        raise NotNow(_("Orang ini tercatat hadir. Batalkan dulu kehadirannya."))
    changes = audit.difference(audit.values(attendee, _SAID), dict.fromkeys(_SAID))
    _note("stakeholders.withdraw_invitation", attendee, by, changes)
    attendee.delete()


@transaction.atomic
def answer_invitation(
    *, attendee: Attendee, answer: Answer, by: User, reason: str = ""
) -> Attendee:
    """Whoever declined gave the seat away, and comes after all only where one is left."""
    attendee = _lock(attendee)
    event = attendee.event
    if not permissions.can_answer(by, attendee):
        raise PermissionDenied
    refuse_cancelled(event)
    if event.state == EventState.HELD or attendee.attended_at:
        raise NotNow(_("Acara ini sudah berlangsung: jawaban tidak diubah lagi."))
    if attendee.answer == answer:
        return attendee
    if attendee.answer == Answer.DECLINED and not attendee.over_quota:
        allowed = reason if permissions.can_arrange(by, event) else ""
        attendee.over_quota = _reason_for(event, SeatGroup(attendee.group), allowed)
    before = audit.values(attendee, ("answer",))
    attendee.answer = answer
    attendee.save(update_fields=["answer", "over_quota"])
    changes = audit.difference(before, audit.values(attendee, ("answer",)))
    _note("stakeholders.answer_invitation", attendee, by, changes)
    return attendee


# --- Present --------------------------------------------------------------------------------------


@transaction.atomic
def check_in(
    *,
    attendee: Attendee,
    how: CheckIn,
    by: User | None,
    reason: str = "",
    at: datetime | None = None,
) -> bool:
    """Somebody is there; whether that was news. ``by`` is ``None`` where a guest did it at the
    door. Raises ``OverQuota``, ``WrongDay``, ``NotNow``."""
    at = at or timezone.now()
    attendee = _lock(attendee)
    event = attendee.event
    if by is not None and not permissions.can_arrange(by, event):
        raise PermissionDenied
    if how == CheckIn.QR:
        refuse_other_day(event, at)
    else:
        refuse_early(event, at)
    if attendee.attended_at:
        return False
    if not attendee.over_quota:
        attendee.over_quota = _reason_for(
            event, SeatGroup(attendee.group), reason, counting_present=True
        )
    _arrive(attendee, how=how, by=by, at=at)
    changes: audit.Changes = {"attended_at": [None, at], "checked_in": ["", str(how)]}
    if attendee.over_quota:
        changes["over_quota"] = ["", attendee.over_quota]
    _note("stakeholders.check_in", attendee, by, changes)
    return True


@transaction.atomic
def undo_check_in(*, attendee: Attendee, by: User) -> Attendee:
    """It was somebody else."""
    attendee = _lock(attendee)
    lock_event(attendee.event, by)
    if attendee.attended_at is None:
        return attendee
    changes: audit.Changes = {
        "attended_at": [attendee.attended_at, None],
        "checked_in": [attendee.checked_in, ""],
    }
    attendee.attended_at, attendee.checked_in, attendee.checked_in_by = None, "", None
    attendee.save(update_fields=["attended_at", "checked_in", "checked_in_by"])
    _note("stakeholders.undo_check_in", attendee, by, changes)
    return attendee


def at_the_door(*, event: Event, said: str, at: datetime | None = None) -> tuple[Attendee, bool]:
    """A guest says who they are, by the code of the invitation or by name as invited; and whether
    it was news. Raises ``NobodyFound``, ``WrongEvent``, ``WrongDay``, ``NotNow``, ``OverQuota``."""
    refuse_other_day(event, at)
    attendee = _by_code(event, said) or _by_name(event, said)
    return attendee, check_in(attendee=attendee, how=CheckIn.QR, by=None, at=at)


def invited_with(*, event: Event, scanned: str) -> Attendee:
    """Of the code or the scanned address of an invitation. Raises ``NobodyFound``, and
    ``WrongEvent`` naming the right one."""
    attendee = _by_code(event, scanned)
    if attendee is None:
        raise NobodyFound
    return attendee


def refuse_early(event: Event, at: datetime | None = None) -> None:
    refuse_cancelled(event)
    if timezone.localdate(at or timezone.now()) < timezone.localdate(event.starts_at):
        raise WrongDay(_not_today(event))


def refuse_other_day(event: Event, at: datetime | None = None) -> None:
    """By QR only on a day of the event."""
    refuse_early(event, at)
    if timezone.localdate(at or timezone.now()) > timezone.localdate(event.ends_at):
        raise WrongDay(_not_today(event))


@transaction.atomic
def erase_attendee(*, attendee: Attendee, by: User, at: datetime | None = None) -> Attendee:
    """Somebody asked to be forgotten: who it was goes, the seat and where it was from stay. An
    ``institution`` may name a person (an owner of a shop), so it goes, too."""
    attendee = _lock(attendee)
    if not permissions.can_erase(by, attendee):
        raise PermissionDenied
    if attendee.erased_at:
        return attendee
    attendee.erased_at = at or timezone.now()
    for name in ("name", "position", "phone", "email", "institution"):
        setattr(attendee, name, "")
    attendee.key = codes.new_key()  # the paper in somebody's hand leads nowhere any more
    attendee.save()
    _note("stakeholders.erase_attendee", attendee, by, {"erased_at": [None, attendee.erased_at]})
    return attendee


# --- Inside ---------------------------------------------------------------------------------------


def _lock(attendee: Attendee) -> Attendee:
    """The event first, as everybody does who counts seats."""
    Event.objects.select_for_update(of=("self",)).get(pk=attendee.event_id)
    found = Attendee.objects.select_for_update(of=("self",))
    return found.select_related("event__region", "library").get(pk=attendee.pk)


def _seated(event: Event, guest: Guest, by: User, reason: str) -> Attendee:
    attendee = Attendee(
        event=event,
        group=guest.group,
        name=guest.name,
        position=guest.position,
        library=guest.library,
        organisation=guest.organisation,
        institution=guest.institution,
        phone=guest.phone,
        email=guest.email,
        key=codes.new_key(),
        invited_by=by,
    )
    _refuse_twin(attendee)
    attendee.over_quota = _reason_for(event, guest.group, reason)
    attendee.full_clean()
    attendee.save()
    return attendee


def _refuse_twin(attendee: Attendee) -> None:
    """The same name from the same place is the same person; a place without a name may send more
    than one."""
    if not attendee.name:
        return
    same = Attendee.objects.filter(
        event=attendee.event,
        library=attendee.library,
        organisation=attendee.organisation,
    ).values_list("name", "institution")
    mine = (texts.key(attendee.name), texts.key(attendee.institution))
    if mine in {(texts.key(name), texts.key(where)) for name, where in same}:
        raise ValidationError({"name": _("Orang ini sudah diundang ke acara ini.")})


def _reason_for(
    event: Event, group: SeatGroup, reason: str, *, counting_present: bool = False
) -> str:
    """``reason`` where a seat above the limit is asked for, nothing where one is left. Raises
    ``OverQuota`` where it is needed and missing."""
    full = _full(event, group, counting_present=counting_present)
    if not full:
        return ""
    if not reason:
        raise OverQuota({"reason": full})
    return reason


def _full(event: Event, group: SeatGroup, *, counting_present: bool) -> str:
    """Why there is no seat, or nothing."""
    counted = event.attendees.filter(PRESENT if counting_present else TAKEN, WITHIN).order_by()
    taken = counted.count()
    if event.seats is not None and taken >= event.seats:
        text = (
            _("Ini orang ke-%(number)s untuk %(seats)s kursi. Tulis alasannya bila tetap dicatat.")
            if counting_present
            else _(
                "Ini undangan ke-%(number)s untuk %(seats)s kursi. Tulis alasannya bila tetap "
                "diundang."
            )
        )
        return text % {"number": taken + 1, "seats": event.seats}
    quotas = dict(event.quotas.values_list("group", "seats"))
    if not quotas:
        return ""
    seats, used = quotas.get(group.value, 0), counted.filter(group=group).count()
    if used < seats:
        return ""
    if not seats:
        text = _("Acara ini tidak punya kuota untuk %(group)s. Tulis alasannya bila tetap dicatat.")
        return text % {"group": group.label}
    text = _(
        "Kuota %(group)s sudah penuh: %(used)s dari %(seats)s kursi. Tulis alasannya bila tetap "
        "dicatat."
    )
    return text % {"group": group.label, "used": used, "seats": seats}


def _arrive(attendee: Attendee, *, how: CheckIn, by: User | None, at: datetime) -> None:
    attendee.attended_at, attendee.checked_in, attendee.checked_in_by = at, how, by
    attendee.save(update_fields=["attended_at", "checked_in", "checked_in_by", "over_quota"])


def _by_code(event: Event, said: str) -> Attendee | None:
    key = codes.in_what_was_scanned(said)
    if len(key) != codes.LENGTH:
        return None
    found = Attendee.objects.filter(key=key).select_related("event").first()
    if found is None:
        return None
    if found.event_id != event.pk:
        text = _("Undangan ini untuk acara lain: “%(title)s”, %(day)s. Bukan untuk “%(here)s”.")
        told = {"title": found.event.title, "day": _day_of(found.event), "here": event.title}
        raise WrongEvent(text % told)
    return found


def _by_name(event: Event, said: str) -> Attendee:
    wanted = texts.key(said)
    names = event.attendees.filter(erased_at__isnull=True).exclude(name="")
    found = [pk for pk, name in names.values_list("pk", "name") if texts.key(name) == wanted]
    if not wanted or len(found) != 1:
        raise NobodyFound
    return Attendee.objects.get(pk=found[0])


def _not_today(event: Event) -> str:
    text = _("Acara “%(title)s” berlangsung %(day)s, bukan hari ini.")
    return text % {"title": event.title, "day": _day_of(event)}


def _day_of(event: Event) -> str:
    first, last = timezone.localdate(event.starts_at), timezone.localdate(event.ends_at)
    if first == last:
        return date_format(first, "j F Y")
    return f"{date_format(first, 'j F Y')}–{date_format(last, 'j F Y')}"


def _note(action: str, attendee: Attendee, by: User | None, changes: audit.Changes) -> None:
    """Never a name: audit keeps for good what erasure has to forget."""
    told = {"event": [None, attendee.event_id], **changes}
    audit.record(action, by=by, subject=attendee, about=attendee.library, changes=told)
