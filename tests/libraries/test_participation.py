"""The one definition of a month in which a library takes part, against counting days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libraries import participation
from tpbis.core import periods

LONG_AGO = date(2020, 1, 1)
SEPTEMBER = date(2024, 9, 1)

days = st.dates(date(2023, 11, 1), date(2025, 2, 28))


@st.composite
def spans(draw):
    """Any: overlapping, touching, of one day, open."""
    found = []
    for _ in range(draw(st.integers(0, 4))):
        first = draw(days)
        length = draw(st.one_of(st.none(), st.integers(0, 120)))
        found.append((first, None if length is None else first + timedelta(days=length)))
    return found


def takes_part(day, joined_on, away) -> bool:
    return day >= joined_on and all(
        day < first or (last is not None and day > last) for first, last in away
    )


@given(month=days, joined_on=days, away=spans())
def test_a_month_counts_for_a_single_day_of_it(month, joined_on, away):
    month = periods.first_of_month(month)
    whole = [month + timedelta(days=n) for n in range(periods.last_day(month).day)]

    found = participation.in_month(month, joined_on, away)

    assert found == any(takes_part(day, joined_on, away) for day in whole)


@given(day=days, joined_on=days, away=spans())
def test_a_day_counts_when_it_had_joined_and_was_not_away(day, joined_on, away):
    assert participation.on(day, joined_on, away) == takes_part(day, joined_on, away)


@pytest.mark.parametrize(
    ("away", "counts"),
    [
        ([], True),
        ([(date(2024, 9, 1), date(2024, 9, 30))], False),
        ([(date(2024, 8, 15), None)], False),
        ([(date(2024, 9, 2), None)], True),  # the first day was still one of its own
        ([(date(2024, 8, 1), date(2024, 9, 29))], True),
        ([(date(2024, 9, 1), date(2024, 9, 14)), (date(2024, 9, 15), None)], False),  # together
        ([(date(2024, 9, 1), date(2024, 9, 14)), (date(2024, 9, 16), None)], True),
    ],
)
def test_september_of_a_library_that_was_away(away, counts):
    assert participation.in_month(SEPTEMBER, LONG_AGO, away) is counts


def test_the_month_it_joined_in_counts_unless_it_left_at_once():
    joined_on = date(2024, 9, 20)

    assert participation.in_month(SEPTEMBER, joined_on)
    assert not participation.in_month(SEPTEMBER, joined_on, [(joined_on, None)])
    assert participation.months([date(2024, 8, 1), SEPTEMBER], joined_on) == [SEPTEMBER]
