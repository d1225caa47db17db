"""A province's figures as they were counted before: the months of its regencies that nothing was
written about since. What is not fresh is simply not here."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from libraries.enums import Level
from libraries.models import Region
from reports.figures.results import (
    TALLIED,
    Closed,
    ColourCounts,
    ColourMove,
    Completeness,
    MonthColours,
    Totals,
)
from reports.models import AreaMonth, StaleArea
from tpbis.core import periods
from tpbis.core.periods import Period

_COLOURS = tuple(ColourCounts.__dataclass_fields__)
_REPORTS = tuple(Completeness.__dataclass_fields__)


class KeptMonth(NamedTuple):
    """One month of a regency; colours are those of 1 January to its end."""

    month: date
    totals: tuple[int, ...]
    completeness: tuple[int, ...]
    colours: tuple[int, ...]
    partnerships: int
    libraries: int
    awaiting: int
    lacking: Mapping[str, int]
    early: Sequence[Any]
    closed: Any
    moves: Any


Kept = Mapping[int, Mapping[date, KeptMonth]]  # by regency and month


@dataclass(frozen=True, slots=True)
class KeptRegion:
    """What was counted of a whole province, read once for all that is said of it; ``areas`` are its
    parts by code, and last itself."""

    areas: Mapping[int, Region]
    rows: Kept

    def of(self, months: Collection[date]) -> Kept:
        """The regencies of which every one of ``months`` is there."""
        return {
            area: {month: by_month[month] for month in months}
            for area, by_month in self.rows.items()
            if by_month.keys() >= set(months)
        }


def settled_on(month: date) -> date:
    """From this day on the passing of days changes nothing any more: the month is over, its batas
    kirim and its closing day have passed."""
    end = max(periods.closing(month), periods.deadline(month))
    return timezone.localdate(end)


def is_of_today(month: date, counted_on: date, today: date) -> bool:
    """Accounts and posts begin and end by day, and months become due."""
    return counted_on == today or min(counted_on, today) >= settled_on(month)


def kept_region(region: Region, months: Collection[date]) -> KeptRegion:
    """Of a whole ``region``; only of a province are regencies counted before."""
    areas = areas_of(region)
    is_counted = region.level == Level.PROVINCE
    return KeptRegion(areas, _read(areas, months) if is_counted else {})


def areas_of(region: Region) -> dict[int, Region]:
    """The parts of a region by code, and last the region itself."""
    listed = region.children.order_by("code") if region.level < Level.DISTRICT else ()
    return {**{part.pk: part for part in listed}, region.pk: region}


def _read(areas: Collection[int], months: Collection[date]) -> Kept:
    """What is fresh of ``areas`` in ``months``."""
    today = timezone.localdate()
    settled = {month: settled_on(month) for month in months}
    own = ("partnerships", "libraries", "awaiting", "lacking", "early", "closed", "moves")
    rows = fresh().filter(region__in=areas, month__in=months)
    found: dict[int, dict[date, KeptMonth]] = defaultdict(dict)
    for area, month, counted_on, *found_of in rows.values_list(
        "region", "month", "counted_on", *own, *TALLIED, *_REPORTS, *_COLOURS
    ):
        if counted_on == today or min(counted_on, today) >= settled[month]:
            numbers = found_of[len(own) :]
            found[area][month] = KeptMonth(
                month,
                tuple(numbers[: len(TALLIED)]),
                tuple(numbers[len(TALLIED) : -len(_COLOURS)]),
                tuple(numbers[-len(_COLOURS) :]),
                *found_of[: len(own)],
            )
    return found


def fresh() -> Any:
    """Those that nothing was written about since they were counted."""
    marks = StaleArea.objects.filter(region=OuterRef("region"))
    since = Q(since__isnull=True) | Q(since__lte=OuterRef("month"))
    return AreaMonth.objects.filter(~Exists(marks.filter(since))).order_by()


# --- A closed month, as it is kept ----------------------------------------------------------------


def of_closed(closed: Closed | None) -> dict[str, Any]:
    """The fields of an AreaMonth."""
    if closed is None:
        return {"closed": None, "moves": []}
    return {
        "closed": {
            **asdict(closed.colours),
            "versions": list(closed.rule_versions),
            "as_of": closed.as_of.isoformat(),
        },
        "moves": [[move.before, move.after, move.count] for move in closed.moves],
    }


def closed_in(month: date, found: Iterable[KeptMonth]) -> list[Closed]:
    """Of each regency what was closed, where ``month`` was."""
    return [
        Closed(
            through=month,
            as_of=datetime.fromisoformat(one.closed["as_of"]),
            rule_versions=tuple(one.closed["versions"]),
            colours=ColourCounts(**{name: one.closed[name] for name in _COLOURS}),
            moves=tuple(ColourMove(*move) for move in one.moves),
        )
        for one in found
        if one.closed is not None
    ]


# --- Added up -------------------------------------------------------------------------------------


def totals_of(months: Iterable[KeptMonth]) -> Totals:
    return Totals(*_added(one.totals for one in months))


def early_in(months: Iterable[KeptMonth], span: Period) -> list[Totals]:
    """What libraries did in ``months`` (of ``span``) before the one they joined in, which the span
    counts (they had joined by its end) and the months by themselves do not."""
    end = span.end.isoformat()
    return [Totals(*sums) for one in months for joined_in, sums in one.early if joined_in <= end]


def completeness_of(months: Iterable[KeptMonth], as_of: datetime) -> Completeness:
    """Of the months only whose batas kirim has passed."""
    due = (one for one in months if periods.deadline(one.month) <= as_of)
    return Completeness(*_added(one.completeness for one in due))


def colours_of(one: KeptMonth) -> ColourCounts:
    return ColourCounts(*one.colours)


def _added(rows: Iterable[tuple[int, ...]]) -> Iterator[int]:
    return (sum(column) for column in zip(*rows, strict=True))


def trend_of(found: Kept, months: Iterable[date]) -> list[MonthColours]:
    """Partners by colour at the end of each month, of all regencies together."""
    counted: Counter[tuple[date, str]] = Counter()
    for by_month in found.values():
        for month in by_month.values():
            for name, count in zip(_COLOURS, month.colours, strict=True):
                counted[month.month, name] += count
    return [
        MonthColours(
            month=month,
            green=counted[month, "green"],
            yellow=counted[month, "yellow"],
            red=counted[month, "red"],
            grey=sum(counted[month, name] for name in _COLOURS[3:]),
        )
        for month in months
    ]
