"""Kegiatan: apa, untuk siapa, diikuti berapa orang; dan daftar catatan di balik tiap angka."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.enums import Kind
from activities.models import Activity
from reports import charts, figures, permissions, summaries
from reports.forms import EntryChoice
from reports.forms.entries import COLUMNS
from reports.views import regions
from reports.views.regions import RegionPage
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
PARAMETERS = {column: name for name, column in COLUMNS.items()}
DIVISIONS: Mapping[str, "str | Promise"] = {
    "theme": gettext_lazy("Bidang kegiatan"),
    "audience": gettext_lazy("Sasaran kegiatan"),
    "format": gettext_lazy("Bentuk kegiatan"),
    "result": gettext_lazy("Hasil advokasi"),
    "service_form": gettext_lazy("Bentuk peningkatan layanan"),
    "medium": gettext_lazy("Media publikasi"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a kind of entries, now and before, and the list behind it."""

    part: figures.Part
    before: int
    href: str


@dataclass(frozen=True, slots=True)
class Division:
    """A kind of entries by one of its fields, as a chart and as a table."""

    name: str
    heading: str  # says what the chart shows
    rows: tuple[Row, ...]
    chart: charts.BarChart
    has_participants: bool


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of the tables behind the charts over time."""

    month: date
    totals: figures.Totals
    href: str

    @property
    def entries(self) -> int:
        return sum(getattr(self.totals, name) for name in KINDS.values())

    @property
    def visits_untold(self) -> int:
        """Visits of which nobody said whether men or women came; of the SIM's."""
        return self.totals.visits_total - self.totals.visits_men - self.totals.visits_women


KINDS: Mapping[str, str] = {
    Kind.INVOLVEMENT: "involvement",
    Kind.ADVOCACY: "advocacy",
    Kind.SERVICE: "service",
    Kind.PUBLICATION: "publications",
}


@reads
def region_activities(request: "SignedInRequest", code: str) -> HttpResponse:
    page = regions.asked_region(request, code)
    found = figures.activities(page.libraries, page.period)
    before = figures.activities(page.libraries, page.before)
    months = month_rows(page)
    kinds = division(page, "kind", found.kinds, before.kinds)
    return render(
        request,
        "reports/region_activities.html",
        {
            **regions.head(request, page),
            "summary": summaries.activities(
                page.region.title,
                str(page.period),
                found,
                before,
                str(page.before),
                as_of=timezone.now(),
            ),
            "found": found,
            "before_found": before,
            "list_url": list_address(page),
            "kinds": kinds.rows,
            "months": months,
            "kinds_heading": busiest(months),
            "kinds_chart": kinds_over_months(months),
            "visits": figures.add_totals(row.totals for row in months),
            "visits_before": figures.totals(page.libraries, page.before),
            "visits_chart": visits_over_months(months),
            "divisions": [
                division(page, name, found.divided[name], before.divided[name])
                for name in DIVISIONS
            ],
        },
        status=page.status,
    )


@reads
def region_entries(request: "SignedInRequest", code: str) -> HttpResponse:
    """The entries behind a number: what was done where, never by whom."""
    page = regions.asked_region(request, code)
    form = EntryChoice(request.GET, period=page.period)
    is_understood = form.is_valid()
    entries = figures.entries(page.libraries, page.period)
    listed = form.of(entries) if is_understood else Activity.objects.none()
    shown = Paginator(
        listed.select_related("report__library__region", "report__library__regency").order_by(
            "-held_on", "pk"
        ),
        PER_PAGE,
    ).get_page(request.GET.get("hal"))
    head = regions.head(request, page)
    kept = [(name, value) for name, value in form.in_use.items() if name != "bulan"]
    return render(
        request,
        "reports/region_entries.html",
        {
            **head,
            "kept": [*head["kept"], *kept],
            "kept_by_filter": [*head["kept"], *_span(page)],
            "form": form,
            "fields": form.offered,
            "page": shown,
            "page_query": without(request.GET, "hal"),
            "may_read_reports": permissions.reads_reports(request.user),
            "activities_url": reverse("reports:region_activities", args=[code]),
        },
        status=page.status if is_understood else 400,
    )


# --- Parts of the pages ---------------------------------------------------------------------------


def list_address(page: RegionPage, **asked: str) -> str:
    """The list of entries with the whole state of ``page``."""
    address = reverse("reports:region_entries", args=[page.region.code])
    more = f"&{urlencode(asked)}" if asked else ""
    return f"{address}?{page.query}{more}"


def month_rows(page: RegionPage) -> list[MonthRow]:
    by_month = figures.totals_by_month(page.libraries, page.period)
    return [
        MonthRow(month, totals, list_address(page, bulan=periods.month_code(month)))
        for month, totals in by_month.items()
    ]


def division(
    page: RegionPage,
    name: str,
    parts: tuple[figures.Part, ...],
    parts_before: tuple[figures.Part, ...],
    *,
    width: int = charts.BAR_WIDTH,
) -> Division:
    before = {part.value: part.entries for part in parts_before}
    rows = tuple(
        Row(part, before[part.value], list_address(page, **{PARAMETERS[name]: part.value}))
        for part in parts
    )
    return Division(
        name=name,
        heading=_finding(name, parts),
        rows=rows,
        chart=charts.bars(
            [charts.Value(row.part.label, row.part.entries, row.before, row.href) for row in rows],
            width=width,
        ),
        has_participants=any(part.participants for part in parts),
    )


def kinds_over_months(months: list[MonthRow]) -> charts.LayerChart:
    names = [str(Kind(kind).label) for kind in KINDS]
    return charts.layered(
        names,
        [
            (row.month, [getattr(row.totals, name) for name in KINDS.values()], row.href)
            for row in months
        ],
    )


def visits_over_months(months: list[MonthRow]) -> charts.LayerChart:
    return charts.layered(
        [_("Perempuan"), _("Laki-laki"), _("Tidak dirinci")],
        [
            (
                row.month,
                [row.totals.visits_women, row.totals.visits_men, row.visits_untold],
                "",
            )
            for row in months
        ],
    )


def _finding(name: str, parts: tuple[figures.Part, ...]) -> str:
    """“Bidang kegiatan: Pendidikan terbanyak, 120 dari 456”"""
    most = max(parts, key=lambda part: part.entries)
    subject = DIVISIONS.get(name, "")
    if not most.entries:
        return _("%(subject)s: belum ada") % {"subject": subject}
    return _("%(subject)s: %(most)s terbanyak, %(count)s dari %(all)s") % {
        "subject": subject,
        "most": most.label,
        "count": charts.grouped(most.entries),
        "all": charts.grouped(sum(part.entries for part in parts)),
    }


def busiest(months: list[MonthRow]) -> str:
    """“Catatan kegiatan terbanyak pada Mei 2026: 320”"""
    most = max(months, key=lambda row: row.entries)
    if not most.entries:
        return _("Catatan kegiatan per bulan: belum ada")
    return _("Catatan kegiatan terbanyak pada %(month)s: %(count)s") % {
        "month": periods.written(most.month),
        "count": charts.grouped(most.entries),
    }


def _span(page: RegionPage) -> list[tuple[str, str]]:
    return [
        ("dari", periods.month_code(page.period.start)),
        ("sampai", periods.month_code(page.period.end)),
    ]
