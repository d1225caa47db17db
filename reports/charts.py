"""Where every mark of a chart stands. Pure geometry: the templates under components/charts draw it,
for the screen and for paper alike.

Coordinates are whole numbers, so that no locale can write one with a comma.
"""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import accumulate, pairwise
from math import ceil, sqrt
from pathlib import Path
from typing import Protocol

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kpi.enums import Colour
from libraries.enums import Level
from libraries.models import Region
from reports.figures import AreaRow

GRIDS = Path(__file__).resolve().parent / "data"

BAR_WIDTH, BAR_HEIGHT = 1000, 44
TILE_WIDTH, TILE_HEIGHT, TILE_GAP, TILE_PADDING = 74, 56, 4, 6
PLOT_WIDTH, PLOT_HEIGHT = 720, 150
PLOT_LEFT, PLOT_TOP, PLOT_BOTTOM = 44, 16, 34
MOST_LABELS = 18  # months beside each other whose values can still be read
LONGEST_NAME = 12  # letters of a place that fit on a tile


class Counted(Protocol):
    """Libraries by colour, of a moment or of a month."""

    @property
    def green(self) -> int: ...
    @property
    def yellow(self) -> int: ...
    @property
    def red(self) -> int: ...
    @property
    def grey(self) -> int: ...
    @property
    def total(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """One colour's stretch of a stacked bar or column. ``texture`` is drawn over it, so that a
    black-and-white copy tells the colours apart: nothing, dots, hatching, rules."""

    colour: str
    label: str
    count: int
    x: int
    y: int
    width: int
    height: int
    texture: str


@dataclass(frozen=True, slots=True)
class ColourBar:
    """Partners by colour on one line, from green to grey; the whole width is all of them."""

    width: int
    height: int
    segments: tuple[Segment, ...]
    description: str


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its kind and name, how many partners, and their colours on a line."""

    code: str
    kind: str
    name: str
    total: int
    title: str
    href: str
    x: int
    y: int
    segments: tuple[Segment, ...]

    @property
    def text_x(self) -> int:
        return self.x + TILE_PADDING

    @property
    def total_x(self) -> int:
        return self.x + TILE_WIDTH - TILE_PADDING

    @property
    def kind_y(self) -> int:
        return self.y + 14

    @property
    def name_y(self) -> int:
        return self.y + 28


@dataclass(frozen=True, slots=True)
class TileMap:
    """Areas roughly where they lie, all of one size: a small city is as visible as a large one."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    tiles: tuple[Tile, ...]
    description: str


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


# --- One line of colours --------------------------------------------------------------------------


def colour_bar(counts: Counted) -> ColourBar:
    """``counts`` as one line; without partners it has no segments."""
    return ColourBar(
        width=BAR_WIDTH,
        height=BAR_HEIGHT,
        segments=_along(counts, x=0, y=0, width=BAR_WIDTH, height=BAR_HEIGHT),
        description=in_words(counts),
    )


def in_words(counts: Counted) -> str:
    """“932 mitra: 24 hijau, 114 kuning, 134 merah, 660 abu-abu”."""
    return _(
        "%(total)d mitra: %(green)d hijau, %(yellow)d kuning, %(red)d merah, %(grey)d abu-abu"
    ) % {
        "total": counts.total,
        "green": counts.green,
        "yellow": counts.yellow,
        "red": counts.red,
        "grey": counts.grey,
    }


# --- The map --------------------------------------------------------------------------------------


def tile_map(
    rows: Iterable[AreaRow], *, href: Callable[[Region], str] | None = None
) -> TileMap | None:
    """The areas of ``rows`` on their province's grid, or on one made from the list alone; ``None``
    when there is no area. A row that is not one of its neighbours' level (the region's own
    libraries) has no place on a map."""
    listed = list(rows)
    if not listed:
        return None
    level = max(row.area.level for row in listed)
    shown = [row for row in listed if row.area.level == level]
    places = _places([row.area.code for row in shown])
    tiles = tuple(
        _tile(row, *places[row.area.code], href=href(row.area) if href else "") for row in shown
    )
    return TileMap(
        width=max(tile.x for tile in tiles) + TILE_WIDTH + 1,
        height=max(tile.y for tile in tiles) + TILE_HEIGHT + 1,
        tile_width=TILE_WIDTH,
        tile_height=TILE_HEIGHT,
        tiles=tiles,
        description="; ".join(tile.title for tile in tiles),
    )


def _tile(row: AreaRow, column: int, line: int, *, href: str) -> Tile:
    x = 1 + column * (TILE_WIDTH + TILE_GAP)
    y = 1 + line * (TILE_HEIGHT + TILE_GAP)
    kind, name = _kind_and_name(row.area)
    return Tile(
        code=row.area.code,
        kind=kind,
        name=name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…",
        total=row.colours.total,
        title=f"{row.area.title}: {in_words(row.colours)}",
        href=href,
        x=x,
        y=y,
        segments=_along(
            row.colours,
            x=x + TILE_PADDING,
            y=y + TILE_HEIGHT - 20,
            width=TILE_WIDTH - 2 * TILE_PADDING,
            height=14,
        ),
    )


def _kind_and_name(area: Region) -> tuple[str, str]:
    if area.level == Level.DISTRICT:
        return _("Kec."), area.name
    for kind, short in (("Kabupaten ", _("Kab.")), ("Kota ", _("Kota"))):
        if area.name.startswith(kind):
            return short, area.name.removeprefix(kind)
    return "", area.name


def _places(codes: Sequence[str]) -> dict[str, tuple[int, int]]:
    """(column, line) of each code; a code the grid does not know makes all of them a plain list."""
    drawn = _grid(codes[0].partition(".")[0])
    if all(code in drawn for code in codes):
        return {code: drawn[code] for code in codes}
    columns = min(10, max(1, ceil(sqrt(2 * len(codes)))))
    return {code: (index % columns, index // columns) for index, code in enumerate(codes)}


@cache
def _grid(province: str) -> dict[str, tuple[int, int]]:
    """The grid drawn for a province's regencies; empty when nobody has drawn one."""
    path = GRIDS / f"tilegrid_{province}.csv"
    if not province.isdecimal() or not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as rows:
        return {
            row["kode"]: (int(row["tile_col"]), int(row["tile_row"]))
            for row in csv.DictReader(rows)
        }


# --- Months ---------------------------------------------------------------------------------------


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
            Gridline(y=_level(part, 4), label=_short(top * part // 4)) for part in range(5)
        )
        if top
        else (),
        description=", ".join(
            f"{date_format(month, 'F Y')} {_short(value)}" for month, value in values
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
        label=date_format(month, "M"),
        year=str(month.year) if index == 0 or month.month == 1 else "",
        value=value,
        y=y,
        height=height,
        value_y=y - 4,
        segments=_upward(counts, x=x, width=width) if counts else (),
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


def _short(value: int) -> str:
    return f"{value:,}".replace(",", ".")


# --- Stacks ---------------------------------------------------------------------------------------


def _parts(counts: Counted) -> list[tuple[Colour, int]]:
    return [
        (Colour.GREEN, counts.green),
        (Colour.YELLOW, counts.yellow),
        (Colour.RED, counts.red),
        (Colour.GREY, counts.grey),
    ]


def _along(counts: Counted, *, x: int, y: int, width: int, height: int) -> tuple[Segment, ...]:
    """From left to right, green first. Ends are rounded, never widths: the parts fill the whole."""
    return tuple(
        _segment(colour, count, x + begin, y, end - begin, height)
        for colour, count, begin, end in _stretches(counts, width)
    )


def _upward(counts: Counted, *, x: int, width: int) -> tuple[Segment, ...]:
    base = PLOT_TOP + PLOT_HEIGHT
    return tuple(
        _segment(colour, count, x, base - end, width, end - begin)
        for colour, count, begin, end in _stretches(counts, PLOT_HEIGHT)
    )


def _stretches(counts: Counted, length: int) -> list[tuple[Colour, int, int, int]]:
    """(colour, count, begin, end) of those that are there at all."""
    parts = _parts(counts)
    if not counts.total:
        return []
    ends = [
        round(length * passed / counts.total)
        for passed in accumulate((count for _colour, count in parts), initial=0)
    ]
    return [
        (colour, count, begin, end)
        for (colour, count), (begin, end) in zip(parts, pairwise(ends), strict=True)
        if count
    ]


# --- Textures -------------------------------------------------------------------------------------


def _segment(colour: Colour, count: int, x: int, y: int, width: int, height: int) -> Segment:
    draw = {Colour.YELLOW: _dots, Colour.RED: _hatching, Colour.GREY: _rules}.get(colour)
    texture = draw(x, y, width, height) if draw else ""
    return Segment(colour, str(colour.label), count, x, y, width, height, texture)


def _dots(x: int, y: int, width: int, height: int) -> str:
    """Every 6 in both directions, each second line moved by half."""
    lines = enumerate(range(y + 2, y + height - 1, 4))
    return "".join(
        f"M{left} {line}h2"
        for index, line in lines
        for left in range(x + 1 + index % 2 * 3, x + width - 2, 6)
    )


def _hatching(x: int, y: int, width: int, height: int) -> str:
    """Lines of 45 degrees, cut off at the edges."""
    return "".join(
        f"M{x + min(along, width)} {y + along - min(along, width)}"
        f"L{x + along - min(along, height)} {y + min(along, height)}"
        for along in range(4, width + height - 1, 6)
    )


def _rules(x: int, y: int, width: int, height: int) -> str:
    return "".join(f"M{x} {line}h{width}" for line in range(y + 3, y + height, 5))
