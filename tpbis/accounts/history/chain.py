"""Whether the chain of the audit still holds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from tpbis.accounts import seals
from tpbis.accounts.models import AuditEvent, AuditLink

LINKED_WITHIN = timedelta(minutes=5)  # the job runs each minute
_CHUNK = 2_000


@dataclass(slots=True)
class Verdict:
    """What a walk along the whole chain found."""

    count: int = 0  # links
    head: str = seals.START
    broken: list[int] = field(default_factory=list)  # positions whose hash does not fit
    gaps: list[tuple[int, int]] = field(default_factory=list)  # positions missing, from and to
    without_event: list[int] = field(default_factory=list)  # positions
    unlinked: int = 0  # events that wait for longer than they should
    knows: bool | None = None  # whether a hash written down earlier is part of the chain

    @property
    def is_sound(self) -> bool:
        trouble = (self.broken, self.gaps, self.without_event, self.unlinked)
        return not any(trouble) and self.knows is not False


def check(*, known: str = "", at: datetime | None = None) -> Verdict:
    """Walk along the chain and compute each hash anew from the event as it stands.

    Each link is held against the hash stored before it, so one event that was changed is one
    position and not everything after it. What was cut off at the end leaves no trace in the chain:
    for that, write the head down elsewhere and hand it in later as ``known``.
    """
    verdict = Verdict(knows=False if known else None)
    # Numbers may lie out of order: the event of a long transaction comes to light, and is linked,
    # after later ones. Positions may not.
    expected = 1
    for position, found, event in _links():
        if position != expected:
            verdict.gaps.append((expected, position - 1))
        elif event is None:
            verdict.without_event.append(position)
        elif seals.link(verdict.head, event) != found:
            verdict.broken.append(position)
        verdict.count += 1
        verdict.knows = verdict.knows or found == known if known else None
        expected, verdict.head = position + 1, found
    waiting_since = (at or timezone.now()) - LINKED_WITHIN
    verdict.unlinked = AuditEvent.objects.unlinked().filter(at__lt=waiting_since).count()
    return verdict


def _links() -> Iterator[tuple[int, str, tuple[Any, ...] | None]]:
    """Position, hash and event of each link; the event is looked for by itself, since a join would
    leave out the links whose event is gone."""
    links = AuditLink.objects.order_by("position").values_list("position", "hash", "event_id")
    last = None
    while chunk := list(links.filter(position__gt=last)[:_CHUNK] if last else links[:_CHUNK]):
        numbers = [event_id for _position, _hash, event_id in chunk]
        between = AuditEvent.objects.filter(pk__gte=min(numbers), pk__lte=max(numbers))
        events = {event[0]: event for event in between.values_list(*seals.COVERED)}
        for position, found, event_id in chunk:
            yield position, found, events.get(event_id)
        last = chunk[-1][0]
