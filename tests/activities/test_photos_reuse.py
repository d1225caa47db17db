"""A photo that was used before is found again: the same bytes, or nearly the same look."""

import io
from datetime import date, timedelta
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from PIL import Image, ImageDraw, ImageEnhance

from activities.enums import Kind
from activities.models import Activity, Photo
from activities.photos import likeness
from activities.photos.keeping import look_fields
from activities.photos.reuse import MOST, NEAR, Reuse, used_before
from libraries.darkroom.developing import develop, look_of
from tests import factories
from tests.activities.pictures import encoded

LOOK = 0x0F1E_2D3C_4B5A_6978
_hashes = count()

looks = some.integers(-(2**63), 2**63 - 1)
bits = some.sets(some.integers(0, 63), max_size=12)


def differing(look: int, at: set[int]) -> int:
    """``look`` with these bits turned, as a signed number."""
    turned = look & likeness._ALL
    for bit in at:
        turned ^= 1 << bit
    return turned - 2**64 if turned >> 63 else turned


@pytest.fixture
def entry(library, librarian) -> Activity:
    return factories.report(
        library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1)
    ).activities.get()


@pytest.fixture
def elsewhere(other_library, stranger) -> Activity:
    return factories.report(
        other_library, stranger, Kind.INVOLVEMENT, month=date(2024, 8, 1)
    ).activities.get()


def photo(entry: Activity, look: int | None = None, *, sha256: str = "", days_ago: int = 0):
    return Photo.objects.create(
        activity=entry,
        sha256=sha256 or f"{next(_hashes):064x}",
        width=640,
        height=480,
        uploaded_at=timezone.now() - timedelta(days=days_ago),
        **look_fields(look),
    )


def found(photo: Photo) -> list[tuple[int, int]]:
    return [(reuse.photo.pk, reuse.distance) for reuse in used_before([photo])[photo.pk]]


# --- Looks ----------------------------------------------------------------------------------------


@given(looks, bits)
@example(0, set(range(4)))
@example(-1, set())
def test_the_distance_is_the_number_of_bits_that_differ(look, at):
    other = differing(look, at)

    assert likeness.distance(look, other) == likeness.distance(other, look) == len(at)


@given(looks, some.sets(some.integers(0, 63), max_size=3))
def test_looks_up_to_three_bits_apart_share_a_band(look, at):
    here, there = likeness.bands(look), likeness.bands(differing(look, at))

    assert any(one == other for one, other in zip(here, there, strict=True))


@given(looks)
def test_bands_are_four_numbers_of_16_bits_that_hold_every_bit(look):
    parts = likeness.bands(look)

    assert len(parts) == 4
    assert all(0 <= part < 2**16 for part in parts)
    assert sum(part.bit_count() for part in parts) == (look & likeness._ALL).bit_count()


def scene(shade: int = 0) -> Image.Image:
    """A hall with people in it, roughly."""
    image = Image.new("RGB", (1600, 1200), (230, 220, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 800, 1600, 1200), (120, 90, 60))
    for at in range(5):
        x = 120 + at * 300 + shade
        draw.ellipse((x, 420 + 40 * (at % 2), x + 160, 600), (60 + 30 * at, 70, 40))
        draw.rectangle((x - 40, 600, x + 200, 950), (20, 60 + 35 * at, 120))
    return image


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("smaller", lambda image: encoded(image.resize((800, 600)), quality=60)),
        ("anew", lambda image: encoded(image, quality=35)),
        ("lighter", lambda image: encoded(ImageEnhance.Brightness(image).enhance(1.1))),
        ("as a PNG", lambda image: encoded(image, "PNG")),
        ("sent by messenger", lambda image: encoded(image.resize((1280, 960)), quality=50)),
    ],
)
def test_the_same_picture_made_anew_looks_the_same(name, changed):
    before = develop(encoded(scene())).look

    assert likeness.distance(before, develop(changed(scene())).look) <= 3


def test_another_picture_looks_different():
    mirrored = scene().transpose(Image.Transpose.FLIP_LEFT_RIGHT)

    one, other = develop(encoded(scene())), develop(encoded(mirrored))

    assert likeness.distance(one.look, other.look) > NEAR


def test_the_look_is_that_of_the_smallest_file():
    done = develop(encoded(scene()))

    assert look_of(done.jpegs[-1]) == done.look
    assert Image.open(io.BytesIO(done.jpegs[-1])).size == (240, 180)


