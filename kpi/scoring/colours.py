"""From counts to a colour. Pure: no database, no web; integers in and out, points in thousandths.

Source of the definitions: the programme's meaning of the colours (green: all strategies carried
out and working on sustainability; yellow: all general components, not yet optimal; red: none or
only part; grey: nothing entered at all), so a colour is a gate, not only a sum.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple

GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"
ORDER = {GREY: 0, RED: 1, YELLOW: 2, GREEN: 3}
# What the shortest path takes of a measure that a rule set says nothing of.
CEILING, EFFORT = 4, 1


class Inputs(NamedTuple):
    """What counts from 1 January to the end of a month: approved and SIM entries by their date."""

    involvement: int = 0  # community involvement activities
    participants: int = 0  # people in them
    advocacy: int = 0  # advocacy entries
    service: int = 0  # service improvements; a half-yearly snapshot is one
    visit_months: int = 0  # months with a visits figure; 0 is a figure, blank is not
    publications: int = 0  # publications
    sustainability: int = 0  # signs of sustainability, partnerships in force included


@dataclass(frozen=True, slots=True)
class Indicator:
    """``points`` are reached at ``count`` of ``measure`` for every ``per_months`` months due."""

    measure: str
    component: str
    points: int
    count: Fraction
    per_months: int
    ceiling: int = CEILING  # entries that may still be added a month; for the shortest path
    effort: int = EFFORT  # what one more entry costs beside the others

    def target(self, months_due: int) -> int:
        return max(1, ceil(self.count * months_due / self.per_months))


@dataclass(frozen=True)
class Rules:
    """One version of the rules as the engine reads them."""

    version: int
    indicators: tuple[Indicator, ...]
    general: tuple[str, ...]  # measures of which at least one entry must exist
    yellow_above: int = 25_000
    green_above: int = 75_000
    green_needs_signs: int = 1  # signs of sustainability without which nothing is green
    participants_each: int = 15  # what one more activity brings, as the shortest path assumes
    _plans: dict[int, tuple[tuple[int, int, int], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def __hash__(self) -> int:
        """Cheap, as rules are part of the key of whatever is cached; equal ones have the same."""
        return hash((self.version, self.yellow_above, self.green_above))

    @cached_property
    def gate(self) -> tuple[int, ...]:
        """Positions in Inputs of the general components."""
        return tuple(POSITION[measure] for measure in self.general)

    def plan(self, months_due: int) -> tuple[tuple[int, int, int], ...]:
        """(position in Inputs, thousandths of a point, target) of each indicator."""
        plan = self._plans.get(months_due)
        if plan is None:
            plan = self._plans[months_due] = tuple(
                (POSITION[i.measure], i.points * 1000, i.target(months_due))
                for i in self.indicators
            )
        return plan


class Result(NamedTuple):
    """``points`` in thousandths of 100; ``None`` when nothing was entered (grey)."""

    colour: str
    points: int | None


class Line(NamedTuple):
    """One indicator of a *rapor*: what was reached of what, and what it is worth."""

    measure: str
    component: str
    value: int
    target: int
    points: int  # thousandths
    points_possible: int  # thousandths


POSITION = {name: position for position, name in enumerate(Inputs._fields)}


def has_content(inputs: Inputs) -> bool:
    """Whether anything was entered: an approved entry or a visits figure; a partnership is none."""
    return any(inputs[:6])


def score(inputs: Inputs, rules: Rules, months_due: int) -> Result:
    """The colour and the points of ``inputs``; ``months_due`` is at least 1."""
    if not has_content(inputs):
        return Result(GREY, None)
    points = 0
    for position, worth, target in rules.plan(months_due):
        value = inputs[position]
        points += worth if value >= target else worth * value // target
    return Result(_colour(inputs, rules, points), points)


def _colour(inputs: Inputs, rules: Rules, points: int) -> str:
    for position in rules.gate:
        if not inputs[position]:
            return RED
    if points <= rules.yellow_above:
        return RED
    if points > rules.green_above and inputs.sustainability >= rules.green_needs_signs:
        return GREEN
    return YELLOW


def lines(inputs: Inputs, rules: Rules, months_due: int) -> tuple[Line, ...]:
    """The *rapor*, indicator by indicator; their points add up to those of :func:`score`."""
    found = []
    plan = rules.plan(months_due)
    for indicator, (position, worth, target) in zip(rules.indicators, plan, strict=True):
        value = inputs[position]
        points = worth if value >= target else worth * value // target
        found.append(Line(indicator.measure, indicator.component, value, target, points, worth))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Gates:
    """What holds the colour back."""

    missing: tuple[str, ...]  # general components without an entry: red however many points
    points_to_yellow: int  # thousandths still needed to pass the threshold; 0 when passed
    points_to_green: int
    needs_sustainability: bool


def gates(inputs: Inputs, rules: Rules, months_due: int) -> Gates:
    points = score(inputs, rules, months_due).points or 0
    return Gates(
        missing=tuple(name for name in rules.general if not inputs[POSITION[name]]),
        points_to_yellow=max(0, rules.yellow_above + 1 - points),
        points_to_green=max(0, rules.green_above + 1 - points),
        needs_sustainability=inputs.sustainability < rules.green_needs_signs,
    )


def rules_from(
    *,
    version: int,
    indicators: Iterable[Mapping[str, Any]],
    general: list[str],
    yellow_above: int,
    green_above: int,
    green_needs_signs: int = 1,
    participants_each: int = 15,
) -> Rules:
    """Rules from their stored form: indicators with measure, component, points, count (such as
    ``"3"`` or ``"1/2"``) and per_months, if given ceiling and effort."""
    return Rules(
        version=version,
        indicators=tuple(
            Indicator(
                measure=str(row["measure"]),
                component=str(row["component"]),
                points=int(row["points"]),
                count=Fraction(row["count"]),
                per_months=int(row["per_months"]),
                ceiling=int(row.get("ceiling", CEILING)),
                effort=int(row.get("effort", EFFORT)),
            )
            for row in indicators
        ),
        general=tuple(general),
        yellow_above=yellow_above,
        green_above=green_above,
        green_needs_signs=green_needs_signs,
        participants_each=participants_each,
    )
