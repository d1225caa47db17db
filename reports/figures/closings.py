"""Closed months beside the running score: what was, and what has changed since."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour
from kpi.models import Closing, ClosingScore, RuleSet, Score
from libraries.enums import Level
from libraries.models import FormerLibrary, Library, Region
from libraries.querysets import LibraryQuerySet
from reports.figures.colouring import added_up, colours, counts_of
from reports.figures.results import Closed, ColourChange, ColourCounts, ColourMove, WeekAgo
from tpbis.core import periods

_OLDEST = timedelta(days=14)  # an older night is no “last week” any more


_Moves = Counter[tuple[str | None, str | None]]  # libraries by the colour they had and have


# --- One closing ----------------------------------------------------------------------------------


class _Kept(NamedTuple):
    library: int
    regency: int
    colour: str
    grey: str
    version: int


def closed(
    libraries: LibraryQuerySet, through: date, *, found: Mapping[int, str] | None = None
) -> Closed | None:
    """The month as it was closed, of ``libraries`` and of the duplicates that became one with them
    since; ``None`` where it is not closed. ``found`` are their colours now, where known."""
    closing = Closing.objects.filter(through=through).first()
    if closing is None:
        return None
    now = colours(libraries, through) if found is None else found
    return _closed(closing, _kept(closing, libraries), now)


def closed_by(
    libraries: LibraryQuerySet, through: date, *, found: Mapping[int, str]
) -> dict[int, Closed]:
    """:func:`closed` of each regency that the libraries are counted under today."""
    closing = Closing.objects.filter(through=through).first()
    if closing is None:
        return {}
    place = dict(libraries.order_by().values_list("pk", "regency"))
    former = FormerLibrary.objects.filter(library__in=libraries.order_by().values("pk"))
    place.update({number: place[pk] for number, pk in former.values_list("number", "library")})
    kept_in: dict[int, list[_Kept]] = defaultdict(list)
    for row in _kept(closing, libraries):
        kept_in[place[row.library]].append(row)
    now_in: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, colour in found.items():
        now_in[place[pk]][pk] = colour
    return {
        regency: _closed(closing, kept_in[regency], now_in[regency])
        for regency in sorted({*place.values()})
    }


def added_up_closed(parts: Sequence[Closed]) -> Closed:
    """The parts of a region as one."""
    moves: _Moves = Counter()
    for part in parts:
        moves.update({(move.before, move.after): move.count for move in part.moves})
    return Closed(
        through=parts[0].through,
        as_of=parts[0].as_of,
        rule_versions=tuple(sorted({one for part in parts for one in part.rule_versions})),
        colours=added_up(part.colours for part in parts),
        moves=_in_order(moves),
    )


@dataclass(frozen=True, slots=True)
class ClosedArea:
    """A regency as it was placed on closing day."""

    area: Region
    colours: ColourCounts
    changed: int  # libraries whose colour is another now


@dataclass(frozen=True, slots=True)
class MovedLibrary:
    """A library whose colour changed after the closing; under the name it had then."""

    library: int | None  # None: it became one with another since
    name: str
    area: Region
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class ClosingFigures:
    """All that the page of a closing says."""

    closed: Closed
    areas: tuple[ClosedArea, ...]
    moved: tuple[MovedLibrary, ...]


def closing_figures(libraries: LibraryQuerySet, closing: Closing) -> ClosingFigures:
    """``closing`` in full, of ``libraries``; regencies by code, libraries by regency and name."""
    kept = _kept(closing, libraries)
    now = colours(libraries, closing.through)
    regencies = Region.objects.in_bulk(
        {row.regency for row in kept}
        | set(libraries.order_by().values_list("regency", flat=True).distinct())
    )
    moved = _moved(closing, kept, now, regencies)
    changed = Counter(one.area.pk for one in moved)
    rows_in: dict[int, list[_Kept]] = defaultdict(list)
    for row in kept:
        rows_in[row.regency].append(row)
    return ClosingFigures(
        closed=_closed(closing, kept, now),
        areas=tuple(
            ClosedArea(area, _counts(rows_in[area.pk]), changed[area.pk])
            for area in sorted(regencies.values(), key=lambda area: area.code)
        ),
        moved=tuple(moved),
    )


def _kept(closing: Closing, libraries: LibraryQuerySet) -> list[_Kept]:
    rows = ClosingScore.objects.filter(closing=closing).of_libraries(libraries)
    columns = ("library", "regency", "colour", "grey", "rule_set__version")
    return [_Kept(*row) for row in rows.order_by().values_list(*columns)]


def _closed(closing: Closing, kept: Iterable[_Kept], now: Mapping[int, str]) -> Closed:
    kept = list(kept)
    moves: _Moves = Counter((row.colour, now.get(row.library)) for row in kept)
    new = now.keys() - {row.library for row in kept}
    moves.update((None, now[pk]) for pk in new)
    return Closed(
        through=closing.through,
        as_of=closing.as_of,
        rule_versions=tuple(sorted({row.version for row in kept})),
        colours=_counts(kept),
        moves=_in_order(moves),
    )


def _counts(kept: Iterable[_Kept]) -> ColourCounts:
    return _colour_counts(Counter((row.colour, row.grey) for row in kept))


def _colour_counts(counted: Mapping[tuple[str, str], int]) -> ColourCounts:
    return counts_of(
        {colour: count for (colour, grey), count in counted.items() if not grey},
        {grey: count for (_colour, grey), count in counted.items() if grey},
    )


_RANK = {colour: rank for rank, colour in enumerate((*Colour.values, None))}


def _in_order(moves: _Moves) -> tuple[ColourMove, ...]:
    """What moved, from green on."""
    found = [
        ColourMove(before, after, count)
        for (before, after), count in moves.items()
        if before != after and count
    ]
    return tuple(sorted(found, key=lambda move: (_RANK[move.before], _RANK[move.after])))


def _moved(
    closing: Closing,
    kept: Sequence[_Kept],
    now: Mapping[int, str],
    regencies: Mapping[int, Region],
) -> list[MovedLibrary]:
    other = {row.library: row for row in kept if now.get(row.library) != row.colour}
    rows = ClosingScore.objects.filter(closing=closing, library__in=other)
    names = dict(rows.values_list("library", "name"))
    new = now.keys() - {row.library for row in kept}
    registered = Library.objects.filter(pk__in=new | other.keys()).order_by()
    places = {
        pk: (name, area) for pk, name, area in registered.values_list("pk", "name", "regency")
    }
    found = [
        MovedLibrary(
            pk if pk in places else None,
            names[pk],
            regencies[row.regency],
            row.colour,
            now.get(pk),
        )
        for pk, row in other.items()
    ]
    found += [
        MovedLibrary(pk, places[pk][0], regencies[places[pk][1]], None, now[pk]) for pk in new
    ]
    return sorted(found, key=lambda one: (one.area.code, one.name, one.library or 0))


# --- Why ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that a score is made of: as it was closed, and now. ``measure`` is a
    ``kpi.enums.Measure``, "months_due" or "rules" (a version)."""

    measure: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class ExplainedMove:
    """Why a library's colour is another now. Points are thousandths, ``None`` when grey or not
    counted; ``is_clear``: they moved by more than the noise gap of the rules."""

    library: MovedLibrary
    points_before: int | None
    points_after: int | None
    is_clear: bool
    reasons: tuple[Reason, ...]


