"""How many partners have which colour, and why the grey ones are grey."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Count
from django.utils import timezone

from kpi import queries as kpi
from kpi.enums import Colour, Grey
from kpi.models import Score
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports.figures.results import ColourCounts, MonthColours
from tpbis.core import periods

_MANY = 1_000  # libraries, above which they are not named one by one in a query


def colours(libraries: LibraryQuerySet, through: date) -> dict[int, str]:
    """Colour of each library that was a partner at the end of ``through``."""
    return colours_by_month(libraries, [through])[through]


def colour_counts(libraries: LibraryQuerySet, through: date) -> ColourCounts:
    """Partners at the end of ``through`` by colour; account states as of that day (or today)."""
    found = colours(libraries, through)
    return count_colours(found, greys(libraries, through, found))


def colours_by_month(
    libraries: LibraryQuerySet, months: Sequence[date]
) -> dict[date, dict[int, str]]:
    """:func:`colours` of several months: the stored ones, computed where none is stored."""
    joined = dict(libraries.order_by().values_list("pk", "joined_on"))
    found: dict[date, dict[int, str]] = {month: {} for month in months}
    stored = Score.objects.filter(
        library__in=libraries.order_by().values("pk"), through__in=months
    ).values_list("library", "through", "colour")
    for pk, through, colour in stored:
        if pk in joined and joined[pk] <= periods.last_day(through):
            found[through][pk] = colour
    lacking = {
        month: absent
        for month in months
        if (absent := _partners(joined, month) - found[month].keys())
    }
    if lacking:
        absent = set().union(*lacking.values())
        anyone = libraries if len(absent) > _MANY else Library.objects.filter(pk__in=absent)
        for month, computed in kpi.computed_colours(anyone, sorted(lacking)).items():
            found[month].update({pk: computed[pk] for pk in lacking[month] if pk in computed})
    return found


def colour_trend(
    libraries: LibraryQuerySet, through: date, *, length: int = 12
) -> list[MonthColours]:
    """Partners by colour at the end of each of the ``length`` months up to ``through``."""
    months = list(periods.months_from_to(periods.add_months(through, 1 - length), through))
    counted: dict[date, Counter[str]] = defaultdict(Counter)
    stored = (
        Score.objects.filter(library__in=libraries.order_by().values("pk"), through__in=months)
        .order_by()
        .values_list("through", "colour")
        .annotate(count=Count("pk"))
    )
    for month, colour, count in stored:
        counted[month][colour] = count
    joined = Counter(libraries.order_by().values_list("joined_on", flat=True))
    lacking = [
        month
        for month in months
        if counted[month].total()
        != sum(n for day, n in joined.items() if day <= periods.last_day(month))
    ]
    if lacking:
        for month, found in colours_by_month(libraries, lacking).items():
            counted[month] = Counter(found.values())
    return [
        MonthColours(
            month=month,
            green=counted[month][Colour.GREEN],
            yellow=counted[month][Colour.YELLOW],
            red=counted[month][Colour.RED],
            grey=counted[month][Colour.GREY],
        )
        for month in months
    ]


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
    by_colour = Counter(found.values())
    by_grey = Counter(why[pk] for pk, colour in found.items() if colour == Colour.GREY)
    return ColourCounts(
        green=by_colour[Colour.GREEN],
        yellow=by_colour[Colour.YELLOW],
        red=by_colour[Colour.RED],
        no_account=by_grey[Grey.NO_ACCOUNT],
        never=by_grey[Grey.NEVER],
        stopped=by_grey[Grey.STOPPED],
    )


def _partners(joined: Mapping[int, date], month: date) -> set[int]:
    last = periods.last_day(month)
    return {pk for pk, day in joined.items() if day <= last}


def added_up(parts: Iterable[ColourCounts]) -> ColourCounts:
    """The parts of a region as one."""
    total: Counter[str] = Counter()
    for part in parts:
        for name in ColourCounts.__dataclass_fields__:
            total[name] += getattr(part, name)
    return ColourCounts(**total)
