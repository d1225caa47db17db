from datetime import date

import pytest

from tests.demo.story import RULES
from tpbis.demo.chance import shares, stream
from tpbis.demo.planning import (
    Counts,
    Infeasible,
    Plan,
    certain_colour,
    fill,
    make_exact,
    to_months,
    totals,
)
from tpbis.demo.published import Sums

NINE = [date(2024, month, 1) for month in range(1, 10)]


def plan(colour: str | None, number: int = 1, **more) -> Plan:
    given = {"months": NINE, "due": 9, "partnered": False, "rules": RULES, **more}
    return Plan(number=number, colour=colour, **given)


def filled(colour: str, number: int = 1, **more) -> Plan:
    made = plan(colour, number, **more)
    fill(made, colour, stream("test", number))
    return made


@pytest.mark.parametrize("colour", ["green", "yellow", "red"])
@pytest.mark.parametrize("partnered", [True, False])
@pytest.mark.parametrize("due", [3, 9, 12])
def test_drawn_counts_give_the_colour_however_many_people_come(colour, partnered, due):
    months = [date(2025, month, 1) for month in range(1, due + 1)]

    for number in range(30):
        made = filled(colour, number, partnered=partnered, due=due, months=months)

        assert certain_colour(made) == colour
        assert 1 <= made.counts.months <= due
        assert made.counts.signs <= made.counts.advocacy


def test_where_people_decide_the_colour_it_is_not_certain():
    undecided = plan("yellow")
    undecided.counts = Counts(
        involvement=10, advocacy=2, service=1, publications=0, months=6, signs=0
    )

    assert certain_colour(undecided) is None


def test_sums_are_made_exact_and_colours_kept():
    colours = ["green"] * 3 + ["yellow"] * 12 + ["red"] * 15
    plans = [filled(colour, number) for number, colour in enumerate(colours)]
    before = totals(plans)
    wanted = Sums(before.involvement + 41, before.advocacy - 13, before.service + 5)

    make_exact(plans, wanted, stream("test"))

    assert totals(plans) == wanted
    assert [certain_colour(made) for made in plans] == colours


def test_a_missing_component_stays_missing():
    plans = [filled("red", number) for number in range(60)]
    missing = [made.number for made in plans if not made.counts.service]
    sums = totals(plans)

    make_exact(plans, Sums(sums.involvement, sums.advocacy + 20, sums.service), stream("test"))

    assert [made.number for made in plans if not made.counts.service] == missing


def test_sums_out_of_reach_are_said_so():
    plans = [filled("green")]

    with pytest.raises(Infeasible):
        make_exact(plans, Sums(1, 1, 1), stream("test"))


def test_a_colour_out_of_reach_is_said_so():
    late = plan("green", months=NINE[-2:])

    with pytest.raises(Infeasible):
        fill(late, "yellow", stream("test"))


@pytest.mark.parametrize("colour", ["green", "yellow", "red"])
def test_months_add_up_to_the_counts(colour):
    made = filled(colour)

    months = to_months(made, stream("test"))

    counts = made.counts
    assert len({month.month for month in months}) == len(months) == counts.months
    assert sum(month.involvement for month in months) == counts.involvement
    assert sum(len(month.advocacy) for month in months) == counts.advocacy
    assert sum(sum(month.advocacy) for month in months) == counts.signs
    assert sum(month.service for month in months) == counts.service
    assert sum(month.publications for month in months) == counts.publications


def test_snapshots_are_half_yearly():
    made = filled("green")

    months = to_months(made, stream("test"))

    assert {month.month.month for month in months if month.snapshot} <= {1, 7}


@pytest.mark.parametrize(("total", "weights", "least"), [(10, [1, 1, 1], 0), (100, [5, 1, 9], 7)])
def test_shares_add_up(total, weights, least):
    split = shares(total, weights, least=least)

    assert sum(split) == total
    assert min(split) >= least