def explained(moved: Sequence[MovedLibrary], closing: Closing) -> list[ExplainedMove]:
    """Each of ``moved`` with what its score is made of differently now."""
    keys = [one.library for one in moved if one.library]
    rows = ClosingScore.objects.filter(closing=closing, library__in=keys)
    kept = {row.library_id: row for row in rows}
    now = kpi.scores_through(Library.objects.filter(pk__in=keys), closing.through)
    rule_sets = RuleSet.objects.in_bulk(
        {score.rule_set_id for score in (*kept.values(), *now.values())}
    )
    return [
        _explained(one, kept.get(one.library or 0), now.get(one.library or 0), rule_sets)
        for one in moved
    ]


def _explained(
    moved: MovedLibrary,
    before: ClosingScore | None,
    after: Score | None,
    rule_sets: Mapping[int, RuleSet],
) -> ExplainedMove:
    was, now = before.points if before else None, after.points if after else None
    gap = rule_sets[after.rule_set_id].noise_gap if after else 0
    return ExplainedMove(
        library=moved,
        points_before=was,
        points_after=now,
        is_clear=was is not None and now is not None and abs(now - was) > gap,
        reasons=_reasons(before, after, rule_sets) if before and after else (),
    )


def _reasons(
    before: ClosingScore, after: Score, rule_sets: Mapping[int, RuleSet]
) -> tuple[Reason, ...]:
    versions = [rule_sets[score.rule_set_id].version or 0 for score in (before, after)]
    pairs: list[tuple[str, int, int]] = [
        *((name, getattr(before, name), getattr(after, name)) for name in scoring.Inputs._fields),
        ("months_due", before.months_due, after.months_due),
        ("rules", versions[0], versions[1]),
    ]
    return tuple(Reason(name, was, now) for name, was, now in pairs if was != now)


