"""A library writes its story and puts pictures to it, until it sends it in."""

import uuid as uuids
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions
from activities.models import Story, StoryPhoto
from activities.photos import StoredPhoto, picture_fields
from activities.queries import stories as queries
from activities.services.stories.refusals import (
    AlreadyWritten,
    StoryChangedMeanwhile,
    TooManyPhotos,
)
from activities.services.stories.steps import lock_editable, touch
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User

CONTENT = (
    "kind",
    "theme",
    "happened_on",
    "title",
    "text",
    "testimony",
    "speaker",
    "has_people",
)


@transaction.atomic
def write(
    *, library: Library, content: Mapping[str, Any], by: User, uuid: uuids.UUID | None = None
) -> Story:
    """A new draft. ``content`` maps the fields of ``CONTENT`` to cleaned values.

    Sent twice under the same ``uuid`` it is stored once. Raises ``AlreadyWritten``,
    ``ValidationError``.
    """
    if not permissions.can_tell(by, library):
        raise PermissionDenied
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    twin = Story.objects.filter(uuid=uuid).first() if uuid else None
    if twin is not None:
        if twin.library_id != library.pk or audit.values(twin, content) != dict(content):
            raise AlreadyWritten
        return twin
    story = Story(library=library, created_by=by, uuid=uuid or uuids.uuid4(), **content)
    _check_and_save(story)
    said = {name: value for name, value in content.items() if value != ""}
    audit.record(
        "activities.write_story",
        by=by,
        subject=story,
        about=library,
        changes=audit.difference({}, said),
    )
    return story


@transaction.atomic
def change(*, story: Story, content: Mapping[str, Any], by: User, seen: int | None = None) -> Story:
    """Replace what the story says. ``seen`` is the version that was on the screen: another one
    there now raises ``StoryChangedMeanwhile``. Raises ``StoryLocked``, ``ValidationError``."""
    story = lock_editable(story, by)
    if seen is not None and seen != story.version:
        raise StoryChangedMeanwhile(story)
    before = audit.values(story, content)
    for name, value in content.items():
        setattr(story, name, value)
    story.version += 1
    _check_and_save(story)
    changes = audit.difference(before, audit.values(story, content))
    audit.record(
        "activities.change_story", by=by, subject=story, about=story.library, changes=changes
    )
    return story


@transaction.atomic
def add_photos(*, story: Story, photos: Iterable[StoredPhoto], by: User) -> int:
    """Pictures that have been through the photo pipeline; how many of them were not there yet.
    All of them or, with ``TooManyPhotos``, none."""
    story = lock_editable(story, by)
    had = story.photos.count()
    for stored in photos:
        StoryPhoto.objects.get_or_create(
            story=story, sha256=stored.sha256, defaults=picture_fields(stored)
        )
    has = story.photos.count()
    if has > queries.MAX_PHOTOS:
        raise TooManyPhotos
    if has > had:
        touch(story)
        audit.record(
            "activities.add_story_photos",
            by=by,
            subject=story,
            about=story.library,
            changes={"photos": [had, has]},
        )
    return has - had


@transaction.atomic
def remove_photo(*, photo: StoryPhoto, by: User) -> None:
    """Take a picture off a story; its file may serve others and stays."""
    story = lock_editable(photo.story, by)
    audit.record(
        "activities.remove_story_photo",
        by=by,
        subject=story,
        about=story.library,
        changes={"sha256": [photo.sha256, None]},
    )
    photo.delete()
    touch(story)


def _check_and_save(story: Story) -> None:
    if story.happened_on > timezone.localdate():
        raise ValidationError(
            {"happened_on": _("Tanggal ini belum tiba. Ceritakan yang sudah terjadi.")}
        )
    story.full_clean(exclude=["library", "created_by", "submitted_by", "decided_by"])
    touch(story)
