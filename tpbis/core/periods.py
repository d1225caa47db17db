"""Months and spans of months. A month is the date of its first day; the zone is Asia/Jakarta."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

WEEK = timedelta(days=7)  # as long as “this week” looks back
_WRITTEN = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})", re.ASCII)


class BadPeriod(ValueError):
    """A month or a span that cannot be meant; its text is fit for the person at the screen."""


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def this_month() -> date:
    return first_of_month(timezone.localdate())


def add_months(month: date, count: int) -> date:
    """The month ``count`` later (earlier when negative), as its first day."""
    years, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(years, index + 1, 1)


def last_day(month: date) -> date:
    return add_months(month, 1) - timedelta(days=1)


def january(month: date) -> date:
    return date(month.year, 1, 1)


def months_from_to(start: date, end: date) -> Iterator[date]:
    """Every month from ``start`` to ``end``, both included."""
    month = start
    while month <= end:
        yield month
        month = add_months(month, 1)


def month_code(month: date) -> str:
    """``2024-09``: how a month is written in addresses and on the command line."""
    return f"{month:%Y-%m}"


def parse_month(text: str) -> date:
    """The month written ``2024-09``. Raises :class:`BadPeriod` for anything else."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or not 1 <= int(found["month"]) <= 12 or int(found["year"]) < 1:
        raise BadPeriod(
            _("Bulan “%(text)s” tidak dikenal. Tulis seperti 2024-09.") % {"text": text[:20]}
        )
    return date(int(found["year"]), int(found["month"]), 1)


def parse_past_month(text: str, *, today: date | None = None) -> date:
    """A month within the programme that has begun. Raises :class:`BadPeriod`."""
    month = parse_month(text)
    today = today or timezone.localdate()
    if month > today:
        raise BadPeriod(_("Bulan %(month)s belum tiba.") % {"month": written(month)})
    begin = parse_month(settings.TPBIS_FIRST_MONTH)
    if month < begin:
        raise BadPeriod(
            _("Bulan %(month)s sebelum program dimulai (%(begin)s).")
            % {"month": written(month), "begin": written(begin)}
        )
    return month


def midnight(day: date) -> datetime:
    """The first moment of ``day`` in Asia/Jakarta."""
    return timezone.make_aware(datetime.combine(day, time.min))


def deadline(month: date) -> datetime:
    """Batas kirim: the end of the 5th (a setting) of the next month; on time is strictly before."""
    day = add_months(month, 1).replace(day=settings.TPBIS_DEADLINE_DAY)
    return midnight(day + timedelta(days=1))


def closing(month: date) -> datetime:
    """The moment from which ``month`` counts as due: the 15th (a setting) of the next, 00:00."""
    return midnight(add_months(month, 1).replace(day=settings.TPBIS_CLOSING_DAY))


def written(month: date) -> str:
    """“September 2024”."""
    return date_format(month, "F Y")


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months from ``start`` to ``end``, both given by their first day and both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise BadPeriod(
                _("Bulan awal (%(start)s) sesudah bulan akhir (%(end)s).")
                % {"start": written(self.start), "end": written(self.end)}
            )

    @classmethod
    def parse(cls, start: str, end: str, *, today: date | None = None) -> "Period":
        """From ``2024-01`` and ``2024-09``. Raises :class:`BadPeriod`."""
        return cls(parse_past_month(start, today=today), parse_past_month(end, today=today))

    @classmethod
    def year_to(cls, month: date) -> "Period":
        """1 January to the end of ``month``: what a colour covers."""
        return cls(january(month), month)

    @classmethod
    def opening(cls, at: datetime | None = None) -> "Period":
        """What pages open on: the year to date; until a year's first closing all of the year
        before, as nobody should see a province turn grey on 1 January."""
        at = at or timezone.now()
        month = first_of_month(timezone.localdate(at))
        if at < closing(january(month)):
            month = add_months(january(month), -1)
        return cls.year_to(month)

    @property
    def months(self) -> list[date]:
        return list(months_from_to(self.start, self.end))

    @property
    def first_day(self) -> date:
        return self.start

    @property
    def last_day(self) -> date:
        return last_day(self.end)

    @property
    def previous(self) -> "Period":
        """As many months, ending just before this one begins."""
        length = len(self.months)
        return Period(add_months(self.start, -length), add_months(self.end, -length))

    @property
    def year_before(self) -> "Period":
        return Period(add_months(self.start, -12), add_months(self.end, -12))

    @property
    def compared_with(self) -> "Period":
        """Colours start anew each January, so a span from January is compared with the same months
        of the year before; any other with the months just before it."""
        return self.year_before if self.start.month == 1 else self.previous

    def __str__(self) -> str:
        if self.start == self.end:
            return written(self.start)
        if self.start.year == self.end.year:
            return f"{date_format(self.start, 'F')}–{written(self.end)}"
        return f"{written(self.start)}–{written(self.end)}"
