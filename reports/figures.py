"""Every published number, defined once. Page, API, PDF and XLSX render what these return.

``libraries`` is a queryset already narrowed to what may be seen (and to a region, a kind, …).
Counts cover a :class:`~tpbis.core.periods.Period` of whole months; the colour beside them covers
1 January to the end of the period's last month. The zone is Asia/Jakarta.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils import timezone

from activities.enums import REPORTED, State
from activities.models import MonthlyReport, OfficialScore
from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour, Grey
from kpi.models import MonthlyTally, RuleSet, Score
from libraries.enums import Level, ReportingMode
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from stakeholders.models import Partnership
from tpbis.core import periods
from tpbis.core.periods import Period

# --- What the functions return -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ColourCounts:
    """Libraries by colour; the three greys add up to ``grey``, the four colours to ``total``."""

    green: int = 0
    yellow: int = 0
    red: int = 0
    no_account: int = 0  # grey: neither a SIM nor a portal account
    never: int = 0  # grey: has an account, never reported
    stopped: int = 0  # grey: reported in an earlier year only

    @property
    def grey(self) -> int:
        return self.no_account + self.never + self.stopped

    @property
    def total(self) -> int:
        return self.green + self.yellow + self.red + self.grey

    @property
    def scored(self) -> int:
        return self.green + self.yellow + self.red

    @property
    def reconciliation(self) -> str:
        """“932 = 24 + 114 + 134 + 660”: partners = green + yellow + red + grey."""
        return f"{self.total} = {self.green} + {self.yellow} + {self.red} + {self.grey}"


@dataclass(frozen=True, slots=True)
class Totals:
    """What approved reports and SIM entries of the period add up to; drafts never count."""

    involvement: int = 0
    participants: int = 0
    participants_women: int = 0
    participants_men: int = 0
    participants_disabled: int = 0
    advocacy: int = 0
    service: int = 0
    publications: int = 0
    visits_men: int = 0
    visits_women: int = 0
    visits_total: int = 0


TALLIED = tuple(field.name for field in fields(Totals))


@dataclass(frozen=True, slots=True)
class Completeness:
    """Library-months: expected of libraries in portal mode whose *batas kirim* has passed; reported
    = submitted or approved (a late one too); on time = first submitted before the deadline."""

    expected: int = 0
    reported: int = 0
    on_time: int = 0


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One regency (or district) of a table or map."""

    area: Region
    colours: ColourCounts
    totals: Totals
    completeness: Completeness
    partnerships: int
    green_before: int  # green libraries at the end of the period before


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """One library of a list."""

    library: Library
    colour: str
    points: int | None  # thousandths
    grey: Grey | None
    totals: Totals
    official: OfficialScore | None


@dataclass(frozen=True, slots=True)
class MonthCell:
    """One month of a library's strip."""

    month: date
    state: str  # a State, "not_reported", "not_expected" or "open"
    colour: str | None  # from 1 January to the end of that month; None before joining
    entries: int


@dataclass(frozen=True, slots=True)
class Rapor:
    """A library's score with its reasons."""

    through: date
    colour: str
    points: int | None
    months_due: int
    rule_set: RuleSet
    lines: tuple[scoring.Line, ...]
    gates: scoring.Gates
    grey: Grey | None
    awaiting: int  # reports of the year that wait for review and do not count yet


@dataclass(frozen=True, slots=True)
class Dashboard:
    """All a region's page, document and API answer say, from one moment."""

    region: Region
    period: Period
    as_of: datetime
    colours: ColourCounts
    colours_before: ColourCounts
    totals: Totals
    totals_before: Totals
    partnerships: int
    partnerships_before: int
    completeness: Completeness
    rows: tuple[AreaRow, ...]
    rule_versions: tuple[int, ...]


# --- Single figures ------------------------------------------------------------------------------


def colours(libraries: LibraryQuerySet, through: date) -> dict[int, str]:
    """Colour of each library that was a partner at the end of ``through``."""
    partners = libraries.partners_on(periods.last_day(through)).order_by()
    found = dict(
        Score.objects.filter(through=through, library__in=partners.values("pk")).values_list(
            "library", "colour"
        )
    )
    if len(found) < partners.count():
        found = {pk: score.colour for pk, score in kpi.scores_through(partners, through).items()}
    return found


