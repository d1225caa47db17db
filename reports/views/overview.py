"""What the overview of a region shows beside its figures: where each number leads, the map in the
measure that was asked for, what is lacking by one component, who gained green."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from kpi.enums import Component
from libraries.enums import Level
from libraries.models import Region
from reports import charts, figures, queries
from reports.charts.shades import Shade
from reports.charts.tiles import Shown
from reports.enums import LeadingKpi, MapMeasure, OnlyLacking
from reports.figures.held_up import HeldUp
from reports.figures.leading import OfficialColours, official_colours
from reports.figures.measures import Measured, measured
from reports.http import in_address
from reports.models import ProvinceSettings
from reports.views.kept_pages import ProvinceState
from reports.views.listing import known_on
from reports.views.regions import RegionPage, state_of
from tpbis.core import periods
from tpbis.core.periods import Period
from tpbis.core.tables import without

MOST_NAMED = 3  # parts that gained the same


# --- Where numbers lead ---------------------------------------------------------------------------


def list_address(page: RegionPage, period: Period, **more: str) -> str:
    """The list of libraries behind a number of the page, in the same state."""
    query = urlencode({**page.narrowing.in_use, **more})
    return f"{reverse('reports:libraries')}?{in_address(period)}&{query}".rstrip("&")


@dataclass(frozen=True, slots=True)
class Leads:
    """Where the numbers of one place lead: ``libraries`` is a list that takes more filters; the
    others are pages of the region."""

    libraries: str
    region: str
    activities: str
    reporting: str
    movement: str
    support: str


class Addresses:
    """Of many places, each page's pattern composed once."""

    def __init__(self, page: RegionPage, period: Period | None = None) -> None:
        span = period or page.period
        before = page.before if period is None else span.compared_with
        self._query = state_of(span, before, page.narrowing.in_use)
        self._libraries = list_address(page, span)
        self._patterns = {
            name: reverse(f"reports:{route}", args=["-"])
            for name, route in (
                ("region", "region"),
                ("activities", "region_activities"),
                ("reporting", "region_reporting"),
                ("movement", "region_movement"),
                ("support", "region_support"),
            )
        }

    def of(self, code: str, *, is_own: bool = False) -> Leads:
        """``is_own``: only what belongs to none of the region's parts."""
        own = "&milik=sendiri" if is_own else ""
        return Leads(
            libraries=f"{self._libraries}&wilayah={code}{own}",
            **{
                name: f"{pattern.replace('/-/', f'/{code}/')}?{self._query}"
                for name, pattern in self._patterns.items()
            },
        )


NOWHERE = Leads("", "", "", "", "", "")


def leads_before(page: RegionPage) -> Leads:
    """Of the span that the page is compared with; before the programme there is nothing."""
    if page.before.start < periods.parse_month(settings.TPBIS_FIRST_MONTH):
        return NOWHERE
    return Addresses(page, page.before).of(page.region.code)


@dataclass(frozen=True, slots=True)
class Part:
    """A row of the table of parts, and where its numbers lead."""

    row: figures.AreaRow
    to: Leads
    is_own: bool

    @property
    def area(self) -> Region:
        return self.row.area


def parts(rows: Iterable[figures.AreaRow], page: RegionPage) -> list[Part]:
    addresses = Addresses(page)
    found = []
    for row in rows:
        is_own = row.area.pk == page.region.pk
        found.append(Part(row, addresses.of(row.area.code, is_own=is_own), is_own))
    return found


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A month of the trend, and the list of its libraries."""

    counts: figures.MonthColours
    libraries: str


def trend_rows(trend: Iterable[figures.MonthColours], page: RegionPage) -> list[TrendRow]:
    """From the programme's first month on."""
    code, first = page.region.code, periods.parse_month(settings.TPBIS_FIRST_MONTH)
    return [
        TrendRow(one, list_address(page, Period.year_to(one.month), wilayah=code))
        for one in trend
        if one.month >= first
    ]


# --- Who gained -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gain:
    """The parts whose number of green libraries grew most, and by how many."""

    parts: tuple[Part, ...]
    more: int  # parts that gained as much and are not named
    count: int


