"""Who reported, month by month and part by part: :class:`Completeness` as :mod:`.counts` defines
it, told apart by month. The months of a span add up to ``figures.completeness`` of it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Q

from activities.enums import REPORTED
from activities.models import MonthlyReport
from libraries import participation
from libraries.enums import Level, ReportingMode
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.figures.counts import (
    PARTNER_THAT_MONTH,
    add_completeness,
    excused_months,
    months_away,
    of_library,
)
from reports.figures.results import Completeness
from tpbis.core import periods
from tpbis.core.periods import Period

STRIP = 12  # months


@dataclass(frozen=True, slots=True)
class MonthReporting:
    """One month; ``is_due`` once its *batas kirim* has passed: before that nothing is expected."""

    month: date
    completeness: Completeness
    is_due: bool

    @property
    def late(self) -> int:
        """Reported, but not in time (or excused, which counts neither way)."""
        return self.completeness.reported - self.completeness.on_time

    @property
    def missing(self) -> int:
        return self.completeness.expected - self.completeness.reported


@dataclass(frozen=True, slots=True)
class AreaReporting:
    """A part of the region: the whole period, and its last twelve months one by one."""

    area: Region
    completeness: Completeness
    strip: tuple[MonthReporting, ...]

    @property
    def missing(self) -> int:
        return self.completeness.expected - self.completeness.reported

    @property
    def on_time_share(self) -> float:
        """To sort by, as ``Completeness.share``."""
        timed = self.completeness.timed
        return self.completeness.on_time / timed if timed else -1.0


@dataclass(frozen=True, slots=True)
class Reporting:
    """A region's period; ``total`` is ``figures.completeness``."""

    total: Completeness
    months: tuple[MonthReporting, ...]
    strip_months: tuple[date, ...]
    rows: tuple[AreaReporting, ...]


def reporting(
    region: Region, libraries: LibraryQuerySet, period: Period, *, as_of: datetime
) -> Reporting:
    """``libraries`` are those of ``region`` that may be seen. Rows are its parts by code, and
    itself for what belongs to none of them; parts without a library are left out."""
    path = "regency__code" if region.level == Level.PROVINCE else "region__code"
    strip = _strip_months(period.end)
    asked = sorted({*period.months, *strip})
    found = completeness_by_month(libraries, asked, path, as_of=as_of)
    by_part = _parts(region, found)
    months = [
        _month(month, add_completeness(found.get(month, {}).values()), as_of)
        for month in period.months
    ]
    areas = Region.objects.filter(code__in=by_part).order_by("code")
    return Reporting(
        total=add_completeness(month.completeness for month in months),
        months=tuple(months),
        strip_months=strip,
        rows=tuple(_row(area, by_part[area.code], period, strip, as_of) for area in areas),
    )


def completeness_by_month(
    libraries: LibraryQuerySet, months: Sequence[date], path: str, *, as_of: datetime
) -> dict[date, dict[str, Completeness]]:
    """``figures.completeness_by`` of each of ``months`` (in order) whose *batas kirim* has passed;
    at most six queries. ``path`` leads to a code."""
    due = [month for month in months if periods.deadline(month) <= as_of]
    if not due:
        return {}
    portal = libraries.filter(regency__reporting_mode=ReportingMode.PORTAL).order_by()
    away = months_away(portal, due, path)
    excused = excused_months(portal, due, path, away)
    expected = _expected(portal, due, path)
    expected.subtract((month, area) for (_library, month), area in away.items())
    reported, on_time = _sent(portal, due, path, away=away, excused=excused)
    forgiven: _Keyed = Counter((month, area) for (_library, month), area in excused.items())
    found: dict[date, dict[str, Completeness]] = defaultdict(dict)
    for (month, area), count in expected.items():
        if count:
            key = (month, area)
            found[month][str(area)] = Completeness(
                count, reported[key], on_time[key], forgiven[key]
            )
    return found


_Keyed = Counter[tuple[date, object]]


def _expected(libraries: LibraryQuerySet, months: list[date], path: str) -> _Keyed:
    found: _Keyed = Counter()
    joined = (
        libraries.joined_by(periods.last_day(months[-1]))
        .values_list(path, "joined_on")
        .annotate(count=Count("pk"))
    )
    for area, joined_on, count in joined:
        for month in participation.months(months, joined_on):
            found[month, area] += count
    return found


def _sent(
    libraries: LibraryQuerySet,
    months: list[date],
    path: str,
    *,
    away: Mapping[tuple[int, date], object],
    excused: Mapping[tuple[int, date], object],
) -> tuple[_Keyed, _Keyed]:
    """Reports of partners by month and area, and those of them in time and not excused."""
    in_time = Q()
    for month in months:
        in_time |= Q(month=month, first_submitted_at__lt=periods.deadline(month))
    sent = (
        MonthlyReport.objects.from_portal()
        .filter(library__in=libraries.values("pk"), number=1, month__in=months, state__in=REPORTED)
        .filter(PARTNER_THAT_MONTH)
        .order_by()
    )
    reported: _Keyed = Counter()
    on_time: _Keyed = Counter()
    rows = sent.values_list("month", of_library(path)).annotate(
        reported=Count("pk"), on_time=Count("pk", filter=in_time)
    )
    for month, area, count, timely in rows:
        reported[month, area] = count
        on_time[month, area] = timely
    special = sent.filter(library__in={library for library, _month in (*away, *excused)})
    for library, month, at in special.values_list("library", "month", "first_submitted_at"):
        was_in_time = at is not None and at < periods.deadline(month)
        if area := away.get((library, month)):
            reported[month, area] -= 1
            on_time[month, area] -= was_in_time
        elif area := excused.get((library, month)):
            on_time[month, area] -= was_in_time
    return reported, on_time


# --- Months and parts -----------------------------------------------------------------------------


def _strip_months(end: date) -> tuple[date, ...]:
    first = periods.parse_month(settings.TPBIS_FIRST_MONTH)
    start = max(first, periods.add_months(end, 1 - STRIP))
    return tuple(periods.months_from_to(start, end))


def _month(month: date, completeness: Completeness, as_of: datetime) -> MonthReporting:
    return MonthReporting(month, completeness, periods.deadline(month) <= as_of)


def _parts(
    region: Region, found: Mapping[date, Mapping[str, Completeness]]
) -> dict[str, dict[date, Completeness]]:
    """By code of the part and month."""
    depth = region.level + 1 if region.level < Level.DISTRICT else region.level
    gathered: dict[str, dict[date, list[Completeness]]] = defaultdict(lambda: defaultdict(list))
    for month, by_code in found.items():
        for code, completeness in by_code.items():
            gathered[".".join(code.split(".")[:depth])][month].append(completeness)
    return {
        code: {month: add_completeness(some) for month, some in by_month.items()}
        for code, by_month in gathered.items()
    }


def _row(
    area: Region,
    by_month: Mapping[date, Completeness],
    period: Period,
    strip: Iterable[date],
    as_of: datetime,
) -> AreaReporting:
    return AreaReporting(
        area=area,
        completeness=add_completeness(
            by_month[month] for month in period.months if month in by_month
        ),
        strip=tuple(_month(month, by_month.get(month, Completeness()), as_of) for month in strip),
    )
