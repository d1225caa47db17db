"""The shortest way to a colour: minimal against brute force, and true to its promise."""

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kpi import scoring
from kpi.scoring import (
    GREEN,
    ORDER,
    RED,
    YELLOW,
    Additions,
    Inputs,
    NotPossible,
    Plan,
    Rules,
    Step,
    shortest_path,
    with_additions,
)
from tests.kpi.reference import DEFAULT, INDICATOR_OF, rule_books

RULES = scoring.rules_from(**DEFAULT)


def added(**steps: int) -> tuple[Additions, ...]:
    return tuple(Additions(Step(name), count) for name, count in steps.items())


def rules(**changes) -> Rules:
    """The default rules with other ceilings or efforts of a measure, or other general terms."""
    rows = [{**row, **changes.pop(row["measure"], {})} for row in DEFAULT["indicators"]]
    return scoring.rules_from(**{**DEFAULT, "indicators": rows, **changes})


# --- Cases ----------------------------------------------------------------------------------------


def test_what_is_green_already_needs_nothing():
    perfect = Inputs(3, 40, 2, 1, 1, 3, 1)

    plan = shortest_path(perfect, RULES, months_due=1, months_left=1)

    assert plan == Plan(GREEN, (), perfect, scoring.Result(GREEN, 100_000), effort=0, months=0)
    assert plan.entries == 0


def test_the_fewest_entries_of_the_first_month():
    plan = shortest_path(Inputs(), RULES, months_due=1, months_left=1)

    # 3 activities of 15 people, an advocacy entry that is a sign too, a service entry, the visits
    assert plan.additions == added(involvement=3, advocacy_with_sign=1, service=1, visits=1)
    assert plan.result == scoring.Result(GREEN, 80_000)
    assert plan.entries == 6
    assert plan.effort == 3 * 3 + (3 + 1) + 4 + 1
    assert plan.months == 1


def test_a_sign_comes_with_an_advocacy_entry_where_that_is_lacking_too():
    nearly = Inputs(3, 40, 1, 1, 1, 3, 0)

    plan = shortest_path(nearly, RULES, months_due=1, months_left=1)

    assert plan.additions == added(advocacy_with_sign=1)


def test_a_sign_by_itself_where_advocacy_may_not_grow():
    nearly = Inputs(3, 40, 1, 1, 1, 3, 0)

    plan = shortest_path(nearly, rules(advocacy={"ceiling": 0}), months_due=1, months_left=1)

    assert plan.additions == added(sign=1)
    assert plan.effort == 5


def test_of_as_few_entries_the_least_effort():
    yellow = Inputs(2, 20, 2, 1, 0, 0, 1)

    by_effort = {
        effort: shortest_path(
            yellow, rules(visit_months={"effort": effort}), months_due=1, months_left=1
        ).additions
        for effort in (1, 4)
    }

    # one entry of either kind is enough: the visits figure, unless it is more work
    assert by_effort == {1: added(visits=1), 4: added(involvement=1)}


def test_to_yellow_is_shorter_than_to_green():
    red = Inputs(1, 15, 1, 0, 1, 0, 0)

    ways = [shortest_path(red, RULES, 6, 6, to=to).entries for to in (YELLOW, GREEN)]

    assert ways == [2, 24]


def test_from_grey_to_red_is_the_entry_of_least_effort():
    plan = shortest_path(Inputs(sustainability=1), RULES, 3, 1, to=RED)

    assert plan.additions == added(visits=1)
    assert plan.result.colour == RED


def test_signs_alone_do_not_end_grey():
    only_signs = scoring.rules_from(
        **DEFAULT
        | {
            "indicators": [{**DEFAULT["indicators"][-1], "points": 100}],
            "general": [],
        }
    )

    plan = shortest_path(Inputs(sustainability=1), only_signs, 3, 1, to=GREEN)

    assert (plan.entries, plan.result) == (1, scoring.Result(GREEN, 100_000))


def test_more_signs_than_one_may_be_needed():
    perfect_but_signs = Inputs(3, 40, 2, 1, 1, 3, 0)

    plan = shortest_path(perfect_but_signs, rules(green_needs_signs=3), 1, 2)

    # advocacy is done: as a sign one more entry of it is as good as a story, and less effort
    assert plan.additions == added(advocacy_with_sign=3)
    assert plan.inputs.sustainability == 3


