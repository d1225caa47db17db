"""Forgets the months of regencies that were written about, and counts those that are missing.

One counts at a time: what it reads of a month, and the marks it sees, are of one moment. A mark
that comes later stays, and so does the doubt about what was counted without its write.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from libraries.enums import Level
from libraries.models import Library, Region
from reports import figures
from reports.figures import held_up, kept
from reports.figures.counts import tallies_before_joining
from reports.models import AreaMonth, FiguresState, StaleArea
from tpbis.core import periods
from tpbis.core.periods import Period

logger = logging.getLogger(__name__)

# SQLite lets whoever writes again at once go first; who waits only asks every tenth of a second:
# after so many seconds of writing, a pause in which the others get in.
_WRITING, _PAUSE = 0.5, 0.2


def refresh() -> int:
    """Make every month of every regency fresh; how many were counted. Somebody else who is at it
    is left in peace: what remains is found a minute later."""
    try:
        forget_stale()
        return count_missing()
    except OperationalError:
        logger.warning("The figures of regencies are being counted elsewhere.", exc_info=True)
        return 0


def all_months() -> list[date]:
    """Those that somebody may ask for: from the programme's first to the running one."""
    first = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    # A span is compared with the year before.
    return list(periods.months_from_to(periods.add_months(first, -12), periods.this_month()))


def areas() -> list[int]:
    """What libraries are counted under."""
    regions = Region.objects.filter(level__lte=Level.REGENCY)
    return list(regions.order_by("code").values_list("pk", flat=True))


# --- What is stale, and what is missing -----------------------------------------------------------


def forget_stale() -> None:
    """Every month that a mark speaks of goes with the mark, and so does what days have overtaken:
    from now on they are missing."""
    with _alone():
        marks = StaleArea.objects.filter(region=OuterRef("region"))
        since = Q(since__isnull=True) | Q(since__lte=OuterRef("month"))
        gone, _by_model = AreaMonth.objects.filter(Exists(marks.filter(since))).delete()
        written, _by_model = StaleArea.objects.all().delete()
        today = timezone.localdate()
        for month, counted_on in set(AreaMonth.objects.values_list("month", "counted_on")):
            if not kept.is_of_today(month, counted_on, today):
                AreaMonth.objects.filter(month=month, counted_on=counted_on).delete()
        if gone or written:
            FiguresState.objects.all().delete()


def forget_all() -> None:
    with _alone():
        AreaMonth.objects.all().delete()
        StaleArea.objects.all().delete()
        FiguresState.objects.all().delete()


def count_missing() -> int:
    """Month by month: nobody else waits long for the database."""
    there = defaultdict(set)
    for month, area in AreaMonth.objects.values_list("month", "region"):
        there[month].add(area)
    everything, done, since = areas(), 0, time.monotonic()
    for month in reversed(all_months()):
        lacking = [area for area in everything if area not in there[month]]
        if lacking:
            with _alone():
                done += len(keep(count(lacking, month)))
            since = _let_others_in(since)
    with _alone():
        if not FiguresState.objects.exists():
            FiguresState.objects.create()
    return done


def _let_others_in(since: float) -> float:
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return since
    if time.monotonic() - since < _WRITING:
        return since
    time.sleep(_PAUSE)
    return time.monotonic()


def keep(rows: Collection[AreaMonth]) -> Collection[AreaMonth]:
    fields = [field.name for field in AreaMonth._meta.concrete_fields if not field.primary_key]
    unique = ["region", "month"]
    AreaMonth.objects.bulk_create(
        rows,
        batch_size=200,
        update_conflicts=True,
        unique_fields=unique,
        update_fields=[name for name in fields if name not in unique],
    )
    return rows


@contextmanager
def _alone() -> Iterator[None]:
    """One moment of the database, in which nobody else counts. The lock comes before anything is
    read: waiting for it must not leave us with what was true before."""
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(durable=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                if is_outermost:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                cursor.execute("LOCK TABLE reports_areamonth IN SHARE ROW EXCLUSIVE MODE")
        yield


# --- Counting -------------------------------------------------------------------------------------


def count(area_ids: Collection[int], month: date) -> list[AreaMonth]:
    """``month`` of each area as ``reports.figures`` counts it from the libraries; unsaved."""
    libraries = Library.objects.filter(regency__in=area_ids)
    span = Period(month, month)
    found = figures.colours(libraries, month)
    coloured = figures.colour_counts_by(libraries, month, found)
    totals = figures.totals_by(libraries, span, "regency")
    partnerships = Counter(figures.partnerships_by(libraries, span.last_day, "regency"))
    regional = figures.regional_partnerships(span.last_day, depth=2)
    codes = Region.objects.filter(pk__in=area_ids).values_list("pk", "code")
    partnerships.update({area: regional[code] for area, code in codes})
    # Whether its batas kirim has passed is for whoever reads to ask.
    completeness = figures.completeness_by(
        libraries, span, "regency", as_of=periods.deadline(month)
    )
    closed = figures.closed_by(libraries, month, found=found)
    registered = Counter(libraries.order_by().values_list("regency", flat=True))
    awaiting = held_up.awaited_by(libraries, month)
    lacking = held_up.lacking_counts_by(libraries, month, found)
    early = tallies_before_joining(libraries, month)
    nothing = (figures.Totals(), figures.Completeness(), figures.ColourCounts())
    today = timezone.localdate()
    return [
        AreaMonth(
            region_id=area,
            month=month,
            **asdict(totals.get(area, nothing[0])),
            **asdict(completeness.get(area, nothing[1])),
            **asdict(coloured.get(area, nothing[2])),
            partnerships=partnerships.get(area, 0),
            libraries=registered[area],
            awaiting=awaiting.get(area, 0),
            lacking=lacking.get(area, {}),
            early=early.get(area, []),
            **kept.of_closed(closed.get(area)),
            counted_on=today,
        )
        for area in area_ids
    ]


# --- Looking after itself -------------------------------------------------------------------------

COMPARED = [
    field.name
    for field in AreaMonth._meta.concrete_fields
    if field.name not in ("id", "region", "month", "counted_on", "counted_at")
]


def differences() -> Iterator[tuple[AreaMonth, dict[str, tuple[Any, Any]]]]:
    """Each fresh row that says something else than a count from the libraries does: by field, what
    is kept and what was counted."""
    months = AreaMonth.objects.order_by("-month").values_list("month", flat=True).distinct()
    for month in list(months):
        with _alone():
            yield from _differing(kept.fresh().filter(month=month), month)


def _differing(
    rows: Iterable[AreaMonth], month: date
) -> list[tuple[AreaMonth, dict[str, tuple[Any, Any]]]]:
    today = timezone.localdate()
    known = {row.region_id: row for row in rows if kept.is_of_today(month, row.counted_on, today)}
    found = []
    for counted in count(list(known), month) if known else ():
        row = known[counted.region_id]
        other = {
            name: (getattr(row, name), getattr(counted, name))
            for name in COMPARED
            if getattr(row, name) != getattr(counted, name)
        }
        if other:
            found.append((row, other))
    return found
