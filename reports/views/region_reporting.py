"""Pelaporan: siapa melapor, kapan, siapa memeriksa, dan sejauh mana masuk ke portal."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.enums import Colour
from libraries.enums import Level
from libraries.models import Library
from libraries.permissions import sees_people
from reports import charts, figures, permissions, summaries
from reports.enums import Stage
from reports.figures.follow_up import Silence, silences
from reports.figures.funnel import StageCounts, funnel
from reports.figures.reporting import (
    STRIP,
    AreaReporting,
    MonthReporting,
    Reporting,
    reporting,
)
from reports.figures.waiting import ReviewWait, review_waits
from reports.views import regions
from reports.views.follow_up import state_words
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from reports.views.regions import RegionPage
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
SHADES = 5  # of one hue, from few to all

AREAS: Columns[AreaReporting] = {
    "nama": Column(gettext_lazy("Wilayah"), lambda row: row.area.short_name, numeric=False),
    "ditunggu": Column(gettext_lazy("Ditunggu"), lambda row: row.completeness.expected),
    "masuk": Column(gettext_lazy("Masuk"), lambda row: row.completeness.share),
    "tepat": Column(gettext_lazy("Tepat waktu"), lambda row: row.on_time_share),
    "belum": Column(gettext_lazy("Belum masuk"), lambda row: row.missing),
}
WAITS: Columns[ReviewWait] = {
    "nama": Column(gettext_lazy("Wilayah"), lambda row: row.regency.short_name, numeric=False),
    "menunggu": Column(gettext_lazy("Menunggu diperiksa"), lambda row: len(row.waiting)),
    "terlama": Column(gettext_lazy("Terlama (hari kerja)"), lambda row: row.longest or 0),
    "lewat": Column(gettext_lazy("Lewat batas periksa"), lambda row: row.overdue),
}


@dataclass(frozen=True, slots=True)
class Share:
    """A month of a part in one hue, its share written in it; ``shade`` is 0 for the fewest, and
    -1 where nothing was expected."""

    words: str
    text: str
    shade: int


@dataclass(frozen=True, slots=True)
class ShareRow:
    row: AreaReporting
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class StripCell:
    """A month of a library: its state in a word, its colour as a shape."""

    state: str
    short: str
    words: str
    colour: str
    month: str


@dataclass(frozen=True, slots=True)
class StripRow:
    library: Library
    missed: Silence
    cells: tuple[StripCell, ...]


@reads
def region_reporting(request: "SignedInRequest", code: str) -> HttpResponse:
    page = regions.asked_region(request, code)
    context = regions.head(request, page)
    if page.status == 200:
        context |= _figures(request, page)
    return render(request, "reports/region_reporting.html", context, status=page.status)


def _figures(request: "SignedInRequest", page: "RegionPage") -> dict[str, Any]:
    now = timezone.now()
    today = timezone.localdate(now)
    found = reporting(page.region, page.libraries, page.period, as_of=now)
    before = figures.completeness(page.libraries, page.before, as_of=now)
    waits = review_waits(page.libraries, today, decided=False)
    on = min(page.period.last_day, today)
    path = funnel(page.libraries, on)
    return {
        "summary": summary(page.region.title, str(page.period), found, waits, as_of=now),
        "found": found,
        "before_total": before,
        "heading": finding(found),
        "chart": months_chart(found),
        "today": today,
        "on": on,
        "funnel": path.portal,
        "funnel_chart": funnel_chart(path.portal, _funnel_query(page, on)),
        "funnel_query": _funnel_query(page, on),
        "waiting": sum(len(wait.waiting) for wait in waits),
        "shows_people": sees_people(request.user),
        "may_follow_up": permissions.follows_up(request.user)
        and page.region.level <= Level.DISTRICT,
        **_areas_table(request.GET, page, found),
        **_waits_table(request.GET, waits),
        **({} if page.region.level == Level.PROVINCE else _libraries_table(request.GET, page)),
    }


# --- In words -------------------------------------------------------------------------------------


def finding(found: Reporting) -> str:
    """“Laporan masuk 310 dari 342 yang ditunggu; paling sedikit Mei 2026”"""
    total = found.total
    if not total.expected:
        return _("Belum ada laporan yang ditunggu pada periode ini")
    worst = max(found.months, key=lambda month: month.missing)
    said = _("Laporan masuk %(reported)s dari %(expected)s yang ditunggu") % {
        "reported": charts.grouped(total.reported),
        "expected": charts.grouped(total.expected),
    }
    if len(found.months) == 1 or not worst.missing:
        return said
    return _("%(said)s; paling banyak belum masuk %(month)s (%(missing)s)") % {
        "said": said,
        "month": periods.written(worst.month),
        "missing": charts.grouped(worst.missing),
    }


def summary(
    where: str, when: str, found: Reporting, waits: list[ReviewWait], *, as_of: datetime
) -> str:
    """The tab as one paragraph, for WhatsApp."""
    total = found.total
    said = [
        _(
            "%(where)s, %(when)s: laporan masuk %(reported)s dari %(expected)s yang ditunggu "
            "(%(share)s), tepat waktu %(on_time)s dari %(timed)s."
        )
        % {
            "where": where,
            "when": when,
            "reported": charts.grouped(total.reported),
            "expected": charts.grouped(total.expected),
            "share": percent(total.reported, total.expected),
            "on_time": charts.grouped(total.on_time),
            "timed": charts.grouped(total.timed),
        }
    ]
    if waits:
        said.append(
            _(
                "Menunggu diperiksa hari ini: %(count)s laporan, terlama %(days)s hari kerja "
                "di %(at)s."
            )
            % {
                "count": charts.grouped(sum(len(wait.waiting) for wait in waits)),
                "days": waits[0].longest,
                "at": waits[0].regency.title,
            }
        )
    return " ".join([*said, f"{summaries.source(as_of)}."])


def percent(some: int, whole: int) -> str:
    """A whole number for a narrow cell; never “100%” while one is missing, nor “0%” with one."""
    if not whole:
        return "–"
    share = round(100 * some / whole)
    if some < whole:
        share = min(share, 99)
    return f"{max(share, 1) if some else 0}%"


# --- Charts ---------------------------------------------------------------------------------------


def months_chart(found: Reporting) -> charts.LayerChart:
    return charts.layered(
        [_("Tepat waktu"), _("Terlambat atau dimaklumi"), _("Belum masuk")],
        [
            (month.month, [month.completeness.on_time, month.late, month.missing], "")
            for month in found.months
        ],
    )


def funnel_chart(counts: StageCounts, query: str) -> charts.BarChart:
    """Each stage leads to its libraries where the list can be asked for the same ones."""
    numbers = (counts.none, counts.invited, counts.active, counts.first, counts.routine)
    address = reverse("reports:funnel_list")
    return charts.bars(
        [
            charts.Value(
                str(stage.label),
                number,
                href=f"{address}?{query}&tahap={stage.value}" if query else "",
            )
            for stage, number in zip(Stage, numbers, strict=True)
        ]
    )


def _funnel_query(page: "RegionPage", on: date) -> str:
    """The list of the way into the portal knows places and days, nothing else; a village has none
    there."""
    if page.is_narrowed or page.region.level > Level.DISTRICT:
        return ""
    return f"wilayah={page.region.code}&per={on.isoformat()}"


# --- Tables ---------------------------------------------------------------------------------------


def _areas_table(asked: QueryDict, page: "RegionPage", found: Reporting) -> dict[str, Any]:
    chosen = asked.get("urut", "")
    rows = sorted_rows(found.rows, chosen, AREAS) if page.region.level < Level.DISTRICT else []
    return {
        "areas": [ShareRow(row, tuple(_share(row, one) for one in row.strip)) for row in rows],
        "strip_months": found.strip_months,
        "area_headings": headings(AREAS, notes={}, asked=asked, parameter="urut", chosen=chosen),
    }


def _share(row: AreaReporting, one: MonthReporting) -> Share:
    done = one.completeness
    where = f"{row.area.short_name}, {periods.written(one.month)}"
    if not done.expected:
        why = _("tidak ada yang ditunggu") if one.is_due else _("batas kirim belum lewat")
        return Share(f"{where}: {why}", "–", -1)
    words = _("%(where)s: %(some)s dari %(all)s masuk") % {
        "where": where,
        "some": charts.grouped(done.reported),
        "all": charts.grouped(done.expected),
    }
    shade = min(SHADES - 1, done.reported * SHADES // done.expected)
    return Share(words, percent(done.reported, done.expected), shade)


def _waits_table(asked: QueryDict, waits: list[ReviewWait]) -> dict[str, Any]:
    chosen = asked.get("tunggu", "-terlama")
    return {
        "waits": sorted_rows(waits, chosen, WAITS),
        "wait_headings": headings(WAITS, notes={}, asked=asked, parameter="tunggu", chosen=chosen),
    }


def _libraries_table(asked: QueryDict, page: "RegionPage") -> dict[str, Any]:
    """Libraries by months, whoever missed most in a row first."""
    partners = page.libraries.partners_on(page.period.last_day)
    found = silences(partners, page.period.end, length=STRIP, coloured=True)
    shown = Paginator(found, PER_PAGE).get_page(asked.get("hal"))
    return {
        "page": shown,
        "page_query": without(asked, "hal"),
        "strips": _strips(shown),
        "silent": sum(1 for one in found if one.in_a_row),
    }


def _strips(shown: "Page[Silence]") -> list[StripRow]:
    missed = list(shown)
    known = Library.objects.for_list().in_bulk([one.library for one in missed])
    return [
        StripRow(known[one.library], one, tuple(_strip_cell(cell) for cell in one.cells))
        for one in missed
    ]


def _strip_cell(cell: figures.MonthCell) -> StripCell:
    is_forgiven = cell.is_excused and cell.state in ("not_reported", "open")
    state = "excused" if is_forgiven else cell.state
    short, words = state_words(state)
    colour = str(Colour(cell.colour).label).lower() if cell.colour else _("tanpa warna")
    return StripCell(
        state=state,
        short=short,
        words=f"{periods.written(cell.month)}: {words}, {colour}",
        colour=cell.colour or "none",
        month=date_format(cell.month, "M"),
    )
