"""Feeds of the SIM: read from files, taken in by a worker."""

from activities.imports.files import (
    MAX_BYTES,
    BadFeed,
    Feed,
    FeedFile,
    read_content,
    read_feed,
    read_rows,
)

__all__ = ["MAX_BYTES", "BadFeed", "Feed", "FeedFile", "read_content", "read_feed", "read_rows"]
