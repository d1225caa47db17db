"""Photos as they come from phones: developed in a process of their own, kept by their hash, found
again where they were used before."""

from activities.photos.keeping import (
    StoredPhoto,
    in_content,
    kept_before,
    picture_fields,
    store_photo,
)

__all__ = ["StoredPhoto", "in_content", "kept_before", "picture_fields", "store_photo"]
