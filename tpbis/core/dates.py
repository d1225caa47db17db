"""Dates and months as people and other systems write them, in Indonesian and in English."""

import re
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

_MONTH_NAMES = (
    ("januari", "january", "jan"),
    ("februari", "pebruari", "february", "feb", "peb"),
    ("maret", "march", "mar", "mrt"),
    ("april", "apr"),
    ("mei", "may"),
    ("juni", "june", "jun"),
    ("juli", "july", "jul"),
    ("agustus", "august", "agu", "agt", "ags", "aug"),
    ("september", "sep", "sept"),
    ("oktober", "october", "okt", "oct"),
    ("november", "nopember", "nov", "nop"),
    ("desember", "december", "des", "dec"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names}

_TIME = r"(?:[t ]\d{2}:\d{2}\S*)?"
_DAYS = tuple(
    re.compile(pattern + _TIME, re.ASCII)
    for pattern in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})",  # never month first
        r"(?P<day>\d{1,2})[ -](?P<month>[a-z]{3,9})\.?[ -](?P<year>\d{4})",
        r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2}), ?(?P<year>\d{4})",
    )
)
_WHOLE_MONTHS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"(?P<month>[a-z]{3,9}|\d{1,2})\.?[ /-](?P<year>\d{4})",
        r"(?P<year>\d{4})[-/](?P<month>\d{1,2})",
    )
)


class BadDate(ValueError):
    """Text that names no day; its message is fit for the person at the screen."""


def parse_day(text: str) -> date:
    """The day written ``2026-04-18``, ``18/04/2026`` or ``18 April 2026``."""
    unknown = gettext_noop("Tanggal “%s” tidak dikenal. Tulis seperti 17/07/2026.")
    return _read(text, _DAYS, unknown)


def parse_month(text: str) -> date:
    """The first day of the month written ``May 2026``, ``Mei 2026``, ``05/2026``…"""
    unknown = gettext_noop("Bulan “%s” tidak dikenal. Tulis seperti Juli 2026.")
    return _read(text, _WHOLE_MONTHS, unknown)


def _read(text: str, patterns: tuple[re.Pattern[str], ...], unknown: str) -> date:
    shown = text[:40]
    for pattern in patterns:
        if found := pattern.fullmatch(text.strip().lower()):
            parts = found.groupdict()
            month = _month(parts["month"])
            if month is None:
                break
            try:
                return date(int(parts["year"]), month, int(parts.get("day", "1")))
            except ValueError:
                raise BadDate(_("Tanggal “%s” tidak ada di kalender.") % shown) from None
    raise BadDate(_(unknown) % shown)


def _month(text: str) -> int | None:
    return int(text) if text.isdigit() else _MONTHS.get(text)


def month_name(day: date) -> str:
    """As other Indonesian systems write it, whatever language the reader has chosen."""
    return _MONTH_NAMES[day.month - 1][0].capitalize()
