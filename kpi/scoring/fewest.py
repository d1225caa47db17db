"""The fewest entries that reach so many points, chosen from groups that do not touch each other.

A group lists what may be chosen of it by the number of entries: ``group[3]`` are the choices of
three entries, none of them when three are not allowed. One choice is taken of every group.
"""

from collections.abc import Sequence
from typing import NamedTuple

_NEVER = -(10**9)  # points of a number of entries that cannot be had


class Choice(NamedTuple):
    points: int
    effort: int
    counts: tuple[int, ...]  # entries by kind


Group = Sequence[Sequence[Choice]]


def fewest(groups: Sequence[Group], least: int) -> Choice | None:
    """The choice with at least ``least`` points and the fewest entries; among those the least
    effort, then the most points, then the first one; its counts are those of the groups in a row.
    ``None`` when nothing reaches it."""
    reach = [[0]]  # most points of the groups from one on, by exactly so many entries
    for group in reversed(groups):
        reach.append(_joined([_most(choices) for choices in group], reach[-1]))
    reach.reverse()
    entries = next((n for n, points in enumerate(reach[0]) if points >= least), None)
    if entries is None:
        return None
    begun: dict[int, list[Choice]] = {entries: [Choice(0, 0, ())]}  # by the entries still left
    for group, rest in zip(groups, reach[1:], strict=True):
        begun = _continued(begun, group, rest, least)
    return begun[0][0]


def _most(choices: Sequence[Choice]) -> int:
    return max((choice.points for choice in choices), default=_NEVER)


def _joined(some: list[int], others: list[int]) -> list[int]:
    """The most points of two groups together, by the number of entries."""
    if len(some) > len(others):
        some, others = others, some
    width = len(others)
    best = [_NEVER] * (len(some) + width - 1)
    for start, points in enumerate(some):
        if points >= 0:
            sums = [points + more for more in others]
            best[start : start + width] = map(max, best[start : start + width], sums)
    return best


def _continued(
    begun: dict[int, list[Choice]], group: Group, rest: list[int], least: int
) -> dict[int, list[Choice]]:
    """Each beginning with each choice of ``group`` after which the ``rest`` can still do it."""
    found: dict[int, list[Choice]] = {}
    for left, beginnings in begun.items():
        for taken in range(max(0, left - len(rest) + 1), min(left + 1, len(group))):
            enough = least - rest[left - taken]
            found.setdefault(left - taken, []).extend(
                Choice(one.points + more.points, one.effort + more.effort, one.counts + more.counts)
                for one in beginnings
                for more in group[taken]
                if one.points + more.points >= enough
            )
    return {left: without_worse(choices) for left, choices in found.items() if choices}


def without_worse(choices: list[Choice]) -> list[Choice]:
    """Without those for which another one has as many points for as little effort; by effort."""
    if len(choices) == 1:
        return choices
    kept: list[Choice] = []
    for choice in sorted(choices, key=lambda one: (one.effort, -one.points)):
        if not kept or choice.points > kept[-1].points:
            kept.append(choice)
    return kept
