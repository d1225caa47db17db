"""Days on which offices work: Monday to Friday without national holidays and joint leave.

The holidays come from ``lokal`` (the yearly decree of three ministers); of a year it does not carry
yet only the weekends are known.
"""

from datetime import date, timedelta

from lokal import holidays


def is_working_day(day: date) -> bool:
    if day.year not in holidays.HOLIDAY_YEARS:
        return day.weekday() < 5
    return bool(holidays.is_working_day(day))


def passed(since: date, until: date) -> int:
    """Working days after ``since`` up to ``until``, that one included; what comes in on a Friday
    has waited one working day on Monday evening. 0 when ``until`` is not later."""
    days = ((since + timedelta(days=n)) for n in range(1, (until - since).days + 1))
    return sum(1 for day in days if is_working_day(day))
