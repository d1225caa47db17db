"""The only writers of tallies and scores. Each may run twice, or two at once: same result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from activities.models import MonthlyReport, Story
from activities.querysets import MonthlyReportQuerySet
from kpi import queries, scoring
from kpi.models import MonthlyTally, Score
from libraries.enums import Level
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods

_TALLY_KEY = ["library", "month"]
_TALLY_CONTENT = [*queries.COUNTED_FIELDS, "counted_at"]
_SCORE_KEY = ["library", "through"]
_SCORE_CONTENT = [
    "rule_set",
    "months_due",
    *scoring.Inputs._fields,
    "points",
    "colour",
    "scored_at",
]
_BATCH = 2_000
_FEW = 50  # libraries, up to which they are looked at one by one
_RECENTLY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How much a run looked at and how much of it was new."""

    libraries: int = 0
    changed: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.libraries + other.libraries, self.changed + other.changed)


@transaction.atomic
def count(reports: MonthlyReportQuerySet) -> int:
    """Count anew the months of ``reports``; returns how many tallies were written."""
    months = set(reports.values_list("library_id", "month"))
    if not months:
        return 0
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
    MonthlyTally.objects.bulk_create(
        tallies,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=_TALLY_KEY,
        update_fields=_TALLY_CONTENT,
    )
    return len(tallies)


@transaction.atomic
def rescore(libraries: LibraryQuerySet, through: date, *, as_of: datetime | None = None) -> Outcome:
    """Score ``libraries`` from 1 January to the end of ``through``; write those that differ, and
    take away those of libraries that took no part on its last day."""
    as_of = as_of or timezone.now()
    stored = {
        score.library_id: score.made_of()
        for score in Score.objects.filter(
            through=through, library__in=libraries.order_by().values("pk")
        )
    }
    seen, changed = set(), []
    for score in queries.computed_scores(libraries, through, as_of=as_of):
        seen.add(score.library_id)
        if stored.get(score.library_id) != score.made_of():
            changed.append(score)
    Score.objects.bulk_create(
        changed,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=_SCORE_KEY,
        update_fields=_SCORE_CONTENT,
    )
    gone = stored.keys() - seen
    if gone:
        Score.objects.filter(through=through, library__in=gone).delete()
    return Outcome(libraries=len(seen), changed=len(changed) + len(gone))


@transaction.atomic
def rescore_library(
    library: Library, *, since: date | None = None, as_of: datetime | None = None
) -> Outcome:
    """Score the spans of one library that ``since`` (a month) reaches into: those of its year from
    that month on. Without it all that are stored: a partnership, or months without the library,
    may reach back over years."""
    _take_turn(library.regency_id)
    as_of = as_of or timezone.now()
    only = Library.objects.filter(pk=library.pk)
    spans = _reached_from(since, as_of) if since else _stored_spans(library)
    return sum((rescore(only, through, as_of=as_of) for through in spans), Outcome())


def _reached_from(month: date, as_of: datetime) -> list[date]:
    now = periods.first_of_month(timezone.localdate(as_of))
    return list(periods.months_from_to(month, min(date(month.year, 12, 1), now)))


def _stored_spans(library: Library) -> list[date]:
    stored = Score.objects.filter(library=library).order_by("through")
    return list(stored.values_list("through", flat=True))


@transaction.atomic
def count_and_rescore(*, library: Library, month: date) -> Outcome:
    """What one approval sets off: its month is counted, its library scored, in one transaction."""
    _take_turn(library.regency_id)
    count(MonthlyReport.objects.filter(library=library, month=month))
    return rescore_library(library, since=month)


@transaction.atomic
def forget(library: Library) -> None:
    """A library that becomes one with another: whatever was derived can be made anew."""
    MonthlyTally.objects.filter(library=library).delete()
    Score.objects.filter(library=library).delete()