def greatest_gain(listed: Sequence[Part]) -> Gain | None:
    """None where no part has more green libraries than before."""
    grown = {part.area.pk: part.row.colours.green - part.row.green_before for part in listed}
    count = max(grown.values(), default=0)
    if count <= 0:
        return None
    best = [part for part in listed if grown[part.area.pk] == count]
    return Gain(tuple(best[:MOST_NAMED]), len(best[MOST_NAMED:]), count)


# --- One component --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lacking:
    """A component, how many libraries lack it alone (``None``: too many to count while somebody
    waits), and their list."""

    label: str
    count: int | None
    libraries: str


def lacking(page: RegionPage, held: HeldUp) -> list[Lacking]:
    counts = held.lacking
    return [
        Lacking(
            label=str(choice.label),
            count=counts[Component[choice.name]] if counts is not None else None,
            libraries=list_address(
                page, page.period, wilayah=page.region.code, kurang=choice.value
            ),
        )
        for choice in OnlyLacking
    ]


# --- Which KPI heads the page ---------------------------------------------------------------------


def leads_officially(region: Region) -> bool:
    """Whether the province lets the SIM's colours head its pages."""
    province = region.code.partition(".")[0]
    decided = ProvinceSettings.objects.filter(region__code=province)
    return decided.values_list("leading_kpi", flat=True).first() == LeadingKpi.OFFICIAL


def official_head(page: RegionPage, state: ProvinceState | None = None) -> OfficialColours | None:
    """``state``: of the whole province, where the page shows that."""
    if not (state.leads_officially if state else leads_officially(page.region)):
        return None
    return official_colours(page.libraries, page.period.last_day)


# --- The map --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MeasureTab:
    label: str
    query: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MapRow:
    area: Region
    href: str
    shade: Shade
    measured: Measured


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The map in one measure; ``rows`` say it as a table, the largest first (none for colours: the
    table of parts says them)."""

    measure: MapMeasure
    drawing: charts.OutlineMap | charts.TileMap
    tabs: tuple[MeasureTab, ...]
    on: date
    rows: tuple[MapRow, ...] = ()

    @property
    def best(self) -> MapRow | None:
        return next((row for row in self.rows if row.measured.value is not None), None)

    @property
    def least(self) -> MapRow | None:
        known = [row for row in self.rows if row.measured.value is not None]
        return known[-1] if len(known) > 1 else None


def region_map(
    asked: Any,
    page: RegionPage,
    dashboard: figures.Dashboard,
    measure: MapMeasure,
    state: ProvinceState | None = None,
) -> RegionMap | None:
    """The map of a province; districts have no drawn grid, their table says more."""
    if page.region.level != Level.PROVINCE:
        return None
    on = known_on(page.period)
    addresses = Addresses(page)
    values: dict[str, Measured] = {}
    instead = None
    if measure != MapMeasure.COLOURS:
        values = measured(measure, dashboard.rows, page.libraries, on)
        instead = Shown.of(values, is_share=measure != MapMeasure.ACTIVITIES)
    is_drawn = state is None or state.has_boundaries
    drawing = charts.area_map(
        dashboard.rows,
        queries.drawing_of(page.region) if is_drawn else None,
        href=lambda area: addresses.of(area.code).region,
        instead=instead,
    )
    if drawing is None:
        return None
    rest = without(asked, "peta", "hal")
    return RegionMap(
        measure=measure,
        drawing=drawing,
        tabs=tuple(
            MeasureTab(str(one.label), f"{rest}&peta={one.value}".lstrip("&"), one == measure)
            for one in MapMeasure
        ),
        on=on,
        rows=_map_rows(dashboard.rows, addresses, values, instead),
    )


def _map_rows(
    rows: Iterable[figures.AreaRow],
    addresses: Addresses,
    values: dict[str, Measured],
    instead: Shown | None,
) -> tuple[MapRow, ...]:
    if instead is None:
        return ()
    found = [
        MapRow(
            row.area,
            addresses.of(row.area.code).region,
            instead.shade(row.area),
            values[row.area.code],
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: _rank(row.measured), reverse=True))


def _rank(one: Measured) -> float:
    return -1.0 if one.value is None else one.value
