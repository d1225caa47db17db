"""What came of an organisation's gifts: whom they reached, where, and how the libraries fare.

``support`` and ``partnerships`` are already narrowed to what may be seen (and to a region's). Only
what came counts, as in :mod:`reports.figures.support`.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Q, Sum

from activities.models import Story
from kpi.enums import Colour
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports.figures.colouring import colours
from reports.figures.public import publishable
from reports.figures.support import Support, support_of
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation
from stakeholders.querysets import PartnershipQuerySet, SupportQuerySet
from tpbis.core import periods
from tpbis.core.periods import Period


@dataclass(frozen=True, slots=True)
class Where:
    """What went to the libraries of a regency, or to it as a whole; the province's own as well."""

    region: Region
    gifts: int
    rupiah: int
    reached: int
    libraries: int


@dataclass(frozen=True, slots=True)
class Fared:
    """The same libraries at the end of the same month of the year, before the period and at its
    end: points start anew each January, so other months cannot be compared. What the colours owe to
    the gifts nobody can say."""

    before: date
    after: date
    lines: tuple[tuple[str, int, int], ...]  # colour, how many then and now
    libraries: int
    up: int
    down: int


@dataclass(frozen=True, slots=True)
class Impact:
    period: Period
    given: Support
    where: tuple[Where, ...]  # the most gifts first
    partnerships: int  # in force at the end
    fared: Fared | None
    stories: tuple[Story, ...]  # whose people agreed to be shown anywhere, the newest first


def impact(
    organisation: Organisation,
    support: SupportQuerySet,
    partnerships: PartnershipQuerySet,
    period: Period,
) -> Impact:
    """A number of queries that does not grow with the gifts."""
    own = support.filter(organisation=organisation)
    came = own.between(period.first_day, period.last_day).order_by()
    helped = Library.objects.filter(pk__in=came.values("library"))
    told = publishable(helped).filter(happened_on__range=(period.first_day, period.last_day))
    in_force = partnerships.filter(organisation=organisation).in_force_on(period.last_day)
    return Impact(
        period=period,
        given=support_of(organisation, support, period),
        where=_where(came),
        partnerships=in_force.count(),
        fared=_fared(helped, period),
        stories=tuple(told.select_related("library__regency")),
    )


def _where(came: SupportQuerySet) -> tuple[Where, ...]:
    rows = came.values_list("region").annotate(
        gifts=Count("pk"),
        money=Sum("rupiah", filter=Q(kind=PartnershipKind.MONEY)),
        people=Sum("reached"),
        libraries=Count("library", distinct=True),
    )
    found = {pk: rest for pk, *rest in rows}
    lines = [
        Where(region, gifts, money or 0, people or 0, libraries)
        for region in Region.objects.filter(pk__in=found)
        for gifts, money, people, libraries in [found[region.pk]]
    ]
    return tuple(sorted(lines, key=lambda line: (-line.gifts, line.region.code)))


def _fared(libraries: LibraryQuerySet, period: Period) -> Fared | None:
    """``None`` where there is no such month in the records, or no library that had a colour in
    both."""
    before, after = period.end, period.end
    while before >= period.start:
        before = periods.add_months(before, -12)
    if before < periods.parse_month(settings.TPBIS_FIRST_MONTH):
        return None
    then, now = colours(libraries, before), colours(libraries, after)
    both = then.keys() & now.keys()
    if not both:
        return None
    moved = [_rank(now, pk) - _rank(then, pk) for pk in both]
    old, new = (Counter(found[pk] for pk in both) for found in (then, now))
    return Fared(
        before=before,
        after=after,
        lines=tuple((str(colour), old[colour], new[colour]) for colour in _BEST_FIRST),
        libraries=len(both),
        up=sum(1 for steps in moved if steps > 0),
        down=sum(1 for steps in moved if steps < 0),
    )


_BEST_FIRST = (Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.GREY)


def _rank(found: Mapping[int, str], library: int) -> int:
    return -_BEST_FIRST.index(Colour(found[library]))
