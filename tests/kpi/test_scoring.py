"""The engine by itself: no database, no web. The table of cases is the specification."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import scoring
from kpi.scoring import GREEN, GREY, ORDER, RED, YELLOW, Inputs

CASES = Path(__file__).parent.parent / "data" / "colour_cases.csv"
DEFAULT = scoring.rules_from(
    version=1,
    indicators=[
        {"measure": measure, "component": component, "points": points, "count": count}
        | {"per_months": months}
        for component, measure, points, count, months in [
            ("involvement", "involvement", 25, 3, 1),
            ("involvement", "participants", 10, 40, 1),
            ("advocacy", "advocacy", 20, 3, 2),
            ("service", "service", 15, 2, 6),
            ("visits", "visit_months", 10, 1, 1),
            ("publication", "publications", 10, 3, 1),
            ("sustainability", "sustainability", 10, 1, 12),
        ]
    ],
    general=["involvement", "advocacy", "service"],
    yellow_above=25_000,
    green_above=75_000,
)


def cases() -> list:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("row", cases())
def test_each_case_of_the_table(row):
    inputs = Inputs(**{name: int(row[name]) for name in Inputs._fields})

    result = scoring.score(inputs, DEFAULT, int(row["months_due"]))

    points = int(row["points_milli"]) if row["points_milli"] else None
    assert result == scoring.Result(colour=row["colour"], points=points)


def test_nine_months_ask_for_what_the_definitions_say():
    lines = scoring.lines(Inputs(), DEFAULT, months_due=9)

    assert {line.measure: line.target for line in lines} == {
        "involvement": 27,
        "participants": 360,
        "advocacy": 14,
        "service": 3,
        "visit_months": 9,
        "publications": 27,
        "sustainability": 1,
    }


def test_rates_may_be_fractions():
    rules = scoring.rules_from(
        version=2,
        indicators=[
            {
                "measure": "publications",
                "component": "publication",
                "points": 100,
                "count": "1/2",
                "per_months": 1,
            }
        ],
        general=[],
        yellow_above=25_000,
        green_above=75_000,
    )

    targets = {months: scoring.lines(Inputs(), rules, months)[0].target for months in (1, 2, 3, 12)}

    assert rules.indicators[0].count == Fraction(1, 2)
    assert targets == {1: 1, 2: 1, 3: 2, 12: 6}


# --- Properties -----------------------------------------------------------------------------------

counts = st.one_of(st.integers(0, 60), st.integers(0, 10**9))
some_inputs = st.builds(Inputs, *([counts] * len(Inputs._fields)))
some_months = st.integers(1, 12)


@st.composite
def some_rules(draw) -> scoring.Rules:
    """Any rule set that can be published: 100 points over some of the measures."""
    measures = draw(st.lists(st.sampled_from(Inputs._fields), min_size=1, unique=True))
    cuts = draw(
        st.lists(st.integers(1, 99), min_size=len(measures) - 1, max_size=len(measures) - 1)
    )
    edges = [0, *sorted(cuts), 100]
    yellow = draw(st.integers(0, 99_998))
    return scoring.rules_from(
        version=draw(st.integers(1, 9)),
        indicators=[
            {
                "measure": measure,
                "component": measure,
                "points": edges[i + 1] - edges[i],
                "count": draw(st.integers(1, 500)),
                "per_months": draw(st.integers(1, 12)),
            }
            for i, measure in enumerate(measures)
        ],
        general=draw(st.lists(st.sampled_from(["involvement", "advocacy", "service"]))),
        yellow_above=yellow,
        green_above=draw(st.integers(yellow + 1, 99_999)),
    )


any_rules = st.one_of(st.just(DEFAULT), some_rules())


@given(some_inputs, any_rules, some_months)
def test_points_stay_between_0_and_100(inputs, rules, months):
    points = scoring.score(inputs, rules, months).points

    assert points is None or 0 <= points <= 100_000


@given(some_inputs, st.sampled_from(Inputs._fields), st.integers(1, 10**6), any_rules, some_months)
def test_more_of_anything_never_lowers_points_or_colour(inputs, name, more, rules, months):
    better = inputs._replace(**{name: getattr(inputs, name) + more})

    before, after = scoring.score(inputs, rules, months), scoring.score(better, rules, months)

    assert (after.points or 0) >= (before.points or 0)
    assert ORDER[after.colour] >= ORDER[before.colour]


@given(some_inputs, any_rules, some_months)
def test_grey_means_that_nothing_was_entered(inputs, rules, months):
    result = scoring.score(inputs, rules, months)

    nothing = not any(inputs._replace(sustainability=0))
    assert (result.colour == GREY) == nothing
    assert (result.points is None) == nothing


@given(some_inputs, st.sampled_from(["involvement", "advocacy", "service"]), some_months)
def test_without_a_general_component_it_is_red_however_high_the_rest(inputs, missing, months):
    inputs = inputs._replace(**{missing: 0, "visit_months": max(1, inputs.visit_months)})

    assert scoring.score(inputs, DEFAULT, months).colour == RED


@given(some_inputs, any_rules, some_months)
def test_green_needs_a_sign_of_sustainability(inputs, rules, months):
    result = scoring.score(inputs._replace(sustainability=0), rules, months)

    assert result.colour != GREEN


@given(some_inputs, any_rules, some_months)
def test_the_lines_add_up_to_the_score(inputs, rules, months):
    result = scoring.score(inputs, rules, months)

    lines = scoring.lines(inputs, rules, months)

    if result.points is not None:
        assert sum(line.points for line in lines) == result.points
    assert sum(line.points_possible for line in lines) == 100_000
    assert all(0 <= line.points <= line.points_possible for line in lines)


@given(some_inputs, any_rules, st.integers(1, 11))
def test_one_more_month_due_never_raises_points(inputs, rules, months):
    now = scoring.score(inputs, rules, months)
    later = scoring.score(inputs, rules, months + 1)

    assert (later.points or 0) <= (now.points or 0)


@given(some_inputs, any_rules, some_months)
def test_the_gates_say_what_holds_the_colour_back(inputs, rules, months):
    result = scoring.score(inputs, rules, months)

    gates = scoring.gates(inputs, rules, months)

    expected = GREY
    if result.points is not None:
        expected = GREEN
        if gates.points_to_green or gates.needs_sustainability:
            expected = YELLOW
        if gates.missing or gates.points_to_yellow:
            expected = RED
    assert result.colour == expected
