"""What an event inherits from those before it."""

from typing import TYPE_CHECKING

from django.db.models import Q

from stakeholders.enums import EventState
from stakeholders.models import ActionItem, Event

if TYPE_CHECKING:
    from stakeholders.querysets import ActionQuerySet
    from tpbis.accounts.models import User


def brought_forward(event: Event, *, user: "User") -> "ActionQuerySet":
    """What was agreed at earlier events of the same series (without one: of the same kind in the
    same region, as the waves of a stakeholder meeting are) and was still open when this one began;
    of one to come, what is open now."""
    if event.state == EventState.CANCELLED:
        return ActionItem.objects.none()
    same = (
        Q(event__series=event.series_id)
        if event.series_id
        else Q(event__series__isnull=True, event__region=event.region_id, event__kind=event.kind)
    )
    return (
        ActionItem.objects.visible_to(user)
        .filter(same, event__starts_at__lt=event.starts_at)
        .filter(Q(settled_at__isnull=True) | Q(settled_at__gte=event.starts_at))
        .for_list()
    )


def next_number(series: int) -> int:
    """One more than the last of the series."""
    numbers = Event.objects.filter(series=series).order_by("-number").values_list("number")
    last = numbers.first()
    return ((last[0] if last else 0) or 0) + 1
