"""What a score is made of, and which stored ones are not made of it any more."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities.querysets import StoryQuerySet
from kpi import scoring
from kpi.models import Score
from kpi.queries.portions import portions
from kpi.queries.spans import months_due, spans_through
from kpi.queries.standings import made_of
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods


def computed_scores(
    libraries: LibraryQuerySet, through: date, *, as_of: datetime | None = None
) -> Iterator[Score]:
    """Unsaved scores of ``libraries`` from their tallies, 1 January to the end of ``through``.

    Libraries that took no part on its last day are left out. Reads libraries x months, no
    activities.
    """
    as_of = as_of or timezone.now()
    spans = spans_through([through], as_of)
    for portion in portions(libraries):
        for library, _span, scorer, months, inputs in made_of(portion, spans):
            result = scoring.score(inputs, scorer.rules, months)
            yield Score(
                library_id=library,
                through=through,
                rule_set=scorer.rule_set,
                months_due=months,
                **inputs._asdict(),
                points=result.points,
                colour=result.colour,
                scored_at=as_of,
            )


def scores_through(libraries: LibraryQuerySet, through: date) -> dict[int, Score]:
    """Scores by library: the stored ones, and for a span that is not stored computed ones."""
    partners = libraries.partners_on(periods.last_day(through))
    stored = {
        score.library_id: score
        for score in Score.objects.filter(through=through, library__in=partners.values("pk"))
    }
    missing = partners.exclude(
        Exists(Score.objects.filter(library=OuterRef("pk"), through=through))
    )
    for score in computed_scores(missing, through) if missing.exists() else ():
        stored[score.library_id] = score
    return stored


def misjudged(libraries: LibraryQuerySet, through: date, *, as_of: datetime) -> set[int]:
    """Those whose stored score of the span disagrees with the register: it is there although they
    took no part on the last day, or is lacking, or counts months in which they were away."""
    first, last = periods.january(through), periods.last_day(through)
    partners = libraries.partners_on(last).order_by()
    stored = Score.objects.filter(through=through, library__in=libraries.order_by().values("pk"))
    wrongly_there = stored.exclude(library__in=partners.values("pk"))
    scored = Score.objects.filter(library=OuterRef("pk"), through=through)
    found = set(wrongly_there.values_list("library", flat=True))
    found.update(partners.exclude(Exists(scored)).values_list("pk", flat=True))
    away = libraries.away_between(first, last)
    counted = stored.filter(library__in=away).values_list(
        "library", "months_due", "library__joined_on"
    )
    for library, months, joined_on in counted:
        if months != months_due(joined_on, through, as_of, away[library]):
            found.add(library)
    return found


def scored_otherwise(stories: StoryQuerySet, *, as_of: datetime) -> set[int]:
    """The libraries of ``stories`` whose score of the year a story tells of is made of other signs
    than there are: a message was lost. All spans of a library are written together, so that the
    last one stored speaks for its year."""
    years: dict[date, set[int]] = defaultdict(set)
    for library, day in stories.order_by().values_list("library", "happened_on"):
        years[periods.january(day)].add(library)
    found: set[int] = set()
    for january, told in years.items():
        year_end = date(january.year, 12, 1)
        stored = Score.objects.filter(library__in=told, through__range=(january, year_end))
        latest = stored.order_by("-through").values_list("through", flat=True).first()
        if latest is None:
            continue
        signs = dict(stored.filter(through=latest).values_list("library", "sustainability"))
        found.update(
            score.library_id
            for score in computed_scores(
                Library.objects.filter(pk__in=list(signs)), latest, as_of=as_of
            )
            if signs[score.library_id] != score.sustainability
        )
    return found
