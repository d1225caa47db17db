"""A region's page: everything `figures.dashboard` says about it, for any span of months."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports import charts, figures, permissions, queries
from reports.http import Picker, asked_period, in_address
from reports.views.listing import LIBRARIES, PER_PAGE, Days, known_on, with_months
from reports.views.tables import Column, Columns, headings, sorted_rows, without
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PARTS: Columns[figures.AreaRow] = {
    "nama": Column(_("Wilayah"), lambda row: row.area.short_name, numeric=False),
    "mitra": Column(_("Mitra"), lambda row: row.colours.total),
    "hijau": Column(_("Hijau"), lambda row: row.colours.green),
    "kuning": Column(_("Kuning"), lambda row: row.colours.yellow),
    "merah": Column(_("Merah"), lambda row: row.colours.red),
    "abu": Column(_("Abu-abu"), lambda row: row.colours.grey),
    "gerak": Column(_("Gerak hijau"), lambda row: row.colours.green - row.green_before),
    "lapor": Column(_("Laporan masuk"), lambda row: row.completeness.share),
    "kunjungan": Column(_("Kunjungan"), lambda row: row.totals.visits_total),
    "pelibatan": Column(_("Pelibatan"), lambda row: row.totals.involvement),
    "kemitraan": Column(_("Kemitraan"), lambda row: row.partnerships),
}


@reads
def own_dashboard(request: "SignedInRequest") -> HttpResponse:
    """The widest region somebody works for; a librarian's dashboard is its library's page."""
    if request.user.is_librarian:
        return redirect("reports:my_rapor")
    region = Region.objects.visible_to(request.user).order_by("level", "code").first()
    if region is None:
        return render(request, "reports/no_place.html")
    return redirect(region)


@reads
def region_page(request: "SignedInRequest", code: str) -> HttpResponse:
    visible = Region.objects.visible_to(request.user)
    region = get_object_or_404(visible, code=code)
    period = asked_period(request.GET)
    libraries = Library.objects.visible_to(request.user).within(region.code)
    dashboard = figures.dashboard(region, libraries, period)
    trend = figures.colour_trend(libraries, period.end)
    query = in_address(period)
    return render(
        request,
        "reports/region.html",
        {
            "dashboard": dashboard,
            "crumbs": visible.filter(code__in=_codes_above(code)).order_by("level"),
            "picker": Picker.of(period),
            "query": query,
            "known_on": known_on(period),
            "bar": charts.colour_bar(dashboard.colours),
            "tiles": _tiles(dashboard, query),
            "trend": trend,
            "trend_chart": charts.colour_trend([(one.month, one) for one in trend]),
            "may_be_printed": region.level <= Level.REGENCY,
            "may_change_map": permissions.can_draw_map(request.user),
            "may_follow_up": permissions.follows_up(request.user)
            and Level.PROVINCE < region.level <= Level.DISTRICT,
            **_parts_table(request.GET, dashboard),
            **_libraries_table(request.GET, region, libraries, period),
        },
    )


def _codes_above(code: str) -> list[str]:
    steps = code.split(".")
    return [".".join(steps[:depth]) for depth in range(1, len(steps))]


def _tiles(dashboard: figures.Dashboard, query: str) -> charts.OutlineMap | charts.TileMap | None:
    """The map of a province; districts have no drawn grid, their table says more."""
    if dashboard.region.level != Level.PROVINCE:
        return None
    return charts.area_map(
        dashboard.rows,
        queries.drawing_of(dashboard.region),
        href=lambda area: f"{area.get_absolute_url()}?{query}",
    )


def _parts_table(asked: QueryDict, dashboard: figures.Dashboard) -> dict[str, Any]:
    """The parts of a region, by code unless ``?urut=`` names a column."""
    if dashboard.region.level >= Level.DISTRICT:
        return {"parts": [], "part_headings": []}
    chosen = asked.get("urut", "")
    return {
        "parts": sorted_rows(dashboard.rows, chosen, PARTS),
        "part_headings": headings(PARTS, notes={}, asked=asked, parameter="urut", chosen=chosen),
    }


def _libraries_table(
    asked: QueryDict, region: Region, libraries: LibraryQuerySet, period: Period
) -> dict[str, Any]:
    """The libraries of a regency or less, by name unless ``?daftar=`` names a column."""
    if region.level == Level.PROVINCE:
        return {"page": None}
    chosen = asked.get("daftar", "nama")
    rows = figures.library_rows(libraries.order_by("name", "pk"), period)
    days = Days.of(rows, period)
    page = Paginator(sorted_rows(rows, chosen, LIBRARIES), PER_PAGE).get_page(asked.get("hal"))
    return {
        "page": page,
        "page_query": without(asked, "hal"),
        "listed": with_months(list(page), period.end, days),
        "library_headings": headings(
            LIBRARIES,
            notes=days.notes,
            asked=asked,
            parameter="daftar",
            chosen=chosen,
        ),
    }
