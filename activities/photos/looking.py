"""What pictures from before there were looks look like: derived from their files, nothing else."""

import time
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet

from activities.models import Photo, StoryPhoto, photo_file_name
from activities.photos.keeping import look_fields
from libraries.files import developers

_AT_ONCE = 200


def look_at_photos(*, seconds: float = 600.0) -> int:
    """Give the rows that lack it their look, for ``seconds`` at most; how many got it.

    What cannot be looked at (its file is gone or broken) stays as it is and is tried again another
    night: :mod:`activities.photos.checking` tells of it.
    """
    end = time.monotonic() + seconds
    return _look_at(Photo.objects.all(), end) + _look_at(StoryPhoto.objects.all(), end)


def _look_at(pictures: QuerySet[Any], end: float) -> int:
    blank = pictures.filter(look__isnull=True).order_by("pk")
    done = last = 0
    while time.monotonic() < end and (batch := list(blank.filter(pk__gt=last)[:_AT_ONCE])):
        last = batch[-1].pk
        looks = {sha256: _look(sha256) for sha256 in {picture.sha256 for picture in batch}}
        seen = [picture for picture in batch if looks[picture.sha256] is not None]
        for picture in seen:
            for name, value in look_fields(looks[picture.sha256]).items():
                setattr(picture, name, value)
        done += pictures.bulk_update(seen, list(look_fields(None)))
    return done


def _look(sha256: str) -> int | None:
    try:
        with default_storage.open(photo_file_name(sha256, "240")) as file:
            return developers.ours().look_of(file.read())
    except (FileNotFoundError, developers.NotDeveloped):
        return None
