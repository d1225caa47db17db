"""The only writers of scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.db import connection, transaction
from django.utils import timezone

from kpi import queries, scoring
from kpi.models import Score
from kpi.services import bulk
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods

_SCORE_KEY = ("library_id", "through")
_MADE_OF = ("rule_set_id", "months_due", *scoring.Inputs._fields)
_WRITTEN = (*_SCORE_KEY, *_MADE_OF, "points", "colour", "scored_at")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much a run looked at and how much of it was new."""

    libraries: int = 0
    changed: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.libraries + other.libraries, self.changed + other.changed)


def rescore(libraries: LibraryQuerySet, through: date, *, as_of: datetime | None = None) -> Outcome:
    """Score ``libraries`` from 1 January to the end of ``through``; write those that differ, and
    take away those of libraries that took no part on its last day. A regency at a time, each in a
    transaction of its own."""
    as_of = as_of or timezone.now()
    outcome = Outcome()
    regencies = libraries.order_by("regency").values_list("regency", flat=True).distinct()
    for regency in list(regencies):
        with transaction.atomic():
            take_turn(regency)
            outcome += score_spans(
                queries.portions(libraries.filter(regency=regency)), [through], as_of=as_of
            )
    return outcome


@transaction.atomic
def rescore_regency(regency_id: int, months: Iterable[date], *, as_of: datetime) -> Outcome:
    """The same for all that are counted under a regency, and any number of spans."""
    take_turn(regency_id)
    return score_spans(queries.portions_under(regency_id), months, as_of=as_of)


@transaction.atomic
def rescore_library(
    library: Library, *, since: date | None = None, as_of: datetime | None = None
) -> Outcome:
    """Score the spans of one library that ``since`` (a month) reaches into: those of its year from
    that month on. Without it all that are stored: a partnership, or months without the library,
    may reach back over years."""
    take_turn(library.regency_id)
    return score_library(library, since=since, as_of=as_of)


def score_library(
    library: Library, *, since: date | None = None, as_of: datetime | None = None
) -> Outcome:
    """The same for those whose turn it is."""
    as_of = as_of or timezone.now()
    only = queries.portions(Library.objects.filter(pk=library.pk))
    spans = _reached_from(since, as_of) if since else _stored_spans(library)
    return score_spans(only, spans, as_of=as_of)


def score_spans(
    portions: Iterable[Sequence[queries.Registered]], months: Iterable[date], *, as_of: datetime
) -> Outcome:
    """Score the spans that end with each of ``months``; for those whose turn it is."""
    spans = queries.spans_through(months, as_of)
    return sum((score_portion(portion, spans, as_of=as_of) for portion in portions), Outcome())


def score_portion(
    libraries: Sequence[queries.Registered], spans: Sequence[queries.Span], *, as_of: datetime
) -> Outcome:
    """The same for libraries that were read already, few enough to be held at once."""
    stored = queries.stored_made_of(libraries, spans)
    seen, changed = 0, []
    for library, span, scorer, months, inputs in queries.made_of(libraries, spans):
        seen += 1
        made_of = (scorer.rule_set.id, months, *inputs)
        if stored.pop((library, span.through), None) != made_of:
            result = scoring.score(inputs, scorer.rules, months)
            changed.append((library, span.through, *made_of, result.points, result.colour, as_of))
    bulk.upsert(Score, _WRITTEN, changed, unique=_SCORE_KEY)
    _take_away(stored)
    return Outcome(libraries=seen, changed=len(changed) + len(stored))


def _take_away(scores: dict[tuple[int, date], tuple[int, ...]]) -> None:
    """Of libraries that took no part on the last day of the span."""
    spans = {through for _library, through in scores}
    for span in spans:
        of_span = [library for library, through in scores if through == span]
        Score.objects.filter(through=span, library__in=of_span).delete()


def _reached_from(month: date, as_of: datetime) -> list[date]:
    now = periods.first_of_month(timezone.localdate(as_of))
    return list(periods.months_from_to(month, min(date(month.year, 12, 1), now)))


def _stored_spans(library: Library) -> list[date]:
    stored = Score.objects.filter(library=library).order_by("through")
    return list(stored.values_list("through", flat=True))


def take_turn(regency_id: int) -> None:
    """One writer of scores a regency: a slow run must not put back what a newer one has written."""
    with connection.cursor() as cursor:
        cursor.execute(_turn(connection.vendor), [regency_id])


@lru_cache(maxsize=4)
def _turn(_vendor: str) -> str:
    """Composed once, as it is asked for each regency of a run."""
    regency = Region.objects.filter(pk=0).order_by().values_list("pk")
    sql, _params = regency.select_for_update(of=("self",), no_key=True).query.sql_with_params()
    return sql
