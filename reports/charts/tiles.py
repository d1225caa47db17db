"""A province as tiles, one an area."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil, sqrt
from pathlib import Path

from django.utils.translation import gettext as _

from libraries.enums import Level
from libraries.models import Region
from reports.charts import shades
from reports.charts.shades import Scale, Shade
from reports.charts.stacks import Segment, along, in_words
from reports.figures import AreaRow
from reports.figures.measures import Measured

GRIDS = Path(__file__).resolve().parent.parent / "data"

TILE_WIDTH, TILE_HEIGHT, TILE_GAP, TILE_PADDING = 74, 56, 4, 6
LONGEST_NAME = 12  # letters of a place that fit on a tile


@dataclass(frozen=True, slots=True)
class Tile:
    """One area: its kind and name; how many partners and their colours on a line, or one number
    in its shade. Everything on it is placed from its corner (``x``, ``y``): so each tile says the
    same, and compresses well."""

    code: str
    kind: str
    name: str
    total: int
    title: str
    href: str
    x: int
    y: int
    segments: tuple[Segment, ...]
    shade: Shade | None = None


@dataclass(frozen=True, slots=True)
class TileMap:
    """Areas roughly where they lie, all of one size: a small city is as visible as a large one."""

    width: int
    height: int
    tile_width: int
    tile_height: int
    padding: int
    tiles: tuple[Tile, ...]
    description: str
    is_drawn: bool = False  # in its real boundaries
    legend: tuple[Shade, ...] = ()

    @property
    def right(self) -> int:
        """Where what stands at the right of a tile ends."""
        return self.tile_width - self.padding


@dataclass(frozen=True, slots=True)
class Shown:
    """One measure in place of the colours: each area's number, by its code."""

    values: Mapping[str, Measured]
    scale: Scale

    @classmethod
    def of(cls, values: Mapping[str, Measured], *, is_share: bool) -> "Shown":
        numbers = (one.value for one in values.values())
        return cls(values, Scale.of(numbers, is_share=is_share))

    def shade(self, area: Region) -> Shade:
        return self.scale.shade(self.values[area.code].value)

    def title(self, area: Region) -> str:
        one = self.values[area.code]
        return shades.in_words(area.title, self.shade(area), one.part, one.whole)


def tile_map(
    rows: Iterable[AreaRow],
    *,
    href: Callable[[Region], str] | None = None,
    instead: Shown | None = None,
) -> TileMap | None:
    """The areas of ``rows`` on their province's grid, or on one made from the list alone; ``None``
    when there is no area. A row that is not one of its neighbours' level (the region's own
    libraries) has no place on a map. ``instead`` of the colours another measure is shown."""
    listed = list(rows)
    if not listed:
        return None
    level = max(row.area.level for row in listed)
    shown = [row for row in listed if row.area.level == level]
    places = _places([row.area.code for row in shown])
    tiles = tuple(
        _tile(row, *places[row.area.code], href=href(row.area) if href else "", instead=instead)
        for row in shown
    )
    return TileMap(
        width=max(tile.x for tile in tiles) + TILE_WIDTH + 1,
        height=max(tile.y for tile in tiles) + TILE_HEIGHT + 1,
        tile_width=TILE_WIDTH,
        tile_height=TILE_HEIGHT,
        padding=TILE_PADDING,
        tiles=tiles,
        description="; ".join(tile.title for tile in tiles),
        legend=instead.scale.legend if instead else (),
    )


def _tile(row: AreaRow, column: int, line: int, *, href: str, instead: Shown | None) -> Tile:
    x = 1 + column * (TILE_WIDTH + TILE_GAP)
    y = 1 + line * (TILE_HEIGHT + TILE_GAP)
    kind, name = _kind_and_name(row.area)
    return Tile(
        code=row.area.code,
        kind=kind,
        name=name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1].rstrip()}…",
        total=row.colours.total,
        title=title_of(row, instead),
        href=href,
        x=x,
        y=y,
        segments=()
        if instead
        else along(
            row.colours,
            x=TILE_PADDING,
            y=TILE_HEIGHT - 20,
            width=TILE_WIDTH - 2 * TILE_PADDING,
            height=14,
        ),
        shade=instead.shade(row.area) if instead else None,
    )


def title_of(row: AreaRow, instead: Shown | None) -> str:
    """What is said of an area aloud."""
    return instead.title(row.area) if instead else f"{row.area.title}: {in_words(row.colours)}"


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
