"""Columns over months."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format, number_format

from reports.charts.stacks import Counted, Segment, in_words, segment, stretches

PLOT_WIDTH, PLOT_HEIGHT = 720, 150
PLOT_LEFT, PLOT_TOP, PLOT_BOTTOM = 64, 16, 34
MOST_LABELS = 18  # months beside each other whose values can still be read
MOST_NAMED = 24  # and whose names can; of more, the first of each quarter is named


@dataclass(frozen=True, slots=True)
class Gridline:
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One month of a chart over time."""

    x: int
    width: int
    middle: int
    label: str
    words: str  # “Mei 2024”
    year: str  # written under the first month shown and under each January
    value: int
    y: int
    height: int
    value_y: int
    segments: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthChart:
    """Columns over months, always from zero."""

    width: int
    height: int
    left: int
    base: int
    label_y: int
    year_y: int
    columns: tuple[Column, ...]
    gridlines: tuple[Gridline, ...]
    shows_values: bool
    description: str


def month_bars(values: Sequence[tuple[date, int]]) -> MonthChart:
    """One bar a month, its value written above where there is room."""
    top = _round_up(max((value for _month, value in values), default=0))
    columns = tuple(
        _column(index, month, value, top, of=len(values))
        for index, (month, value) in enumerate(values)
    )
    return _month_chart(
        columns,
        gridlines=tuple(
            Gridline(y=_level(part, 4), label=grouped(top * part // 4)) for part in range(5)
        )
        if top
        else (),
        description=", ".join(
            f"{date_format(month, 'F Y')} {grouped(value)}" for month, value in values
        ),
    )


def colour_trend(values: Sequence[tuple[date, Counted]]) -> MonthChart:
    """Shares of the four colours at the end of each month, one full column a month."""
    columns = tuple(
        _column(index, month, counts.total, counts.total, of=len(values), counts=counts)
        for index, (month, counts) in enumerate(values)
    )
    return _month_chart(
        columns,
        gridlines=tuple(Gridline(y=_level(part, 4), label=f"{part * 25}%") for part in range(5)),
        description="; ".join(
            f"{date_format(month, 'F Y')}: {in_words(counts)}" for month, counts in values
        ),
    )


def _month_chart(
    columns: tuple[Column, ...], *, gridlines: tuple[Gridline, ...], description: str
) -> MonthChart:
    base = PLOT_TOP + PLOT_HEIGHT
    return MonthChart(
        width=PLOT_WIDTH,
        height=base + PLOT_BOTTOM,
        left=PLOT_LEFT,
        base=base,
        label_y=base + 15,
        year_y=base + 29,
        columns=columns,
        gridlines=gridlines,
        shows_values=len(columns) <= MOST_LABELS,
        description=description,
    )


def _column(
    index: int, month: date, value: int, top: int, *, of: int, counts: Counted | None = None
) -> Column:
    step = (PLOT_WIDTH - PLOT_LEFT) / of
    width = max(1, min(44, round(step * 0.66)))
    x = PLOT_LEFT + round(step * index + (step - width) / 2)
    y = _level(value, top)
    height = PLOT_TOP + PLOT_HEIGHT - y
    return Column(
        x=x,
        width=width,
        middle=x + width // 2,
        label=date_format(month, "M") if of <= MOST_NAMED or month.month % 3 == 1 else "",
        words=date_format(month, "M Y"),
        year=str(month.year) if index == 0 or month.month == 1 else "",
        value=value,
        y=y,
        height=height,
        value_y=y - 4,
        segments=upward(counts, x=x, width=width) if counts else (),
    )


def _level(value: int, top: int) -> int:
    """How far down ``value`` stands on a scale from zero to ``top``."""
    return PLOT_TOP + PLOT_HEIGHT - (round(PLOT_HEIGHT * value / top) if top else 0)


def _round_up(value: int) -> int:
    """The next number that four gridlines divide into round steps: 4, 8, 20, 40, 80, 200, …"""
    if value <= 0:
        return 0
    size = 1
    while True:
        for step in (4, 8, 12, 16, 20, 24, 32):
            if value <= step * size:
                return step * size
        size *= 10


def grouped(value: int) -> str:
    """``8781`` as ``8.781``, or as the reader's language writes it."""
    return number_format(value, use_l10n=True, force_grouping=True)


def upward(counts: Counted, *, x: int, width: int) -> tuple[Segment, ...]:
    base = PLOT_TOP + PLOT_HEIGHT
    return tuple(
        segment(colour, count, x, base - end, width, end - begin)
        for colour, count, begin, end in stretches(counts, PLOT_HEIGHT)
    )
