"""The figures of a region as sheets of a workbook, and as one long table for other programs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kpi.enums import Colour
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.exports.indicators import COLOURS, INDICATORS, TOTALS, Indicator
from reports.figures import AreaRow, Dashboard, LibraryRow, MonthColours, Totals
from tpbis.core import exports, periods
from tpbis.core.exports import Column, Fact, Listing, label
from tpbis.core.periods import Period
from tpbis.core.spreadsheets import Cell, Kind, Sheet

NUMBER = Kind.NUMBER

PARTS: Sequence[Column[AreaRow]] = [
    Column(gettext_lazy("Kode wilayah"), lambda row: row.area.code),
    Column(gettext_lazy("Wilayah"), lambda row: row.area.title),
    *(Column(one.label, one.value, NUMBER, one.definition) for one in INDICATORS),
    Column(gettext_lazy("Hijau sebelumnya"), lambda row: row.green_before, NUMBER),
]
LIBRARIES: Sequence[Column[LibraryRow]] = [
    Column(gettext_lazy("Nomor perpustakaan"), lambda row: row.library.pk, NUMBER),
    Column(pgettext_lazy("kolom", "Perpustakaan"), lambda row: row.library.name),
    Column(gettext_lazy("Jenis"), label(LibraryKind, lambda row: row.library.kind)),
    Column(gettext_lazy("Sumber program"), label(ProgrammeSource, lambda row: row.library.source)),
    Column(gettext_lazy("Bergabung"), lambda row: row.library.joined_on, Kind.DATE),
    Column(gettext_lazy("Kode wilayah"), lambda row: row.library.region.code),
    Column(gettext_lazy("Wilayah"), lambda row: row.library.region.title),
    Column(gettext_lazy("Kabupaten/kota"), lambda row: row.library.regency.title),
    Column(
        gettext_lazy("Warna"),
        lambda row: str(Colour(row.colour).label) if row.colour else "",
        definition=gettext_lazy("KPI portal dari 1 Januari sampai akhir periode"),
    ),
    Column(
        gettext_lazy("Poin"),
        lambda row: None if row.points is None else row.points / 1000,
        Kind.DECIMAL,
        gettext_lazy("abu-abu tidak punya poin"),
    ),
    Column(gettext_lazy("Sebab abu-abu"), lambda row: str(row.grey.label) if row.grey else ""),
    *(Column(one.label, one.value, NUMBER) for one in TOTALS),
]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month: its own totals, and the colours at its end."""

    month: date
    totals: Totals
    colours: MonthColours


_AT_END = gettext_lazy("pada akhir bulan itu")
MONTHS: Sequence[Column[MonthRow]] = [
    Column(gettext_lazy("Bulan"), lambda row: periods.month_code(row.month)),
    *(Column(one.label, one.value, NUMBER) for one in TOTALS),
    *(Column(one.label, one.value, NUMBER, _AT_END) for one in COLOURS if one.before),
]


def months_of(libraries: LibraryQuerySet, period: Period) -> list[MonthRow]:
    """Every month of the period, also those without anything."""
    by_month = figures.totals_by_month(libraries, period)
    months = list(period.months)
    trend = figures.colour_trend(libraries, period.end, length=len(months))
    return [
        MonthRow(month, by_month.get(month, Totals()), colours)
        for month, colours in zip(months, trend, strict=True)
    ]


def region_sheets(
    dashboard: Dashboard, libraries: LibraryQuerySet, narrowed: Iterable[Fact]
) -> list[Sheet]:
    """Everything a region's page says: at a glance, part by part, month by month, library by
    library, and what is to be known of it."""
    unit = _("angka capaian satu wilayah dalam satu periode")
    title = _("Capaian TPBIS %(region)s") % {"region": dashboard.region.title}
    shown = [_summary(dashboard)]
    if has_parts(dashboard.region):
        shown.append(_sheet(_("Bagian wilayah"), unit, PARTS, dashboard.rows))
    rows = figures.library_rows(libraries.order_by("region__code", "name", "pk"), dashboard.period)
    return [
        *shown,
        _sheet(_("Bulan"), unit, MONTHS, months_of(libraries, dashboard.period)),
        _sheet(_("Perpustakaan"), unit, LIBRARIES, rows),
        exports.about(title, unit, _told(dashboard, narrowed), [*PARTS, *LIBRARIES[8:10]]),
    ]


def has_parts(region: Region) -> bool:
    return region.level < Level.DISTRICT


def _sheet(title: str, unit: str, columns: Sequence[Column[Any]], rows: Iterable[Any]) -> Sheet:
    return Listing("", title, unit, columns, rows).sheet


def _summary(dashboard: Dashboard) -> Sheet:
    columns: Sequence[Column[Indicator]] = [
        Column(_("Indikator"), lambda one: str(one.label)),
        Column(_("Nilai"), lambda one: one.value(dashboard), NUMBER),
        Column(_("Satuan"), lambda one: str(one.unit)),
        Column(
            _("Sebelumnya (%(period)s)") % {"period": dashboard.before},
            lambda one: one.before(dashboard) if one.before else None,
            NUMBER,
        ),
        Column(
            _("Selisih"),
            lambda one: one.value(dashboard) - one.before(dashboard) if one.before else None,
            NUMBER,
        ),
        Column(_("Definisi"), lambda one: str(one.definition)),
    ]
    return _sheet(_("Ringkasan"), "", columns, INDICATORS)


def _told(dashboard: Dashboard, narrowed: Iterable[Fact]) -> list[Fact]:
    region = dashboard.region
    return [
        (_("Wilayah"), f"{region.title} ({region.code})"),
        (_("Periode"), str(dashboard.period)),
        (_("Dibandingkan dengan"), str(dashboard.before)),
        *narrowed,
        (_("Warna"), _("KPI portal s.d. %s") % periods.written(dashboard.period.end)),
        (_("Aturan KPI versi"), ", ".join(map(str, dashboard.rule_versions))),
        (_("mitra = hijau + kuning + merah + abu-abu"), dashboard.colours.reconciliation),
    ]


# --- The tidy table -------------------------------------------------------------------------------


def tidy(dashboard: Dashboard, libraries: LibraryQuerySet) -> Iterator[list[Cell]]:
    """One value a row: of the region, of each of its parts, and of each month. The names of the
    columns and indicators are the same in every language: programs read them."""
    yield ["kode_wilayah", "wilayah", "indikator", "satuan", "dari", "sampai", "nilai"]
    parts: list[tuple[Region, Dashboard | AreaRow]] = [(dashboard.region, dashboard)]
    if has_parts(dashboard.region):
        parts += [(row.area, row) for row in dashboard.rows if row.area != dashboard.region]
    for region, found in parts:
        for one in INDICATORS:
            yield _line(region, one, dashboard.period, one.value(found))
    for row in months_of(libraries, dashboard.period):
        month = Period(row.month, row.month)
        for one in TOTALS:
            yield _line(dashboard.region, one, month, one.value(row))


def _line(region: Region, indicator: Indicator, period: Period, value: int) -> list[Cell]:
    return [
        region.code,
        region.title,
        indicator.key,
        str(indicator.unit),
        periods.month_code(period.start),
        periods.month_code(period.end),
        value,
    ]
