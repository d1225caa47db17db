"""Who went from which colour to which between the ends of two months, and by how many points."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kpi import queries as kpi
from kpi import scoring
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.figures.results import ColourMove


@dataclass(frozen=True, slots=True)
class Mover:
    """A library then and now. Colours are ``None`` while it was no partner; points are thousandths,
    ``None`` when grey or not counted."""

    library: int
    part: int  # of the region: its row in ``Movement.parts``
    before: str | None
    after: str | None
    points_before: int | None
    points_after: int | None

    @property
    def has_moved(self) -> bool:
        return self.before != self.after

    @property
    def step(self) -> int:
        """1: to a better colour, -1: to a worse one, 0: the same, or not counted at both times."""
        if self.before is None or self.after is None:
            return 0
        before, after = scoring.ORDER[self.before], scoring.ORDER[self.after]
        return (after > before) - (after < before)

    @property
    def gained(self) -> int:
        """Points gained, thousandths; grey has none."""
        return (self.points_after or 0) - (self.points_before or 0)


@dataclass(frozen=True, slots=True)
class PartMovement:
    """A part of the region: how many rose and fell, and how many were green."""

    area: Region
    partners: int
    green_before: int
    green_after: int
    up: int
    down: int
    to_red: int

    @property
    def green_gained(self) -> int:
        return self.green_after - self.green_before


@dataclass(frozen=True, slots=True)
class Movement:
    """Colours at the end of the month ``start`` against those at the end of ``end``. ``moves``
    add up to every library that was counted at either time."""

    start: date
    end: date
    movers: tuple[Mover, ...]  # every library counted at either time
    parts: tuple[PartMovement, ...]

    @property
    def moves(self) -> tuple[ColourMove, ...]:
        """Each pair of colours once, those that stayed too."""
        counted = Counter((one.before, one.after) for one in self.movers)
        return tuple(ColourMove(before, after, count) for (before, after), count in counted.items())

    @property
    def up(self) -> int:
        return sum(1 for one in self.movers if one.step > 0)

    @property
    def down(self) -> int:
        return sum(1 for one in self.movers if one.step < 0)


def movement(region: Region, libraries: LibraryQuerySet, start: date, end: date) -> Movement:
    """``libraries`` are those of ``region`` that may be seen; colours are the running ones, as
    :func:`~reports.figures.colouring.colours` says them."""
    then, now = (kpi.scores_through(libraries, month) for month in (start, end))
    parts = _parts(region, libraries)
    movers = tuple(
        Mover(
            library=pk,
            part=parts.of_library.get(pk, region.pk),
            before=then[pk].colour if pk in then else None,
            after=now[pk].colour if pk in now else None,
            points_before=then[pk].points if pk in then else None,
            points_after=now[pk].points if pk in now else None,
        )
        for pk in sorted(then.keys() | now.keys())
    )
    return Movement(start, end, movers, tuple(_by_part(parts.listed, movers)))


def top_movers(movers: Sequence[Mover], *, most: int) -> tuple[list[Mover], list[Mover]]:
    """Those that gained and those that lost most points, the largest first. Only who was counted
    at both times: whoever joined has not gained."""
    both = [one for one in movers if one.before is not None and one.after is not None]
    gained = sorted((one for one in both if one.gained > 0), key=lambda one: -one.gained)
    lost = sorted((one for one in both if one.gained < 0), key=lambda one: one.gained)
    return gained[:most], lost[:most]


@dataclass(frozen=True, slots=True)
class _Parts:
    listed: tuple[Region, ...]
    of_library: Mapping[int, int]


def _parts(region: Region, libraries: LibraryQuerySet) -> _Parts:
    """The children of a province or regency, and itself for what belongs to none of them."""
    children = tuple(region.children.order_by("code")) if region.level < Level.DISTRICT else ()
    by_code = {child.code: child.pk for child in children}
    depth = region.level + 1
    of_library = {
        pk: by_code.get(".".join(code.split(".")[:depth]), region.pk)
        for pk, code in libraries.order_by().values_list("pk", "region__code")
    }
    return _Parts((*children, region), of_library)


def _by_part(listed: Sequence[Region], movers: Sequence[Mover]) -> list[PartMovement]:
    """Parts with a library at either time."""
    within: dict[int, list[Mover]] = defaultdict(list)
    for mover in movers:
        within[mover.part].append(mover)
    return [
        PartMovement(
            area=area,
            partners=sum(1 for one in found if one.after is not None),
            green_before=sum(1 for one in found if one.before == scoring.GREEN),
            green_after=sum(1 for one in found if one.after == scoring.GREEN),
            up=sum(1 for one in found if one.step > 0),
            down=sum(1 for one in found if one.step < 0),
            to_red=sum(1 for one in found if one.has_moved and one.after == scoring.RED),
        )
        for area in listed
        if (found := within[area.pk])
    ]