def colour_counts(libraries: LibraryQuerySet, through: date) -> ColourCounts:
    """Partners at the end of ``through`` by colour; account states as of that day (or today)."""
    return _count(colours(libraries, through), _greys(libraries, through))


def totals(libraries: LibraryQuerySet, period: Period) -> Totals:
    sums = _tallies(libraries, period).aggregate(**{name: Sum(name) for name in TALLIED})
    return Totals(**{name: value or 0 for name, value in sums.items()})


def partnerships(libraries: LibraryQuerySet, on: date) -> int:
    """The headline indicator: partnerships in force on the day ``on``."""
    return (
        Partnership.objects.in_force_on(on).filter(library__in=libraries.order_by().values("pk"))
    ).count()


def completeness(
    libraries: LibraryQuerySet, period: Period, *, as_of: datetime | None = None
) -> Completeness:
    by_area = _completeness(libraries, period, "regency", as_of or timezone.now())
    return _sum_completeness(by_area.values())


# --- Pages ---------------------------------------------------------------------------------------


def dashboard(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    before: Period | None = None,
    as_of: datetime | None = None,
) -> Dashboard:
    """A region's figures; ``libraries`` are those of the region that may be seen."""
    as_of = as_of or timezone.now()
    before = before or period.previous
    found = colours(libraries, period.end)
    found_before = colours(libraries, before.end)
    greys = _greys(libraries, period.end, found)
    rows = area_rows(
        region, libraries, period, as_of=as_of, found=found, greys=greys, found_before=found_before
    )
    return Dashboard(
        region=region,
        period=period,
        as_of=as_of,
        colours=_count(found, greys),
        colours_before=_count(found_before, _greys(libraries, before.end, found_before)),
        totals=_sum_totals(row.totals for row in rows),
        totals_before=totals(libraries, before),
        partnerships=sum(row.partnerships for row in rows),
        partnerships_before=partnerships(libraries, before.last_day),
        completeness=_sum_completeness(row.completeness for row in rows),
        rows=tuple(rows),
        rule_versions=tuple(
            sorted({rules.version for rules in kpi.rule_sets_on(period.last_day).values()})
        ),
    )


def area_rows(
    region: Region,
    libraries: LibraryQuerySet,
    period: Period,
    *,
    as_of: datetime,
    found: Mapping[int, str],
    greys: Mapping[int, Grey],
    found_before: Mapping[int, str],
) -> list[AreaRow]:
    """One row for each part of ``region`` (regencies of a province, districts of a regency, itself
    for a district), by code; parts without a library have zeros. Libraries that belong to no part
    (the regency's own) stand in a row of ``region`` itself."""
    path = "regency" if region.level == Level.PROVINCE else "region__parent"
    partners = libraries.partners_on(period.last_day).order_by()
    parts = {part.pk: part for part in region.children.order_by("code")}
    if region.level >= Level.DISTRICT:
        parts = {}
    where = dict(partners.values_list("pk", path))
    where = {pk: area if area in parts else region.pk for pk, area in where.items()}
    by_area: dict[int, dict[int, str]] = defaultdict(dict)
    for pk, colour in found.items():
        by_area[where[pk]][pk] = colour
    green_before: Counter[int] = Counter(
        where.get(pk, region.pk) for pk, colour in found_before.items() if colour == Colour.GREEN
    )
    area_totals = _totals_by(libraries, period, path)
    area_partnerships = _partnerships_by(libraries, period.last_day, path)
    area_completeness = _completeness(libraries, period, path, as_of)
    shown = list(parts.values())
    if region.pk in by_area or not parts:
        shown.append(region)
    everywhere = {*area_totals, *area_partnerships, *area_completeness}
    elsewhere = [key for key in everywhere if key not in parts]
    rows = []
    for area in shown:
        keys = [area.pk] if area.pk in parts else elsewhere
        rows.append(
            AreaRow(
                area=area,
                colours=_count(by_area[area.pk], greys),
                totals=_sum_totals(area_totals[key] for key in keys if key in area_totals),
                completeness=_sum_completeness(
                    area_completeness[key] for key in keys if key in area_completeness
                ),
                partnerships=sum(area_partnerships.get(key, 0) for key in keys),
                green_before=green_before[area.pk],
            )
        )
    return rows


