"""A region's figures as slides for a meeting: the same figures and charts, a finding at a time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from libraries.enums import Level
from reports import charts, figures, queries, summaries
from reports.figures.movement import movement, top_movers
from reports.views import regions
from reports.views.region_activities import (
    busiest,
    division,
    kinds_over_months,
    month_rows,
)
from reports.views.regions import RegionPage
from tpbis.core.http import reads
from tpbis.core.periods import written

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

RANKED = 5  # areas at either end of the ranking
WIDE = 900  # a chart of bars that fills the slide


@dataclass(frozen=True, slots=True)
class Shown:
    """What a slide says, and what it draws that from."""

    title: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Slide:
    """One finding; asked for only when it is shown."""

    template: str
    show: Callable[[RegionPage, figures.Dashboard], Shown]

    @property
    def name(self) -> str:
        return self.template.rpartition("/")[2].removesuffix(".html")


@dataclass(frozen=True, slots=True)
class Ranked:
    """An area of the ranking, with its colours on a line."""

    row: figures.AreaRow
    bar: charts.ColourBar
    href: str


@dataclass(frozen=True, slots=True)
class Attention:
    """Something a meeting may have to decide about, and the page that says more."""

    text: str
    href: str
    link: str


@reads
def presentation(request: "SignedInRequest", code: str) -> HttpResponse:
    page = regions.asked_region(request, code)
    dashboard = figures.dashboard(
        page.region,
        page.libraries,
        page.period,
        before=page.before,
        is_narrowed=page.is_narrowed,
        is_whole=not page.is_narrowed,
    )
    slides = _slides(page, dashboard)
    number = _number(request.GET.get("halaman", ""), len(slides))
    slide = slides[number - 1]
    shown = slide.show(page, dashboard)
    return render(
        request,
        "reports/presentation.html",
        {
            "page": page,
            "dashboard": dashboard,
            "name": slide.name,
            "template": slide.template,
            "title": shown.title,
            "facts": shown.facts,
            "number": number,
            "count": len(slides),
            "earlier": f"?{page.query}&halaman={number - 1}" if number > 1 else "",
            "later": f"?{page.query}&halaman={number + 1}" if number < len(slides) else "",
            "leave": f"{page.region.get_absolute_url()}?{page.query}",
            "source": _source(dashboard),
        },
        status=page.status,
    )


def _number(asked: str, count: int) -> int:
    """The slide asked for; the nearest there is."""
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1
    return min(max(wanted, 1), count)


def _source(dashboard: figures.Dashboard) -> str:
    return _("%(source)s, KPI portal s.d. %(month)s, aturan versi %(versions)s") % {
        "source": summaries.source(dashboard.as_of),
        "month": written(dashboard.period.end),
        "versions": ", ".join(str(version) for version in dashboard.rule_versions),
    }


# --- The slides -----------------------------------------------------------------------------------


def _slides(page: RegionPage, dashboard: figures.Dashboard) -> list[Slide]:
    """Those there is something to show on."""
    if not dashboard.colours.total:
        return [Slide("reports/slides/title.html", _opening)]
    found = [
        Slide("reports/slides/title.html", _opening),
        Slide("reports/slides/colours.html", _colours),
        Slide("reports/slides/indicators.html", _indicators),
    ]
    if page.region.level == Level.PROVINCE:
        found.append(Slide("reports/slides/map.html", _map))
    found.append(Slide("reports/slides/trend.html", _trend))
    if len(_areas(dashboard)) > 1:
        found.append(Slide("reports/slides/ranking.html", _ranking))
    return [
        *found,
        Slide("reports/slides/movers.html", _movers),
        Slide("reports/slides/themes.html", _themes),
        Slide("reports/slides/months.html", _months),
        Slide("reports/slides/attention.html", _attention),
    ]


def _opening(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    return Shown(page.region.title, {})


def _colours(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    counts = dashboard.colours
    title = _("%(green)s dari %(total)s mitra hijau s.d. %(month)s") % {
        "green": charts.grouped(counts.green),
        "total": charts.grouped(counts.total),
        "month": written(page.period.end),
    }
    return Shown(title, {"bar": charts.colour_bar(counts)})


def _indicators(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    return Shown(_("Tiga indikator utama, %(period)s") % {"period": page.period}, {})


def _map(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    drawn = charts.area_map(
        dashboard.rows,
        queries.drawing_of(dashboard.region),
        href=lambda area: f"{area.get_absolute_url()}?{page.query}",
    )
    title = _("Warna mitra per kabupaten/kota s.d. %(month)s") % {"month": written(page.period.end)}
    return Shown(title, {"map": drawn})


def _trend(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    whole = None if page.is_narrowed else page.region
    trend = figures.colour_trend(page.libraries, page.period.end, whole=whole)
    title = _("Hijau: %(before)s pada %(then)s, %(now)s pada %(month)s") % {
        "before": charts.grouped(trend[0].green),
        "then": written(trend[0].month),
        "now": charts.grouped(trend[-1].green),
        "month": written(trend[-1].month),
    }
    return Shown(title, {"chart": charts.colour_trend([(one.month, one) for one in trend])})


def _ranking(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    """The largest shares of green first; of equal ones the area with more partners."""
    ranked = sorted(
        _areas(dashboard),
        key=lambda row: (-row.colours.green / row.colours.total, -row.colours.total, row.area.code),
    )
    some = min(RANKED, len(ranked) // 2)
    best = ranked[0]
    title = _("%(area)s paling hijau: %(green)s dari %(total)s mitra") % {
        "area": best.area.short_name,
        "green": charts.grouped(best.colours.green),
        "total": charts.grouped(best.colours.total),
    }
    return Shown(
        title,
        {"first": _with_bars(ranked[:some], page), "last": _with_bars(ranked[-some:], page)},
    )


def _movers(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    """Who gained and who lost most points since the end of the span compared with."""
    found = movement(page.region, page.libraries, page.before.end, page.period.end)
    gained, lost = top_movers(found.movers, most=RANKED)
    title = _("%(up)s perpustakaan naik warna, %(down)s turun sejak %(base)s") % {
        "up": charts.grouped(found.up),
        "down": charts.grouped(found.down),
        "base": written(page.before.end),
    }
    wanted = {one.library for one in (*gained, *lost)}
    libraries = page.libraries.filter(pk__in=wanted).select_related("regency").in_bulk()
    return Shown(
        title,
        {
            "gained": [(one, libraries[one.library]) for one in gained],
            "lost": [(one, libraries[one.library]) for one in lost],
        },
    )


def _themes(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    found = figures.activities(page.libraries, page.period)
    before = figures.activities(page.libraries, page.before)
    themes = division(page, "theme", found.divided["theme"], before.divided["theme"], width=WIDE)
    return Shown(themes.heading, {"division": themes})


def _months(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    months = month_rows(page)
    return Shown(busiest(months), {"chart": kinds_over_months(months)})


def _attention(page: RegionPage, dashboard: figures.Dashboard) -> Shown:
    title = _("Yang perlu diperhatikan dan diputuskan")
    return Shown(title, {"points": list(_points(page, dashboard))})


def _areas(dashboard: figures.Dashboard) -> list[figures.AreaRow]:
    """The parts of the region that have partners."""
    return [
        row for row in dashboard.rows if row.area.pk != dashboard.region.pk and row.colours.total
    ]


def _with_bars(rows: Iterable[figures.AreaRow], page: RegionPage) -> list[Ranked]:
    return [
        Ranked(row, charts.colour_bar(row.colours), f"{row.area.get_absolute_url()}?{page.query}")
        for row in rows
    ]


# --- What a meeting may have to decide about ------------------------------------------------------


def _points(page: RegionPage, dashboard: figures.Dashboard) -> Iterable[Attention]:
    libraries = f"{reverse('reports:libraries')}?wilayah={page.region.code}&{page.query}"
    counts, done = dashboard.colours, dashboard.completeness
    if counts.grey:
        yield Attention(
            _(
                "%(grey)s mitra abu-abu: %(no_account)s tanpa akun, %(never)s belum pernah "
                "melapor, %(stopped)s berhenti melapor."
            )
            % {
                "grey": charts.grouped(counts.grey),
                "no_account": charts.grouped(counts.no_account),
                "never": charts.grouped(counts.never),
                "stopped": charts.grouped(counts.stopped),
            },
            f"{libraries}&warna=grey",
            _("Lihat perpustakaannya"),
        )
    if done.expected > done.reported:
        yield Attention(
            _("%(missing)s dari %(expected)s laporan bulanan belum masuk%(where)s.")
            % {
                "missing": charts.grouped(done.expected - done.reported),
                "expected": charts.grouped(done.expected),
                "where": _where(_least_complete(dashboard)),
            },
            f"{reverse('reports:region_reporting', args=[page.region.code])}?{page.query}",
            _("Lihat pelaporan"),
        )
    if falling := [row for row in _areas(dashboard) if row.colours.green < row.green_before]:
        falling.sort(key=lambda row: row.colours.green - row.green_before)
        yield Attention(
            _("Hijau berkurang di %(count)s wilayah dibandingkan s.d. %(base)s%(where)s.")
            % {
                "count": len(falling),
                "base": written(page.before.end),
                "where": _where(falling[:3]),
            },
            f"{reverse('reports:region_movement', args=[page.region.code])}?{page.query}",
            _("Lihat gerak warna"),
        )
    if counts.yellow:
        yield Attention(
            _("%(yellow)s mitra kuning paling dekat ke hijau: dampingi lebih dulu.")
            % {"yellow": charts.grouped(counts.yellow)},
            f"{libraries}&warna=yellow",
            _("Lihat perpustakaannya"),
        )


def _least_complete(dashboard: figures.Dashboard) -> list[figures.AreaRow]:
    expecting = [row for row in _areas(dashboard) if row.completeness.expected]
    return sorted(expecting, key=lambda row: row.completeness.share)[:3]


def _where(rows: list[figures.AreaRow]) -> str:
    """“, terutama di Kabupaten A, Kota B”"""
    if not rows:
        return ""
    return _(", terutama di %(areas)s") % {"areas": ", ".join(row.area.short_name for row in rows)}
