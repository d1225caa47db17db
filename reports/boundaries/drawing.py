"""Polygons as shapes of a page: projected, outlying islands moved into insets, simplified without
gaps between neighbours, written as whole numbers in tenths of a unit.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy
import shapely
from shapely import affinity
from shapely.geometry import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from reports.boundaries import checking
from reports.boundaries.labels import Label, spread

WIDTH = 780  # units, as the tile map
FINE = 10  # steps of a unit
MOST_BYTES = 24_000  # of all shapes: finer is seen by nobody, and a page has to stay light
TOLERANCE = 0.3  # units; doubled until the shapes are small enough
# A part lies outside when the sea between it and the mainland is wider than this share of the
# mainland's diagonal.
FAR = 0.065
GAP = 8  # units between what stands apart
WIDEST_INSET = 0.16  # of the map's width
# Neighbours drawn a little apart are brought together: points nearer than half a unit, and slits
# up to a unit and a half between them.
SNAP, SLIT = 0.5, 1.5
FINEST = 0.25  # units: detail below it is seen by nobody
SPECK = 0.5  # units: the side of an island too small to be seen


class Shape(NamedTuple):
    """One region: its outline, where its name stands, and the point that name belongs to."""

    path: str
    label: tuple[int, int]  # left and top
    anchor: tuple[int, int]


class Drawing(NamedTuple):
    """All shapes of a province on one map."""

    width: int
    height: int
    shapes: dict[str, Shape]
    insets: list[tuple[int, int, int, int]]  # left, top, width, height
    left_out: int  # islands too small to be seen at this size

    @property
    def size(self) -> int:
        return sum(len(shape.path) for shape in self.shapes.values())


class _Part(NamedTuple):
    code: str
    area: Polygon


def draw(found: Mapping[str, Sequence[checking.Polygon]], labels: Mapping[str, Label]) -> Drawing:
    """Raises :class:`~reports.boundaries.checking.Unusable` for outlines without any area."""
    codes = list(found)
    areas = _projected([_area(code, found[code]) for code in codes])
    _refuse_empty(codes, areas)
    areas, left_out = _large_enough(areas)
    areas, height, insets = _laid_out(codes, _without_seams(areas))
    tolerance = TOLERANCE
    while True:
        simple = shapely.coverage_simplify(numpy.array(areas, dtype=object), tolerance)
        paths = [_path(area) for area in simple]
        if sum(map(len, paths)) <= MOST_BYTES:
            break
        tolerance *= 1.5
    anchors = {code: _anchor(area) for code, area in zip(codes, areas, strict=True)}
    placed = spread(anchors, labels, width=WIDTH, height=height)
    return Drawing(
        width=WIDTH,
        height=height,
        shapes={
            code: Shape(path, placed[code], _rounded(anchors[code]))
            for code, path in zip(codes, paths, strict=True)
        },
        insets=insets,
        left_out=left_out,
    )


# --- The earth, flat ------------------------------------------------------------------------------


def _area(code: str, polygons: Sequence[checking.Polygon]) -> BaseGeometry:
    whole = shapely.union_all(
        [shapely.make_valid(Polygon(outer, holes)) for outer, *holes in polygons]
    )
    return _only_polygons(whole)


def _only_polygons(area: BaseGeometry) -> MultiPolygon:
    parts = [part for part in shapely.get_parts(area) if part.geom_type == "Polygon"]
    return MultiPolygon([part for part in parts if not part.is_empty])


def _refuse_empty(codes: Sequence[str], areas: Sequence[BaseGeometry]) -> None:
    empty = [code for code, area in zip(codes, areas, strict=True) if area.area <= 0]
    if empty:
        raise checking.Unusable(*(checking.fault("no_area", code=code) for code in empty))


def _projected(areas: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Equirectangular: a degree of longitude is as long as it is in the middle; north is up."""
    _left, bottom, _right, top = shapely.total_bounds(areas)
    across = math.cos(math.radians((bottom + top) / 2))
    return [affinity.affine_transform(area, [across, 0, 0, -1, 0, 0]) for area in areas]