def library_rows(libraries: LibraryQuerySet, period: Period) -> list[LibraryRow]:
    """Every partner at the end of the period with its colour and counts; ordered as given."""
    shown = list(libraries.partners_on(period.last_day).for_list())
    chosen = Library.objects.filter(pk__in=[library.pk for library in shown])
    scores = kpi.scores_through(chosen, period.end)
    greys = _greys(chosen, period.end, {pk: score.colour for pk, score in scores.items()})
    per_library = _totals_by(chosen, period, "pk")
    official = _official(chosen)
    return [
        LibraryRow(
            library=library,
            colour=scores[library.pk].colour,
            points=scores[library.pk].points,
            grey=greys.get(library.pk),
            totals=per_library.get(library.pk, Totals()),
            official=official.get(library.pk),
        )
        for library in shown
    ]


def rapor(library: Library, through: date) -> Rapor:
    """The library's score from 1 January to the end of ``through``, with every reason."""
    only = Library.objects.filter(pk=library.pk)
    scores = kpi.scores_through(only, through)
    if library.pk not in scores:
        raise NotAPartnerThen(library, through)
    score = scores[library.pk]
    rules = score.rule_set.rules
    return Rapor(
        through=through,
        colour=score.colour,
        points=score.points,
        months_due=score.months_due,
        rule_set=score.rule_set,
        lines=scoring.lines(score.inputs, rules, score.months_due),
        gates=scoring.gates(score.inputs, rules, score.months_due),
        grey=_greys(only, through, {library.pk: score.colour}).get(library.pk),
        awaiting=MonthlyReport.objects.filter(
            library=library,
            state=State.SUBMITTED,
            month__range=(periods.january(through), through),
        ).count(),
    )


class NotAPartnerThen(Exception):
    """The library joined the programme after the asked-for month."""

    def __init__(self, library: Library, through: date) -> None:
        super().__init__(f"{library} {through:%Y-%m}")


def months_strip(library: Library, through: date, *, length: int = 12) -> list[MonthCell]:
    """The ``length`` months up to ``through``: what was sent and the colour at each month's end."""
    return months_strips(Library.objects.filter(pk=library.pk), through, length=length)[library.pk]


def months_strips(
    libraries: LibraryQuerySet, through: date, *, length: int = 12
) -> dict[int, list[MonthCell]]:
    """:func:`months_strip` of many libraries in a constant number of queries."""
    first = periods.add_months(through, 1 - length)
    months = list(periods.months_from_to(first, through))
    chosen = libraries.order_by().values("pk")
    sent: dict[tuple[int, date], list[tuple[str, int]]] = defaultdict(list)
    reports = (
        MonthlyReport.objects.filter(library__in=chosen, month__range=(first, through))
        .annotate(entries=Count("activities"))
        .values_list("library", "month", "state", "entries")
    )
    for pk, month, state, entries in reports:
        sent[pk, month].append((state, entries))
    coloured = {
        (pk, month): colour
        for pk, month, colour in Score.objects.filter(
            library__in=chosen, through__range=(first, through)
        ).values_list("library", "through", "colour")
    }
    now = timezone.now()
    return {
        pk: [
            MonthCell(
                month=month,
                state=_month_state(sent.get((pk, month), []), month, joined_on, now),
                colour=coloured.get((pk, month)),
                entries=sum(entries for _state, entries in sent.get((pk, month), [])),
            )
            for month in months
        ]
        for pk, joined_on in libraries.order_by().values_list("pk", "joined_on")
    }


# --- The steps they share ------------------------------------------------------------------------


def _tallies(libraries: LibraryQuerySet, period: Period) -> QuerySet[MonthlyTally]:
    partners = libraries.partners_on(period.last_day).order_by()
    return MonthlyTally.objects.filter(
        library__in=partners.values("pk"), month__range=(period.start, period.end)
    ).order_by()


def _totals_by(libraries: LibraryQuerySet, period: Period, path: str) -> dict[int, Totals]:
    rows = (
        _tallies(libraries, period)
        .values(key=_of_library(path))
        .annotate(**{f"sum_{name}": Sum(name) for name in TALLIED})
    )
    return {
        row["key"]: Totals(**{name: row[f"sum_{name}"] or 0 for name in TALLIED})
        for row in cast("Iterable[dict[str, Any]]", rows)
    }


