"""Libraries by colour as stretches of a line: alike in every chart."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Protocol

from django.utils.translation import gettext as _

from kpi.enums import Colour, Grey

BAR_WIDTH, BAR_HEIGHT = 1000, 44


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


def colour_bar(counts: Counted) -> ColourBar:
    """``counts`` as one line; without partners it has no segments."""
    return ColourBar(
        width=BAR_WIDTH,
        height=BAR_HEIGHT,
        segments=along(counts, x=0, y=0, width=BAR_WIDTH, height=BAR_HEIGHT),
        description=in_words(counts),
    )


def in_words(counts: Counted) -> str:
    """“932 mitra: 24 hijau, 114 kuning, 134 merah, 660 abu-abu (658 tanpa akun, 2 belum pernah
    melapor)”; of a month nobody asks why its grey ones are grey."""
    words = _(
        "%(total)d mitra: %(green)d hijau, %(yellow)d kuning, %(red)d merah, %(grey)d abu-abu"
    ) % {
        "total": counts.total,
        "green": counts.green,
        "yellow": counts.yellow,
        "red": counts.red,
        "grey": counts.grey,
    }
    greys = ", ".join(
        f"{count} {str(grey.label).lower()}"
        for grey in Grey
        if (count := getattr(counts, grey.value, 0))
    )
    return f"{words} ({greys})" if greys else words


# --- Stacks ---------------------------------------------------------------------------------------


def _parts(counts: Counted) -> list[tuple[Colour, int]]:
    return [
        (Colour.GREEN, counts.green),
        (Colour.YELLOW, counts.yellow),
        (Colour.RED, counts.red),
        (Colour.GREY, counts.grey),
    ]


def along(counts: Counted, *, x: int, y: int, width: int, height: int) -> tuple[Segment, ...]:
    """From left to right, green first. Ends are rounded, never widths: the parts fill the whole."""
    return tuple(
        segment(colour, count, x + begin, y, end - begin, height)
        for colour, count, begin, end in stretches(counts, width)
    )


def stretches(counts: Counted, length: int) -> list[tuple[Colour, int, int, int]]:
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


def segment(colour: Colour, count: int, x: int, y: int, width: int, height: int) -> Segment:
    draw = {Colour.YELLOW: _dots, Colour.RED: _hatching, Colour.GREY: _rules}.get(colour)
    texture = draw(x, y, width, height) if draw else ""
    return Segment(colour, str(colour.label), count, x, y, width, height, texture)


_Line = tuple[int, int, int, int]  # from and to


def _dots(x: int, y: int, width: int, height: int) -> str:
    """Every 6 in both directions, each second line moved by half."""
    lines = enumerate(range(y + 2, y + height - 1, 4))
    return _drawn(
        (left, line, left + 2, line)
        for index, line in lines
        for left in range(x + 1 + index % 2 * 3, x + width - 2, 6)
    )


def _hatching(x: int, y: int, width: int, height: int) -> str:
    """Lines of 45 degrees, cut off at the edges."""
    return _drawn(
        (
            x + min(along, width),
            y + along - min(along, width),
            x + along - min(along, height),
            y + min(along, height),
        )
        for along in range(4, width + height - 1, 6)
    )


def _rules(x: int, y: int, width: int, height: int) -> str:
    return _drawn((x, line, x + width, line) for line in range(y + 3, y + height, 5))


def _drawn(lines: Iterable[_Line]) -> str:
    """As a path of steps: wherever the same texture stands, it reads the same but for its start."""
    steps: list[str] = []
    at: tuple[int, int] | None = None
    for from_x, from_y, to_x, to_y in lines:
        start = f"m{from_x - at[0]} {from_y - at[1]}" if at else f"M{from_x} {from_y}"
        end = f"l{to_x - from_x} {to_y - from_y}" if to_y != from_y else f"h{to_x - from_x}"
        steps.append(f"{start}{end}".replace(" -", "-"))
        at = (to_x, to_y)
    return "".join(steps)
