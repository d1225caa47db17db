"""Pictures from before there were looks get theirs from the files."""

from datetime import date

import pytest
from django.core.management import call_command

from activities import services, tasks
from activities.enums import Kind, StoryKind
from activities.models import Photo, Story, StoryPhoto
from activities.photos import StoredPhoto, looking, picture_fields, store_photo
from activities.photos.keeping import look_fields
from libraries.enums import Theme
from tests import factories
from tests.activities.pictures import jpeg, patterned


@pytest.fixture
def activity(library, librarian):
    return factories.report(
        library, librarian, Kind.INVOLVEMENT, month=date(2024, 9, 1)
    ).activities.get()


@pytest.fixture
def photo(activity, librarian) -> Photo:
    return services.attach_photo(activity=activity, stored=store_photo(patterned()), by=librarian)


def forget(model) -> None:
    model.objects.update(**look_fields(None))


def said_of(picture) -> dict[str, int]:
    picture.refresh_from_db()
    return {name: getattr(picture, name) for name in look_fields(None)}


def test_an_attached_photo_has_its_look_at_once(photo):
    assert photo.look not in (None, 0, -1)
    assert said_of(photo) == look_fields(photo.look)


def test_a_photo_without_a_look_gets_the_same_as_when_it_was_sent(photo):
    before = said_of(photo)
    forget(Photo)

    assert looking.look_at_photos() == 1

    assert said_of(photo) == before


def test_pictures_of_stories_get_theirs_too(library, librarian):
    story = Story.objects.create(
        library=library,
        kind=StoryKind.IMPACT,
        theme=Theme.ECONOMY,
        happened_on=date(2024, 9, 1),
        title="Keripik",
        text="Laku",
        created_by=librarian,
    )
    stored = store_photo(patterned())
    picture = StoryPhoto.objects.create(story=story, sha256=stored.sha256, **picture_fields(stored))
    forget(StoryPhoto)

    assert looking.look_at_photos() == 1
    assert said_of(picture) == look_fields(stored.look)


def test_a_lost_file_stops_nobody(activity, librarian, photo, monkeypatch):
    monkeypatch.setattr(looking, "_AT_ONCE", 1)
    lost = Photo.objects.create(activity=activity, sha256="ab" * 32, width=1, height=1)
    other = services.attach_photo(activity=activity, stored=store_photo(jpeg()), by=librarian)
    forget(Photo)

    assert looking.look_at_photos() == 2

    assert said_of(lost)["look"] is None
    assert None not in (said_of(photo)["look"], said_of(other)["look"])


def test_what_has_a_look_is_left_alone(photo, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert looking.look_at_photos() == 0


def test_the_night_ends_when_its_time_is_over(photo):
    forget(Photo)

    assert looking.look_at_photos(seconds=0) == 0


@pytest.mark.parametrize("way", ["at night", "by hand"])
def test_it_is_done_at_night_or_by_hand(photo, way, capsys):
    forget(Photo)

    if way == "at night":
        tasks.look_at_photos()
    else:
        call_command("look_at_photos")
        assert capsys.readouterr().out == "1 foto dilihat.\n"

    assert not Photo.objects.filter(look__isnull=True).exists()


def test_a_picture_stored_before_there_were_looks_is_attached_without(activity, librarian):
    old = StoredPhoto("ab" * 32, 640, 480, "lama.jpg")

    photo = services.attach_photo(activity=activity, stored=old, by=librarian)

    assert photo.look is None
