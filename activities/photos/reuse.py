"""Photos that were used before: the same bytes, or nearly the same look. A hint, never a verdict:
a library may well show one picture twice."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from activities.models import Photo
from activities.models.pictures import BANDS
from activities.photos import likeness

NEAR = 6  # bits of 64 in which two looks may differ; up to 3 are always found, most of the others
MOST = 5  # told of each photo

_BANDS = [f"band_{number}" for number in range(1, BANDS + 1)]


@dataclass(frozen=True, slots=True)
class Reuse:
    """A photo that was there before; ``distance`` 0 means the same bytes."""

    photo: Photo
    distance: int


@dataclass(frozen=True, slots=True)
class _Known:
    """As little of a photo as it takes to compare it: there may be very many."""

    pk: int
    sha256: str
    look: int | None
    uploaded_at: datetime


def used_before(photos: Sequence[Photo]) -> dict[int, list[Reuse]]:
    """By key of the photo, where it was used before it came here, in any library: oldest first, at
    most ``MOST``. Two queries, however many photos there are.

    Whoever shows this asks first whether the reader may see the other report
    (``photo.activity.report``, with its library, is there).
    """
    asked = {photo.pk: photo for photo in photos}
    if not asked:
        return {}
    found = _found(list(asked.values()))
    there = Photo.objects.select_related("activity__report__library__region").in_bulk(
        {pk for matches in found.values() for pk, _distance in matches}
    )
    return {
        pk: [Reuse(there[other], distance) for other, distance in found[pk] if other in there]
        for pk in asked
    }


def _found(photos: list[Photo]) -> dict[int, list[tuple[int, int]]]:
    """Key and distance of the matches of each photo, oldest first."""
    by_trait: dict[tuple[str, object], list[_Known]] = defaultdict(list)
    for known in _candidates(photos):
        for trait in _traits(known.sha256, known.look):
            by_trait[trait].append(known)
    return {photo.pk: _matches(photo, by_trait) for photo in photos}


def _candidates(photos: list[Photo]) -> list[_Known]:
    wanted: dict[str, set[object]] = defaultdict(set)
    for photo in photos:
        for name, value in _traits(photo.sha256, photo.look):
            wanted[name].add(value)
    either = Q()
    for name, values in wanted.items():
        either |= Q(**{f"{name}__in": values})
    rows = Photo.objects.filter(either).order_by("uploaded_at", "pk")
    return [_Known(*row) for row in rows.values_list("pk", "sha256", "look", "uploaded_at")]


def _traits(sha256: str, look: int | None) -> list[tuple[str, object]]:
    """By what it is found: its hash, and the parts of its look if that says something."""
    traits: list[tuple[str, object]] = [("sha256", sha256)]
    if look is not None and likeness.says_something(look):
        traits += zip(_BANDS, likeness.bands(look), strict=True)
    return traits


def _matches(
    photo: Photo, by_trait: dict[tuple[str, object], list[_Known]]
) -> list[tuple[int, int]]:
    near: dict[int, tuple[_Known, int]] = {}
    for trait in _traits(photo.sha256, photo.look):
        for known in by_trait[trait]:
            if known.pk in near or not _is_before(known, photo):
                continue
            apart = _apart(known, photo)
            if apart is not None:
                near[known.pk] = known, apart
    oldest = sorted(near.values(), key=lambda pair: _order(pair[0]))
    return [(known.pk, apart) for known, apart in oldest[:MOST]]


def _is_before(known: _Known, photo: Photo) -> bool:
    return _order(known) < (photo.uploaded_at, photo.pk)


def _order(known: _Known) -> tuple[datetime, int]:
    return known.uploaded_at, known.pk


def _apart(known: _Known, photo: Photo) -> int | None:
    """How far, if near enough. Two files that look exactly the same are still not the same."""
    if known.sha256 == photo.sha256:
        return 0
    if known.look is None or photo.look is None:
        return None
    apart = max(likeness.distance(known.look, photo.look), 1)
    return apart if apart <= NEAR else None
