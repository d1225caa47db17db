"""Several counts of a month upon each other, told apart by tone and word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise

from django.utils.formats import date_format

from reports.charts import months


@dataclass(frozen=True, slots=True)
class Layer:
    """One count of one month. ``tone`` says how it is drawn: 0 is the darkest of four."""

    tone: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class LayerColumn:
    """One month. It is focused as a whole, and leads to its list where there is one."""

    x: int
    width: int
    title: str
    href: str
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class LayerChart:
    """Columns over months from zero, each made of the same counts, the first at the bottom."""

    grid: months.MonthChart
    columns: tuple[LayerColumn, ...]
    names: tuple[str, ...]  # by their tone
    is_empty: bool
    description: str


def layered(names: Sequence[str], values: Sequence[tuple[date, Sequence[int], str]]) -> LayerChart:
    """``values``: a month, as many numbers as there are ``names``, and an address or nothing."""
    grid = months.month_bars([(month, sum(counts)) for month, counts, _href in values])
    columns = tuple(
        LayerColumn(
            x=column.x,
            width=column.width,
            title=_in_words(month, names, counts),
            href=href,
            layers=_layers(column, counts),
        )
        for column, (month, counts, href) in zip(grid.columns, values, strict=True)
    )
    return LayerChart(
        grid=grid,
        columns=columns,
        names=tuple(names),
        is_empty=not any(column.layers for column in columns),
        description="; ".join(column.title for column in columns),
    )


def _layers(column: months.Column, counts: Sequence[int]) -> tuple[Layer, ...]:
    """Ends are rounded, never heights: the layers fill the column."""
    total = sum(counts)
    if not total:
        return ()
    base = column.y + column.height
    ends = [round(column.height * passed / total) for passed in accumulate(counts, initial=0)]
    return tuple(
        Layer(tone, base - end, end - begin)
        for tone, (count, (begin, end)) in enumerate(zip(counts, pairwise(ends), strict=True))
        if count
    )


def _in_words(month: date, names: Sequence[str], counts: Sequence[int]) -> str:
    parts = ", ".join(
        f"{name} {months.grouped(count)}" for name, count in zip(names, counts, strict=True)
    )
    return f"{date_format(month, 'F Y')}: {parts}"
