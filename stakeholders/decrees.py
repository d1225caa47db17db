"""The way of a team's decree (SK), and how far along it is. Pure: no database, no clock."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol

from stakeholders.enums import DecreeState

# What may come after each state; nothing else does.
FOLLOWS: dict[DecreeState, tuple[DecreeState, ...]] = {
    DecreeState.DRAFTED: (DecreeState.AT_LEGAL,),
    DecreeState.AT_LEGAL: (DecreeState.SIGNING, DecreeState.RETURNED),
    DecreeState.RETURNED: (DecreeState.AT_LEGAL,),
    DecreeState.SIGNING: (DecreeState.IN_FORCE,),
    DecreeState.IN_FORCE: (DecreeState.SHARED,),
    DecreeState.SHARED: (DecreeState.ENDED,),
    DecreeState.ENDED: (),
}
# Where somebody has to do something for the decree to go on.
RESTS = (
    DecreeState.DRAFTED,
    DecreeState.AT_LEGAL,
    DecreeState.RETURNED,
    DecreeState.SIGNING,
    DecreeState.IN_FORCE,
)


class Step(Protocol):
    """What a step says: ``stakeholders.models.DecreeStep`` does."""

    pk: int
    state: str
    on: date
    held_by: str
    note: str
    file_name: str
    original_name: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way. ``days`` is how long it took, or has taken so far; ``None`` before it
    begins and where nobody waits for its end."""

    state: DecreeState
    is_done: bool = False
    is_now: bool = False
    step: Step | None = None
    until: date | None = None
    days: int | None = None

    @property
    def is_ahead(self) -> bool:
        return not (self.is_done or self.is_now)


def track(steps: Iterable[Step], *, today: date) -> list[Stage]:
    """What was done, what is now, and what usually follows. A stage that came twice, as after a
    return, stands twice."""
    taken = sorted(steps, key=lambda step: (step.on, step.pk))
    if not taken:
        return []
    stages = [
        Stage(
            DecreeState(step.state),
            is_done=True,
            step=step,
            until=after.on,
            days=(after.on - step.on).days,
        )
        for step, after in pairwise(taken)
    ]
    last = taken[-1]
    state = DecreeState(last.state)
    is_over = state == DecreeState.ENDED
    stages.append(
        Stage(
            state,
            is_done=is_over,
            is_now=not is_over,
            step=last,
            days=(today - last.on).days if state in RESTS else None,
        )
    )
    return [*stages, *(Stage(ahead) for ahead in _usually_after(state))]


def _usually_after(state: DecreeState) -> Iterator[DecreeState]:
    """The way on as it goes when nothing is sent back."""
    while FOLLOWS[state]:
        state = FOLLOWS[state][0]
        yield state


def rests_too_long(state: str, since: date, *, today: date, days: int) -> bool:
    """For more than ``days`` whole days where somebody has to act."""
    return state in RESTS and (today - since).days > days
