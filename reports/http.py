"""Which months a page shows: read from its address, offered in its picker."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlencode

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from reports.enums import Comparison
from tpbis.core import periods
from tpbis.core.periods import Period


def asked_period(asked: QueryDict) -> Period:
    """The span of ``?dari=2024-01&sampai=2024-09``; half of it is completed to the year to date.

    Raises ``BadPeriod``, which the site answers with 400.
    """
    start, end = asked.get("dari", ""), asked.get("sampai", "")
    if not start and not end:
        return Period.opening()
    last = periods.parse_past_month(end) if end else periods.this_month()
    first = periods.parse_past_month(start) if start else periods.january(last)
    return Period(first, last)


def asked_comparison(asked: QueryDict, period: Period) -> Period:
    """The span of ``?bandingkan=``: as many months just before, or the same months of the year
    before. Anything else is what is usual for ``period``."""
    written = asked.get("bandingkan", "")
    if written == Comparison.PREVIOUS:
        return period.previous
    return period.year_before if written == Comparison.YEAR_BEFORE else period.compared_with


def asked_month(asked: QueryDict) -> date:
    """The month of ``?sampai=2024-09``. Raises ``BadPeriod``."""
    written = asked.get("sampai", "")
    return periods.parse_past_month(written) if written else Period.opening().end


def in_address(period: Period) -> str:
    """``dari=2024-01&sampai=2024-09``."""
    return urlencode(
        {"dari": periods.month_code(period.start), "sampai": periods.month_code(period.end)}
    )


@dataclass(frozen=True, slots=True)
class Preset:
    """A span people ask for often."""

    label: str
    query: str
    current: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The months there are to choose from, and shortcuts to the usual spans."""

    period: Period
    years: tuple[tuple[int, tuple[tuple[str, str], ...]], ...]  # newest first: code and words
    presets: tuple[Preset, ...]
    start: str  # what stands in its fields
    end: str

    @classmethod
    def of(cls, period: Period, *, kept: str = "", start: str = "", end: str = "") -> "Picker":
        """``kept``: what else stands in the address; ``start`` and ``end``: what was typed, where
        that is no span."""
        first = periods.parse_month(settings.TPBIS_FIRST_MONTH)
        months = reversed(list(periods.months_from_to(first, periods.this_month())))
        years = tuple(
            (year, tuple(_option(month) for month in sorted(of_year)))
            for year, of_year in groupby(months, key=lambda month: month.year)
        )
        return cls(
            period,
            years,
            _presets(period, kept),
            start or periods.month_code(period.start),
            end or periods.month_code(period.end),
        )

    @property
    def codes(self) -> frozenset[str]:
        """The months that can be chosen."""
        return frozenset(code for _year, months in self.years for code, _words in months)


def _option(month: date) -> tuple[str, str]:
    return periods.month_code(month), periods.written(month)


def _presets(chosen: Period, kept: str) -> tuple[Preset, ...]:
    month = periods.this_month()
    quarter = date(month.year, month.month - (month.month - 1) % 3, 1)
    semester = date(month.year, 1 if month.month <= 6 else 7, 1)
    december = periods.add_months(periods.january(month), -1)
    usual = [
        (_("Bulan ini"), Period(month, month)),
        (_("Triwulan ini"), Period(quarter, month)),
        (_("Semester ini"), Period(semester, month)),
        (_("Tahun berjalan"), Period.year_to(month)),
        (_("Tahun lalu"), Period.year_to(december)),
    ]
    more = f"&{kept}" if kept else ""
    return tuple(Preset(label, in_address(span) + more, span == chosen) for label, span in usual)