# --- Found again ----------------------------------------------------------------------------------


def test_the_same_bytes_in_another_library(entry, elsewhere):
    before = photo(elsewhere, sha256="ab" * 32, days_ago=3)
    now = photo(entry, sha256="ab" * 32)

    assert used_before([now]) == {now.pk: [Reuse(before, 0)]}


def test_the_same_bytes_in_another_entry_of_the_library(entry):
    other = Activity.objects.create(
        report=entry.report, kind=Kind.INVOLVEMENT, **factories.content()
    )
    before = photo(other, sha256="ab" * 32, days_ago=3)

    assert found(photo(entry, sha256="ab" * 32)) == [(before.pk, 0)]


def test_a_similar_look_says_how_far_it_is(entry, elsewhere):
    before = photo(elsewhere, differing(LOOK, {1, 40}), days_ago=3)

    assert found(photo(entry, LOOK)) == [(before.pk, 2)]


def test_the_same_look_of_other_bytes_is_not_the_same_photo(entry, elsewhere):
    before = photo(elsewhere, LOOK, days_ago=3)

    assert found(photo(entry, LOOK)) == [(before.pk, 1)]


def test_what_came_later_was_not_before(entry, elsewhere):
    before = photo(elsewhere, LOOK, sha256="ab" * 32, days_ago=3)
    photo(entry, LOOK, sha256="ab" * 32)

    assert found(before) == []


def test_of_two_at_the_same_moment_the_second_was_used_before(entry, elsewhere):
    at = timezone.now()
    one, other = photo(elsewhere, LOOK), photo(entry, LOOK)
    Photo.objects.update(uploaded_at=at)
    one.uploaded_at = other.uploaded_at = at

    assert [found(one), found(other)] == [[], [(one.pk, 1)]]


def test_a_plain_surface_is_like_no_other(entry, elsewhere):
    photo(elsewhere, 0, days_ago=3)
    photo(elsewhere, -1, days_ago=3)

    assert [found(photo(entry, 0)), found(photo(entry, -1))] == [[], []]


def test_without_a_look_only_the_bytes_are_compared(entry, elsewhere):
    before = photo(elsewhere, sha256="ab" * 32, days_ago=3)
    photo(elsewhere, LOOK, days_ago=3)

    assert found(photo(entry, sha256="ab" * 32)) == [(before.pk, 0)]


def test_oldest_first_and_no_more_than_a_handful(entry, library, librarian):
    others = [
        photo(
            Activity.objects.create(
                report=entry.report, kind=Kind.INVOLVEMENT, **factories.content()
            ),
            LOOK,
            days_ago=days,
        )
        for days in (2, 9, 4, 7, 3, 8)
    ]

    oldest = [other.pk for other in sorted(others, key=lambda other: other.uploaded_at)]
    assert [pk for pk, _distance in found(photo(entry, LOOK))] == oldest[:MOST]


def test_nothing_is_asked_of_no_photos(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert used_before([]) == {}


@pytest.mark.parametrize("photos", [1, 9])
def test_it_takes_two_queries_however_many_photos(
    entry, elsewhere, django_assert_num_queries, photos
):
    for at in range(photos):
        photo(elsewhere, LOOK * (at + 1) % 2**62, days_ago=3)
    asked = [photo(entry, LOOK * (at + 1) % 2**62) for at in range(photos)]

    with django_assert_num_queries(2):
        known = used_before(asked)
        for reuses in known.values():
            assert reuses[0].photo.activity.report.library.region.name

    assert len(known) == photos


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(looks, some.lists(bits, min_size=1, max_size=6))
def test_up_to_three_bits_are_always_found_and_more_than_six_never(entry, elsewhere, look, all_at):
    """What lies between is found if it shares a band."""
    Photo.objects.all().delete()
    before = [photo(elsewhere, differing(look, at), days_ago=9 - n) for n, at in enumerate(all_at)]
    now = photo(entry, look)

    got = dict(found(now))

    apart = {one.pk: likeness.distance(one.look, look) for one in before}
    telling = {one.pk for one in before if likeness.says_something(one.look)}
    if not likeness.says_something(look):
        telling = set()
    sure = [pk for pk in apart if apart[pk] <= 3 and pk in telling]
    assert got.keys() <= {pk for pk in telling if apart[pk] <= NEAR}
    assert set(sure) <= got.keys() or len(got) == MOST
    assert all(distance == max(apart[pk], 1) for pk, distance in got.items())
