"""Single values of a row: text, numbers, dates, codes, links. Each is usable or says why not."""

import html
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import TextChoices

from tpbis.core import dates, periods, texts

_BLANK = ("", "-", "–", "—")
_MOST = 10_000_000  # of books, visitors, participants: more is a slip of the hand
_WHOLE = re.compile(r"-?\d{1,3}(?:\.\d{3})+|-?\d+", re.ASCII)
_web_address = URLValidator(schemes=["http", "https"])
C = TypeVar("C", bound=TextChoices)


class Unusable(Exception):
    """The row is one of the feed, but what it says cannot be: 31 February, minus five visitors."""


def first_text(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := text_of(row, name))), "")


def text_of(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or isinstance(value, list):
        return ""
    text = texts.plain(html.unescape(str(value)))
    return "" if text in _BLANK else text


def title_of(row: Mapping[str, Any], name: str, length: int = 200) -> str:
    """Long ones are cut; the raw row keeps the rest."""
    text = text_of(row, name)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def needed_title(row: Mapping[str, Any], name: str) -> str:
    if title := title_of(row, name):
        return title
    raise Unusable(f"{name} kosong")


def count_of(row: Mapping[str, Any], name: str, most: int = _MOST) -> int | None:
    """A whole number from 0; ``None`` for a blank or "-"."""
    value = row.get(name)
    if isinstance(value, bool | list):
        raise Unusable(f"{name}: “{value}” bukan bilangan bulat")
    text = text_of(row, name)
    if not text:
        return None
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if not _WHOLE.fullmatch(text) or len(text) > 30:
        raise Unusable(f"{name}: “{text[:40]}” bukan bilangan bulat")
    number = int(text.replace(".", ""))
    if number < 0:
        raise Unusable(f"{name}: angka negatif ({text})")
    if number > most:
        raise Unusable(f"{name}: {text} terlalu besar")
    return number


def needed_count(row: Mapping[str, Any], name: str) -> int:
    number = count_of(row, name)
    if number is None:
        raise Unusable(f"{name} kosong")
    return number


def day_of(row: Mapping[str, Any], name: str, today: date) -> date:
    try:
        day = dates.parse_day(text_of(row, name))
    except dates.BadDate as bad:
        raise Unusable(f"{name}: {bad}") from None
    return _within_programme(day, name, today)


def month_of(written: str, name: str, today: date) -> date:
    try:
        month = dates.parse_month(written)
    except dates.BadDate as bad:
        raise Unusable(f"{name}: {bad}") from None
    return _within_programme(month, name, today)


def _within_programme(day: date, name: str, today: date) -> date:
    if day > today:
        raise Unusable(f"{name}: {day.isoformat()} belum tiba")
    if day < periods.parse_month(settings.TPBIS_FIRST_MONTH):
        raise Unusable(f"{name}: {day.isoformat()} sebelum program dimulai")
    return day


def choices_of(row: Mapping[str, Any], name: str, codes: type[C]) -> list[C]:
    """The codes a field names: as a string, a list, or several in one string."""
    value = row.get(name)
    written = (
        [texts.plain(html.unescape(str(part))) for part in value]
        if isinstance(value, list)
        else [text_of(row, name)]
    )
    known = _known(codes)
    found = []
    for text in written:
        parts = [text] if _code_key(text) in known else re.split(r"[,;|]", text)
        for part in parts:
            if part.strip() in _BLANK:
                continue
            if _code_key(part) not in known:
                raise Unusable(f"{name}: “{part.strip()[:60]}” tidak ada di daftar pilihan")
            found.append(known[_code_key(part)])
    if not found:
        raise Unusable(f"{name} kosong")
    return list(dict.fromkeys(found))


@cache
def _known(codes: type[C]) -> dict[str, C]:
    return {_code_key(code.value): code for code in codes}


def choice_of(row: Mapping[str, Any], name: str, codes: type[C]) -> C:
    """The first, where the portal keeps one; the raw row keeps the others."""
    return choices_of(row, name, codes)[0]


def _code_key(text: str) -> str:
    return texts.key(text).replace(" ", "")


def link_of(row: Mapping[str, Any], name: str) -> str:
    """A web address, or nothing: what cannot be clicked safely stays in the raw row only."""
    text = text_of(row, name).replace(" ", "")
    if text and "://" not in text and text.lower().startswith("www."):
        text = f"https://{text}"
    try:
        _web_address(text)
    except ValidationError:
        return ""
    return text if len(text) <= 500 else ""
