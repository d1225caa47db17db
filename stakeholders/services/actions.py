"""What was agreed at an event: who does what until when, and what became of it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from stakeholders.enums import ActionState
from stakeholders.models import ActionItem, Event, Organisation
from stakeholders.services.events import NotNow, lock_event, refuse_cancelled
from tpbis.accounts import audit
from tpbis.accounts.models import User

_SAID = ("what", "owner", "organisation", "due_on")


@transaction.atomic
def agree_action(
    *,
    event: Event,
    what: str,
    owner: str,
    due_on: date,
    by: User,
    organisation: Organisation | None = None,
) -> ActionItem:
    event = lock_event(event, by)
    refuse_cancelled(event)
    action = ActionItem(
        event=event,
        what=what,
        owner=owner,
        due_on=due_on,
        organisation=organisation,
        recorded_by=by,
    )
    action.full_clean()
    action.save()
    audit.record(
        "stakeholders.agree_action",
        by=by,
        subject=action,
        about=event,
        changes=audit.difference({}, audit.values(action, _SAID)),
    )
    return action


@transaction.atomic
def change_action(
    *,
    action: ActionItem,
    what: str,
    owner: str,
    due_on: date,
    by: User,
    organisation: Organisation | None = None,
) -> ActionItem:
    """As it should have been written. Raises ``NotNow`` of one that is settled."""
    action = _lock(action, by)
    before = audit.values(action, _SAID)
    action.what, action.owner, action.due_on = what, owner, due_on
    action.organisation = organisation
    action.full_clean()
    action.save()
    if changes := audit.difference(before, audit.values(action, _SAID)):
        audit.record(
            "stakeholders.change_action",
            by=by,
            subject=action,
            about=action.event,
            changes=changes,
        )
    return action


@transaction.atomic
def settle_event_action(
    *, action: ActionItem, state: ActionState, outcome: str, by: User, at: datetime | None = None
) -> ActionItem:
    """Done, or given up; ``outcome`` says what came of it. Raises ``NotNow`` the second time."""
    action = _lock(action, by)
    action.state, action.outcome = state, outcome
    action.settled_at, action.settled_by = at or timezone.now(), by
    action.full_clean()
    action.save()
    audit.record(
        "stakeholders.settle_action",
        by=by,
        subject=action,
        about=action.event,
        changes={"state": [ActionState.OPEN, state], "outcome": ["", outcome]},
    )
    return action


def _lock(action: ActionItem, by: User) -> ActionItem:
    locked = ActionItem.objects.select_for_update(of=("self",)).select_related("event")
    found = locked.get(pk=action.pk)
    lock_event(found.event, by)
    if found.state != ActionState.OPEN:
        raise NotNow(_("Tindak lanjut ini sudah ditutup."))
    return found
