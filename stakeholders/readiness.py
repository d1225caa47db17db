"""Which village should join next: how much it needs a library, and how ready it is. Pure.

Of 100 points, half is need and half is readiness:

====================================================================  ===
its district's villages without a partner library, as a share of all   30
people, up to 10,000 of them; unknown counts as none                   20
each of: room, keeper, village budget, internet, the head's letter     10
====================================================================  ===

Parts are rounded to whole points, halves up, so that anybody can add them up by hand.
"""

from dataclasses import dataclass

MOST_PEOPLE = 10_000
_UNSERVED, _PEOPLE, _TICK = 30, 20, 10


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a candidate. ``villages`` of its district, ``partners``: those of them that
    have a partner library."""

    ticks: int  # of five
    people: int | None
    villages: int
    partners: int


@dataclass(frozen=True, slots=True)
class Points:
    need: int
    readiness: int

    @property
    def total(self) -> int:
        return self.need + self.readiness


def points(standing: Standing) -> Points:
    unserved = max(0, standing.villages - standing.partners)
    people = min(standing.people or 0, MOST_PEOPLE)
    need = _part(_UNSERVED, unserved, standing.villages) + _part(_PEOPLE, people, MOST_PEOPLE)
    return Points(need, _TICK * standing.ticks)


def _part(most: int, some: int, all_: int) -> int:
    return (2 * most * some + all_) // (2 * all_) if all_ else 0
