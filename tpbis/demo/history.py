"""What was on each closing day, and in the nights of the last week.

The published months were published with all their reports, so they are closed with them. For the
others a look back: what was approved only later is left out of the tallies, the month is closed (or
the night's colours are noted) by the services, and the tallies are put back. So what came in late
shows as what has changed since.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.utils import timezone

from activities.models import MonthlyReport
from kpi import queries
from kpi import services as kpi_services
from kpi.models import MonthlyTally
from kpi.services.daily import note_colours
from libraries.models import Library
from tpbis.core import periods
from tpbis.demo.published import TO_MARCH_2025, YEAR_2023

_NIGHTS = 8  # up to today's: the oldest is a week ago
_HOUR = timedelta(minutes=20)  # past midnight, when the night's run begins

Progress = Callable[[int, int], None]


def tell(now: datetime, progress: Progress) -> None:
    """After everything was counted and scored."""
    months = list(periods.months_from_to(YEAR_2023.first, queries.last_month_due(now)))
    nights = list(_nights(now))
    for done, month in enumerate(months, start=1):
        _close(month)
        progress(done, len(months) + 1)
    for night in nights:
        _note(night)
    for month in {periods.first_of_month(timezone.localdate(night)) for night in nights}:
        kpi_services.rescore(Library.objects.all(), month, as_of=now)
    progress(len(months) + 1, len(months) + 1)


def _close(month: date) -> None:
    at = periods.closing(month)
    if month <= TO_MARCH_2025.last:
        kpi_services.close(month, at=at, is_counted=True, begins_earlier=True)
        return
    with _as_known(at, periods.january(month), month):
        kpi_services.close(month, at=at, is_counted=True, begins_earlier=True)


def _nights(now: datetime) -> Iterator[datetime]:
    for days in reversed(range(_NIGHTS)):
        night = periods.midnight(now.date() - timedelta(days=days)) + _HOUR
        if night <= now:
            yield night


def _note(night: datetime) -> None:
    month = periods.first_of_month(timezone.localdate(night))
    with _as_known(night, periods.january(month), month):
        kpi_services.rescore(Library.objects.all(), month, as_of=night)
        for area in kpi_services.counting_areas():
            note_colours(area, as_of=night)


@contextmanager
def _as_known(at: datetime, first: date, last: date) -> Iterator[None]:
    """The tallies of ``first`` to ``last`` without what was approved only after ``at``."""
    span = MonthlyReport.objects.approved().filter(month__range=(first, last))
    late = set(span.filter(decided_at__gte=at).values_list("library", "month"))
    now = list(
        MonthlyTally.objects.filter(
            library__in={library for library, _month in late}, month__range=(first, last)
        )
    )
    touched = [tally for tally in now if (tally.library_id, tally.month) in late]
    _write(_without_late(touched, at))
    yield
    _write(touched)


def _without_late(tallies: list[MonthlyTally], at: datetime) -> list[MonthlyTally]:
    known = MonthlyReport.objects.filter(
        library__in={tally.library_id for tally in tallies},
        month__in={tally.month for tally in tallies},
    ).exclude(decided_at__gte=at)
    then = {(tally.library_id, tally.month): tally for tally in queries.tallies_from_reports(known)}
    return [
        then.get(
            (tally.library_id, tally.month),
            MonthlyTally(library_id=tally.library_id, month=tally.month),
        )
        for tally in tallies
    ]


def _write(tallies: Iterable[MonthlyTally]) -> None:
    MonthlyTally.objects.bulk_create(
        [_copy(tally) for tally in tallies],
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["library", "month"],
        update_fields=[*queries.COUNTED_FIELDS, "counted_at"],
    )


def _copy(tally: MonthlyTally) -> MonthlyTally:
    """Without its key, so that it is the library and the month that decide."""
    fields = ("library_id", "month", "counted_at", *queries.COUNTED_FIELDS)
    return MonthlyTally(**{name: getattr(tally, name) for name in fields})
