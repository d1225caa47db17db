"""Gerak warna: who rose and who fell between two months' ends, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kpi.enums import Colour
from libraries.models import Library
from reports import figures
from reports.figures.movement import Movement, Mover, PartMovement, movement, top_movers
from reports.views import regions
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
TOP = 8
NOT_COUNTED = "tidak"
_COLOURS = (*Colour.values, NOT_COUNTED)

PARTS: Columns[PartMovement] = {
    "nama": Column(gettext_lazy("Wilayah"), lambda row: row.area.short_name, numeric=False),
    "mitra": Column(gettext_lazy("Mitra"), lambda row: row.partners),
    "hijau": Column(gettext_lazy("Hijau"), lambda row: row.green_after),
    "gerak": Column(gettext_lazy("Gerak hijau"), lambda row: row.green_gained),
    "naik": Column(pgettext_lazy("warna", "Naik"), lambda row: row.up),
    "turun": Column(pgettext_lazy("warna", "Turun"), lambda row: row.down),
    "merah": Column(gettext_lazy("Menjadi merah"), lambda row: row.to_red),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A mover with its library."""

    mover: Mover
    library: Library


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    query: str
    stays: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix: what had this colour, by what it has now."""

    colour: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which movers are listed: by both colours, one of them, or the direction."""

    before: str = ""
    after: str = ""
    step: str = ""  # "naik" or "turun"

    @classmethod
    def of(cls, asked: QueryDict) -> "Wanted":
        """What is not known narrows nothing."""
        before, after = asked.get("dari_warna", ""), asked.get("ke_warna", "")
        step = asked.get("arah", "")
        return cls(
            before if before in _COLOURS else "",
            after if after in _COLOURS else "",
            step if step in ("naik", "turun") else "",
        )

    @property
    def query(self) -> str:
        said = {"dari_warna": self.before, "ke_warna": self.after, "arah": self.step}
        return urlencode({name: value for name, value in said.items() if value})

    def has(self, mover: Mover) -> bool:
        if not self.query:
            return mover.has_moved
        if self.step and mover.step != (1 if self.step == "naik" else -1):
            return False
        if self.before and (mover.before or NOT_COUNTED) != self.before:
            return False
        if self.after and (mover.after or NOT_COUNTED) != self.after:
            return False
        # “menjadi merah” asks for who changed; a pair of equal colours for who stayed
        return mover.has_moved or (self.before == self.after != "")


@reads
def region_movement(request: "SignedInRequest", code: str) -> HttpResponse:
    """Against the end of the month before, or with ``?sejak=pembanding`` of the comparison."""
    page = regions.asked_region(request, code)
    since, start = since_when(request.GET, page)
    found = movement(page.region, page.libraries, start, page.period.end)
    wanted = Wanted.of(request.GET)
    state = page.query + ("&sejak=pembanding" if since == "pembanding" else "")
    listed = in_order(found, wanted)
    sheet: Page[Mover] = Paginator(listed, PER_PAGE).get_page(request.GET.get("hal"))
    gained, lost = top_movers(found.movers, most=TOP)
    libraries = Library.objects.for_list().in_bulk(
        {one.library for one in (*sheet.object_list, *gained, *lost)}
    )
    chosen = request.GET.get("urut", "-gerak")
    return render(
        request,
        "reports/region_movement.html",
        {
            **regions.head(request, page),
            "found": found,
            "since": since,
            "starts_anew": start.year != page.period.end.year,
            "state": state,
            "wanted": wanted,
            "wanted_words": in_words(wanted),
            "matrix": _matrix(found, wanted),
            "colours": _COLOURS,
            "to_red": sum(1 for one in found.movers if Wanted(after=Colour.RED).has(one)),
            "to_green": sum(1 for one in found.movers if Wanted(after=Colour.GREEN).has(one)),
            "sheet": sheet,
            "sheet_query": without(request.GET, "hal"),
            "listed": _shown(list(sheet.object_list), libraries),
            "gained": _shown(gained, libraries),
            "lost": _shown(lost, libraries),
            "parts": sorted_rows(found.parts, chosen, PARTS),
            "part_headings": headings(
                PARTS, notes={}, asked=request.GET, parameter="urut", chosen=chosen
            ),
            "summary": _summary(page, found),
        },
        status=page.status,
    )


def since_when(asked: QueryDict, page: regions.RegionPage) -> tuple[str, date]:
    """What is compared with, and the month at whose end that was."""
    if asked.get("sejak") == "pembanding":
        return "pembanding", page.before.end
    return "bulan", periods.add_months(page.period.end, -1)


def in_order(found: Movement, wanted: Wanted) -> list[Mover]:
    return sorted((one for one in found.movers if wanted.has(one)), key=_by_points)


def _by_points(mover: Mover) -> tuple[int, int]:
    return (mover.gained, mover.library)


def _shown(movers: Sequence[Mover], libraries: dict[int, Library]) -> list[Shown]:
    return [Shown(one, libraries[one.library]) for one in movers if one.library in libraries]


def _matrix(found: Movement, wanted: Wanted) -> list[Line]:
    counts = {(move.before, move.after): move.count for move in found.moves}
    return [
        Line(
            before,
            tuple(
                Cell(
                    counts.get((_counted(before), _counted(after)), 0),
                    Wanted(before, after).query,
                    stays=before == after,
                    is_chosen=wanted == Wanted(before, after),
                )
                for after in _COLOURS
            ),
        )
        for before in _COLOURS
    ]


def _counted(colour: str) -> str | None:
    return None if colour == NOT_COUNTED else colour


def in_words(wanted: Wanted) -> str:
    """What the list holds."""
    names = {value: str(label).lower() for value, label in Colour.choices}
    names[NOT_COUNTED] = _("belum atau tidak lagi mitra")
    if wanted.step:
        return _("Naik warna") if wanted.step == "naik" else _("Turun warna")
    if wanted.before and wanted.before == wanted.after:
        return _("Tetap %(colour)s") % {"colour": names[wanted.before]}
    if wanted.before and wanted.after:
        said = {"before": names[wanted.before], "after": names[wanted.after]}
        return _("Dari %(before)s ke %(after)s") % said
    if wanted.after:
        return _("Menjadi %(colour)s") % {"colour": names[wanted.after]}
    if wanted.before:
        return _("Tidak lagi %(colour)s") % {"colour": names[wanted.before]}
    return _("Semua yang berubah warna")


def _summary(page: regions.RegionPage, found: Movement) -> str:
    best = max(found.parts, key=lambda part: part.green_gained, default=None)
    said = _(
        "%(region)s, KPI portal akhir %(start)s ke akhir %(end)s: %(up)s perpustakaan naik warna, "
        "%(down)s turun, %(red)s menjadi merah."
    ) % {
        "region": page.region.title,
        "start": periods.written(found.start),
        "end": periods.written(found.end),
        "up": found.up,
        "down": found.down,
        "red": sum(part.to_red for part in found.parts),
    }
    if best is not None and best.green_gained > 0:
        said += " " + _("Hijau bertambah paling banyak di %(area)s (%(count)s).") % {
            "area": best.area.title,
            "count": best.green_gained,
        }
    versions = ", ".join(map(str, figures.rule_versions(found.end)))
    return f"{said} {_('Aturan KPI versi %(versions)s.') % {'versions': versions}}"
