"""Before rules are published: who would move, regency by regency, library by library."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kpi import scoring
from kpi.enums import Colour
from kpi.models import RuleSet
from kpi.queries import rules as queries
from kpi.queries.previews import Move, Pair, Preview, preview
from libraries.models import Library, Region
from tpbis.core import periods
from tpbis.core.downloads import FORMS, table_file
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without
from tpbis.core.templatetags.tpbis import selisih

if TYPE_CHECKING:
    from django.http import QueryDict

    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.spreadsheets import Cell

PER_PAGE = 50


# --- What is asked --------------------------------------------------------------------------------


def _draft_and_preview(request: "SignedInRequest", pk: int) -> tuple[RuleSet, Preview | None]:
    """Nothing is previewed of what is published already."""
    visible = RuleSet.objects.visible_to(request.user).select_related("based_on")
    draft = get_object_or_404(visible, pk=pk)
    if not draft.is_draft:
        return draft, None
    return draft, preview(draft, Library.objects.visible_to(request.user), _through(request.GET))


def _spans() -> list[date]:
    """The running span, and the last one that was closed."""
    return list(dict.fromkeys([Period.opening().end, queries.last_closed_month()]))


def _through(asked: "QueryDict") -> date:
    code = asked.get("sampai", "")
    return periods.parse_past_month(code) if code else _spans()[0]


NARROWED = ("wilayah", "dari", "ke")


def _listed(found: Preview, asked: "QueryDict") -> "list[MoveRow]":
    """Of those that move, the ones of a regency, of a colour, to a colour; sorted as asked."""
    regency, before, after = (asked.get(name, "") for name in NARROWED)
    rows = [
        row
        for row in _rows(found)
        if (not regency or row.regency.code == regency)
        and (not before or row.move.before == before)
        and (not after or row.move.after == after)
    ]
    return sorted_rows(rows, asked.get("urut", ""), MOVES)


# --- Rows -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A library that moves, and where it stands."""

    move: Move
    name: str
    place: str
    village_code: str
    regency: Region

    @property
    def address(self) -> str:
        return Library(pk=self.move.library).get_absolute_url()

    @property
    def points_change(self) -> str:
        """Of whole points, as both are shown."""
        return selisih(self.move.points_after // 1000, self.move.points_before // 1000)


@dataclass(frozen=True, slots=True)
class RegencyRow:
    region: Region
    libraries: int
    moved: tuple[tuple[Pair, int], ...]  # in the order of the columns
    up: int
    down: int


MOVES: Columns[MoveRow] = {
    "nama": Column(
        pgettext_lazy("kolom", "Perpustakaan"), lambda row: row.name.casefold(), numeric=False
    ),
    "wilayah": Column(
        gettext_lazy("Kabupaten/kota"), lambda row: row.village_code, numeric=False, wide=True
    ),
    "sekarang": Column(
        gettext_lazy("Sekarang"),
        lambda row: (scoring.ORDER[row.move.before], row.move.points_before),
        numeric=False,
    ),
    "nanti": Column(
        gettext_lazy("Dengan draf ini"),
        lambda row: (scoring.ORDER[row.move.after], row.move.points_after),
        numeric=False,
    ),
    "selisih": Column(gettext_lazy("Selisih poin"), lambda row: row.move.change),
}


def _rows(found: Preview) -> list[MoveRow]:
    """Those that move with their names, by place: one query, however many."""
    moving = {move.library: move for move in found.moves}
    regencies = Region.objects.in_bulk(found.pairs)
    places = Library.objects.filter(regency__in=found.pairs).order_by("region__code", "name", "pk")
    return [
        MoveRow(moving[pk], name, place, code, regencies[regency])
        for pk, name, place, code, regency in places.values_list(
            "pk", "name", "region__name", "region__code", "regency"
        )
        if pk in moving
    ]


def _transitions(found: Preview) -> list[Pair]:
    """Those that happen: from green on, the best end first."""
    order = scoring.ORDER
    pairs = [pair for pair in found.all_pairs if pair[0] != pair[1]]
    return sorted(pairs, key=lambda pair: (-order[pair[0]], -order[pair[1]]))


def _by_regency(found: Preview, transitions: Sequence[Pair]) -> list[RegencyRow]:
    regions = Region.objects.in_bulk(found.pairs)
    rows = []
    for regency, counted in found.pairs.items():
        moved = tuple((pair, counted.get(pair, 0)) for pair in transitions)
        up = sum(n for (a, b), n in moved if scoring.ORDER[b] > scoring.ORDER[a])
        total = sum(counted.values())
        moves = sum(n for _pair, n in moved)
        rows.append(RegencyRow(regions[regency], total, moved, up, moves - up))
    return sorted(rows, key=lambda row: row.region.code)


# --- Pages ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Short:
    """What would change, in one line a colour."""

    through: date
    libraries: int
    colours: tuple[tuple[str, int, int], ...]  # colour, now, with the draft
    up: int
    down: int

    @property
    def moves(self) -> int:
        return self.up + self.down

    @classmethod
    def of(cls, found: Preview) -> "Short":
        pairs = found.all_pairs
        return cls(
            through=found.through,
            libraries=found.libraries,
            colours=tuple(
                (
                    colour.value,
                    sum(n for (before, _after), n in pairs.items() if before == colour),
                    sum(n for (_before, after), n in pairs.items() if after == colour),
                )
                for colour in Colour
            ),
            up=sum(1 for move in found.moves if move.is_up),
            down=sum(1 for move in found.moves if not move.is_up),
        )


def moves_in_short(request: "SignedInRequest", draft: RuleSet) -> Short:
    """Of the running span, for whoever is about to publish."""
    return Short.of(preview(draft, Library.objects.visible_to(request.user), _spans()[0]))


@reads
def rule_preview(request: "SignedInRequest", pk: int) -> HttpResponse:
    draft, found = _draft_and_preview(request, pk)
    if found is None:
        return redirect("kpi:rule_set", pk=draft.pk)
    transitions, asked = _transitions(found), request.GET
    regencies = _by_regency(found, transitions)
    narrowed = [name for name in NARROWED if asked.get(name)]
    return render(
        request,
        "kpi/rule_preview.html",
        {
            "draft": draft,
            "preview": found,
            "short": Short.of(found),
            "spans": [(month, periods.month_code(month)) for month in _spans()],
            "transitions": transitions,
            "regencies": regencies,
            "totals": [(pair, found.all_pairs[pair]) for pair in transitions],
            "page": Paginator(_listed(found, asked), PER_PAGE).get_page(asked.get("hal")),
            "headings": headings(
                MOVES, notes={}, asked=asked, parameter="urut", chosen=asked.get("urut", "")
            ),
            "page_query": without(asked, "hal"),
            "span_query": without(asked, "hal", "sampai"),
            "all_query": without(asked, "hal", *NARROWED),
            "narrowed": narrowed,
            "regency": next(
                (one.region for one in regencies if one.region.code == asked.get("wilayah")), None
            ),
            "before": asked.get("dari", ""),
            "after": asked.get("ke", ""),
        },
    )


@reads
def rule_preview_export(request: "SignedInRequest", pk: int, form: str) -> HttpResponseBase:
    """Those that move, as the page shows them; ``form`` is csv or xlsx."""
    if form not in FORMS:
        raise Http404
    draft, found = _draft_and_preview(request, pk)
    if found is None:
        return redirect("kpi:rule_set", pk=draft.pk)
    now, month = " / ".join(map(str, found.rule_sets)), periods.month_code(found.through)
    rows = (_cells(row, month, now, draft) for row in _listed(found, request.GET))
    return table_file(
        [_headings(), *rows],
        form,
        name=f"pratinjau-aturan-draf-{draft.pk}-{month}",
        sheet=_("Pindah warna"),
        asked=request.GET,
    )


def _headings() -> "list[Cell]":
    return [
        _("Kode desa"),
        _("Perpustakaan"),
        _("Desa/kelurahan"),
        _("Kabupaten/kota"),
        _("Skor s.d. bulan"),
        _("Aturan sekarang"),
        _("Warna sekarang"),
        _("Poin sekarang"),
        _("Aturan pembanding"),
        _("Warna pembanding"),
        _("Poin pembanding"),
    ]


def _cells(row: MoveRow, through: str, now: str, draft: RuleSet) -> "list[Cell]":
    move = row.move
    return [
        row.village_code,
        row.name,
        row.place,
        row.regency.title,
        through,
        now,
        str(Colour(move.before).label),
        move.points_before // 1000,
        _("draf #%(number)s") % {"number": draft.pk},
        str(Colour(move.after).label),
        move.points_after // 1000,
    ]
