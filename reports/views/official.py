"""The SIM's official scores beside ours: how far they agree, and where they do not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kpi import scoring
from kpi.enums import Colour
from libraries.models import Library, Region
from reports import summaries
from reports.figures.official import (
    GREEN_ABOVE,
    YELLOW_ABOVE,
    Agreement,
    Comparison,
    Pair,
    agreement_by_regency,
    official_comparison,
)
from reports.forms import OfficialChoice
from reports.views.places import offered, told
from tpbis.core import periods
from tpbis.core.downloads import refused, table_file
from tpbis.core.exports import facts
from tpbis.core.http import reads
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.spreadsheets import Cell

PER_PAGE = 50
NOWHERE = -(10**9)  # no difference sorts below every other


def _by_colour(colour: str, points: int | None) -> tuple[int, int]:
    return scoring.ORDER[colour], points or 0


PAIRS: Columns[Pair] = {
    "nama": Column(
        pgettext_lazy("kolom", "Perpustakaan"), lambda pair: pair.name.casefold(), numeric=False
    ),
    "resmi": Column(
        _("KPI resmi SIM"),
        lambda pair: _by_colour(pair.official_colour, pair.official_points),
        numeric=False,
    ),
    "portal": Column(
        _("KPI portal"), lambda pair: _by_colour(pair.colour, pair.points), numeric=False
    ),
    "selisih": Column(
        _("Selisih"), lambda pair: NOWHERE if pair.difference is None else pair.difference
    ),
    "warna": Column(_("Warna"), lambda pair: pair.agrees, numeric=False),
}


@dataclass(frozen=True, slots=True)
class RegencyRow:
    region: Region
    agreement: Agreement


REGENCIES: Columns[RegencyRow] = {
    "kab": Column(_("Kabupaten/kota"), lambda row: row.region.code, numeric=False),
    "banding": Column(_("Dibandingkan"), lambda row: row.agreement.compared),
    "sama": Column(_("Warnanya sama"), lambda row: _share(row.agreement)),
    "rata": Column(_("Selisih rata-rata"), lambda row: row.agreement.mean_difference or 0),
    "besar": Column(_("Besar selisih"), lambda row: row.agreement.mean_distance or 0),
}


def _share(agreement: Agreement) -> float:
    return agreement.agreed / agreement.compared


@dataclass(frozen=True, slots=True)
class Square:
    """How many libraries have this official colour and this one of ours."""

    official: str
    ours: str
    count: int

    @property
    def agrees(self) -> bool:
        return self.official == self.ours


@reads
def official(request: "SignedInRequest") -> HttpResponse:
    form = OfficialChoice(request.GET, user=request.user)
    is_known = form.is_valid()
    found = official_comparison(form.within() if is_known else Library.objects.none())
    order = request.GET.get("urut", "nama")
    pairs = sorted_rows(form.narrowed(found.pairs), order, PAIRS) if is_known else []
    page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/official.html",
        {
            "form": form,
            "asked": {name: request.GET.get(name, "") for name in form.fields},
            "regions": offered(request.user, form.region),
            "region": form.region,
            "colours": Colour.choices,
            "agreements": OfficialChoice.AGREEMENT,
            "found": found,
            "agreement": found.agreement,
            "matrix": _matrix(found),
            "summary": _summary(request, form, found),
            "thresholds": (GREEN_ABOVE, YELLOW_ABOVE),
            "regencies": _regencies(found, request.GET.get("urut_wilayah", "kab")),
            "regency_headings": headings(
                REGENCIES,
                notes={},
                asked=request.GET,
                parameter="urut_wilayah",
                chosen=request.GET.get("urut_wilayah", "kab"),
            ),
            "page": page,
            "rows": _rows(page),
            "row_headings": headings(
                PAIRS, notes=_notes(found), asked=request.GET, parameter="urut", chosen=order
            ),
            "matrix_query": without(request.GET, "hal", "resmi", "portal", "cocok"),
            "page_query": without(request.GET, "hal"),
            "order": order,
        },
        status=200 if is_known else 400,
    )


@reads
def official_export(request: "SignedInRequest", form: str) -> HttpResponseBase:
    """What the list shows, as csv or xlsx."""
    chosen = OfficialChoice(request.GET, user=request.user)
    if not chosen.is_valid():
        return refused(chosen.errors)
    found = official_comparison(chosen.within())
    pairs = sorted_rows(chosen.narrowed(found.pairs), request.GET.get("urut", "nama"), PAIRS)
    return table_file(
        _table(pairs),
        form,
        name="skor-resmi-sim",
        sheet=gettext("Skor resmi SIM"),
        about=_about(found, chosen, len(pairs)),
        asked=request.GET,
    )


def _summary(request: "SignedInRequest", form: OfficialChoice, found: Comparison) -> str:
    """Of all that are compared in the chosen place, whichever of them are listed."""
    if not found.pairs:
        return ""
    return summaries.official(told(request.user, form.region), found, as_of=timezone.now())


# --- The page -------------------------------------------------------------------------------------


def _matrix(found: Comparison) -> list[tuple[str, list[Square], int]]:
    """A row for each official colour, with a cell for each of ours and their sum."""
    counted = found.matrix
    rows = []
    for theirs in Colour.values:
        cells = [Square(theirs, ours, counted[theirs, ours]) for ours in Colour.values]
        rows.append((theirs, cells, sum(cell.count for cell in cells)))
    return rows


def _regencies(found: Comparison, order: str) -> list[RegencyRow]:
    counted = agreement_by_regency(found.pairs)
    regions = Region.objects.filter(pk__in=counted).order_by("code")
    return sorted_rows((RegencyRow(one, counted[one.pk]) for one in regions), order, REGENCIES)


def _rows(pairs: "Iterable[Pair]") -> list[tuple[Pair, Library]]:
    shown = list(pairs)
    libraries = Library.objects.for_list().in_bulk([pair.library for pair in shown])
    return [(pair, libraries[pair.library]) for pair in shown]


def _notes(found: Comparison) -> dict[str, str]:
    """Days under the headings where they are one for all."""
    notes = {"selisih": gettext("portal − SIM")}
    if len(found.days) == 1:
        notes["resmi"] = gettext("per %(day)s") % {"day": date_format(found.days[0], "j M Y")}
        notes["portal"] = gettext("s.d. %(month)s") % {"month": date_format(found.months[0], "M Y")}
    return notes


# --- The file -------------------------------------------------------------------------------------


def _table(pairs: "Sequence[Pair]") -> "list[list[Cell]]":
    head: list[Any] = [
        gettext("Perpustakaan"),
        gettext("Jenis"),
        gettext("Kabupaten/kota"),
        gettext("Wilayah"),
        gettext("KPI resmi SIM: tanggal"),
        gettext("KPI resmi SIM: skor"),
        gettext("KPI resmi SIM: warna"),
        gettext("KPI portal: s.d. bulan"),
        gettext("KPI portal: skor"),
        gettext("KPI portal: warna"),
        gettext("KPI portal: versi aturan"),
        gettext("Selisih (portal − SIM)"),
        gettext("Warnanya sama"),
    ]
    return [head, *(_line(pair, library) for pair, library in _rows(pairs))]


def _line(pair: Pair, library: Library) -> "list[Cell]":
    return [
        pair.name,
        library.get_kind_display(),
        library.regency.title,
        library.region.title,
        pair.as_of,
        _points(pair.official_points),
        str(Colour(pair.official_colour).label),
        periods.month_code(pair.through),
        _points(pair.points),
        str(Colour(pair.colour).label),
        pair.version or "",
        _points(pair.difference),
        gettext("ya") if pair.agrees else gettext("tidak"),
    ]


def _points(thousandths: int | None) -> "Cell":
    return "" if thousandths is None else thousandths / 1000


def _about(found: Comparison, chosen: OfficialChoice, listed: int) -> "list[Sequence[Cell]]":
    """What the numbers are, of whom, and as of when."""
    now = timezone.localtime()
    return [
        [gettext("Keterangan"), ""],
        [gettext("Keadaan per"), f"{date_format(now, 'j F Y H.i')} WIB"],
        [gettext("Wilayah"), chosen.region.title if chosen.region else gettext("Semua")],
        *chosen.in_words,
        [gettext("Mitra"), found.partners],
        [gettext("Dibandingkan"), len(found.pairs)],
        [gettext("Tanpa skor resmi"), found.without_official],
        [gettext("Skor resmi dari bulan di luar keikutsertaan"), found.without_ours],
        [gettext("Warnanya sama"), found.agreement.agreed],
        [gettext("Baris di lembar pertama"), listed],
        [gettext("Versi aturan portal"), ", ".join(str(one) for one in found.rule_versions)],
        *([str(label), value] for label, value in facts()),
    ]
