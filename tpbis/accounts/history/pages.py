"""The audit page by page, found by the number of an event: nobody counts millions."""

from collections.abc import Iterator
from dataclasses import dataclass

from tpbis.accounts.history.rows import Row, rows_of
from tpbis.accounts.querysets import AuditEventQuerySet

PER_PAGE = 50
COUNTED = 1_000  # from then on it says "more than"
MOST_EXPORTED = 50_000
_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Page:
    """Events, newest first; ``older`` and ``newer`` are the numbers to go on from, or 0."""

    rows: tuple[Row, ...]
    older: int
    newer: int
    count: int  # at most COUNTED + 1

    @property
    def is_counted(self) -> bool:
        return self.count <= COUNTED


def page_of(events: AuditEventQuerySet, *, before: int = 0, after: int = 0) -> Page:
    """The newest events, those before a number, or those right after one."""
    if after:
        found = list(_read(events.filter(pk__gt=after).order_by("pk"), PER_PAGE + 1))
        more_newer, more_older = len(found) > PER_PAGE, True
        found = found[:PER_PAGE][::-1]
    else:
        found = list(_read(_earlier(events, before), PER_PAGE + 1))
        more_newer, more_older = bool(before), len(found) > PER_PAGE
        found = found[:PER_PAGE]
    return Page(
        rows=tuple(rows_of(found)),
        older=found[-1].pk if found and more_older else 0,
        newer=found[0].pk if found and more_newer else 0,
        count=events.order_by()[: COUNTED + 1].count(),
    )


def exported(events: AuditEventQuerySet) -> Iterator[Row]:
    """The newest ``MOST_EXPORTED``, read piece by piece."""
    before = 0
    for _piece in range(MOST_EXPORTED // _CHUNK):
        chunk = list(_read(_earlier(events, before), _CHUNK))
        yield from rows_of(chunk)
        if len(chunk) < _CHUNK:
            return
        before = chunk[-1].pk


def _earlier(events: AuditEventQuerySet, before: int) -> AuditEventQuerySet:
    return (events.filter(pk__lt=before) if before else events).order_by("-pk")


def _read(events: AuditEventQuerySet, most: int) -> AuditEventQuerySet:
    return events.select_related("by")[:most]
