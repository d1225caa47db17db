"""What would be if: a scenario is an address, and its answer is not kept anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi.enums import Colour
from kpi.models import RuleSet
from kpi.queries.simulation import Change
from kpi.scoring import ORDER, NotPossible, Plan, Result
from libraries.enums import Level
from libraries.models import Library, Region
from reports import charts
from reports.figures.what_if import WhatIf, WhatIfRow, what_if
from reports.forms.what_if import COUNTS, ScenarioForm
from reports.views.places import divided_at, offered
from reports.views.scenarios import additions_in_words, assumed, finding, kind_in_words
from tpbis.core.downloads import refused, table_file
from tpbis.core.exports import facts
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without
from tpbis.core.templatetags.tpbis import bulan, waktu

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest, User
    from tpbis.core.spreadsheets import Cell

PER_PAGE = 25
# How many of the closest the page opens with: of a province, of a smaller place.
CLOSEST, CLOSEST_FEW = 40, 10

AREAS: Columns[WhatIfRow] = {
    "nama": Column(_("Wilayah"), lambda row: row.area.short_name, numeric=False),
    "mitra": Column(_("Mitra"), lambda row: row.before.total, wide=True),
    "hijau": Column(_("Hijau"), lambda row: row.after.green - row.before.green),
    "kuning": Column(_("Kuning"), lambda row: row.after.yellow - row.before.yellow),
    "merah": Column(_("Merah"), lambda row: row.after.red - row.before.red),
    "abu": Column(_("Abu-abu"), lambda row: row.after.grey - row.before.grey),
    "ikut": Column(_("Ikut skenario"), lambda row: row.libraries),
    "tambahan": Column(_("Tambahan"), lambda row: row.entries),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A library of the scenario, and where it is."""

    change: Change
    library: Library
    found: WhatIf
    on_its_own_way: bool = False

    @property
    def adds(self) -> str:
        return additions_in_words(self.change.additions)

    @property
    def until(self) -> date | None:
        """The month by whose end its own path must be gone to be enough."""
        months = self._months
        return self.found.months_ahead[months - 1] if months else None

    @property
    def rule_set(self) -> RuleSet | None:
        """What scores that month, where it is another version than that of the running one."""
        ahead, months = self.found.rules_ahead[self.library.kind], self._months
        then = ahead[months - 1] if months else None
        return then if then and then.version != ahead[0].version else None

    @property
    def _months(self) -> int:
        """Within which its own path leads there; 0 for none that has to be gone."""
        way = self.change.way
        return way.months if self.on_its_own_way and isinstance(way, Plan) else 0

    @property
    def is_out_of_reach(self) -> bool:
        return isinstance(self.change.way, NotPossible)


CHANGES: Columns[Change] = {
    "nama": Column(_("Perpustakaan"), lambda one: one.name.casefold(), numeric=False),
    "sekarang": Column(_("Sekarang"), lambda one: _standing(one.before), numeric=False),
    "menjadi": Column(_("Seandainya"), lambda one: _standing(one.after), numeric=False),
    "tambahan": Column(_("Tambahan"), lambda one: one.entries, wide=True),
}


# Advice must not invite invention.
CAUTION = _(
    "Ini kemungkinan, bukan laporan, dan tidak disimpan. Yang boleh dicatat hanya yang sungguh "
    "terjadi."
)
STEP_LABELS = {step: ScenarioForm.base_fields[name].label for name, step in COUNTS.items()}


def _standing(result: Result) -> tuple[int, int]:
    """To sort by: the colour, within it the points."""
    return ORDER[result.colour], result.points or 0


@reads
def what_if_page(request: "SignedInRequest") -> HttpResponse:
    form, level = _asked(request)
    context: dict[str, Any] = {
        "form": form,
        "asked": {name: form.data.get(name, "") for name in form.fields},
        "regions": offered(request.user, form.region if form.is_valid() else None),
        "place": _place(request.user, form),
        "through": _span().end,
        "is_example": not request.GET,
        "caution": CAUTION,
    }
    if form.is_valid():
        found = _found(form, level)
        context |= _results(request.GET, form, found, level)
    return render(request, "reports/what_if.html", context, status=200 if form.is_valid() else 400)


@reads
def what_if_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """What the page shows, as a file."""
    asked, level = _asked(request)
    if not asked.is_valid():
        return refused(asked.errors)
    found = _found(asked, level)
    return table_file(
        _table(found),
        form,
        name="simulasi-kpi",
        sheet=gettext("Simulasi"),
        about=[
            [gettext("Keterangan")],
            *_notes(asked, found, _place(request.user, asked)),
            *([str(words), value] for words, value in facts()),
        ],
        asked=request.GET,
    )


def _asked(request: "SignedInRequest") -> tuple[ScenarioForm, Level]:
    own = divided_at(request.user, None)
    closest = CLOSEST if own == Level.REGENCY else CLOSEST_FEW
    form = ScenarioForm(request.GET, user=request.user, closest=closest)
    region = form.region if form.is_valid() else None
    return form, divided_at(request.user, region) if region else own


