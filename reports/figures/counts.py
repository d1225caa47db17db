"""What reports and partnerships add up to, for some libraries or by area."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from activities.enums import REPORTED
from activities.models import Excuse, MonthlyReport
from kpi.models import MonthlyTally
from libraries import participation
from libraries.enums import ReportingMode
from libraries.models import Region
from libraries.querysets import LibraryQuerySet, within
from reports.figures.results import TALLIED, Completeness, Totals
from stakeholders.models import Partnership
from tpbis.core import periods
from tpbis.core.periods import Period

# --- For some libraries ---------------------------------------------------------------------------


def totals(libraries: LibraryQuerySet, period: Period) -> Totals:
    sums = _tallies(libraries, period).aggregate(**{name: Sum(name) for name in TALLIED})
    return Totals(**{name: value or 0 for name, value in sums.items()})


def totals_by_month(libraries: LibraryQuerySet, period: Period) -> dict[date, Totals]:
    """:func:`totals` of each month of the period, in order."""
    found = _summed(_tallies(libraries, period).values(key=F("month")))
    return {month: found.get(month, Totals()) for month in period.months}


def partnerships(libraries: LibraryQuerySet, on: date) -> int:
    """Partnerships of ``libraries`` in force on the day ``on``. The headline indicator of a region
    is these of its libraries and :func:`regional_partnerships`."""
    return (
        Partnership.objects.in_force_on(on).filter(library__in=libraries.order_by().values("pk"))
    ).count()


def completeness(
    libraries: LibraryQuerySet, period: Period, *, as_of: datetime | None = None
) -> Completeness:
    by_area = completeness_by(libraries, period, "regency", as_of=as_of or timezone.now())
    return add_completeness(by_area.values())


# --- By area: ``path`` leads from a library to what is counted by ("regency", "region", "pk") -----


def totals_by(libraries: LibraryQuerySet, period: Period, path: str) -> dict[int, Totals]:
    return _summed(_tallies(libraries, period).values(key=of_library(path)))


def tallies_before_joining(libraries: LibraryQuerySet, month: date) -> dict[int, list[list[Any]]]:
    """By regency what libraries did in ``month`` that joined in a later one: by the first day of
    that one (ISO), in the order of ``TALLIED``. A span counts it that ends after they joined, its
    months by themselves do not."""
    rows = (
        MonthlyTally.objects.filter(month=month, library__in=libraries.order_by().values("pk"))
        .filter(library__joined_on__gt=periods.last_day(month))
        .annotate(joined_in=TruncMonth("library__joined_on"))
        .values_list("library__regency", "joined_in")
        .annotate(*(Sum(name) for name in TALLIED))
    )
    found: dict[int, list[list[Any]]] = defaultdict(list)
    for regency, joined_in, *sums in rows.order_by("library__regency", "joined_in"):
        found[regency].append([joined_in.isoformat(), sums])
    return dict(found)


def partnerships_by(libraries: LibraryQuerySet, on: date, path: str) -> dict[int, int]:
    rows = (
        Partnership.objects.in_force_on(on)
        .filter(library__in=libraries.order_by().values("pk"))
        .order_by()
        .values(key=of_library(path))
        .annotate(count=Count("pk"))
    )
    return {row["key"]: row["count"] for row in rows}


def regional_partnerships(on: date, *, depth: int, region: Region | None = None) -> Counter[str]:
    """Partnerships in force on ``on`` with a region as a whole, within ``region``, by the code of
    the area they stand with: cut to ``depth`` parts, a shorter one as it is.

    Each is one partnership, however many libraries it reaches. It counts in the headline of the
    region it is with and of those above it, in a row of that region's own; never of a part of it,
    of libraries narrowed by something else, or in the score of a library.
    """
    found = Partnership.objects.in_force_on(on).filter(library__isnull=True)
    if region is not None:
        found = found.filter(within(region.code, field="region__code"))
    codes = found.order_by().values_list("region__code", flat=True)
    return Counter(".".join(str(code).split(".")[:depth]) for code in codes)


def completeness_by(
    libraries: LibraryQuerySet, period: Period, path: str, *, as_of: datetime
) -> dict[int, Completeness]:
    months = [month for month in period.months if periods.deadline(month) <= as_of]
    if not months:
        return {}
    portal = libraries.filter(regency__reporting_mode=ReportingMode.PORTAL).order_by()
    away = months_away(portal, months, path)
    expected = _months_since_joining(portal, months, path)
    expected.subtract(away.values())
    sent = (
        MonthlyReport.objects.from_portal()
        .filter(library__in=portal.values("pk"), number=1, month__in=months, state__in=REPORTED)
        .filter(PARTNER_THAT_MONTH)
        .order_by()
    )
    reported, on_time = _sent_by(sent, months, path)
    excused = excused_months(portal, months, path, away)
    special = sent.filter(library__in={library for library, _month in (*away, *excused)})
    for library, month, at in special.values_list("library", "month", "first_submitted_at"):
        was_in_time = at is not None and at < periods.deadline(month)
        if area := away.get((library, month)):
            reported[area] -= 1
            on_time[area] -= was_in_time
        elif area := excused.get((library, month)):
            on_time[area] -= was_in_time
    excused_in = Counter(excused.values())
    return {
        area: Completeness(count, reported[area], on_time[area], excused_in[area])
        for area, count in expected.items()
        if count
    }


def excused_months(
    libraries: LibraryQuerySet,
    months: list[date],
    path: str,
    away: Mapping[tuple[int, date], int],
) -> dict[tuple[int, date], int]:
    """(library, month) that was expected and may be late all the same, with its area."""
    rows = Excuse.objects.in_force().filter(
        library__in=libraries.values("pk"), month__range=(months[0], months[-1])
    )
    known = set(months)
    return {
        (library, month): area
        for library, month, joined_on, area in rows.values_list(
            "library", "month", "library__joined_on", of_library(path)
        )
        if month in known
        and participation.in_month(month, joined_on)
        and (library, month) not in away
    }


def _months_since_joining(
    libraries: LibraryQuerySet, months: list[date], path: str
) -> Counter[int]:
    """How many of ``months`` the libraries of each area had joined by."""
    found: Counter[int] = Counter()
    joined = (
        libraries.joined_by(periods.last_day(months[-1]))
        .values_list(path, "joined_on")
        .annotate(count=Count("pk"))
    )
    for area, joined_on, count in joined:
        found[area] += count * len(participation.months(months, joined_on))
    return found


def months_away(
    libraries: LibraryQuerySet, months: list[date], path: str
) -> dict[tuple[int, date], int]:
    """(library, month) that counts as joined but in which it took no part, with its area."""
    away = libraries.away_between(months[0], periods.last_day(months[-1]))
    joined = libraries.filter(pk__in=away).values_list("pk", path, "joined_on")
    return {
        (pk, month): area
        for pk, area, joined_on in joined
        for month in participation.months(months, joined_on)
        if not participation.in_month(month, joined_on, away[pk])
    }


def _sent_by(
    sent: QuerySet[MonthlyReport], months: list[date], path: str
) -> tuple[Counter[int], Counter[int]]:
    """Reports by area, and those of them that were first submitted in time."""
    in_time = Q()
    for month in months:
        in_time |= Q(month=month, first_submitted_at__lt=periods.deadline(month))
    rows = list(
        sent.values(key=of_library(path)).annotate(
            reported=Count("pk"), on_time=Count("pk", filter=in_time)
        )
    )
    return (
        Counter({row["key"]: row["reported"] for row in rows}),
        Counter({row["key"]: row["on_time"] for row in rows}),
    )


# A month before the library joined may be reported, but nobody expected it.
PARTNER_THAT_MONTH = Q(library__joined_on__lte=F("month")) | Q(
    library__joined_on__year=F("month__year"), library__joined_on__month=F("month__month")
)


def add_totals(parts: Iterable[Totals]) -> Totals:
    added: Counter[str] = Counter()
    for part in parts:
        for name in TALLIED:
            added[name] += getattr(part, name)
    return Totals(**added)


def add_completeness(parts: Iterable[Completeness]) -> Completeness:
    expected = reported = on_time = excused = 0
    for part in parts:
        expected += part.expected
        reported += part.reported
        on_time += part.on_time
        excused += part.excused
    return Completeness(expected, reported, on_time, excused)


def _tallies(libraries: LibraryQuerySet, period: Period) -> QuerySet[MonthlyTally]:
    """What was done counts, also where the library takes no part any more."""
    joined = libraries.joined_by(period.last_day).order_by()
    return MonthlyTally.objects.filter(
        library__in=joined.values("pk"), month__range=(period.start, period.end)
    ).order_by()


def _summed(keyed: Any) -> dict[Any, Totals]:
    rows = keyed.annotate(**{f"sum_{name}": Sum(name) for name in TALLIED})
    return {
        row["key"]: Totals(**{name: row[f"sum_{name}"] or 0 for name in TALLIED})
        for row in cast("Iterable[dict[str, Any]]", rows)
    }


def of_library(path: str) -> F:
    return F("library") if path == "pk" else F(f"library__{path}")
