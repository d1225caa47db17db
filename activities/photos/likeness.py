"""Looks compared. A look has 64 bits (see :func:`libraries.darkroom.developing.look_of`), stored
as a signed number."""

from activities.models.pictures import BANDS

BITS = 64
_ALL = (1 << BITS) - 1


def bands(look: int) -> tuple[int, ...]:
    """Each fourth bit: two looks that differ in up to three bits have a band in common. They go
    round, so that an even sky does not leave all of one band empty in half of all photos."""
    bits = look & _ALL
    found = [0] * BANDS
    for at in range(BITS):
        found[at % BANDS] |= (bits >> at & 1) << at // BANDS
    return tuple(found)


def distance(one: int, other: int) -> int:
    """In how many bits they differ."""
    return ((one ^ other) & _ALL).bit_count()


def says_something(look: int) -> bool:
    """A plain surface, or one shade that goes over into another, looks like any other."""
    return look not in (0, -1)