@transaction.atomic
def recount(library: Library) -> Outcome:
    """Count the months of one library that differ from what was counted, as those it got from
    another differ, and score the years they lie in."""
    _take_turn(library.regency_id)
    reports = MonthlyReport.objects.filter(library=library)
    months = sorted(month for _library, month in queries.stale_months(reports))
    count(reports.filter(month__in=months))
    years = {month.year: month for month in reversed(months)}
    scored = (rescore_library(library, since=month) for month in years.values())
    return sum(scored, Outcome()) + rescore_library(library)


def sweep(*, at: datetime | None = None) -> Outcome:
    """Do what a lost message left undone: compare the reports and stories changed recently with
    what was counted, and the running span with the libraries there are."""
    at = at or timezone.now()
    recent = MonthlyReport.objects.filter(updated_at__gte=at - _RECENTLY)
    outcome = Outcome()
    for library_id, month in sorted(queries.stale_months(recent)):
        outcome += count_and_rescore(library=Library.objects.get(pk=library_id), month=month)
    stories = Story.objects.filter(decided_at__isnull=False, updated_at__gte=at - _RECENTLY)
    for library in Library.objects.filter(pk__in=queries.scored_otherwise(stories, as_of=at)):
        outcome += rescore_library(library, as_of=at)
    return outcome + _mend_running_span(at)


def _mend_running_span(at: datetime) -> Outcome:
    """Libraries that joined, left or came back: of a few all stored spans are looked at; of many,
    as after an import or on the first of a month, the night finds the others."""
    running = periods.first_of_month(timezone.localdate(at))
    misjudged = queries.misjudged(Library.objects.all(), running, as_of=at)
    if len(misjudged) > _FEW:
        return rescore(Library.objects.all(), running, as_of=at)
    libraries = Library.objects.filter(pk__in=misjudged)
    outcome = rescore(libraries, running, as_of=at)
    return sum((rescore_library(library, as_of=at) for library in libraries), outcome)


def run_full(
    *,
    through: date | None = None,
    region: str | None = None,
    at: datetime | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Outcome:
    """Compare everything by regency: tallies with seals, scores with what they are made of.

    ``through`` limits it to one span; without it every month of the running year and the last of
    the year before is scored. ``region`` limits it to a code. ``progress`` is told the regency's
    name, the step and the number of steps.
    """
    at = at or timezone.now()
    running = periods.first_of_month(timezone.localdate(at))
    spans = (
        [through]
        if through
        else [
            periods.add_months(periods.january(running), -1),
            *periods.months_from_to(periods.january(running), running),
        ]
    )
    areas = counting_areas(region)
    outcome = Outcome()
    for step, area in enumerate(areas, start=1):
        libraries = Library.objects.filter(regency=area)
        if region:
            libraries = libraries.within(region)
        outcome += _run_area(area, libraries, spans, as_of=at)
        if progress:
            progress(area.name, step, len(areas))
    return outcome


@transaction.atomic
def _run_area(
    area: Region, libraries: LibraryQuerySet, spans: list[date], *, as_of: datetime
) -> Outcome:
    _take_turn(area.pk)
    reports = MonthlyReport.objects.filter(library__in=libraries.values("pk"))
    stale = queries.stale_months(reports)
    if stale:
        count(
            reports.filter(
                library__in={library for library, _month in stale},
                month__in={month for _library, month in stale},
            )
        )
    return sum((rescore(libraries, span, as_of=as_of) for span in spans), Outcome())


def _take_turn(regency_id: int) -> None:
    """One writer of scores a regency: a slow run must not put back what a newer one has written."""
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=regency_id)


def counting_areas(region: str | None = None) -> list[Region]:
    """The regions that libraries are counted under: the regencies, and the province for its own
    library; with ``region`` those it lies in or covers."""
    areas = Region.objects.filter(level__lte=Level.REGENCY).order_by("code")
    if region:
        areas = areas.within(".".join(region.split(".")[:2]))
    return list(areas)
