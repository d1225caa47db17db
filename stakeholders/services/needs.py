"""The only writer of needs. A need is stated, confirmed (or not), given a priority, and from then
on follows its commitments (:mod:`stakeholders.services.commitments`)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.files import keep_picture
from libraries.models import Library, Region
from stakeholders import notices, permissions
from stakeholders.enums import NeedState, PartnershipKind, Urgency
from stakeholders.models import Need
from stakeholders.services.amounts import Amount, MovedOn, check_reason, problems_of, refuse
from stakeholders.services.support import SAME_AGAIN
from tpbis.accounts import audit
from tpbis.accounts.models import User

if TYPE_CHECKING:
    from django.core.files.base import File

PRIORITIES = range(1, 6)  # 1 comes first

_SAID = (
    *("theme", "kind", "title", "why", "quantity", "unit", "rupiah", "people", "urgency"),
    "photo",
)
_BEING_MET = (NeedState.OPEN, NeedState.MATCHED, NeedState.PROMISED)


@dataclass(frozen=True, slots=True)
class Lack:
    """What is needed, and why."""

    theme: str
    kind: PartnershipKind
    title: str
    why: str
    quantity: int | None = None
    unit: str = ""
    rupiah: int | None = None
    people: int | None = None
    urgency: Urgency = Urgency.NORMAL


@transaction.atomic
def state_need(
    *, place: Library | Region, lack: Lack, by: User, photo: "File[bytes] | None" = None
) -> Need:
    """Whoever sends the same again within :data:`SAME_AGAIN` gets the first. Raises
    ``ValidationError`` naming the field."""
    if not permissions.can_state_need(by, place):
        raise PermissionDenied
    _check(lack)
    # One after the other: of two clicks the second finds what the first wrote.
    type(place)._default_manager.select_for_update(of=("self",)).get(pk=place.pk)
    need = Need(
        library=place if isinstance(place, Library) else None,
        region=place.regency if isinstance(place, Library) else place,
        recorded_by=by,
        **asdict(lack),
    )
    need.full_clean()
    if known := _sent_before(need):
        return known
    need.photo = _kept(photo)
    need.save()
    _note(
        "stakeholders.state_need", need, by, changes=audit.difference({}, audit.values(need, _SAID))
    )
    return need


@transaction.atomic
def change_need(
    *,
    need: Need,
    lack: Lack,
    by: User,
    photo: "File[bytes] | None" = None,
    without_photo: bool = False,
) -> Need:
    """While nobody confirmed it. Raises ``ValidationError``, :class:`MovedOn`."""
    need = lock(need)
    if not permissions.can_state_need(by, need.place()):
        raise PermissionDenied
    _in_state(need, NeedState.STATED)
    _check(lack)
    before = audit.values(need, _SAID)
    for field, value in asdict(lack).items():
        setattr(need, field, value)
    if photo is not None or without_photo:
        need.photo = _kept(photo)
    need.full_clean()
    need.save()
    if changes := audit.difference(before, audit.values(need, _SAID)):
        _note("stakeholders.change_need", need, by, changes=changes)
    return need


@transaction.atomic
def confirm_need(*, need: Need, by: User, at: datetime | None = None) -> Need:
    """It comes on the board, and its librarians are told."""
    need = _judged(need, by)
    need.state, need.confirmed_at, need.confirmed_by = NeedState.OPEN, at or timezone.now(), by
    need.save()
    _note(
        "stakeholders.confirm_need", need, by, changes={"state": [NeedState.STATED, NeedState.OPEN]}
    )
    notices.need_judged(need)
    return need


@transaction.atomic
def decline_need(*, need: Need, reason: str, by: User) -> Need:
    """Its librarians are told why."""
    need = _judged(need, by)
    need.state, need.reason = NeedState.DECLINED, check_reason(reason)
    need.full_clean()
    need.save()
    _note(
        "stakeholders.decline_need",
        need,
        by,
        changes={"state": [NeedState.STATED, NeedState.DECLINED]},
    )
    notices.need_judged(need)
    return need


@transaction.atomic
def prioritise_need(
    *, need: Need, priority: int | None, by: User, at: datetime | None = None
) -> Need:
    """1 comes first, 5 last; ``None`` takes it back."""
    need = lock(need)
    if not permissions.can_prioritise(by, need):
        raise PermissionDenied
    _in_state(need, *_BEING_MET)
    if priority is not None and priority not in PRIORITIES:
        raise ValidationError({"priority": _("Pilih prioritas 1 sampai 5.")})
    before, need.priority = need.priority, priority
    if before == priority:
        return need
    need.prioritised_at = at or timezone.now() if priority else None
    need.prioritised_by = by if priority else None
    need.save()
    _note("stakeholders.prioritise_need", need, by, changes={"priority": [before, priority]})
    return need


@transaction.atomic
def withdraw_need(*, need: Need, reason: str, by: User) -> Need:
    """Whoever may state it, as long as no organisation is being asked."""
    need = lock(need)
    if not permissions.can_state_need(by, need.place()):
        raise PermissionDenied
    _in_state(need, NeedState.STATED, NeedState.OPEN)
    before, need.state, need.reason = need.state, NeedState.WITHDRAWN, check_reason(reason)
    need.full_clean()
    need.save()
    _note("stakeholders.withdraw_need", need, by, changes={"state": [before, NeedState.WITHDRAWN]})
    return need


def lock(need: Need) -> Need:
    locked = Need.objects.select_for_update(of=("self",)).for_list()
    return locked.get(pk=need.pk)


def _judged(need: Need, by: User) -> Need:
    need = lock(need)
    if not permissions.can_judge_need(by, need):
        raise PermissionDenied
    _in_state(need, NeedState.STATED)
    return need


def _in_state(need: Need, *states: NeedState) -> None:
    if need.state not in states:
        said = {"state": need.get_state_display().lower()}
        raise MovedOn(_("Kebutuhan ini sekarang %(state)s, jadi tidak diubah.") % said)


def _check(lack: Lack) -> None:
    refuse(problems_of(lack.kind, Amount(lack.rupiah, lack.quantity, lack.unit)))


def _kept(photo: "File[bytes] | None") -> str:
    return keep_picture(photo, folder="needs").name if photo else ""


def _sent_before(need: Need) -> Need | None:
    lately = Need.objects.filter(
        recorded_at__gt=need.recorded_at - SAME_AGAIN,
        recorded_by=need.recorded_by,
        library=need.library,
        region=need.region,
        state=NeedState.STATED,
    )
    alike = lately.filter(title=need.title, why=need.why, kind=need.kind, theme=need.theme)
    return alike.order_by("pk").first()


def _note(action: str, need: Need, by: User, *, changes: audit.Changes) -> None:
    audit.record(action, by=by, subject=need, about=need.library, changes=changes)
