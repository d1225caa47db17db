from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tpbis.core import periods
from tpbis.core.periods import BadPeriod, Period

WIB = ZoneInfo("Asia/Jakarta")
months = st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(periods.first_of_month)


@given(months, st.integers(-600, 600))
def test_months_are_added_and_taken_away(month, count):
    assert periods.add_months(periods.add_months(month, count), -count) == month


@given(months)
def test_a_month_ends_the_day_before_the_next(month):
    assert periods.last_day(month) + timedelta(days=1) == periods.add_months(month, 1)


@given(months)
def test_a_month_is_read_as_it_is_written(month):
    assert periods.parse_month(periods.month_code(month)) == month


@pytest.mark.parametrize(
    "text",
    [
        *["", "2024", "2024-9", "2024-13", "2024-00", "0000-01", "24-09", "2024-09-01"],
        *["2024/09", "२०२४-०९", "2024-09\x00", "sekarang", "-2024-09", "2024-0９"],
    ],
)
def test_anything_else_is_no_month(text):
    with pytest.raises(BadPeriod, match="tidak dikenal"):
        periods.parse_month(text)


def test_what_was_typed_is_repeated_in_short():
    with pytest.raises(BadPeriod) as refused:
        periods.parse_month("x" * 500)

    assert len(str(refused.value)) < 100


@pytest.mark.parametrize(
    ("text", "complaint"),
    [("2024-10", "Oktober 2024 belum tiba"), ("2017-12", "sebelum program dimulai")],
)
def test_a_month_has_begun_and_lies_in_the_programme(text, complaint):
    with translation.override("id"), pytest.raises(BadPeriod, match=complaint):
        periods.parse_past_month(text, today=date(2024, 9, 30))


def test_the_running_month_may_be_asked_for():
    assert periods.parse_past_month("2024-09", today=date(2024, 9, 1)) == date(2024, 9, 1)


def test_a_period_does_not_end_before_it_begins():
    with pytest.raises(BadPeriod, match="sesudah bulan akhir"):
        Period(date(2024, 9, 1), date(2024, 8, 1))


def test_the_moments_of_a_month_are_in_east_javas_time():
    september = date(2024, 9, 1)

    assert periods.deadline(september) == datetime(2024, 10, 6, tzinfo=WIB)  # the 5th is over
    assert periods.closing(september) == datetime(2024, 10, 15, tzinfo=WIB)
    assert periods.deadline(date(2024, 12, 1)) == datetime(2025, 1, 6, tzinfo=WIB)


def test_a_period_and_its_neighbours():
    period = Period(date(2024, 1, 1), date(2024, 9, 1))

    assert (period.first_day, period.last_day) == (date(2024, 1, 1), date(2024, 9, 30))
    assert len(period.months) == 9
    assert period.previous == Period(date(2023, 4, 1), date(2023, 12, 1))
    assert period.year_before == Period(date(2023, 1, 1), date(2023, 9, 1))
    assert Period.year_to(date(2024, 9, 1)) == period


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        ((2024, 9), (2024, 9), "September 2024"),
        ((2024, 1), (2024, 9), "Januari–September 2024"),
        ((2023, 12), (2024, 1), "Desember 2023–Januari 2024"),
    ],
)
def test_a_period_in_words(start, end, text):
    with translation.override("id"):
        assert str(Period(date(*start, 1), date(*end, 1))) == text
