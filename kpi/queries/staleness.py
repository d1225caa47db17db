"""Stale is found by comparing seals: those a month was counted from with those that hold now."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db import connection

from activities.enums import Source
from activities.models import MonthlyReport
from activities.querysets import MonthlyReportQuerySet
from kpi.models import MonthlyTally, Score
from kpi.queries.portions import PORTION
from kpi.queries.statements import Statement, among

Month = tuple[int, date]  # of a library


def stale_months(reports: MonthlyReportQuerySet) -> set[Month]:
    """(library, month) of ``reports`` whose tally was counted from other seals than hold now."""
    asked = set(reports.order_by().values_list("library_id", "month"))
    libraries = sorted({library for library, _month in asked})
    found: set[Month] = set()
    for start in range(0, len(libraries), PORTION):
        found |= stale_months_of(libraries[start : start + PORTION])
    return found & asked


def stale_months_of(libraries: Collection[int]) -> set[Month]:
    """Those of all months that ``libraries`` (so few that they can be held at once) have reports
    of."""
    doubtful = _doubtful(libraries) if libraries else set()
    return _compared(doubtful) if doubtful else set()


def stored_spans(libraries: Collection[int], *, but: Collection[date]) -> set[Month]:
    """(library, last month) of all stored scores, of other spans than ``but``."""
    stored = Score.objects.filter(library__in=libraries).exclude(through__in=but)
    return set(stored.values_list("library", "through"))


def stored_spans_with(months: Collection[Month], *, but: Collection[date]) -> set[Month]:
    """(library, last month) of the stored scores that count one of ``months``, of other spans than
    ``but``."""
    if not months:
        return set()
    first: dict[tuple[int, int], date] = {}
    for library, month in months:
        year = library, month.year
        first[year] = min(month, first.get(year, month))
    return {
        (library, through)
        for library, through in stored_spans({library for library, _month in months}, but=but)
        if through >= first.get((library, through.year), date.max)
    }


# Only an approved report has a seal. A month of one report is fresh when its tally has that seal;
# of a month with more, one is supplementary or the SIM's, and all their seals are looked at.
_DOUBTFUL = """
    SELECT report.library_id, report.month
    FROM {report} report
    LEFT JOIN {tally} tally ON tally.library_id = report.library_id
        AND tally.month = report.month AND tally.library_id {among}
    WHERE report.library_id {among}
        AND (report.seal <> coalesce(tally.seals, '') OR report.number > 1 OR report.source <> %s)
"""


def _doubtful(libraries: Collection[int]) -> set[Month]:
    sql = _DOUBTFUL.format(
        report=connection.ops.quote_name(MonthlyReport._meta.db_table),
        tally=connection.ops.quote_name(MonthlyTally._meta.db_table),
        among=among(libraries),
    )
    return {(library, month) for library, month in Statement(sql, (Source.PORTAL,)).rows()}


def _compared(months: set[Month]) -> set[Month]:
    where = {
        "library__in": {library for library, _month in months},
        "month__in": {month for _library, month in months},
    }
    now: dict[Month, list[str]] = defaultdict(list)
    approved = MonthlyReport.objects.approved().filter(**where)
    for library, month, seal in approved.values_list("library_id", "month", "seal"):
        now[library, month].append(seal)
    tallies = MonthlyTally.objects.filter(**where)
    counted = {
        (library, month): seals
        for library, month, seals in tallies.values_list("library_id", "month", "seals")
    }
    return {
        month for month in months if counted.get(month, "") != " ".join(sorted(now.get(month, [])))
    }
