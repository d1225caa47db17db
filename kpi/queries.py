"""Questions about scores; what is stale is found here by comparison, never by a flag."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, cast

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.utils import timezone

from activities.enums import AdvocacyResult, Kind, Source
from activities.models import Activity, MonthlyReport, Story
from activities.querysets import MonthlyReportQuerySet, StoryQuerySet
from kpi import scoring
from kpi.enums import RULE_GROUP_OF, Grey, RuleGroup
from kpi.models import MonthlyTally, RuleSet, Score
from libraries import participation
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from stakeholders.models import Partnership
from tpbis.core import periods

# A sign of sustainability in an advocacy entry: money or a regulation came of it, or it reached two
# or more audiences.
_SUSTAINABLE = Q(result__in=[AdvocacyResult.MONEY, AdvocacyResult.REGULATION]) | Q(
    audience_count__gte=2
)
_TALLIED = {
    "involvement": Count("pk", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants": Sum("participants_total", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_women": Sum("participants_women", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_men": Sum("participants_men", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_disabled": Sum("participants_disabled", filter=Q(kind=Kind.INVOLVEMENT)),
    "advocacy": Count("pk", filter=Q(kind=Kind.ADVOCACY)),
    "sustainability_signs": Count("pk", filter=Q(kind=Kind.ADVOCACY) & _SUSTAINABLE),
    "service": Count("pk", filter=Q(kind=Kind.SERVICE)),
    "publications": Count("pk", filter=Q(kind=Kind.PUBLICATION)),
}
COUNTED_FIELDS = (
    "seals",
    *_TALLIED,
    "visits_entered",
    "visits_men",
    "visits_women",
    "visits_total",
)


def tallies_from_reports(reports: MonthlyReportQuerySet) -> list[MonthlyTally]:
    """What approved ``reports`` add up to, one unsaved tally a library and month; entries left out
    at approval add nothing.

    Both sources add up; of two visit figures for one month the portal's own counts, not the sum.
    """
    found: dict[tuple[int, date], MonthlyTally] = {}
    seals: dict[tuple[int, date], list[str]] = defaultdict(list)
    approved = reports.approved()
    rows = approved.order_by("-source", "number").values_list(
        "library_id", "month", "source", "seal", "visits_men", "visits_women", "visits_total"
    )
    for library, month, source, seal, men, women, total in rows:
        key = (library, month)
        tally = found.setdefault(key, MonthlyTally(library_id=library, month=month))
        seals[key].append(seal)
        # Ordered so that SIM rows come first and the portal's figure replaces theirs.
        if total is not None and (source == Source.PORTAL or not tally.visits_entered):
            tally.visits_entered = 1
            tally.visits_men, tally.visits_women = men or 0, women or 0
            tally.visits_total = total
    for key, tally in found.items():
        tally.seals = " ".join(sorted(seals[key]))
    counts = (
        Activity.objects.counted()
        .filter(report__in=approved)
        .order_by()
        .values(library=F("report__library_id"), month=F("report__month"))
        .annotate(**_TALLIED)
    )
    for row in cast("Iterable[dict[str, Any]]", counts):
        tally = found[row["library"], row["month"]]
        for name in _TALLIED:
            setattr(tally, name, row[name] or 0)
    return list(found.values())


def stale_months(reports: MonthlyReportQuerySet) -> set[tuple[int, date]]:
    """(library, month) of ``reports`` whose tally was counted from other seals than hold now."""
    months = set(reports.values_list("library_id", "month"))
    if not months:
        return set()
    libraries = {library for library, _month in months}
    first, last = min(m for _, m in months), max(m for _, m in months)
    now: dict[tuple[int, date], list[str]] = defaultdict(list)
    sealed = MonthlyReport.objects.approved().filter(
        library__in=libraries, month__range=(first, last)
    )
    for library, month, seal in sealed.values_list("library_id", "month", "seal"):
        now[library, month].append(seal)
    counted = {
        (library, month): seals
        for library, month, seals in MonthlyTally.objects.filter(
            library__in=libraries, month__range=(first, last)
        ).values_list("library_id", "month", "seals")
    }
    return {key for key in months if counted.get(key, "") != " ".join(sorted(now.get(key, [])))}


# The columns of a tally in the order of scoring.Inputs.
_INPUT_COLUMNS = (
    "involvement",
    "participants",
    "advocacy",
    "service",
    "visits_entered",
    "publications",
    "sustainability_signs",
)


# --- What a score is made of ----------------------------------------------------------------------


def rule_sets_on(day: date) -> dict[RuleGroup, RuleSet]:
    """The version of each group that is valid on ``day``."""
    return _valid_on(day, RuleSet.objects.filter(valid_from__lte=day).order_by("valid_from"))


def _valid_on(day: date, by_age: Iterable[RuleSet]) -> dict[RuleGroup, RuleSet]:
    return {RuleGroup(rules.group): rules for rules in by_age if rules.valid_from <= day}


def months_due(
    joined_on: date, through: date, as_of: datetime, away: Sequence[participation.Span] = ()
) -> int:
    """Months of the span in which the library took part and whose closing day has passed at
    ``as_of``; at least 1."""
    span = periods.months_from_to(periods.january(through), through)
    closed = [month for month in span if periods.closing(month) <= as_of]
    return max(1, len(participation.months(closed, joined_on, away)))


class MonthsDue:
    """:func:`months_due` for many libraries of one span: one look-up each, as hardly any was
    ever away."""

    def __init__(self, through: date, as_of: datetime) -> None:
        self._through, self._as_of = through, as_of
        self._year = periods.january(through)
        self._due = {
            first.month: months_due(first, through, as_of)
            for first in periods.months_from_to(self._year, through)
        }

    def __call__(self, joined_on: date, away: Sequence[participation.Span] = ()) -> int:
        if away:
            return months_due(joined_on, self._through, self._as_of, away)
        first = 1 if joined_on < self._year else joined_on.month
        return self._due.get(first, 1)


def computed_scores(
    libraries: LibraryQuerySet, through: date, *, as_of: datetime | None = None
) -> Iterator[Score]:
    """Unsaved scores of ``libraries`` from their tallies, 1 January to the end of ``through``.

    Libraries that took no part on its last day are left out. Reads libraries x months, no
    activities.
    """
    as_of = as_of or timezone.now()
    first, last = periods.january(through), periods.last_day(through)
    rule_sets = rule_sets_on(last)
    due = MonthsDue(through, as_of)
    partners = libraries.partners_on(last).order_by()
    chosen = partners.values("pk")
    sums: dict[int, Any] = {
        row["library"]: row
        for row in MonthlyTally.objects.filter(library__in=chosen, month__range=(first, through))
        .order_by()
        .values("library")
        .annotate(**{f"sum_{name}": Sum(name) for name in _INPUT_COLUMNS})
    }
    partnerships = dict(
        Partnership.objects.in_force_between(first, last)
        .filter(library__in=chosen)
        .order_by()
        .values("library")
        .annotate(count=Count("pk"))
        .values_list("library", "count")
    )
    stories = dict(
        Story.objects.published()
        .filter(library__in=chosen, happened_on__range=(first, last))
        .order_by()
        .values("library")
        .annotate(count=Count("pk"))
        .values_list("library", "count")
    )
    away = libraries.away_between(first, last)
    nothing: Mapping[str, int] = defaultdict(int)
    for pk, kind, joined_on in partners.values_list("pk", "kind", "joined_on"):
        row = sums.get(pk, nothing)
        inputs = scoring.Inputs(
            involvement=row["sum_involvement"],
            participants=row["sum_participants"],
            advocacy=row["sum_advocacy"],
            service=row["sum_service"],
            visit_months=row["sum_visits_entered"],
            publications=row["sum_publications"],
            sustainability=(
                row["sum_sustainability_signs"] + partnerships.get(pk, 0) + stories.get(pk, 0)
            ),
        )
        rule_set = rule_sets[RULE_GROUP_OF[kind]]
        months = due(joined_on, away.get(pk, ()))
        result = scoring.score(inputs, rule_set.rules, months)
        yield Score(
            library_id=pk,
            through=through,
            rule_set=rule_set,
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


# --- Colours of several months at once ------------------------------------------------------------


def computed_colours(
    libraries: LibraryQuerySet, months: Sequence[date], *, as_of: datetime | None = None
) -> dict[date, dict[int, str]]:
    """What :func:`computed_scores` says for each of ``months`` (in order), colours only: one pass
    over the tallies of all their years instead of one a month."""
    as_of = as_of or timezone.now()
    by_age = list(RuleSet.objects.order_by("valid_from"))
    spans = [_Span.of(through, as_of, by_age) for through in months]
    tallies = _tallies_by_library(libraries, spans[0].first, months[-1])
    partnerships = _partnerships_by_library(libraries, spans[0].first, spans[-1].last)
    stories = _stories_by_library(libraries, spans[0].first, spans[-1].last)
    away = libraries.away_between(spans[0].first, spans[-1].last)
    found: dict[date, dict[int, str]] = {month: {} for month in months}
    for pk, kind, joined_on in libraries.order_by().values_list("pk", "kind", "joined_on"):
        mine = partnerships.get(pk, ())
        for span, sums in zip(spans, _running_sums(tallies.get(pk, ()), spans), strict=True):
            if not participation.on(span.last, joined_on, away.get(pk, ())):
                continue
            in_force = sum(
                1
                for starts_on, ends_on in mine
                if starts_on <= span.last and (ends_on is None or ends_on >= span.first)
            )
            told = sum(1 for day in stories.get(pk, ()) if span.first <= day <= span.last)
            inputs = scoring.Inputs(*sums)
            inputs = inputs._replace(sustainability=inputs.sustainability + in_force + told)
            rules = span.rules[RULE_GROUP_OF[kind]].rules
            due = span.due(joined_on, away.get(pk, ()))
            found[span.through][pk] = scoring.score(inputs, rules, due).colour
    return found


class _Span(NamedTuple):
    """1 January to the end of ``through``, and the rules that score it."""

    through: date
    first: date
    last: date
    rules: dict[RuleGroup, RuleSet]
    due: MonthsDue

    @classmethod
    def of(cls, through: date, as_of: datetime, by_age: Iterable[RuleSet]) -> "_Span":
        last = periods.last_day(through)
        return cls(
            through=through,
            first=periods.january(through),
            last=last,
            rules=_valid_on(last, by_age),
            due=MonthsDue(through, as_of),
        )


_Tally = tuple[Any, ...]  # month, then _INPUT_COLUMNS


def _tallies_by_library(
    libraries: LibraryQuerySet, first: date, last: date
) -> dict[int, list[_Tally]]:
    found: dict[int, list[_Tally]] = defaultdict(list)
    rows = (
        MonthlyTally.objects.filter(
            library__in=libraries.order_by().values("pk"), month__range=(first, last)
        )
        .order_by("month")
        .values_list("library", "month", *_INPUT_COLUMNS)
    )
    for library, *tally in rows:
        found[library].append(tuple(tally))
    return found


def _partnerships_by_library(
    libraries: LibraryQuerySet, first: date, last: date
) -> dict[int, list[tuple[date, date | None]]]:
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Partnership.objects.in_force_between(first, last).filter(
        library__in=libraries.order_by().values("pk")
    )
    for library, starts_on, ends_on in rows.order_by().values_list(
        "library", "starts_on", "ends_on"
    ):
        found[library].append((starts_on, ends_on))
    return found


def _stories_by_library(
    libraries: LibraryQuerySet, first: date, last: date
) -> dict[int, list[date]]:
    """When what the published stories tell of happened."""
    found: dict[int, list[date]] = defaultdict(list)
    rows = Story.objects.published().filter(
        library__in=libraries.order_by().values("pk"), happened_on__range=(first, last)
    )
    for library, day in rows.order_by().values_list("library", "happened_on"):
        found[library].append(day)
    return found


def _running_sums(tallies: Sequence[_Tally], spans: Sequence[_Span]) -> Iterator[list[int]]:
    """What ``tallies`` (by month) add up to in each span; it begins anew with each year."""
    coming = iter(tallies)
    tally = next(coming, None)
    sums, year = [0] * len(_INPUT_COLUMNS), 0
    for span in spans:
        if span.first.year != year:
            sums, year = [0] * len(_INPUT_COLUMNS), span.first.year
        while tally is not None and tally[0] <= span.through:
            if tally[0] >= span.first:
                sums = [total + more for total, more in zip(sums, tally[1:], strict=True)]
            tally = next(coming, None)
        yield sums


# --- Grey -----------------------------------------------------------------------------------------


def greys(libraries: LibraryQuerySet, through: date, *, on: date) -> dict[int, Grey]:
    """Why each of the grey ``libraries`` is grey, judged by account states on the day ``on``."""
    reported = set(
        MonthlyTally.objects.filter(
            library__in=libraries.order_by().values("pk"), month__lt=periods.january(through)
        )
        .exclude(seals="")
        .order_by()
        .values_list("library", flat=True)
        .distinct()
    )
    holders = set(libraries.order_by().holding_account_on(on).values_list("pk", flat=True))
    return {
        pk: _grey(reported_before=pk in reported, has_account=pk in holders)
        for pk in libraries.order_by().values_list("pk", flat=True)
    }


def _grey(*, reported_before: bool, has_account: bool) -> Grey:
    if reported_before:
        return Grey.STOPPED
    return Grey.NEVER if has_account else Grey.NO_ACCOUNT
