"""Chance that is the same every time: each question has its own stream, so that asking one more
thing about one library changes nothing elsewhere."""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Item = TypeVar("Item")


def stream(*key: object) -> Random:
    """A generator of its own for ``key``, such as ``("vigour", 12)``."""
    return Random("tpbis/" + "/".join(str(part) for part in key))  # noqa: S311


def weighted(rng: Random, choices: Sequence[tuple[Item, float]]) -> Item:
    """One of ``choices``, each with its weight."""
    return rng.choices([item for item, _ in choices], [weight for _, weight in choices])[0]


def shares(total: int, weights: Sequence[float], *, least: int = 0) -> list[int]:
    """``total`` split in whole numbers in proportion to ``weights``, each at least ``least``."""
    spare = total - least * len(weights)
    exact = [spare * weight / sum(weights) for weight in weights]
    split = [int(part) for part in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: split[at] - exact[at])
    for at in by_remainder[: spare - sum(split)]:
        split[at] += 1
    return [least + part for part in split]
