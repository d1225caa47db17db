"""Colours of several months at once."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from kpi import scoring
from kpi.queries.portions import portions
from kpi.queries.spans import spans_through
from kpi.queries.standings import made_of
from libraries.querysets import LibraryQuerySet


def computed_colours(
    libraries: LibraryQuerySet, months: Sequence[date], *, as_of: datetime | None = None
) -> dict[date, dict[int, str]]:
    """What :func:`computed_scores` says for each of ``months``, colours only: one pass over the
    tallies of all their years instead of one a month."""
    spans = spans_through(months, as_of or timezone.now())
    found: dict[date, dict[int, str]] = {month: {} for month in months}
    for portion in portions(libraries):
        for library, span, scorer, due, inputs in made_of(portion, spans):
            found[span.through][library] = scoring.score(inputs, scorer.rules, due).colour
    return found