# --- Many closings --------------------------------------------------------------------------------


def closing_years() -> list[int]:
    """The years of which a month was closed, the newest first."""
    return [day.year for day in Closing.objects.dates("through", "year", order="DESC")]


def closings_of(libraries: LibraryQuerySet, year: int) -> list[Closed]:
    """The closed months of ``year``, the newest first: what :func:`closed` says of each, counted in
    the database where every score of the month is stored."""
    made = Closing.objects.filter(through__year=year).order_by("-through")
    counted: dict[int, list[Any]] = defaultdict(list)
    for row in _counted(libraries, year):
        counted[row["closing"]].append(row)
    new = _new_since(libraries, year)
    return [
        _closed(closing, _kept(closing, libraries), colours(libraries, closing.through))
        if any(row["now"] is None for row in counted[closing.pk])
        else _of_counted(closing, counted[closing.pk], new[closing.through])
        for closing in made
    ]


def _counted(libraries: LibraryQuerySet, year: int) -> Iterable[Any]:
    running = Score.objects.filter(
        library=OuterRef("library"), through=OuterRef("closing__through")
    )
    kept = ClosingScore.objects.filter(closing__through__year=year).of_libraries(libraries)
    rows: Iterable[Any] = (
        kept.annotate(now=Subquery(running.values("colour")[:1]))
        .order_by()
        .values("closing", "colour", "grey", "now", "rule_set__version")
        .annotate(count=Count("pk"))
    )
    return rows


def _new_since(libraries: LibraryQuerySet, year: int) -> dict[date, Counter[str]]:
    """Scores of libraries that were not there when the month was closed, by month and colour."""
    kept = ClosingScore.objects.filter(
        library=OuterRef("library"), closing__through=OuterRef("through")
    )
    rows = (
        Score.objects.filter(
            through__in=Closing.objects.filter(through__year=year).values("through"),
            library__in=libraries.order_by().values("pk"),
        )
        .exclude(Exists(kept))
        .order_by()
        .values_list("through", "colour")
        .annotate(count=Count("pk"))
    )
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for through, colour, count in rows:
        found[through][colour] += count
    return found


def _of_counted(closing: Closing, rows: Iterable[Any], new: Mapping[str, int]) -> Closed:
    kept: Counter[tuple[str, str]] = Counter()
    moves: _Moves = Counter()
    versions = set()
    for row in rows:
        kept[row["colour"], row["grey"]] += row["count"]
        moves[row["colour"], row["now"]] += row["count"]
        versions.add(row["rule_set__version"])
    moves.update({(None, colour): count for colour, count in new.items()})
    return Closed(
        through=closing.through,
        as_of=closing.as_of,
        rule_versions=tuple(sorted(versions)),
        colours=_colour_counts(kept),
        moves=_in_order(moves),
    )


# --- Last week ------------------------------------------------------------------------------------


def week_ago(
    region: Region,
    libraries: LibraryQuerySet,
    through: date,
    now: ColourCounts,
    *,
    as_of: datetime,
    counted_under: Collection[int] | None = None,
) -> WeekAgo | None:
    """How ``now`` (all of ``region``, the running span) has moved since the night a week ago;
    ``counted_under`` are the regencies of ``libraries``, where known.

    ``None`` where nothing is to be compared: another span than the running one, a district (nights
    count regencies), another year then (each January begins anew), or a part without a night.
    """
    today = timezone.localdate(as_of)
    if through != periods.first_of_month(today) or region.level > Level.REGENCY:
        return None
    if counted_under is None:
        counted_under = libraries.order_by().values_list("regency", flat=True).distinct()
    areas = set(counted_under)
    found = kpi.daily_colours(areas, today - timedelta(days=7))
    if found.keys() != areas or not areas:
        return None
    oldest = min(row.day for row in found.values())
    years = {row.through.year for row in found.values()}
    if oldest < today - _OLDEST or years != {through.year}:
        return None
    names = ColourCounts.__dataclass_fields__
    then = added_up(
        ColourCounts(**{name: getattr(row, name) for name in names}) for row in found.values()
    )
    return WeekAgo(oldest, then, _changes(then, now))


def _changes(before: ColourCounts, after: ColourCounts) -> tuple[ColourChange, ...]:
    pairs = [(colour, getattr(before, colour), getattr(after, colour)) for colour in Colour.values]
    return tuple(ColourChange(*pair) for pair in pairs if pair[1] != pair[2])
