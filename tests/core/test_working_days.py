from datetime import date

import pytest

from tpbis.core import working_days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 12, 25), False),  # Christmas
        (date(2026, 12, 24), False),  # joint leave
        (date(2019, 12, 25), True),  # a year without a list: a Wednesday
        (date(2019, 12, 28), False),
    ],
)
def test_offices_work_from_monday_to_friday_but_not_on_holidays(day, works):
    assert working_days.is_working_day(day) is works


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        (date(2026, 11, 20), date(2026, 11, 20), 0),
        (date(2026, 11, 20), date(2026, 11, 22), 0),
        (date(2026, 11, 20), date(2026, 11, 23), 1),
        (date(2026, 11, 20), date(2026, 11, 27), 5),
        (date(2026, 12, 23), date(2026, 12, 28), 1),
        (date(2026, 11, 27), date(2026, 11, 20), 0),
    ],
)
def test_the_day_it_came_does_not_count(since, until, days):
    assert working_days.passed(since, until) == days
