"""What one score and one way to a colour cost, on one core and without any cache, beside a loop in
plain Python that never changes: the ratio tells a slower engine from a slower machine."""

import random
import statistics
import sys
from collections.abc import Callable, Iterator
from functools import partial

from kpi import scoring
from kpi.scoring import GREEN, GREY, RED, YELLOW, Inputs, NotPossible
from tests.benchmarks.measuring import say, seconds
from tests.kpi.reference import DEFAULT

RULES = scoring.rules_from(**DEFAULT)
LOOP = "a loop of 1,000 turns"
OFTEN = 2_000  # calls to a measurement, too short to be taken one by one
WAYS = 4_000
AIMS = {GREY: (YELLOW, GREEN), RED: (YELLOW, GREEN), YELLOW: (GREEN,), GREEN: ()}

Question = tuple[Inputs, int, int, str]  # months due, months left, the colour


def main(ways: int) -> None:
    loop = seconds(_loop, times=200)
    say(LOOP, 1e6 * loop, "us")
    inputs = [inputs for inputs, *_ in _questions(OFTEN)]
    for name, work in [("score()", _scores), ("score() with lines()", _rapors)]:
        taken = seconds(partial(work, inputs), times=50) / OFTEN
        say(name, 1e6 * taken, "us", ratio=taken / loop, to=LOOP)
    _measure_ways(list(_questions(ways)), loop)


def _loop() -> int:
    total = 0
    for turn in range(1_000):
        total += turn * turn % 7
    return total


def _scores(some: list[Inputs]) -> None:
    for inputs in some:
        scoring.score(inputs, RULES, 9)


def _rapors(some: list[Inputs]) -> None:
    for inputs in some:
        scoring.score(inputs, RULES, 9)
        scoring.lines(inputs, RULES, 9)


def _measure_ways(questions: list[Question], loop: float) -> None:
    """Each way the fastest of three: the others measure what else the machine was doing."""
    find = scoring.shortest_path.__wrapped__  # without its cache
    taken: dict[bool, list[float]] = {True: [], False: []}
    for inputs, due, left, to in questions:
        way = find(inputs, RULES, due, left, to)
        possible = not isinstance(way, NotPossible)
        taken[possible].append(seconds(partial(find, inputs, RULES, due, left, to), times=3))
    for possible, name in [(True, "shortest_path()"), (False, "shortest_path(), none possible")]:
        for which, choose in [("median", statistics.median), ("worst", max)]:
            _say_way(f"{name}, {which} of {len(taken[possible])}", taken[possible], choose, loop)


def _say_way(
    name: str, taken: list[float], choose: Callable[[list[float]], float], loop: float
) -> None:
    value = choose(taken)
    say(name, 1e3 * value, "ms", ratio=value / loop, to=LOOP)


def _questions(count: int) -> Iterator[Question]:
    """Libraries as there are: many with nothing, most with little, each kind of work done more or
    less eagerly; at any time of the year, on the way to every colour they do not have."""
    chance = random.Random(5)
    while True:
        month = chance.randint(1, 12)
        due = max(1, month - chance.randint(0, 1))
        asked = (3 * month, 40 * month, 1.5 * month, month / 3, month, 3 * month, 1.5)
        eagerness = chance.choice([0, 0.2, 0.5, 0.8, 1])
        inputs = Inputs(*(int(eagerness * most * chance.uniform(0, 1.3)) for most in asked))
        for to in AIMS[scoring.score(inputs, RULES, due).colour]:
            yield inputs, due, chance.choice([13 - month, 12]), to
            count -= 1
            if not count:
                return


if __name__ == "__main__":
    main(*[int(ways) for ways in sys.argv[1:]] or [WAYS])
