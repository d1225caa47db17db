"""In which months a library takes part; pure. Every denominator asks here and nowhere else.

``away`` are the days without it: spans with their first and last day, open while that is ``None``,
in any order. A month in which the library took part on a single day counts, as the month it joins
in does; only one without such a day leaves.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from tpbis.core import periods

Span = tuple[date, date | None]


def on(day: date, joined_on: date, away: Iterable[Span] = ()) -> bool:
    """Whether it took part on ``day``."""
    return joined_on <= day and not any(
        first <= day and (last is None or day <= last) for first, last in away
    )


def in_month(month: date, joined_on: date, away: Sequence[Span] = ()) -> bool:
    """Whether it took part on a day of ``month``."""
    end = periods.last_day(month)
    day: date | None = max(month, joined_on)
    if away:
        day = _first_day_from(max(month, joined_on), away)
    return day is not None and day <= end


def months(candidates: Iterable[date], joined_on: date, away: Sequence[Span] = ()) -> list[date]:
    """Those of ``candidates`` in which it took part."""
    return [month for month in candidates if in_month(month, joined_on, away)]


def _first_day_from(day: date, away: Iterable[Span]) -> date | None:
    """The first day it took part, from ``day`` on; ``None`` when it never does again."""
    for first, last in sorted(away, key=lambda span: span[0]):
        if first > day:
            break
        if last is None:
            return None
        day = max(day, last + timedelta(days=1))
    return day