def _partnerships_by(libraries: LibraryQuerySet, on: date, path: str) -> dict[int, int]:
    rows = (
        Partnership.objects.in_force_on(on)
        .filter(library__in=libraries.order_by().values("pk"))
        .order_by()
        .values(key=_of_library(path))
        .annotate(count=Count("pk"))
    )
    return {row["key"]: row["count"] for row in rows}


def _completeness(
    libraries: LibraryQuerySet, period: Period, path: str, as_of: datetime
) -> dict[int, Completeness]:
    months = [month for month in period.months if periods.deadline(month) <= as_of]
    if not months:
        return {}
    portal = libraries.filter(regency__reporting_mode=ReportingMode.PORTAL).order_by()
    expected: Counter[int] = Counter()
    joined = (
        portal.partners_on(periods.last_day(months[-1]))
        .values_list(path, "joined_on")
        .annotate(count=Count("pk"))
    )
    for area, joined_on, count in joined:
        expected[area] += count * sum(1 for m in months if periods.last_day(m) >= joined_on)
    in_time = Q()
    for month in months:
        in_time |= Q(month=month, first_submitted_at__lt=periods.deadline(month))
    sent = (
        MonthlyReport.objects.from_portal()
        .filter(library__in=portal.values("pk"), number=1, month__in=months, state__in=REPORTED)
        .order_by()
        .values(key=_of_library(path))
        .annotate(reported=Count("pk"), on_time=Count("pk", filter=in_time))
    )
    reported = {row["key"]: (row["reported"], row["on_time"]) for row in sent}
    return {
        area: Completeness(count, *reported.get(area, (0, 0))) for area, count in expected.items()
    }


def _of_library(path: str) -> F:
    return F("library") if path == "pk" else F(f"library__{path}")


def _greys(
    libraries: LibraryQuerySet, through: date, found: Mapping[int, str] | None = None
) -> dict[int, Grey]:
    found = colours(libraries, through) if found is None else found
    if Colour.GREY not in found.values():
        return {}
    on = min(periods.last_day(through), timezone.localdate())
    partners = libraries.partners_on(periods.last_day(through))
    everyone = kpi.greys(partners, through, on=on)
    return {pk: everyone[pk] for pk, colour in found.items() if colour == Colour.GREY}


def _count(found: Mapping[int, str], greys: Mapping[int, Grey]) -> ColourCounts:
    by_colour = Counter(found.values())
    by_grey = Counter(greys[pk] for pk, colour in found.items() if colour == Colour.GREY)
    return ColourCounts(
        green=by_colour[Colour.GREEN],
        yellow=by_colour[Colour.YELLOW],
        red=by_colour[Colour.RED],
        no_account=by_grey[Grey.NO_ACCOUNT],
        never=by_grey[Grey.NEVER],
        stopped=by_grey[Grey.STOPPED],
    )


def _sum_totals(parts: Iterable[Totals]) -> Totals:
    added: Counter[str] = Counter()
    for part in parts:
        for name in TALLIED:
            added[name] += getattr(part, name)
    return Totals(**added)


def _sum_completeness(parts: Iterable[Completeness]) -> Completeness:
    expected = reported = on_time = 0
    for part in parts:
        expected += part.expected
        reported += part.reported
        on_time += part.on_time
    return Completeness(expected, reported, on_time)


def _official(libraries: LibraryQuerySet) -> dict[int, OfficialScore]:
    """The newest official score of each library."""
    dated = OfficialScore.objects.filter(library__in=libraries.order_by().values("pk"))
    return {score.library_id: score for score in dated.order_by("as_of")}


def _month_state(sent: list[tuple[str, int]], month: date, joined_on: date, now: datetime) -> str:
    """The state of a month that most needs somebody's eyes."""
    states = {state for state, _entries in sent}
    for state in (State.RETURNED, State.SUBMITTED, State.APPROVED):
        if state in states:
            return state
    if joined_on > periods.last_day(month):
        return "not_expected"
    if periods.deadline(month) > now:
        return "draft" if State.DRAFT in states else "open"
    return "not_reported"
