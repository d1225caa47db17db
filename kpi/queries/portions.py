"""Libraries some at a time: memory does not grow with the country."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection

from kpi.queries.statements import Statement
from libraries.models import Library
from libraries.querysets import LibraryQuerySet

PORTION = 500


class Registered(NamedTuple):
    """What the register says of a library."""

    library: int
    kind: str
    joined_on: date


def portions(libraries: LibraryQuerySet) -> Iterator[list[Registered]]:
    """All of ``libraries``."""
    rows = libraries.order_by("pk").values_list("pk", "kind", "joined_on")
    return _cut([Registered(*row) for row in rows])


def portions_under(regency: int) -> Iterator[list[Registered]]:
    """All that are counted under a regency, by its key."""
    rows = _register(connection.vendor).of_those("regency_id", [regency])
    return _cut([Registered(library, kind, joined_on) for library, kind, joined_on, _area in rows])


@lru_cache(maxsize=4)
def _register(_vendor: str) -> Statement:
    return Statement.of(Library.objects.values_list("pk", "kind", "joined_on", "regency_id"))


def _cut(found: list[Registered]) -> Iterator[list[Registered]]:
    for start in range(0, len(found), PORTION):
        yield found[start : start + PORTION]
