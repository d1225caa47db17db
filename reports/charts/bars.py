"""Bars from left to right, one below the other: how many of what, and how many before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from reports.charts.months import grouped

WIDTH, LINE_HEIGHT, THICKNESS, BEFORE_THICKNESS = 420, 44, 11, 4


@dataclass(frozen=True, slots=True)
class Value:
    """What a bar stands for; ``before`` is left out where nothing is compared."""

    label: str
    count: int
    before: int | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """Label and number stand above it, what it was before below it."""

    label: str
    count: int
    title: str
    href: str
    top: int
    text_y: int
    y: int
    width: int
    before_y: int
    before_width: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars on one scale from zero; ``is_empty`` where there is nothing to show."""

    width: int
    height: int
    line_height: int
    thickness: int
    before_thickness: int
    bars: tuple[Bar, ...]
    compares: bool
    is_empty: bool
    description: str


def bars(values: Sequence[Value], *, width: int = WIDTH) -> BarChart:
    """In the order given, as long as they are large."""
    top = max((max(value.count, value.before or 0) for value in values), default=0)
    return BarChart(
        width=width,
        height=LINE_HEIGHT * len(values),
        line_height=LINE_HEIGHT,
        thickness=THICKNESS,
        before_thickness=BEFORE_THICKNESS,
        bars=tuple(_bar(index, value, top, width) for index, value in enumerate(values)),
        compares=any(value.before is not None for value in values),
        is_empty=top == 0,
        description="; ".join(_in_words(value) for value in values),
    )


def _bar(index: int, value: Value, longest: int, width: int) -> Bar:
    top = LINE_HEIGHT * index
    return Bar(
        label=value.label,
        count=value.count,
        title=_in_words(value),
        href=value.href,
        top=top,
        text_y=top + 15,
        y=top + 21,
        width=_length(value.count, longest, width),
        before_y=top + 21 + THICKNESS + 1,
        before_width=_length(value.before or 0, longest, width),
    )


def _length(count: int, longest: int, width: int) -> int:
    """What is there at all can be seen."""
    return max(2, round(width * count / longest)) if count else 0


def _in_words(value: Value) -> str:
    words = f"{value.label}: {grouped(value.count)}"
    if value.before is None:
        return words
    return _("%(words)s (sebelumnya %(before)s)") % {
        "words": words,
        "before": grouped(value.before),
    }
