"""How many partners have which colour, and why the grey ones are grey."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from kpi import queries as kpi
from kpi.enums import Colour, Grey
from kpi.models import Score
from libraries import participation
from libraries.enums import Level
from libraries.models import Inactivity, Library, Region
from libraries.querysets import LibraryQuerySet
from reports.figures import kept
from reports.figures.results import ColourCounts, MonthColours
from tpbis.core import periods

_MANY = 1_000  # libraries, above which they are not named one by one in a query


def colours(libraries: LibraryQuerySet, through: date) -> dict[int, str]:
    """Colour of each library that took part at the end of ``through``."""
    return colours_by_month(libraries, [through])[through]


def colour_counts(libraries: LibraryQuerySet, through: date) -> ColourCounts:
    """Partners at the end of ``through`` by colour; account states as of that day (or today)."""
    found = colours(libraries, through)
    return count_colours(found, greys(libraries, through, found))


def colour_counts_by(
    libraries: LibraryQuerySet, through: date, found: Mapping[int, str]
) -> dict[int, ColourCounts]:
    """:func:`colour_counts` of each regency; ``found`` are their colours at the end of
    ``through``."""
    why = greys(libraries, through, found)
    found_in: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, regency in libraries.order_by().values_list("pk", "regency"):
        if pk in found:
            found_in[regency][pk] = found[pk]
    return {regency: count_colours(there, why) for regency, there in found_in.items()}


def colours_by_month(
    libraries: LibraryQuerySet, months: Sequence[date]
) -> dict[date, dict[int, str]]:
    """:func:`colours` of several months: the stored ones, computed where none is stored."""
    partners = _partners(libraries, months)
    found: dict[date, dict[int, str]] = {month: {} for month in months}
    stored = Score.objects.filter(
        library__in=libraries.order_by().values("pk"), through__in=months
    ).values_list("library", "through", "colour")
    for pk, through, colour in stored:
        if pk in partners[through]:
            found[through][pk] = colour
    lacking = {
        month: absent for month in months if (absent := partners[month] - found[month].keys())
    }
    if lacking:
        absent = set().union(*lacking.values())
        anyone = libraries if len(absent) > _MANY else Library.objects.filter(pk__in=absent)
        for month, computed in kpi.computed_colours(anyone, sorted(lacking)).items():
            found[month].update({pk: computed[pk] for pk in lacking[month] if pk in computed})
    return found


def colour_trend(
    libraries: LibraryQuerySet,
    through: date,
    *,
    length: int = 12,
    whole: Region | None = None,
    counted: kept.KeptRegion | None = None,
) -> list[MonthColours]:
    """Partners by colour at the end of each of the ``length`` months up to ``through``. Of a
    ``whole`` province (``libraries`` are all of its) what was counted before is taken as it is, as
    ``counted`` says it where that was read already."""
    months = months_until(through, length)
    if whole is None or whole.level != Level.PROVINCE:
        return _trend(libraries, months)
    counted = counted or kept.kept_region(whole, months)
    known = counted.of(months)
    trend = kept.trend_of(known, months)
    left = counted.areas.keys() - known.keys()
    if not left:
        return trend
    rest = _trend(libraries.filter(regency__in=left), months)
    return [added_up_months(pair) for pair in zip(trend, rest, strict=True)]


def months_until(through: date, length: int = 12) -> list[date]:
    return list(periods.months_from_to(periods.add_months(through, 1 - length), through))


def added_up_months(parts: Sequence[MonthColours]) -> MonthColours:
    """The same month of several parts of a region."""
    names = ("green", "yellow", "red", "grey")
    sums = (sum(getattr(part, name) for part in parts) for name in names)
    return MonthColours(parts[0].month, *sums)


def _trend(libraries: LibraryQuerySet, months: Sequence[date]) -> list[MonthColours]:
    partners = _partners(libraries, months)
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    stored = Score.objects.filter(
        library__in=libraries.order_by().values("pk"), through__in=months
    ).order_by()
    for month, colour, count in stored.values_list("through", "colour").annotate(count=Count("pk")):
        counted[month][colour] = count
    for pk, month, colour in _of_those_who_came_or_went(stored, months):
        if pk not in partners[month]:
            counted[month][colour] -= 1
    lacking = [month for month in months if counted[month].total() != len(partners[month])]
    if lacking:
        for month, found in colours_by_month(libraries, lacking).items():
            counted[month] = Counter(found.values())
    return [_of_month(month, counted[month]) for month in months]


def by_colour(month: date, found: Mapping[int, str]) -> MonthColours:
    """``found`` (at the end of ``month``) counted without asking why a library is grey."""
    return _of_month(month, Counter(found.values()))


def _of_month(month: date, counted: Mapping[str, int]) -> MonthColours:
    return MonthColours(
        month=month,
        green=counted[Colour.GREEN],
        yellow=counted[Colour.YELLOW],
        red=counted[Colour.RED],
        grey=counted[Colour.GREY],
    )


def _of_those_who_came_or_went(
    stored: QuerySet[Score], months: Sequence[date]
) -> Iterable[tuple[int, date, str]]:
    """Scores that may speak of a month without the library: written before the register said so."""
    away = Inactivity.objects.touching(months[0], periods.last_day(months[-1]))
    late = Q(library__joined_on__gt=periods.last_day(months[0]))
    return stored.filter(late | Q(library__in=away.values("library"))).values_list(
        "library", "through", "colour"
    )


def greys(libraries: LibraryQuerySet, through: date, found: Mapping[int, str]) -> dict[int, Grey]:
    """Why each grey library of ``found`` is grey; account states as of the end of ``through``, or
    of today while that has not come."""
    grey = {pk for pk, colour in found.items() if colour == Colour.GREY}
    if not grey:
        return {}
    on = min(periods.last_day(through), timezone.localdate())
    partners = libraries.partners_on(periods.last_day(through))
    return {pk: why for pk, why in kpi.greys(partners, through, on=on).items() if pk in grey}


def count_colours(found: Mapping[int, str], why: Mapping[int, Grey]) -> ColourCounts:
    """``found`` counted; ``why`` knows the reason of each grey library among them."""
    return counts_of(
        Counter(found.values()),
        Counter(why[pk] for pk, colour in found.items() if colour == Colour.GREY),
    )


def counts_of(by_colour: Mapping[str, int], by_grey: Mapping[str, int]) -> ColourCounts:
    """From how many have which colour, and how many grey ones are so for which reason."""
    return ColourCounts(
        green=by_colour.get(Colour.GREEN, 0),
        yellow=by_colour.get(Colour.YELLOW, 0),
        red=by_colour.get(Colour.RED, 0),
        no_account=by_grey.get(Grey.NO_ACCOUNT, 0),
        never=by_grey.get(Grey.NEVER, 0),
        stopped=by_grey.get(Grey.STOPPED, 0),
    )


def _partners(libraries: LibraryQuerySet, months: Sequence[date]) -> dict[date, set[int]]:
    """Those of ``libraries`` that took part on the last day of each of ``months``."""
    days = {month: periods.last_day(month) for month in months}
    joined = dict(libraries.order_by().values_list("pk", "joined_on"))
    away = libraries.away_between(min(days.values()), max(days.values()))
    return {
        month: {pk for pk, since in joined.items() if since <= day}
        - {pk for pk, spans in away.items() if not participation.on(day, joined[pk], spans)}
        for month, day in days.items()
    }


def rule_versions(through: date) -> tuple[int, ...]:
    """The versions that score the span up to ``through``: of every group, each named once."""
    rule_sets = kpi.rule_sets_on(periods.last_day(through)).values()
    return tuple(sorted({rules.version for rules in rule_sets if rules.version}))


def added_up(parts: Iterable[ColourCounts]) -> ColourCounts:
    """The parts of a region as one."""
    total: Counter[str] = Counter()
    for part in parts:
        for name in ColourCounts.__dataclass_fields__:
            total[name] += getattr(part, name)
    return ColourCounts(**total)
