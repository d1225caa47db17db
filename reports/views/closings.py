"""Closed months: what was on each closing day, and what has changed since."""

import re
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpi.enums import Measure
from kpi.models import Closing
from libraries.models import Library
from reports import charts, figures
from reports.http import in_address
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.periods import BadPeriod, Period
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.utils.functional import Promise

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
_YEAR = re.compile(r"\d{4}", re.ASCII)

AREAS: Columns[figures.ClosedArea] = {
    "nama": Column(gettext_lazy("Wilayah"), lambda row: row.area.short_name, numeric=False),
    "mitra": Column(gettext_lazy("Mitra"), lambda row: row.colours.total),
    "hijau": Column(gettext_lazy("Hijau"), lambda row: row.colours.green),
    "kuning": Column(gettext_lazy("Kuning"), lambda row: row.colours.yellow),
    "merah": Column(gettext_lazy("Merah"), lambda row: row.colours.red),
    "abu": Column(gettext_lazy("Abu-abu"), lambda row: row.colours.grey),
    "berubah": Column(gettext_lazy("Berubah sejak ditutup"), lambda row: row.changed),
}
# What a score is made of, in words: the measures, and what else may have changed.
MADE_OF: "Mapping[str, str | Promise]" = {
    **dict(Measure.choices),
    "months_due": gettext_lazy("bulan yang dihitung"),
    "rules": gettext_lazy("versi aturan"),
}


@reads
def closings(request: "SignedInRequest") -> HttpResponse:
    """The closed months of ``?tahun=2024``, of the newest year without it."""
    years = figures.closing_years()
    year = asked_year(request, years)
    libraries = Library.objects.visible_to(request.user)
    return render(
        request,
        "reports/closings.html",
        {
            "years": years,
            "year": year,
            "closings_query": f"tahun={year}",
            "closings": figures.closings_of(libraries, year) if year else [],
        },
    )


def asked_year(request: "SignedInRequest", years: "Sequence[int] | None" = None) -> int | None:
    """Of ``?tahun=``, else the newest of ``years`` with a closing. Raises ``BadPeriod``."""
    years = figures.closing_years() if years is None else years
    asked = request.GET.get("tahun", "")
    if not asked:
        return years[0] if years else None
    if not _YEAR.fullmatch(asked) or int(asked) not in years:
        raise BadPeriod(_("Tahun “%(year)s” tidak punya penutupan.") % {"year": asked[:20]})
    return int(asked)


@reads
def closing(request: "SignedInRequest", month: str) -> HttpResponse:
    """One closed month: by regency, and the libraries whose colour changed since."""
    asked = closing_of(month)
    libraries = Library.objects.visible_to(request.user)
    found = figures.closing_figures(libraries, asked)
    page = Paginator(found.moved, PER_PAGE).get_page(request.GET.get("hal"))
    chosen = request.GET.get("urut", "")
    return render(
        request,
        "reports/closing.html",
        {
            "closing": asked,
            "closed": found.closed,
            "bar": charts.colour_bar(found.closed.colours),
            "areas": sorted_rows(found.areas, chosen, AREAS),
            "area_headings": headings(
                AREAS, notes={}, asked=request.GET, parameter="urut", chosen=chosen
            ),
            "page": page,
            "page_query": without(request.GET, "hal"),
            "moved": figures.explained(list(page), asked),
            "made_of": MADE_OF,
            "query": in_address(Period.year_to(asked.through)),
        },
    )


def closing_of(month: str) -> Closing:
    try:
        through = periods.parse_month(month)
    except BadPeriod:
        raise Http404 from None
    return get_object_or_404(Closing, through=through)
