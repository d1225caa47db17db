"""Month by month along the way ahead: it keeps its word, and ends as early as any."""

from collections.abc import Iterator
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kpi import queries, scoring
from kpi.scoring import (
    GREEN,
    ORDER,
    YELLOW,
    Additions,
    Inputs,
    NotPossible,
    Plan,
    Rules,
    shortest_path,
    way_ahead,
    with_additions,
)
from tests.kpi.reference import DEFAULT, INDICATOR_OF, rule_books
from tpbis.core import periods

RULES = scoring.rules_from(**DEFAULT)


@st.composite
def years(draw: st.DrawFn) -> tuple[Inputs, Rules, tuple[int, ...]]:
    """A library in the middle of a year, with what will be due at the end of each month left."""
    joined_on = draw(st.dates(date(2020, 1, 1), date(2024, 6, 1)))
    running = draw(st.integers(joined_on.month if joined_on.year == 2024 else 1, 12))
    ends = [date(2024, month, 1) for month in range(running, 13)]
    dues = tuple(queries.months_due(joined_on, month, periods.closing(month)) for month in ends)
    rate = draw(st.floats(0, 1.2))
    full = (3 * running, 40 * running, 1.5 * running, running / 3, running, 3 * running, 1)
    inputs = Inputs(*(int(rate * most * draw(st.floats(0.5, 1.2))) for most in full))
    book = draw(st.just(DEFAULT) | rule_books(most=6, ceilings=4))
    return inputs, scoring.rules_from(**book), dues


def month_by_month(plan: Plan, some_rules: Rules) -> Iterator[list[Additions]]:
    """The plan in parts: of each measure as much a month as its ceiling allows."""
    stated = {one.measure: one.ceiling for one in some_rules.indicators}
    left = {one.step: one.count for one in plan.additions}
    for _ in range(plan.months):
        most = {measure: stated.get(measure, 4) for measure in INDICATOR_OF.values()}
        most["visit_months"] = 12  # also those of months past
        part = []
        for step in left:
            count = min(left[step], most[INDICATOR_OF[step]])
            left[step] -= count
            most[INDICATOR_OF[step]] -= count
            part.append(Additions(step, count))
        yield part
    assert not any(left.values())


@given(years(), st.sampled_from([YELLOW, GREEN]))
def test_following_the_plan_month_by_month_gives_the_promised_colour(year, to):
    inputs, some_rules, dues = year

    way = way_ahead(inputs, some_rules, dues, to)

    if isinstance(way, Plan):
        for part in month_by_month(way, some_rules):
            inputs = with_additions(inputs, some_rules, part)
        result = scoring.score(inputs, some_rules, dues[max(0, way.months - 1)])
        assert result == way.result
        assert ORDER[result.colour] >= ORDER[to]


@given(years(), st.sampled_from([YELLOW, GREEN]))
def test_the_way_ahead_ends_with_the_first_month_that_can(year, to):
    inputs, some_rules, dues = year

    way = way_ahead(inputs, some_rules, dues, to)

    ways = [
        shortest_path(inputs, some_rules, due, months, to) for months, due in enumerate(dues, 1)
    ]
    possible = [one for one in ways if isinstance(one, Plan)]
    assert way == (possible[0] if possible else ways[-1])


def test_the_colour_that_is_there_and_stays_is_no_months_away():
    perfect = Inputs(9, 120, 5, 1, 3, 9, 1)

    assert way_ahead(perfect, RULES, (3, 3, 4)).months == 0


def test_the_colour_that_is_there_but_would_go_asks_for_more():
    nearly = Inputs(3, 40, 2, 1, 1, 0, 1)  # 90 of 100 by what January asks, 49 by February's

    way = way_ahead(nearly, RULES, (2, 3))

    assert scoring.score(nearly, RULES, 1).colour == GREEN
    assert way.months == 1
    assert way.entries > 0


def test_what_no_month_of_the_year_can_give_is_said_of_all_of_it():
    poor = Inputs(visit_months=1)

    way = way_ahead(poor, RULES, (10, 11))

    assert isinstance(way, NotPossible)
    assert way.inputs.involvement == 8
