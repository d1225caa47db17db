"""What would be if: additions to scores as they are stored. Nothing is written, nothing kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from kpi import scoring
from kpi.scoring import Additions, Standing, Step


class Candidate(NamedTuple):
    """A library of which a scenario may speak. Where it takes its own path, that begins at
    ``expected``: what counts, and what waits for review."""

    library: int
    name: str
    standing: Standing
    dues: tuple[int, ...]  # as scoring.way_ahead reads them
    rules: tuple[scoring.Rules, ...] = ()  # of the same months; none: those of the standing go on
    expected: scoring.Inputs | None = None  # None: nothing waits

    @property
    def start(self) -> Standing:
        return self.standing._replace(inputs=self.expected) if self.expected else self.standing


@dataclass(frozen=True, slots=True)
class Each:
    """What every library of a scenario adds alike."""

    counts: Mapping[Step, int]
    participants: int | None = None  # of one activity; without it what the rules assume

    def added(self, standing: Standing) -> tuple[tuple[Additions, ...], scoring.Inputs]:
        """What is added, and what counts with it. Of visits only months due that lack them: a month
        has one figure."""
        inputs, rules, months_due = standing
        lacking = max(0, months_due - inputs.visit_months)
        additions = tuple(
            Additions(step, min(count, lacking) if step == Step.VISITS else count)
            for step in Step
            if (count := self.counts.get(step, 0)) and (step != Step.VISITS or lacking)
        )
        if self.participants is not None:
            rules = replace(rules, participants_each=self.participants)
        return additions, scoring.with_additions(inputs, rules, additions)


@dataclass(frozen=True, slots=True)
class Scenario:
    """``closest`` limits it to so many libraries; without ``each`` every library takes its own
    shortest path, what waits for review taken as approved."""

    to: str
    closest: int | None = None
    each: Each | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One library before and after, by the months that are due and the rules that hold now."""

    library: int
    name: str
    additions: tuple[Additions, ...]
    before: scoring.Result
    after: scoring.Result
    way: scoring.Plan | scoring.NotPossible | None  # None where nobody asked for it

    @property
    def entries(self) -> int:
        return sum(one.count for one in self.additions)


def simulate(candidates: Iterable[Candidate], scenario: Scenario) -> list[Change]:
    """Those the scenario speaks of, the closest to its colour first: fewest entries on the shortest
    path, then fewest points lacking, then by name. Who cannot get there this year comes last and,
    asked to take its own path, adds nothing to what counts and waits.

    Its own path is that of the *rapor*: what waits is taken as approved, and it lasts until the
    month in which it ends is closed, by the rules of that month. Where all add alike, only what
    counts now counts, and the path that is enough by the months due now says who is closest.
    """
    ways = [(one, _way(one, scenario)) for one in candidates]
    ways.sort(key=lambda pair: _distance(pair[0], pair[1], scenario))
    return [_change(one, way, scenario.each) for one, way in ways[: scenario.closest]]


def _way(one: Candidate, scenario: Scenario) -> scoring.Plan | scoring.NotPossible | None:
    if scenario.each is not None and scenario.closest is None:
        return None  # all of them, whoever is nearer
    start = one.standing if scenario.each else one.start
    rules = one.rules or (start.rules,) * len(one.dues)
    return _found(start, one.dues, rules, scenario.to, its_own=scenario.each is None)


# A scenario is asked for again with another number, another page, another order.
@lru_cache(maxsize=16_384)
def _found(
    start: Standing,
    dues: tuple[int, ...],
    rules: tuple[scoring.Rules, ...],
    to: str,
    *,
    its_own: bool,
) -> scoring.Plan | scoring.NotPossible:
    if its_own:
        return scoring.way_ahead(start.inputs, rules, dues, to)
    return scoring.shortest_path(*start, len(dues), to)


def _distance(
    one: Candidate, way: scoring.Plan | scoring.NotPossible | None, scenario: Scenario
) -> tuple[bool, int, int, str, int]:
    held = scoring.gates(*(one.standing if scenario.each else one.start))
    lacking = held.points_to_green if scenario.to == scoring.GREEN else held.points_to_yellow
    entries = way.entries if isinstance(way, scoring.Plan) else 0
    never = isinstance(way, scoring.NotPossible)
    return never, entries, lacking, one.name.casefold(), one.library


def _change(
    one: Candidate, way: scoring.Plan | scoring.NotPossible | None, each: Each | None
) -> Change:
    inputs, rules, months_due = one.standing
    additions: tuple[Additions, ...] = ()
    after = one.start.inputs
    if each is not None:
        additions, after = each.added(one.standing)
    elif isinstance(way, scoring.Plan):
        additions, after = way.additions, way.inputs
    return Change(
        library=one.library,
        name=one.name,
        additions=additions,
        before=scoring.score(inputs, rules, months_due),
        after=scoring.score(after, rules, months_due),
        way=way,
    )
