"""How the seats of an event are taken, each group by itself."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from stakeholders.enums import Answer, SeatGroup
from stakeholders.models import Attendee, Event

# The 30 seats of a stakeholder meeting.
STAKEHOLDER_MEETING = {
    SeatGroup.SYNERGY_TEAM: 5,
    SeatGroup.STAKEHOLDER: 18,
    SeatGroup.FACILITATOR: 2,
    SeatGroup.VILLAGE_MODEL: 1,
    SeatGroup.REGENCY_LIBRARY: 1,
    SeatGroup.REGENCY_PLANNING: 1,
    SeatGroup.VILLAGE_AGENCY: 1,
    SeatGroup.BENEFICIARY: 1,
}

# A seat is taken until its invitation is declined; who came has one anyway.
TAKEN = ~Q(answer=Answer.DECLINED) | Q(attended_at__isnull=False)
PRESENT = Q(attended_at__isnull=False)
WITHIN = Q(over_quota="")  # those let in above the limit, for a reason, take nobody's seat


@dataclass(frozen=True, slots=True)
class GroupSeats:
    """``seats`` is ``None`` where nobody set a quota for the group."""

    group: SeatGroup
    seats: int | None
    invited: int
    taken: int
    coming: int
    declined: int
    present: int

    @property
    def is_full(self) -> bool:
        return self.seats is not None and self.taken >= self.seats


@dataclass(frozen=True, slots=True)
class Seats:
    groups: list[GroupSeats]
    seats: int | None
    invited: int
    taken: int
    coming: int
    declined: int
    present: int

    @property
    def has_quotas(self) -> bool:
        return any(one.seats is not None for one in self.groups)


def seats_of(event: Event) -> Seats:
    """Everybody of the event, by group: a figure without names. ``taken`` leaves out those who
    declined and those above the limit."""
    quotas = dict(event.quotas.values_list("group", "seats"))
    counted: dict[str, dict[str, Any]] = {
        row["group"]: dict(row)
        for row in Attendee.objects.filter(event=event)
        .order_by()
        .values("group")
        .annotate(
            invited=Count("pk"),
            taken=Count("pk", filter=TAKEN & WITHIN),
            coming=Count("pk", filter=Q(answer=Answer.COMING)),
            declined=Count("pk", filter=Q(answer=Answer.DECLINED)),
            present=Count("pk", filter=PRESENT),
        )
    }
    names = ("invited", "taken", "coming", "declined", "present")
    groups = [
        GroupSeats(
            group=group,
            seats=quotas.get(group.value, 0 if quotas else None),
            **{name: counted.get(group.value, {}).get(name, 0) for name in names},
        )
        for group in SeatGroup
        if group.value in quotas or group.value in counted
    ]
    return Seats(
        groups=groups,
        seats=event.seats,
        **{name: sum(getattr(one, name) for one in groups) for name in names},
    )
