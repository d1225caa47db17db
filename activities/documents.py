"""Moved to :mod:`activities.photos`."""

from activities.photos import StoredPhoto, store_photo

__all__ = ["StoredPhoto", "store_photo"]
