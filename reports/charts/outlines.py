"""A province in its real boundaries, each area with its name and its colours on a line."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from libraries.models import Region
from reports.charts.shades import Shade
from reports.charts.stacks import Segment, along
from reports.charts.tiles import Shown, TileMap, tile_map, title_of
from reports.figures import AreaRow

LABEL_HEIGHT = 26
_LETTER, _PADDING = 5.7, 3  # room of a letter, and around it all
_BAR_WIDTH, _BAR_HEIGHT = 34, 9  # one length for all, so that shares can be compared
_NARROWEST = _BAR_WIDTH + 2 * _PADDING + 14  # with room for a number of two digits


@dataclass(frozen=True, slots=True)
class Outline:
    """One area: its shape in tenths of a unit, and its label; what stands on that is placed from
    its corner (``x``, ``y``)."""

    code: str
    name: str
    total: int
    title: str
    href: str
    path: str
    leader: str  # a line from the label to its place, where it had to stand beside it
    x: int
    y: int
    width: int
    height: int
    segments: tuple[Segment, ...]
    shade: Shade | None = None


@dataclass(frozen=True, slots=True)
class OutlineMap:
    """Areas where they lie; islands far away stand in frames."""

    width: int
    height: int
    areas: tuple[Outline, ...]
    frames: tuple[tuple[int, int, int, int], ...]
    description: str
    is_drawn: bool = True
    legend: tuple[Shade, ...] = ()
    padding: int = _PADDING
    total_x: int = _PADDING + _BAR_WIDTH + 3
    total_y: int = LABEL_HEIGHT - 4


def label_size(name: str) -> tuple[int, int]:
    """The room that the label of a place takes."""
    return max(_NARROWEST, round(len(name) * _LETTER) + 2 * _PADDING), LABEL_HEIGHT


def area_map(
    rows: Sequence[AreaRow],
    drawing: Mapping[str, Any] | None,
    *,
    href: Callable[[Region], str] | None = None,
    instead: Shown | None = None,
) -> OutlineMap | TileMap | None:
    """In real boundaries where there are some, else in tiles; ``instead`` of the colours another
    measure is shown."""
    drawn = outline_map(rows, drawing, href=href, instead=instead) if drawing else None
    return drawn or tile_map(rows, href=href, instead=instead)


def outline_map(
    rows: Iterable[AreaRow],
    drawing: Mapping[str, Any],
    *,
    href: Callable[[Region], str] | None = None,
    instead: Shown | None = None,
) -> OutlineMap | None:
    """The areas of ``rows`` in the shapes of ``drawing``; ``None`` when it lacks one of them, as
    of a regency that is new. A row of the region itself has no place on a map."""
    listed = list(rows)
    if not listed:
        return None
    level = max(row.area.level for row in listed)
    shown = [row for row in listed if row.area.level == level]
    shapes = drawing["shapes"]
    if any(row.area.code not in shapes for row in shown):
        return None
    areas = tuple(
        _outline(row, shapes[row.area.code], href(row.area) if href else "", instead)
        for row in shown
    )
    return OutlineMap(
        width=drawing["width"],
        height=drawing["height"],
        areas=areas,
        frames=tuple((left, top, wide, tall) for left, top, wide, tall in drawing["insets"]),
        description="; ".join(area.title for area in areas),
        legend=instead.scale.legend if instead else (),
    )


def _outline(row: AreaRow, shape: Sequence[Any], href: str, instead: Shown | None) -> Outline:
    path, (x, y), anchor = shape
    name = row.area.short_name
    width, height = label_size(name)
    return Outline(
        code=row.area.code,
        name=name,
        total=row.colours.total,
        title=title_of(row, instead),
        href=href,
        path=path,
        leader=_leader(anchor, x, y, width, height),
        x=x,
        y=y,
        width=width,
        height=height,
        segments=()
        if instead
        else along(
            row.colours,
            x=_PADDING,
            y=height - 4 - _BAR_HEIGHT,
            width=_BAR_WIDTH,
            height=_BAR_HEIGHT,
        ),
        shade=instead.shade(row.area) if instead else None,
    )


def _leader(anchor: Sequence[int], x: int, y: int, width: int, height: int) -> str:
    to_x, to_y = anchor
    from_x, from_y = min(max(to_x, x), x + width), min(max(to_y, y), y + height)
    if abs(to_x - from_x) + abs(to_y - from_y) < 4:
        return ""
    return f"M{from_x} {from_y}L{to_x} {to_y}"