def test_visits_only_of_months_that_have_none():
    lacking = Inputs(27, 36, 14, 2, 8, 0, 1)

    plan = shortest_path(lacking, RULES, months_due=9, months_left=0)
    of_another_month = shortest_path(lacking._replace(visit_months=9), RULES, 9, 0, to=GREEN)

    assert plan.additions == added(visits=1)
    assert of_another_month.additions == ()


def test_what_is_not_possible_says_what_is():
    late = Inputs(6, 90, 1, 1, 3, 0, 0)

    found = shortest_path(late, RULES, months_due=11, months_left=1)

    everything = added(
        involvement=4, advocacy_with_sign=2, sign=1, service=1, visits=8, publication=4
    )
    assert found == NotPossible(
        GREEN, scoring.Result(YELLOW, 43_225), with_additions(late, RULES, everything)
    )
    assert found.best == scoring.score(found.inputs, RULES, 11)


def test_a_general_component_without_a_ceiling_left_is_not_possible():
    closed = rules(service={"ceiling": 0})

    assert isinstance(shortest_path(Inputs(), closed, 1, 12, to=YELLOW), NotPossible)


def test_a_general_component_without_an_indicator_can_still_be_met():
    without_service = scoring.rules_from(
        **DEFAULT
        | {"indicators": [row for row in DEFAULT["indicators"] if row["measure"] != "service"]}
    )

    plan = shortest_path(Inputs(3, 40, 2, 0, 1, 3, 1), without_service, 1, 1)

    assert plan.additions == added(service=1)


# --- Against brute force --------------------------------------------------------------------------


class Question(NamedTuple):
    inputs: Inputs
    rules: Rules
    months_due: int
    months_left: int
    to: str


def ceilings(question: Question) -> dict[str, int]:
    """Entries by measure that may be added, said once more."""
    stated = {one.measure: one.ceiling for one in question.rules.indicators}
    most = {measure: stated.get(measure, 4) * question.months_left for measure in Inputs._fields}
    most["visit_months"] = max(0, question.months_due - question.inputs.visit_months)
    return most


def efforts(of: Rules) -> dict[Step, int]:
    stated = {one.measure: one.effort for one in of.indicators}
    found = {step: stated.get(measure, 1) for step, measure in INDICATOR_OF.items()}
    found[Step.ADVOCACY_WITH_SIGN] += 1
    return found


def combinations(question: Question) -> Iterator[tuple[int, ...]]:
    """How many of each step, in every way the ceilings allow."""
    most = ceilings(question)
    for counts in product(*(range(most[INDICATOR_OF[step]] + 1) for step in Step)):
        by_step = dict(zip(Step, counts, strict=True))
        if by_step[Step.ADVOCACY] + by_step[Step.ADVOCACY_WITH_SIGN] <= most["advocacy"]:
            yield counts


def with_counts(question: Question, counts: tuple[int, ...]) -> Inputs:
    by_step = dict(zip((step.name for step in Step), counts, strict=True))
    was = question.inputs
    return Inputs(
        involvement=was.involvement + by_step["INVOLVEMENT"],
        participants=was.participants + by_step["INVOLVEMENT"] * question.rules.participants_each,
        advocacy=was.advocacy + by_step["ADVOCACY"] + by_step["ADVOCACY_WITH_SIGN"],
        service=was.service + by_step["SERVICE"],
        visit_months=was.visit_months + by_step["VISITS"],
        publications=was.publications + by_step["PUBLICATION"],
        sustainability=was.sustainability + by_step["SIGN"] + by_step["ADVOCACY_WITH_SIGN"],
    )


def reaches(question: Question, inputs: Inputs) -> bool:
    result = scoring.score(inputs, question.rules, question.months_due)
    return ORDER[result.colour] >= ORDER[question.to]


