"""The approved reports that figures were counted from, as one fingerprint to hold against later."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from activities import seals
from kpi.models import MonthlyTally
from libraries.querysets import LibraryQuerySet
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many sealed reports (portal and SIM) the figures of a period were counted from, and the
    SHA-256 over their seals in order: other content in any of them gives another fingerprint."""

    reports: int = 0
    fingerprint: str = ""  # blank where there is no report


def sealed(libraries: LibraryQuerySet, period: Period) -> Sealed:
    """As the tallies remember them: of the very content that :func:`totals` adds up."""
    counted = _counted(libraries, period)
    found = [seal for row in counted.values_list("seals", flat=True) for seal in row.split()]
    return _of(found)


def sealed_by(libraries: LibraryQuerySet, period: Period) -> dict[int, Sealed]:
    """:func:`sealed` of each regency."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = _counted(libraries, period).values_list("library__regency", "seals")
    for regency, row in rows.iterator():
        found[regency] += row.split()
    return {regency: _of(those) for regency, those in found.items()}


def _counted(libraries: LibraryQuerySet, period: Period) -> QuerySet[MonthlyTally]:
    joined = libraries.joined_by(period.last_day).order_by()
    return MonthlyTally.objects.filter(
        library__in=joined.values("pk"), month__range=(period.start, period.end)
    ).exclude(seals="")


def _of(found: Sequence[str]) -> Sealed:
    return Sealed(len(found), seals.combined(found))
