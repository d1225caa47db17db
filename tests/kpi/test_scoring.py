"""The engine by itself: no database, no web. The table of cases is the specification."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import scoring
from kpi.scoring import GREEN, GREY, ORDER, RED, YELLOW, Inputs
from tests.kpi import reference

CASES = Path(__file__).parent.parent / "data" / "colour_cases.csv"
DEFAULT = scoring.rules_from(**reference.DEFAULT)


def cases() -> list:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [pytest.param(row, id=row["case"]) for row in csv.DictReader(file)]


def standing(row: dict[str, str]) -> scoring.Standing:
    inputs = Inputs(**{name: int(row[name]) for name in Inputs._fields})
    return scoring.Standing(inputs, DEFAULT, int(row["months_due"]))


def outcome(row: dict[str, str]) -> tuple[str, int | None]:
    return row["colour"], int(row["points_milli"]) if row["points_milli"] else None


@pytest.mark.parametrize("row", cases())
def test_each_case_of_the_table(row):
    result = scoring.score(*standing(row))

    assert result == scoring.Result(*outcome(row))


@pytest.mark.parametrize("row", cases())
def test_the_reference_says_the_same_of_each_case(row):
    case = standing(row)

    found = reference.judged(case.inputs._asdict(), reference.DEFAULT, case.months_due)

    assert found == outcome(row)


@pytest.mark.parametrize("row", cases())
def test_the_lines_of_each_case_explain_its_points(row):
    case = standing(row)

    lines = scoring.lines(*case)

    points = sum(line.points for line in lines)
    if row["points_milli"]:
        assert points == int(row["points_milli"])
    else:  # a partnership is worth its points as soon as anything else is there
        assert points == (10_000 if case.inputs.sustainability else 0)
    assert [line.value for line in lines] == list(case.inputs)


@pytest.mark.parametrize("row", cases())
def test_the_statement_of_each_case_says_all_of_it(row):
    case = standing(row)

    text = scoring.statement(*case)

    said = json.loads(text)
    assert (said["colour"], said["points"]) == outcome(row)
    assert (said["rules"], said["months_due"]) == (1, case.months_due)
    assert said["lines"] == {
        line.measure: [line.value, line.target, line.points] for line in scoring.lines(*case)
    }
    assert text == scoring.statement(*case)
    assert text == json.dumps(said, sort_keys=True, separators=(",", ":"))


def test_a_statement_is_the_same_bytes_for_ever():
    assert scoring.statement(Inputs(3, 21, 2, 1, 0, 0, 1), DEFAULT, 1) == (
        '{"colour":"green","lines":{"advocacy":[2,2,20000],"involvement":[3,3,25000],'
        '"participants":[21,40,5250],"publications":[0,3,0],"service":[1,1,15000],'
        '"sustainability":[1,1,10000],"visit_months":[0,1,0]},"months_due":1,"points":75250,'
        '"rules":1}'
    )


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


rule_books = st.just(reference.DEFAULT) | reference.rule_books()
any_rules = rule_books.map(lambda book: scoring.rules_from(**book))


@given(some_inputs, rule_books, some_months)
def test_the_reference_says_the_same_of_everything(inputs, book, months):
    result = scoring.score(inputs, scoring.rules_from(**book), months)

    assert result == reference.judged(inputs._asdict(), book, months)


@given(rule_books, some_months)
def test_rules_made_twice_of_the_same_are_the_same(book, months):
    one, other = scoring.rules_from(**book), scoring.rules_from(**book)
    scoring.lines(Inputs(), one, months)

    assert one == other
    assert hash(one) == hash(other)


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
def test_green_needs_its_signs_of_sustainability(inputs, rules, months):
    result = scoring.score(inputs, rules, months)

    if inputs.sustainability < rules.green_needs_signs:
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
