"""Where province staff land: the week, what is undecided, and which regencies are behind."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from reports.figures.desk import Behind
from reports.views.homes import decisions
from reports.views.homes.place import Province, widest_place
from tpbis.core.http import reads
from tpbis.core.tables import Column, Columns, headings, sorted_rows

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

ROWS = 10

BEHIND: Columns[Behind] = {
    "nama": Column(_("Kabupaten/kota"), lambda one: one.area.short_name, numeric=False),
    "pic": Column(_("PIC"), lambda one: one.pics, numeric=False),
    "menunggu": Column(_("Menunggu diperiksa"), lambda one: one.waiting),
    "terlama": Column(_("Terlama, hari kerja"), lambda one: one.longest or 0),
    "lapor": Column(_("Laporan masuk"), lambda one: one.completeness.share),
    "abu": Column(_("Tanpa akun"), lambda one: one.row.colours.no_account),
}


@reads
def province_home(request: "SignedInRequest") -> HttpResponse:
    region = widest_place(request)
    if region is None:
        return render(request, "reports/no_place.html")
    here = Province.of(request, region)
    chosen = request.GET.get("urut", "")
    situation = decisions.Situation(
        here.region, here.dashboard, here.desk, here.behind, here.query, is_staff=True
    )
    return render(
        request,
        "reports/homes/province.html",
        {
            "region": region,
            "dashboard": here.dashboard,
            "week": here.desk.week,
            "decisions": decisions.for_staff(situation),
            "behind": sorted_rows(here.behind, chosen, BEHIND)[:ROWS],
            "regencies": len(here.behind),
            "headings": headings(
                BEHIND, notes={}, asked=request.GET, parameter="urut", chosen=chosen
            ),
            "query": here.query,
        },
    )
