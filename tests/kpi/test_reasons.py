"""Why points moved."""

from hypothesis import given
from hypothesis import strategies as st

from kpi import scoring
from kpi.scoring import Cause, Inputs, Movement, Standing, movements
from tests.kpi.reference import DEFAULT, rule_books

RULES = scoring.rules_from(**DEFAULT)
counts = st.integers(0, 3) | st.integers(0, 60)
books = st.just(DEFAULT) | rule_books(most=40)
standings = st.builds(
    Standing,
    st.builds(Inputs, *([counts] * len(Inputs._fields))),
    books.map(lambda book: scoring.rules_from(**book)),
    st.integers(1, 12),
)


def points(standing: Standing) -> int:
    return scoring.score(*standing).points or 0


def test_each_cause_by_itself():
    before = Standing(Inputs(3, 40, 2, 1, 1, 3, 1), RULES, 1)
    harder = scoring.rules_from(
        **DEFAULT
        | {
            "version": 2,
            "indicators": [
                {**row, "count": "6" if row["measure"] == "publications" else row["count"]}
                for row in DEFAULT["indicators"]
            ],
        }
    )

    entries = movements(before, before._replace(inputs=Inputs(2, 40, 2, 1, 1, 3, 1)))
    target = movements(before, before._replace(months_due=2))
    rules = movements(before, before._replace(rules=harder))

    assert entries == (Movement(Cause.ENTRIES, "involvement", -8_334, 3, 2),)
    assert target == (
        Movement(Cause.TARGET, "involvement", -12_500, 3, 6),
        Movement(Cause.TARGET, "participants", -5_000, 40, 80),
        Movement(Cause.TARGET, "advocacy", -6_667, 2, 3),
        Movement(Cause.TARGET, "visit_months", -5_000, 1, 2),
        Movement(Cause.TARGET, "publications", -5_000, 3, 6),
    )
    assert rules == (Movement(Cause.RULES, "publications", -5_000, 3, 6),)


def test_a_partnership_counts_from_the_first_entry_on():
    grey = Standing(Inputs(sustainability=1), RULES, 1)

    found = movements(grey, grey._replace(inputs=Inputs(visit_months=1, sustainability=1)))

    assert found == (
        Movement(Cause.ENTRIES, "visit_months", 10_000, 0, 1),
        Movement(Cause.ENTRIES, "sustainability", 10_000, 1, 1),
    )


def test_an_indicator_that_went_takes_its_points_along():
    before = Standing(Inputs(visit_months=1), RULES, 1)
    without = scoring.rules_from(
        **DEFAULT | {"version": 2, "indicators": DEFAULT["indicators"][:4]}
    )

    found = movements(before, before._replace(rules=without))

    assert found == (Movement(Cause.RULES, "visit_months", -10_000, 1, 0),)


@given(standings, standings)
def test_the_movements_add_up_to_the_difference(before, after):
    found = movements(before, after)

    assert sum(one.points for one in found) == points(after) - points(before)
    assert all(one.points for one in found)


@given(standings, standings)
def test_the_way_back_moves_as_much(before, after):
    there, back = movements(before, after), movements(after, before)

    assert sum(one.points for one in there) == -sum(one.points for one in back)


@given(standings)
def test_nothing_moves_where_nothing_happened(standing):
    assert movements(standing, standing) == ()


@given(standings, standings, st.sets(st.sampled_from(Standing._fields)))
def test_a_cause_is_named_only_when_it_happened(before, other, changed):
    after = before._replace(**{name: getattr(other, name) for name in changed})

    named = {one.cause for one in movements(before, after)}

    happened = {
        cause
        for cause, name in zip(Cause, ("inputs", "months_due", "rules"), strict=True)
        if getattr(before, name) != getattr(after, name)
    }
    assert named <= happened


@given(standings, standings)
def test_values_and_targets_are_those_of_the_two_scores(before, after):
    asked_before = {one.measure: one.target(before.months_due) for one in before.rules.indicators}
    asked_between = {one.measure: one.target(after.months_due) for one in before.rules.indicators}
    asked_after = {one.measure: one.target(after.months_due) for one in after.rules.indicators}
    true = {
        Cause.ENTRIES: (before.inputs._asdict(), after.inputs._asdict()),
        Cause.TARGET: (asked_before, asked_between),
        Cause.RULES: (asked_between, asked_after),
    }

    for one in movements(before, after):
        was, now = true[one.cause]
        assert (one.before, one.after) == (was.get(one.measure, 0), now.get(one.measure, 0))


@given(standings, standings)
def test_an_indicator_moves_at_most_once_by_a_cause(before, after):
    found = [(one.cause, one.measure) for one in movements(before, after)]

    assert len(found) == len(set(found))
