"""One regency compared and scored: the piece that a run over everything is made of."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from kpi import queries
from kpi.services.counting import count_months
from kpi.services.rescoring import Outcome, score_portion, take_turn
from libraries.models import Region
from libraries.querysets import LibraryQuerySet


@transaction.atomic
def run_area(
    area: Region,
    spans: Iterable[date],
    *,
    as_of: datetime,
    libraries: LibraryQuerySet | None = None,
    is_thorough: bool = False,
) -> Outcome:
    """Count the stale months of the libraries counted under ``area`` (``libraries``: of those of
    them only) and score the spans, each named by its last month. What is stored of other spans that
    a stale month lies in is scored with them: once the month is counted, nothing tells any more
    that they were made without it. ``is_thorough``: with all that is stored of whichever span."""
    take_turn(area.pk)
    asked = queries.spans_through(spans, as_of)
    throughs = {span.through for span in asked}
    outcome = Outcome()
    for portion in (
        queries.portions_under(area.pk) if libraries is None else queries.portions(libraries)
    ):
        keys = [one.library for one in portion]
        stale = queries.stale_months_of(keys)
        count_months(stale)
        outcome += score_portion(portion, asked, as_of=as_of)
        others = (
            queries.stored_spans(keys, but=throughs)
            if is_thorough
            else queries.stored_spans_with(stale, but=throughs)
        )
        outcome += _score_others(portion, others, as_of) if others else Outcome()
    return outcome


def _score_others(
    portion: Sequence[queries.Registered], stored: Iterable[queries.Month], as_of: datetime
) -> Outcome:
    """Those that are stored and no more, the libraries with the same spans together. Only what
    changed is told: nobody asked for these spans."""
    spans_of: dict[int, set[date]] = defaultdict(set)
    for library, through in stored:
        spans_of[library].add(through)
    alike: dict[tuple[date, ...], list[queries.Registered]] = defaultdict(list)
    for one in portion:
        alike[tuple(sorted(spans_of[one.library]))].append(one)
    return Outcome(
        changed=sum(
            score_portion(libraries, queries.spans_through(months, as_of), as_of=as_of).changed
            for months, libraries in alike.items()
            if months
        )
    )
