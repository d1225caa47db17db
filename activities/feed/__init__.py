"""The SIM feed, read row by row."""

from activities.feed.rows import (
    BadShape,
    EntrySaid,
    Reading,
    ScoreSaid,
    VisitsSaid,
    Where,
    read_row,
    row_key,
    spelling_of,
    where_of,
)

__all__ = [
    "BadShape",
    "EntrySaid",
    "Reading",
    "ScoreSaid",
    "VisitsSaid",
    "Where",
    "read_row",
    "row_key",
    "spelling_of",
    "where_of",
]
