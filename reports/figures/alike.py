"""Libraries like mine: of the same kind and as long in the programme; numbers, never names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from django.db.models import Count, QuerySet

from activities.models import Story
from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour, Measure
from kpi.models import Score
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports.figures.results import MonthColours
from tpbis.core import periods

FEWEST = 5  # others with a score, below which somebody could be recognised
_NEAREST_LOOKED_AT = 200  # published stories of green libraries, the newest first


@dataclass(frozen=True, slots=True)
class Compared:
    """One measure of the score: mine, and the middle of those alike that have a score."""

    measure: Measure
    mine: int
    middle: float

    @property
    def standing(self) -> str:
        """ "above", "below" or "level"."""
        if self.mine == self.middle:
            return "level"
        return "above" if self.mine > self.middle else "below"


@dataclass(frozen=True, slots=True)
class Alike:
    """Partners of the same kind in the same province that joined from ``first`` to ``last`` (of any
    kind where that is not ``same_kind``), without the library itself. ``scored`` are not grey."""

    same_kind: bool
    first: int
    last: int
    joined: int  # the library's own year
    colours: MonthColours
    compared: tuple[Compared, ...]  # empty while the library itself is grey

    @property
    def is_wider(self) -> bool:
        """Too few joined in the same year."""
        return not self.same_kind or (self.first, self.last) != (self.joined, self.joined)


def alike(library: Library, through: date) -> Alike | None:
    """At the end of ``through``. The group grows, a year to each side and then over all kinds,
    until at least ``FEWEST`` others in it have a score; ``None`` where even all have not."""
    province = library.region.code.partition(".")[0]
    partners = Library.objects.within(province).partners_on(periods.last_day(through))
    others = partners.exclude(pk=library.pk)
    scored = Score.objects.filter(through=through, library__in=others.values("pk"))
    years = _counted(scored)
    for same_kind, first, last in _groups(library, years):
        chosen = [
            count
            for (kind, year), count in years.items()
            if first <= year <= last and (kind == library.kind or not same_kind)
        ]
        if sum(chosen) >= FEWEST:
            group = others.filter(joined_on__year__range=(first, last))
            return _alike(
                library,
                through,
                group.filter(kind=library.kind) if same_kind else group,
                (first, last),
                same_kind=same_kind,
            )
    return None


def _counted(scored: "QuerySet[Score]") -> dict[tuple[str, int], int]:
    rows = (
        scored.exclude(colour=Colour.GREY)
        .order_by()
        .values_list("library__kind", "library__joined_on__year")
        .annotate(count=Count("pk"))
    )
    return {(kind, year): count for kind, year, count in rows}


def _groups(library: Library, years: dict[tuple[str, int], int]) -> Iterator[tuple[bool, int, int]]:
    """From the narrowest to the widest."""
    mine = library.joined_on.year
    farthest = max((abs(year - mine) for _kind, year in years), default=0)
    for same_kind in (True, False):
        for reach in range(farthest + 1):
            yield same_kind, mine - reach, mine + reach


def _alike(
    library: Library,
    through: date,
    group: LibraryQuerySet,
    span: tuple[int, int],
    *,
    same_kind: bool,
) -> Alike:
    scores = Score.objects.filter(through=through)
    found = list(scores.filter(library__in=group.values("pk")))
    mine = kpi.scores_through(Library.objects.filter(pk=library.pk), through).get(library.pk)
    colours = {colour: sum(1 for one in found if one.colour == colour) for colour in Colour.values}
    with_score = [one.inputs for one in found if one.colour != Colour.GREY]
    return Alike(
        same_kind=same_kind,
        first=span[0],
        last=span[1],
        joined=library.joined_on.year,
        colours=MonthColours(through, **colours),
        compared=_compared(mine.inputs, with_score)
        if mine is not None and mine.colour != Colour.GREY
        else (),
    )


def _compared(mine: scoring.Inputs, others: Sequence[scoring.Inputs]) -> tuple[Compared, ...]:
    return tuple(
        Compared(Measure(name), getattr(mine, name), median(getattr(one, name) for one in others))
        for name in scoring.Inputs._fields
    )


def story_nearby(library: Library, through: date) -> Story | None:
    """A published story of another library that is green at the end of ``through``: of the same
    district, else the same regency, else the regency nearest by its code; of those the newest."""
    province = library.region.code.partition(".")[0]
    green = Score.objects.filter(through=through, colour=Colour.GREEN).exclude(library=library.pk)
    told = (
        Story.objects.published()
        .filter(library__in=Library.objects.within(province).values("pk"))
        .filter(library__in=green.values("library"))
    )
    newest = told.order_by("-happened_on", "-pk").values_list("pk", "library__region__code")
    candidates = list(newest[:_NEAREST_LOOKED_AT])
    if not candidates:
        return None
    nearest = min(candidates, key=lambda one: _distance(library.region.code, one[1]))
    return Story.objects.for_list().get(pk=nearest[0])


def _distance(mine: str, other: str) -> tuple[int, int]:
    """Steps up to the first place they share, and between regencies how far the codes are apart."""
    ours, theirs = mine.split("."), other.split(".")
    if ours[:3] == theirs[:3] and len(ours) > 2:
        return (0, 0)
    if ours[:2] == theirs[:2]:
        return (1, 0)
    return (2, abs(_regency(ours) - _regency(theirs)))


def _regency(steps: Sequence[str]) -> int:
    """0 for the province's own library."""
    return int(steps[1]) if len(steps) > 1 else 0
