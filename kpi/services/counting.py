"""The only writers of tallies, and what one approval sets off."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef

from activities.enums import Source
from activities.models import MonthlyReport
from activities.querysets import MonthlyReportQuerySet
from kpi import queries
from kpi.models import MonthlyTally, Score
from kpi.services import bulk
from kpi.services.rescoring import Outcome, score_library, take_turn
from libraries.models import Library, Region

_TALLY_KEY = ("library_id", "month")
_WRITTEN = (*_TALLY_KEY, *queries.COUNTED_FIELDS, "counted_at")
_PORTION = 2_000  # months counted together


@transaction.atomic
def count(reports: MonthlyReportQuerySet) -> int:
    """Count anew the months of ``reports``; returns how many tallies were written."""
    return count_months(set(reports.order_by().values_list("library_id", "month")))


def count_months(months: Collection[queries.Month]) -> int:
    """The same for months that are known, in the caller's transaction; a portion at a time."""
    by_library = sorted(months)
    for start in range(0, len(by_library), _PORTION):
        _count(set(by_library[start : start + _PORTION]))
    return len(by_library)


def _count(months: set[queries.Month]) -> None:
    neighbours = MonthlyReport.objects.filter(
        library__in={library for library, _month in months},
        month__in={month for _library, month in months},
    )
    tallies = [
        tally
        for tally in queries.tallies_from_reports(neighbours)
        if (tally.library_id, tally.month) in months
    ]
    counted = {(tally.library_id, tally.month) for tally in tallies}
    # Months in which nothing is approved any more keep an empty row: it says that it was counted.
    tallies += [
        MonthlyTally(library_id=library, month=month) for library, month in months - counted
    ]
    rows = [[getattr(tally, name) for name in _WRITTEN] for tally in tallies]
    bulk.upsert(MonthlyTally, _WRITTEN, rows, unique=_TALLY_KEY)


@transaction.atomic
def count_and_rescore(*, library: Library, month: date) -> Outcome:
    """What one approval sets off: its month is counted, its library scored, in one transaction."""
    take_turn(library.regency_id)
    count_months({(library.pk, month)})
    return score_library(library, since=month)


@transaction.atomic
def forget(library: Library) -> None:
    """A library that becomes one with another: whatever was derived can be made anew."""
    MonthlyTally.objects.filter(library=library).delete()
    Score.objects.filter(library=library).delete()


def forget_what_both_tell(regency: Region) -> None:
    """Months of a regency that the SIM tells of, too, are counted anew by the next sweep."""
    told = MonthlyReport.objects.filter(
        source=Source.SIM, library=OuterRef("library"), month=OuterRef("month")
    )
    tallies = MonthlyTally.objects.filter(Exists(told), library__regency=regency)
    tallies.exclude(seals="").update(seals="")


@transaction.atomic
def recount(library: Library) -> Outcome:
    """Count the months of one library that differ from what was counted, as those it got from
    another differ, and score the years they lie in."""
    take_turn(library.regency_id)
    stale = queries.stale_months_of([library.pk])
    count_months(stale)
    years = {month.year: month for _library, month in sorted(stale, reverse=True)}
    scored = (score_library(library, since=month) for month in years.values())
    return sum(scored, Outcome()) + score_library(library)
