"""The shortest way to a colour: which real entries are still lacking, and how many at least."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kpi.scoring.additions import (
    ADVOCACY,
    INVOLVEMENT,
    PUBLICATIONS,
    SERVICE,
    SIGNS,
    VISITS,
    Additions,
    Room,
    Step,
    with_additions,
)
from kpi.scoring.colours import (
    GREEN,
    ORDER,
    RED,
    YELLOW,
    Inputs,
    Result,
    Rules,
    has_content,
    score,
)
from kpi.scoring.fewest import Choice, fewest

_CONTENT = (INVOLVEMENT, ADVOCACY, SERVICE, VISITS, PUBLICATIONS)  # a sign alone stays grey


@dataclass(frozen=True, slots=True)
class Plan:
    """Followed to the letter it gives ``result``; without additions the colour is there already, or
    (with ``months``) comes by itself, because other rules will be in force."""

    to: str
    additions: tuple[Additions, ...]
    inputs: Inputs  # with the additions
    result: Result
    effort: int
    months: int = 0  # within which; 0: the colour is there and stays

    @property
    def entries(self) -> int:
        return sum(one.count for one in self.additions)


@dataclass(frozen=True, slots=True)
class NotPossible:
    """No additions within the ceilings give the colour; ``best`` is what all of them would."""

    to: str
    best: Result
    inputs: Inputs  # with all additions


def way_ahead(
    inputs: Inputs, rules: Rules | Sequence[Rules], dues: Sequence[int], to: str = GREEN
) -> Plan | NotPossible:
    """The :func:`shortest_path` that ends first: ``dues`` are the months due at the end of this
    month, of the next and so on, ``rules`` what scores each of them (one version: all of them).
    After the first month that can end with the colour nobody need look further. When none can,
    what all additions of all those months would give by the rules of the last."""
    each = [rules] * len(dues) if isinstance(rules, Rules) else rules
    for months, (due, then) in enumerate(zip(dues, each, strict=True), start=1):
        way = shortest_path(inputs, then, due, months, to)
        if isinstance(way, Plan):
            return way if way.additions or months == 1 else replace(way, months=months)
    return way


@lru_cache(maxsize=4096)
def shortest_path(
    inputs: Inputs, rules: Rules, months_due: int, months_left: int, to: str = GREEN
) -> Plan | NotPossible:
    """The fewest additional entries after which :func:`score` says ``to`` or better, and among
    those the least effort, then the most points; within each indicator's ceiling times
    ``months_left`` months.

    A month has one visits figure: as many as are lacking of ``months_due`` may be added. A measure
    no indicator speaks of, but a gate may ask for, has the usual ceiling and effort. It says
    nothing of whether something happened: a step stands for something that took place and is not
    recorded yet, or can still take place.
    """
    now = score(inputs, rules, months_due)
    if ORDER[now.colour] >= ORDER[to]:
        return Plan(to, (), inputs, now, effort=0)
    room = Room(inputs, rules, months_due, months_left)
    all_inputs = with_additions(inputs, rules, room.everything())
    best = score(all_inputs, rules, months_due)
    if ORDER[best.colour] < ORDER[to]:
        return NotPossible(to, best, all_inputs)
    choice = min(_ways(inputs, rules, room, to), key=_shortest)
    additions = tuple(
        Additions(step, count) for step, count in zip(Step, choice.counts, strict=True) if count
    )
    then = with_additions(inputs, rules, additions)
    result = score(then, rules, months_due)
    return Plan(to, additions, then, result, choice.effort, months_left)


def _shortest(choice: Choice) -> tuple[int, int, int]:
    return (sum(choice.counts), choice.effort, -choice.points)


def _ways(inputs: Inputs, rules: Rules, room: Room, to: str) -> Iterator[Choice]:
    """The best ways: one, or for a grey library that may begin with any kind one of each."""
    least = {RED: 0, YELLOW: rules.yellow_above + 1, GREEN: rules.green_above + 1}[to]
    for needed in _needs(inputs, rules, to):
        way = fewest(room.groups(needed), least)
        if way:
            yield way


def _needs(inputs: Inputs, rules: Rules, to: str) -> Iterator[Mapping[int, int]]:
    """What must be added of the measures, whatever the points are."""
    needed: dict[int, int] = {}
    if to != RED:
        needed = {position: 1 for position in rules.gate if not inputs[position]}
    if to == GREEN:
        lacking = rules.green_needs_signs - inputs[SIGNS]
        if lacking > needed.get(SIGNS, 0):
            needed[SIGNS] = lacking
    if has_content(inputs) or any(position != SIGNS for position in needed):
        yield needed
    else:
        yield from ({**needed, position: 1} for position in _CONTENT)