def _without_seams(areas: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    """Overlaps and slits between neighbours are given to one of them. What is finer than the map is
    left out first: cleaning a million points takes minutes, a few thousand take none."""
    unit = _unit(areas)
    coarse = shapely.coverage_simplify(numpy.array(areas, dtype=object), FINEST * unit)
    cleaned = shapely.coverage_clean(
        list(coarse), snapping_distance=SNAP * unit, gap_width=SLIT * unit
    )
    return [
        _only_polygons(clean) if clean.area > 0 else area
        for area, clean in zip(areas, cleaned, strict=True)
    ]


def _large_enough(areas: Sequence[BaseGeometry]) -> tuple[list[BaseGeometry], int]:
    """Without the islands too small to be seen, and how many those are; each region keeps its
    largest."""
    smallest = (SPECK * _unit(areas)) ** 2
    kept, left_out = [], 0
    for area in areas:
        largest, *others = sorted(shapely.get_parts(area), key=lambda part: -part.area)
        seen = [part for part in others if part.area >= smallest]
        left_out += len(others) - len(seen)
        kept.append(MultiPolygon([largest, *seen]))
    return kept, left_out


def _unit(areas: Sequence[BaseGeometry]) -> float:
    """About a unit of the map, before the map is laid out."""
    left, top, right, bottom = shapely.total_bounds(areas)
    return float(max(right - left, bottom - top)) / WIDTH


# --- Mainland and islands -------------------------------------------------------------------------


def _laid_out(
    codes: Sequence[str], areas: Sequence[BaseGeometry]
) -> tuple[list[BaseGeometry], int, list[tuple[int, int, int, int]]]:
    """``areas`` in units of the map, those far away in frames where there is room for them."""
    parts = [
        _Part(code, part)
        for code, area in zip(codes, areas, strict=True)
        for part in shapely.get_parts(area)
    ]
    mainland, *outlying = _groups(parts)
    left, top, right, bottom = shapely.total_bounds([part.area for part in mainland])
    scale = (WIDTH - 2) / (right - left)
    height = math.ceil((bottom - top) * scale) + 2
    moved = [
        _Part(part.code, _moved(part.area, scale, 1 - left * scale, 1 - top * scale))
        for part in mainland
    ]
    islands = [_sized(group, scale) for group in outlying]
    frames, height = _frames([size for _parts, size in islands], moved, height)
    for (group, _size), (x, y, _width, _height) in zip(islands, frames, strict=True):
        moved += [_Part(code, _moved(area, 1, x + GAP / 2, y + GAP / 2)) for code, area in group]
    by_code = {code: [area for owner, area in moved if owner == code] for code in codes}
    return [MultiPolygon(by_code[code]) for code in codes], height, frames


def _moved(area: BaseGeometry, scale: float, x: float, y: float) -> Any:
    return affinity.affine_transform(area, [scale, 0, 0, scale, x, y])


def _groups(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Parts that lie together, the mainland first. What is near grows from the mainland outward,
    so that a chain of islands stays one."""
    diagonal = _diagonal(parts)
    groups: list[list[_Part]] = []
    waiting = sorted(parts, key=lambda part: -part.area.area)
    while waiting:
        group = [waiting.pop(0)]
        if not groups:
            diagonal = _diagonal(group)
        for near in group:  # grows while it is walked through
            close = [p for p in waiting if p.area.distance(near.area) <= FAR * diagonal]
            waiting = [part for part in waiting if part not in close]
            group += close
            if not groups:
                diagonal = max(diagonal, _diagonal(group))
        groups.append(group)
    return groups


def _diagonal(parts: Iterable[_Part]) -> float:
    left, top, right, bottom = shapely.total_bounds([part.area for part in parts])
    return math.hypot(right - left, bottom - top)


def _sized(group: Sequence[_Part], scale: float) -> tuple[list[_Part], tuple[int, int]]:
    """An outlying group at the map's scale, or smaller where it would fill too much of it; and the
    size of its frame."""
    left, top, right, bottom = shapely.total_bounds([part.area for part in group])
    scale = min(scale, WIDTH * WIDEST_INSET / max(right - left, bottom - top))
    moved = [
        _Part(part.code, _moved(part.area, scale, -left * scale, -top * scale)) for part in group
    ]
    return moved, (
        math.ceil((right - left) * scale) + GAP,
        math.ceil((bottom - top) * scale) + GAP,
    )


def _frames(
    sizes: Sequence[tuple[int, int]], mainland: Sequence[_Part], height: int
) -> tuple[list[tuple[int, int, int, int]], int]:
    """Where the frames stand: in a corner that is sea, else in a line below the map."""
    taken = shapely.union_all([part.area for part in mainland]).buffer(GAP)
    placed: list[tuple[int, int, int, int]] = []
    line, x, lowest = height + GAP, 1, height
    for width, tall in sizes:
        corner = next(
            (
                (left, top)
                for top in (1, height - tall - 1)
                for left in (WIDTH - width - 1, 1)
                if top > 0 and not taken.intersects(box(left, top, left + width, top + tall))
            ),
            None,
        )
        if corner is None:
            if x + width > WIDTH:
                line, x = lowest + GAP, 1
            corner = (x, line)
            x += width + GAP
            lowest = max(lowest, line + tall)
        placed.append((*corner, width, tall))
        taken = taken.union(
            box(corner[0], corner[1], corner[0] + width, corner[1] + tall).buffer(GAP)
        )
    return placed, lowest + 1 if lowest > height else height


# --- Lines ----------------------------------------------------------------------------------------


def _path(area: BaseGeometry) -> str:
    """The outlines of all its parts, the largest first."""
    drawn = []
    for part in sorted(shapely.get_parts(area), key=lambda part: -part.area):
        outer = _line(part.exterior)
        if outer:
            drawn += [outer, *(_line(hole) for hole in part.interiors)]
    return "".join(drawn)


def _line(ring: BaseGeometry) -> str:
    """A closed line in steps from point to point; nothing if it encloses nothing."""
    points: list[tuple[int, int]] = []
    for x, y in list(ring.coords)[:-1]:
        point = round(x * FINE), round(y * FINE)
        if not points or points[-1] != point:
            points.append(point)
    if len(set(points)) < 3:
        return ""
    (x, y), *others = points
    steps = [f"M{x} {y}l"]
    for right, down in others:
        steps.append(f"{right - x} {down - y} ")
        x, y = right, down
    return f"{''.join(steps).rstrip()}z"


def _anchor(area: BaseGeometry) -> tuple[float, float]:
    """The middle of the roundest place of the largest part."""
    largest = max(shapely.get_parts(area), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.5)
    x, y = circle.coords[0]
    return x, y


def _rounded(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])
