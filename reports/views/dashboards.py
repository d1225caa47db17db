"""A region's page: everything `figures.dashboard` says about it, for any span of months."""

import re
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from libraries.models import Region
from libraries.permissions import KEEPERS
from libraries.querysets import LibraryQuerySet
from reports import charts, figures, permissions, summaries
from reports.figures.colouring import months_until
from reports.figures.held_up import held_up
from reports.figures.kept import kept_region
from reports.views import kept_pages, overview, regions
from reports.views.document_kinds import offered_of_region
from reports.views.kept_pages import ProvinceState
from reports.views.listing import LIBRARIES, PER_PAGE, Days, known_on, with_months
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_INDENTATION = re.compile(r"\n\s+")

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
    page = regions.asked_region(request, code)
    context = regions.head(request, page)
    if page.status == 200:
        level = page.region.level
        context |= {
            "may_be_printed": level <= Level.REGENCY,
            "papers": offered_of_region(request.user, page.region),
            "may_keep_office": level <= Level.REGENCY and request.user.role in KEEPERS,
            "may_decide": level == Level.PROVINCE and permissions.can_draw_map(request.user),
            "may_follow_up": permissions.follows_up(request.user)
            and Level.PROVINCE < level <= Level.DISTRICT,
            **kept_pages.shown(request, page, lambda state: _shown(request, page, state)),
        }
    return render(request, "reports/region.html", context, status=page.status)


def _shown(
    request: "SignedInRequest", page: regions.RegionPage, state: ProvinceState | None
) -> dict[str, Any]:
    """All that takes the figures: in words, and what stands above them."""
    found = _figures(request, page, state)
    return {
        "official": found["official"],
        "has_partners": bool(found["dashboard"].colours.total),
        "body": _tight(render_to_string("reports/_region_figures.html", found, request)),
    }


def _tight(words: str) -> SafeString:
    """Without the indentation that nobody sees and each phone would fetch."""
    return mark_safe(_INDENTATION.sub("\n", words))  # noqa: S308 – as safe as it was


def _figures(
    request: "SignedInRequest", page: regions.RegionPage, state: ProvinceState | None
) -> dict[str, Any]:
    """``state``: of a whole province."""
    counted = None
    if state is not None:
        spans = (*page.period.months, *page.before.months)
        counted = kept_region(page.region, {*spans, *months_until(page.period.end)})
    dashboard = figures.dashboard(
        page.region,
        page.libraries,
        page.period,
        before=page.before,
        is_narrowed=page.is_narrowed,
        is_whole=not page.is_narrowed,
        counted=counted,
    )
    whole = None if page.is_narrowed else page.region
    trend = figures.colour_trend(page.libraries, page.period.end, whole=whole, counted=counted)
    held = held_up(page.libraries, page.period.end, dashboard.colours, counted=counted)
    return {
        "region": page.region,
        "query": page.query,
        "dashboard": dashboard,
        "summary": summaries.overview(dashboard),
        "known_on": known_on(page.period),
        "to": overview.Addresses(page).of(page.region.code),
        "to_before": overview.leads_before(page),
        "official": overview.official_head(page, state),
        "awaiting": held.awaiting,
        "lacking": overview.lacking(page, held),
        "bar": charts.colour_bar(dashboard.colours),
        "map": overview.region_map(request.GET, page, dashboard, page.view.measure, state),
        "trend": trend,
        "trend_rows": overview.trend_rows(trend, page),
        "trend_chart": charts.colour_trend([(one.month, one) for one in trend]),
        "may_change_map": permissions.can_draw_map(request.user),
        **_parts_table(request.GET, page, dashboard),
        **_libraries_table(request.GET, page.region, page.libraries, page.period),
    }


def _parts_table(
    asked: QueryDict, page: regions.RegionPage, dashboard: figures.Dashboard
) -> dict[str, Any]:
    """The parts of a region, by code unless ``?urut=`` names a column."""
    if page.region.level >= Level.DISTRICT:
        return {"parts": [], "part_headings": [], "gain": None}
    chosen = asked.get("urut", "")
    parts = overview.parts(sorted_rows(dashboard.rows, chosen, PARTS), page)
    return {
        "parts": parts,
        "gain": overview.greatest_gain(parts),
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
