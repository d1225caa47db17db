"""Why points moved between two scores of one library."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kpi.scoring.colours import Inputs, Line, Rules, has_content, lines


class Cause(StrEnum):
    ENTRIES = "entries"  # more, or fewer, of a measure
    TARGET = "target"  # more months are due
    RULES = "rules"  # another version scores


class Standing(NamedTuple):
    """All a score is made of."""

    inputs: Inputs
    rules: Rules
    months_due: int


@dataclass(frozen=True, slots=True)
class Movement:
    """What one cause did to one indicator: ``points`` in thousandths, ``before`` and ``after`` the
    value (of entries) or the target (of a target or the rules; 0 where a version asks for none)."""

    cause: Cause
    measure: str
    points: int
    before: int
    after: int


_NOTHING = Line("", "", value=0, target=0, points=0, points_possible=0)


def movements(before: Standing, after: Standing) -> tuple[Movement, ...]:
    """From one score to the next in three steps: first the entries (by the old rules and targets),
    then the months that became due, then the rules. What moved nothing is left out; the rest adds
    up to the difference in points.

    A score without any entry counts as 0 points: a partnership from before the first entry begins
    to count with it, its value the same before and after.
    """
    entered = before._replace(inputs=after.inputs)
    due = entered._replace(months_due=after.months_due)
    return (
        *_step(Cause.ENTRIES, before, entered),
        *_step(Cause.TARGET, entered, due),
        *_step(Cause.RULES, due, after),
    )


def _step(cause: Cause, before: Standing, after: Standing) -> Iterator[Movement]:
    old, new = _lines(before), _lines(after)
    for measure in {**old, **new}:
        one, other = old.get(measure, _NOTHING), new.get(measure, _NOTHING)
        if one.points == other.points:
            continue
        if cause is Cause.ENTRIES:
            yield Movement(cause, measure, other.points - one.points, one.value, other.value)
        else:
            yield Movement(cause, measure, other.points - one.points, one.target, other.target)


def _lines(standing: Standing) -> dict[str, Line]:
    found = {line.measure: line for line in lines(*standing)}
    if has_content(standing.inputs):
        return found
    return {measure: line._replace(points=0) for measure, line in found.items()}
