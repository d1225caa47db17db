"""The SIM's official scores beside ours: do the colours agree, and by how much do the points
differ? Two scores of two bodies stand beside each other and are never added up."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import TruncMonth
from django.utils import timezone

from activities.models import OfficialScore
from kpi import queries as kpi
from kpi.enums import Colour
from kpi.models import RuleSet, Score
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods

# The programme's public thresholds, in thousandths of a point, the highest first.
GREEN_ABOVE, YELLOW_ABOVE = 75_000, 25_000
_ABOVE = ((GREEN_ABOVE, Colour.GREEN), (YELLOW_ABOVE, Colour.YELLOW))


def official_colour(points: int | None) -> Colour:
    """The SIM hands out points, no colours: by the public thresholds; without points grey."""
    if points is None:
        return Colour.GREY
    return next((colour for above, colour in _ABOVE if points > above), Colour.RED)


# The same of a row of theirs.
_OFFICIAL = Case(
    When(points__isnull=True, then=Value(Colour.GREY)),
    *(When(points__gt=above, then=Value(colour)) for above, colour in _ABOVE),
    default=Value(Colour.RED),
)


def newest_official(libraries: LibraryQuerySet, by: date) -> dict[int, OfficialScore]:
    """The newest official score of each library that the SIM gave ``by`` that day."""
    dated = OfficialScore.objects.filter(
        library__in=libraries.order_by().values("pk"), as_of__lte=by
    )
    return {score.library_id: score for score in dated.order_by("as_of")}


@dataclass(frozen=True, slots=True)
class Pair:
    """A library's official score and ours; points in thousandths, none when grey."""

    library: int
    name: str
    regency: int
    as_of: date  # the SIM's day
    official_points: int | None
    official_colour: str
    through: date  # the month that day lies in: ours is of 1 January to its end
    points: int | None
    colour: str
    version: int | None  # of our rules

    @property
    def difference(self) -> int | None:
        """Ours less the SIM's; none where one of the two has no points."""
        if self.points is None or self.official_points is None:
            return None
        return self.points - self.official_points

    @property
    def agrees(self) -> bool:
        return self.colour == self.official_colour


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of some pairs: in how many the colours agree. Means are over those with points on both sides
    (``measured``), in thousandths, and none where there are none."""

    compared: int
    agreed: int
    measured: int
    mean_difference: int | None  # ours less the SIM's: above 0 we are the milder
    mean_distance: int | None  # whichever is the higher

    @classmethod
    def of(cls, pairs: Sequence[Pair]) -> "Agreement":
        differences = [pair.difference for pair in pairs if pair.difference is not None]
        return cls(
            compared=len(pairs),
            agreed=sum(pair.agrees for pair in pairs),
            measured=len(differences),
            mean_difference=_mean(differences),
            mean_distance=_mean([abs(one) for one in differences]),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """``partners`` are today's: those with both scores, those without an official one, and those
    whose official score is of a month at whose end they took no part."""

    partners: int
    without_official: int
    without_ours: int
    pairs: tuple[Pair, ...]

    @property
    def agreement(self) -> Agreement:
        return Agreement.of(self.pairs)

    @property
    def matrix(self) -> dict[tuple[str, str], int]:
        """How many have which official colour and which of ours; pairs nobody has are 0."""
        counted = Counter((pair.official_colour, pair.colour) for pair in self.pairs)
        return {
            (official, ours): counted[official, ours]
            for official in Colour.values
            for ours in Colour.values
        }

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the official scores, the first one first."""
        return tuple(sorted({pair.as_of for pair in self.pairs}))

    @property
    def months(self) -> tuple[date, ...]:
        return tuple(sorted({pair.through for pair in self.pairs}))

    @property
    def rule_versions(self) -> tuple[int, ...]:
        return tuple(sorted({pair.version for pair in self.pairs if pair.version is not None}))


def official_comparison(libraries: LibraryQuerySet, *, on: date | None = None) -> Comparison:
    """The newest official score of each of ``libraries`` that takes part ``on`` that day (today),
    beside our score of 1 January to the end of the month that the SIM's day lies in, as approvals
    and rules stand now. A constant number of queries for each of those months."""
    on = on or timezone.localdate()
    partners = libraries.partners_on(on)
    official = newest_official(partners, on)
    ours_through = {
        month: kpi.scores_through(_given_in(month, partners), month)
        for month in {periods.first_of_month(score.as_of) for score in official.values()}
    }
    versions = dict(RuleSet.objects.published().values_list("pk", "version"))
    pairs, total = [], 0
    for pk, name, regency in partners.order_by("name", "pk").values_list("pk", "name", "regency"):
        total += 1
        if pk not in official:
            continue
        theirs = official[pk]
        month = periods.first_of_month(theirs.as_of)
        ours = ours_through[month].get(pk)
        if ours is not None:
            pairs.append(
                Pair(
                    library=pk,
                    name=name,
                    regency=regency,
                    as_of=theirs.as_of,
                    official_points=theirs.points,
                    official_colour=official_colour(theirs.points),
                    through=month,
                    points=ours.points,
                    colour=ours.colour,
                    version=versions[ours.rule_set_id],
                )
            )
    return Comparison(
        partners=total,
        without_official=total - len(official),
        without_ours=len(official) - len(pairs),
        pairs=tuple(pairs),
    )


def disagreeing(libraries: LibraryQuerySet, on: date) -> "QuerySet[OfficialScore]":
    """The pairs of :func:`official_comparison` that do not agree, as far as our score of the month
    is stored: to be counted among many other things, in their statement."""
    newest = OfficialScore.objects.filter(library=OuterRef("library"), as_of__lte=on)
    ours = Score.objects.filter(library=OuterRef("library"), through=OuterRef("month"))
    dated = OfficialScore.objects.filter(
        library__in=libraries.partners_on(on).order_by().values("pk"),
        as_of=Subquery(newest.order_by("-as_of").values("as_of")[:1]),
    ).alias(month=TruncMonth("as_of"))
    compared = dated.alias(ours=Subquery(ours.values("colour")[:1]), theirs=_OFFICIAL)
    return compared.filter(ours__isnull=False).exclude(ours=F("theirs"))


def agreement_by_regency(pairs: Iterable[Pair]) -> dict[int, Agreement]:
    """By the regency's key; those without a pair are missing."""
    by_regency: dict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_regency[pair.regency].append(pair)
    return {regency: Agreement.of(found) for regency, found in by_regency.items()}


def _given_in(month: date, libraries: LibraryQuerySet) -> LibraryQuerySet:
    days = (month, periods.last_day(month))
    return libraries.filter(
        pk__in=OfficialScore.objects.filter(as_of__range=days).values("library")
    )


def _mean(numbers: Sequence[int]) -> int | None:
    return round(sum(numbers) / len(numbers)) if numbers else None
