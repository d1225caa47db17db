"""Where names stand so that none covers another: pushed apart, each kept near its place."""

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

ROUNDS = 600
PULL = 0.02  # of the way back to its place, each round
APART = 2  # units between two of them


class Label(NamedTuple):
    """The room a name and its numbers take."""

    width: int
    height: int


def spread(
    anchors: Mapping[str, tuple[float, float]],
    labels: Mapping[str, Label],
    *,
    width: int,
    height: int,
) -> dict[str, tuple[int, int]]:
    """Left and top of each label, within the map."""
    middles = {code: [x, y] for code, (x, y) in sorted(anchors.items())}
    pairs = list(combinations(middles, 2))
    for step in range(ROUNDS):
        for one, other in pairs:
            _part(middles[one], middles[other], labels[one], labels[other])
        for code, middle in middles.items():
            if step < ROUNDS // 2:
                middle[0] += (anchors[code][0] - middle[0]) * PULL
                middle[1] += (anchors[code][1] - middle[1]) * PULL
            size = labels[code]
            middle[0] = min(max(middle[0], size.width / 2 + 1), width - size.width / 2 - 1)
            middle[1] = min(max(middle[1], size.height / 2 + 1), height - size.height / 2 - 1)
    return {
        code: (round(x - labels[code].width / 2), round(y - labels[code].height / 2))
        for code, (x, y) in middles.items()
    }


def _part(one: list[float], other: list[float], its: Label, others: Label) -> None:
    """Move two that overlap away from each other, along the shorter way out."""
    across = (its.width + others.width) / 2 + APART - abs(one[0] - other[0])
    along = (its.height + others.height) / 2 + APART - abs(one[1] - other[1])
    if across <= 0 or along <= 0:
        return
    axis, way = (0, across) if across < along else (1, along)
    half = way / 2 if one[axis] <= other[axis] else -way / 2
    one[axis] -= half
    other[axis] += half
