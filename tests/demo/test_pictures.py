"""The demo's photos: drawn, sent through the pipeline, and new where somebody judges them."""

from itertools import combinations
from random import Random

import pytest

from activities.enums import Kind
from activities.photos import StoredPhoto, likeness
from activities.photos.reuse import NEAR
from libraries.enums import Theme
from tpbis.demo import pictures


@pytest.fixture
def album(tmp_path, settings) -> pictures.Album:
    settings.MEDIA_ROOT = tmp_path
    farming = StoredPhoto("ab" * 32, 1024, 768, "kebun.jpg", 7)
    return pictures.Album({"_farming": [farming, farming]})


def test_what_is_taken_anew_was_not_used_before(album):
    shown = album.photos_for(Random(1), Kind.INVOLVEMENT, {"theme": Theme.FARMING})
    assert shown

    taken = [album.taken_anew(shown)[0] for _time in range(12)]

    near = [
        (one, other)
        for one, other in combinations(taken, 2)
        if likeness.distance(one.look, other.look) <= NEAR
    ]
    assert len({photo.sha256 for photo in taken}) == 12
    assert near == []
    assert {(photo.width, photo.height) for photo in taken} == {(800, 600)}


def test_what_the_album_does_not_know_stays_as_it_is(album):
    other = StoredPhoto("cd" * 32, 640, 480, "lain.jpg")

    assert album.taken_anew([other]) == [other]
