"""What the SIM says is near what the portal says, and the same every time."""

from collections import Counter
from datetime import date

import pytest

from activities.models import OfficialScore
from kpi.enums import Colour
from kpi.models import RuleSet, Score
from libraries.enums import SimState
from libraries.models import SimAccount
from reports.figures.official import official_colour
from tpbis.core import periods
from tpbis.demo.official import official_points, tell

MONTH = date(2024, 9, 1)
OURS = {
    **{number: (Colour.GREEN, 76_000 + 300 * number) for number in range(24)},
    **{number: (Colour.YELLOW, 26_000 + 400 * (number - 24)) for number in range(24, 138)},
    **{number: (Colour.RED, 500 * (number - 138)) for number in range(138, 272)},
    **dict.fromkeys(range(272, 280), (Colour.GREY, None)),
}


@pytest.fixture
def theirs():
    return official_points(OURS, MONTH)


def test_as_many_have_each_colour(theirs):
    counted = Counter(official_colour(points) for points in theirs.values())

    assert counted == Counter(colour for colour, _points in OURS.values())


def test_most_but_not_all_are_alike(theirs):
    alike = sum(official_colour(theirs[number]) == OURS[number][0] for number in OURS)

    assert 0.6 < alike / len(OURS) < 0.98


def test_grey_has_no_points_and_others_have_some(theirs):
    assert {number for number, points in theirs.items() if points is None} == set(range(272, 280))
    assert all(0 < points <= 100_000 for points in theirs.values() if points is not None)


def test_it_is_the_same_every_time(theirs):
    assert official_points(OURS, MONTH) == theirs


def test_only_who_has_an_account_at_the_sim_is_scored_at_the_end_of_each_quarter(
    library, other_library
):
    rules = RuleSet.objects.published().first()
    SimAccount.objects.create(library=library, state=SimState.ACTIVE, since_on=date(2024, 9, 2))
    for month in (date(2024, 9, 1), date(2024, 10, 1), date(2024, 12, 1)):
        for place in (library, other_library):
            Score.objects.create(
                library=place,
                through=month,
                rule_set=rules,
                months_due=month.month,
                points=50_000,
                colour=Colour.YELLOW,
            )

    tell({1: library, 2: other_library}, periods.midnight(date(2024, 11, 20)))

    given = OfficialScore.objects.order_by("as_of")
    assert list(given.values_list("library", "as_of")) == [
        (library.pk, date(2024, 9, 30)),
        (library.pk, date(2024, 10, 31)),
    ]