def _span() -> Period:
    return Period.opening()


def _found(form: ScenarioForm, level: Level) -> WhatIf:
    return what_if(form.within(), _span().end, form.chosen.kinds, form.scenario, level=level)


def _place(user: "User", form: ScenarioForm) -> Region | None:
    """The region a scenario speaks of; without a choice the widest somebody works for."""
    chosen = form.region if form.is_valid() else None
    return chosen or Region.objects.visible_to(user).order_by("level", "code").first()


def _results(asked: QueryDict, form: ScenarioForm, found: WhatIf, level: Level) -> dict[str, Any]:
    order, listed = asked.get("urut", ""), asked.get("daftar", "")
    page = Paginator(sorted_rows(found.changes, listed, CHANGES), PER_PAGE).get_page(
        asked.get("hal")
    )
    return {
        "found": found,
        "finding": finding(form, found),
        "kind": kind_in_words(form),
        "assumed": assumed(found),
        "own_way": form.scenario.each is None,
        "by_points": form.scenario.each is not None and form.scenario.closest is None,
        "before_bar": charts.colour_bar(found.before),
        "after_bar": charts.colour_bar(found.after),
        "colours": [(c.value, getattr(found.before, c), getattr(found.after, c)) for c in Colour],
        "added": additions_in_words(found.added),
        "areas": sorted_rows(found.touched, order, AREAS),
        "area_headings": headings(AREAS, notes={}, asked=asked, parameter="urut", chosen=order),
        "others": len(found.rows) - len(found.touched),
        "level": level,
        "with_regency": level == Level.REGENCY,
        "page": page,
        "page_query": without(asked, "hal"),
        "rows": _rows(found, list(page), on_their_own_way=form.scenario.each is None),
        "list_headings": headings(
            CHANGES, notes={}, asked=asked, parameter="daftar", chosen=listed
        ),
        "query": without(asked, "hal", "urut", "daftar"),
        "area_query": without(asked, "hal", "urut", "daftar", "wilayah"),
    }


def _rows(found: WhatIf, changes: Sequence[Change], *, on_their_own_way: bool = False) -> list[Row]:
    libraries = Library.objects.for_list().in_bulk([one.library for one in changes])
    return [Row(one, libraries[one.library], found, on_their_own_way) for one in changes]


# --- As a file ------------------------------------------------------------------------------------


def _table(found: WhatIf) -> "Iterator[list[Cell]]":
    """The columns of additions are those of which there is one."""
    steps = [one.step for one in found.added]
    yield [
        gettext("Perpustakaan"),
        gettext("Kode wilayah"),
        gettext("Desa/kelurahan"),
        gettext("Kecamatan"),
        gettext("Kabupaten/kota"),
        gettext("Warna sekarang"),
        gettext("Poin sekarang"),
        gettext("Warna seandainya"),
        gettext("Poin seandainya"),
        *(str(STEP_LABELS[step]) for step in steps),
        gettext("Tambahan"),
    ]
    for row in _rows(found, found.changes):
        counts = {one.step: one.count for one in row.change.additions}
        village, district = _named(row.library)
        yield [
            row.library.name,
            row.library.region.code,
            village,
            district,
            row.library.regency.title,
            *_result(row.change.before),
            *_result(row.change.after),
            *(counts.get(step, 0) for step in steps),
            row.change.entries,
        ]


def _named(library: Library) -> tuple[str, str]:
    """Village and district, as far as the library's place goes."""
    region = library.region
    if region.level == Level.VILLAGE:
        return region.name, region.parent.name if region.parent else ""
    return "", region.name if region.level == Level.DISTRICT else ""


def _result(result: Result) -> "tuple[Cell, Cell]":
    """Points as the pages show them; grey has none."""
    points: Cell = "" if result.points is None else result.points // 1000
    return str(Colour(result.colour).label), points


def _notes(form: ScenarioForm, found: WhatIf, place: Region | None) -> "Iterator[list[Cell]]":
    versions = ", ".join(map(str, found.rule_versions))
    yield [finding(form, found)]
    yield [str(CAUTION)]
    yield [gettext("Wilayah: %(place)s") % {"place": place.title if place else "–"}]
    yield [
        gettext("KPI portal s.d. %(month)s · keadaan %(as_of)s · aturan KPI versi %(versions)s")
        % {"month": bulan(found.through), "as_of": waktu(found.as_of), "versions": versions}
    ]
    if found.waiting:
        yield [assumed(found)]
    yield [
        gettext("Sekarang: %(sum)s (mitra = hijau + kuning + merah + abu-abu)")
        % {"sum": found.before.reconciliation}
    ]
    yield [gettext("Seandainya: %(sum)s") % {"sum": found.after.reconciliation}]