def by_brute_force(question: Question) -> tuple[int, int, int] | None:
    """Entries, effort and (negated) points of the best of all combinations."""
    cost = [efforts(question.rules)[step] for step in Step]
    found = [
        (
            sum(counts),
            sum(count * each for count, each in zip(counts, cost, strict=True)),
            -(scoring.score(then, question.rules, question.months_due).points or 0),
        )
        for counts in combinations(question)
        if reaches(question, then := with_counts(question, counts))
    ]
    return min(found, default=None)


few = st.integers(0, 3) | st.integers(0, 8)
small_inputs = st.just(Inputs()) | st.builds(
    Inputs, few, st.integers(0, 60), few, few, few, few, st.integers(0, 2)
)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Small enough to try everything."""
    book = draw(rule_books(most=5, ceilings=2))
    if draw(st.booleans()):  # as near to the real ones as is small
        book = {**DEFAULT, "indicators": [{**row} for row in DEFAULT["indicators"]]}
        for row in book["indicators"]:
            row |= {"ceiling": draw(st.integers(0, 3)), "effort": draw(st.integers(1, 5))}
    made = scoring.rules_from(**book)
    due, left = draw(st.integers(1, 5)), draw(st.integers(0, 2))
    to = draw(st.sampled_from([GREEN, GREEN, GREEN, YELLOW, RED]))
    question = Question(draw(small_inputs), made, due, left, to)
    most = ceilings(question)
    assume(prod(most[INDICATOR_OF[step]] + 1 for step in Step) <= 30_000)
    return question


@settings(max_examples=200)
@given(questions())
def test_no_combination_is_shorter_or_less_effort(question):
    found = shortest_path(*question)

    best = by_brute_force(question)

    if best is None:
        assert isinstance(found, NotPossible)
    else:
        assert isinstance(found, Plan)
        assert (found.entries, found.effort, -(found.result.points or 0)) == best


@given(questions())
def test_a_plan_gives_what_it_promises_within_the_ceilings(question):
    found = shortest_path(*question)

    if isinstance(found, NotPossible):
        assert not reaches(question, found.inputs)
        assert found.best == scoring.score(found.inputs, question.rules, question.months_due)
        return
    by_step = {one.step: one.count for one in found.additions}
    counts = tuple(by_step.get(step, 0) for step in Step)
    assert counts in set(combinations(question))
    assert found.inputs == with_counts(question, counts)
    assert found.inputs == with_additions(question.inputs, question.rules, found.additions)
    assert found.result == scoring.score(found.inputs, question.rules, question.months_due)
    assert reaches(question, found.inputs)
    cost = efforts(question.rules)
    assert found.effort == sum(cost[one.step] * one.count for one in found.additions)


# --- Cases as large as they come ------------------------------------------------------------------


@st.composite
def large_questions(draw: st.DrawFn) -> Question:
    book = draw(st.just(DEFAULT) | rule_books(most=10, ceilings=4))
    inputs = Inputs(*(draw(st.integers(0, most)) for most in (40, 500, 20, 4, 12, 40, 2)))
    due, left = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    to = draw(st.sampled_from([GREEN, YELLOW]))
    return Question(inputs, scoring.rules_from(**book), due, left, to)


@given(large_questions())
def test_a_plan_cannot_do_without_any_of_its_entries(question):
    found = shortest_path(*question)

    by_step = {one.step: one.count for one in getattr(found, "additions", ())}
    for step in by_step:
        fewer = {**by_step, step: by_step[step] - 1}
        counts = tuple(fewer.get(one, 0) for one in Step)
        assert not reaches(question, with_counts(question, counts))


@given(large_questions())
def test_no_entry_of_a_plan_can_be_exchanged_for_one_of_less_effort(question):
    found = shortest_path(*question)

    most, cost = ceilings(question), efforts(question.rules)
    by_step = {one.step: one.count for one in getattr(found, "additions", ())}
    for taken, given_up in product(Step, by_step):
        other = {**by_step, given_up: by_step[given_up] - 1}
        other[taken] = other.get(taken, 0) + 1
        of_measure = sum(
            count for one, count in other.items() if INDICATOR_OF[one] == INDICATOR_OF[taken]
        )
        if cost[taken] < cost[given_up] and of_measure <= most[INDICATOR_OF[taken]]:
            counts = tuple(other.get(one, 0) for one in Step)
            assert not reaches(question, with_counts(question, counts))
