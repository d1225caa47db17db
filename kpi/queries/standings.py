"""What scores are made of, for many libraries and spans at once."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Value

from activities.models import Story
from kpi import scoring
from kpi.models import MonthlyTally, Score
from kpi.queries.portions import Registered
from kpi.queries.spans import Scorer, Span
from kpi.queries.statements import Statement
from kpi.queries.tallies import INPUT_COLUMNS
from libraries import participation
from libraries.models import Inactivity
from stakeholders.models import Partnership


class MadeOf(NamedTuple):
    """All that a score is made of."""

    library: int
    span: Span
    scorer: Scorer
    months_due: int
    inputs: scoring.Inputs


def made_of(libraries: Sequence[Registered], spans: Sequence[Span]) -> Iterator[MadeOf]:
    """What the scores of each span are made of: of the libraries that took part on its last day.
    Reads libraries x months of tallies, no activities."""
    if not libraries or not spans:
        return
    keys = [one.library for one in libraries]
    sums = _sums(keys, spans)
    away, signs = _days_of(keys, spans)
    nothing = scoring.Inputs()
    for library, kind, joined_on in libraries:
        absences, told = away.get(library, ()), signs.get(library, ())
        for place, span in enumerate(spans):
            # Asked hundreds of thousands of times: hardly any library was ever away.
            if joined_on > span.last or (
                absences and not participation.on(span.last, joined_on, absences)
            ):
                continue
            inputs = sums.get((library, place), nothing)
            if told:
                inputs = inputs._replace(sustainability=inputs.sustainability + _in(span, told))
            due = span.due(joined_on, absences)
            yield MadeOf(library, span, span.scorers[kind], due, inputs)


def stored_made_of(
    libraries: Sequence[Registered], spans: Sequence[Span]
) -> dict[tuple[int, date], tuple[int, ...]]:
    """What the stored scores are made of, by library and last month: see ``Score.made_of``."""
    if not libraries or not spans:
        return {}
    keys = [one.library for one in libraries]
    stored = _stored(connection.vendor, tuple(span.through for span in spans))
    return {
        (library, through): tuple(made_of)
        for library, through, *made_of in stored.of_those("library_id", keys)
    }


@lru_cache(maxsize=64)
def _stored(_vendor: str, months: tuple[date, ...]) -> Statement:
    return Statement.of(
        Score.objects.filter(through__in=months).values_list(
            "library_id", "through", "rule_set_id", "months_due", *scoring.Inputs._fields
        )
    )


@lru_cache(maxsize=64)
def _summing(_vendor: str, months: tuple[tuple[date, date], ...]) -> Statement:
    """Sums of the tallies by library and place of the span (first and last month): one statement
    however many spans there are."""
    tally = connection.ops.quote_name(MonthlyTally._meta.db_table)
    places = ", ".join(["(%s, %s, %s)"] * len(months))
    sums = ", ".join(f"sum(tally.{column})" for column in INPUT_COLUMNS)
    return Statement(
        f"""
        WITH span (place, first, through) AS (VALUES {places})
        SELECT tally.library_id, span.place, {sums}
        FROM span JOIN {tally} tally ON tally.month BETWEEN span.first AND span.through
        WHERE tally.month BETWEEN %s AND %s
        GROUP BY tally.library_id, span.place
        """,  # noqa: S608
        (
            *(part for place, span in enumerate(months) for part in (place, *span)),
            min(first for first, _through in months),
            max(through for _first, through in months),
        ),
    )


def _sums(keys: Sequence[int], spans: Sequence[Span]) -> dict[tuple[int, int], scoring.Inputs]:
    summing = _summing(connection.vendor, tuple((span.first, span.through) for span in spans))
    return {
        (library, place): scoring.Inputs(*sums)
        for library, place, *sums in summing.of_those("library_id", keys)
    }


_Days = tuple[date, date | None]
_AWAY, _SIGN = 0, 1


@lru_cache(maxsize=64)
def _telling(_vendor: str, first: date, last: date) -> Statement:
    """The days without a library; and those of each sign of sustainability that is not tallied: of
    a partnership those it is in force, of a published story the one it tells of."""
    touching = Inactivity.objects.touching(first, last)
    in_force = Partnership.objects.in_force_between(first, last)
    stories = Story.objects.published().filter(happened_on__range=(first, last))
    return Statement.of(
        touching.values_list("library_id", Value(_AWAY), "starts_on", "ends_on"),
        in_force.values_list("library_id", Value(_SIGN), "starts_on", "ends_on"),
        stories.annotate(until=F("happened_on")).values_list(
            "library_id", Value(_SIGN), "happened_on", "until"
        ),
    )


def _days_of(
    keys: Sequence[int], spans: Sequence[Span]
) -> tuple[dict[int, list[_Days]], dict[int, list[_Days]]]:
    """By library: the days without it, and those of its signs."""
    first, last = min(span.first for span in spans), max(span.last for span in spans)
    found: tuple[dict[int, list[_Days]], ...] = defaultdict(list), defaultdict(list)
    telling = _telling(connection.vendor, first, last)
    for library, which, begin, end in telling.of_those("library_id", keys):
        found[which][library].append((begin, end))
    return dict(found[_AWAY]), dict(found[_SIGN])


def _in(span: Span, days: Sequence[_Days]) -> int:
    """How many share a day with the span."""
    return sum(begin <= span.last and (end is None or end >= span.first) for begin, end in days)
