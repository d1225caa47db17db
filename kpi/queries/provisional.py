"""What submitted reports would add if they were approved as they stand."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from activities.enums import Source, State
from activities.models import MonthlyReport
from activities.querysets import MonthlyReportQuerySet
from kpi import scoring
from kpi.models import MonthlyTally
from kpi.queries.scores import computed_scores
from kpi.queries.tallies import INPUT_COLUMNS, tallied
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for review: how many reports, and what they would add to what counts."""

    reports: int
    adds: scoring.Inputs

    def with_it(self, inputs: scoring.Inputs) -> scoring.Inputs:
        # Not below nothing: a tally that is about to be counted anew may hold more than there is.
        return scoring.Inputs(
            *(max(0, one + more) for one, more in zip(inputs, self.adds, strict=True))
        )


def provisional(
    libraries: LibraryQuerySet, through: date, *, as_of: datetime
) -> dict[int, scoring.Result]:
    """What the scores from 1 January to the end of ``through`` would be if every submitted report
    of those months were approved as it stands; only libraries that have one."""
    waiting = waiting_reports(libraries, through)
    only = Library.objects.filter(pk__in=list(waiting))
    return {
        score.library_id: scoring.score(
            waiting[score.library_id].with_it(score.inputs),
            score.rule_set.rules,
            score.months_due,
        )
        for score in (computed_scores(only, through, as_of=as_of) if waiting else ())
    }


def waiting_reports(libraries: LibraryQuerySet, through: date) -> dict[int, Waiting]:
    """The submitted reports of the year up to ``through``, by library.

    Their months are counted as if they were approved; what they add is the difference to what is
    counted now. So a visits figure adds a month only where there was none.
    """
    submitted = MonthlyReport.objects.filter(
        library__in=libraries.order_by().values("pk"),
        source=Source.PORTAL,
        state=State.SUBMITTED,
        month__range=(periods.january(through), through),
    )
    reports: dict[int, int] = defaultdict(int)
    months: dict[int, set[date]] = defaultdict(set)
    for library, month in submitted.values_list("library_id", "month"):
        reports[library] += 1
        months[library].add(month)
    if not months:
        return {}
    sums = _by_which_they_grow(submitted, months)
    return {
        library: Waiting(reports[library], scoring.Inputs(*sums[library])) for library in reports
    }


def _by_which_they_grow(
    submitted: MonthlyReportQuerySet, months: Mapping[int, set[date]]
) -> dict[int, list[int]]:
    sums = {library: [0] * len(INPUT_COLUMNS) for library in months}
    where = {
        "library__in": submitted.order_by().values("library"),
        "month__in": set().union(*months.values()),
    }
    counting_or_waiting = MonthlyReport.objects.filter(
        Q(state=State.APPROVED) | Q(state=State.SUBMITTED, source=Source.PORTAL), **where
    )
    _add(sums, 1, tallied(counting_or_waiting), months)
    _add(sums, -1, MonthlyTally.objects.filter(**where), months)
    return sums


def _add(
    sums: dict[int, list[int]],
    sign: int,
    tallies: Iterable[MonthlyTally],
    months: Mapping[int, set[date]],
) -> None:
    for tally in tallies:
        if tally.month in months[tally.library_id]:
            of_library = sums[tally.library_id]
            for position, name in enumerate(INPUT_COLUMNS):
                of_library[position] += sign * getattr(tally, name)
