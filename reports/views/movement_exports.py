"""Gerak warna as files: who moved, and how many in each part of the region."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from libraries.models import Library
from reports.exports import movers
from reports.figures.movement import Mover, PartMovement, movement
from reports.views import regions
from reports.views.region_export import refusal
from reports.views.region_movement import PARTS, Wanted, in_order, in_words, since_when
from tpbis.core import periods
from tpbis.core.downloads import said
from tpbis.core.exports import Fact, Listing, file_of, narrowed_by
from tpbis.core.http import reads
from tpbis.core.tables import sorted_rows

if TYPE_CHECKING:
    from datetime import date

    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

FEW = 500  # libraries looked up at a time


@reads
def movers_export(request: "SignedInRequest", code: str, form: str) -> "HttpResponseBase":
    """All that the page lists, by the colours or the direction chosen there."""
    page = regions.asked_region(request, code)
    if page.status != 200:
        return said(refusal(page), status=page.status)
    _since, start = since_when(request.GET, page)
    wanted = Wanted.of(request.GET)
    found = in_order(movement(page.region, page.libraries, start, page.period.end), wanted)
    listing = Listing(
        name=_name("gerak-warna", page, start),
        title=_("Gerak warna"),
        unit=_("satu baris satu perpustakaan"),
        columns=movers.MOVERS,
        rows=_rows(found),
        told=[*_told(page, start), (_("Isi daftar"), in_words(wanted))],
    )
    return file_of(listing, form, request.GET)


@reads
def part_movers_export(request: "SignedInRequest", code: str, form: str) -> "HttpResponseBase":
    page = regions.asked_region(request, code)
    if page.status != 200:
        return said(refusal(page), status=page.status)
    _since, start = since_when(request.GET, page)
    found: list[PartMovement] = sorted_rows(
        movement(page.region, page.libraries, start, page.period.end).parts,
        request.GET.get("urut", "-gerak"),
        PARTS,
    )
    listing = Listing(
        name=_name("peringkat-gerak", page, start),
        title=_("Peringkat gerak"),
        unit=_("satu baris satu wilayah"),
        columns=movers.PARTS,
        rows=found,
        told=_told(page, start),
    )
    return file_of(listing, form, request.GET)


def _rows(found: list[Mover]) -> Iterator[movers.MoverRow]:
    for first in range(0, len(found), FEW):
        some = found[first : first + FEW]
        libraries = Library.objects.for_list().in_bulk([one.library for one in some])
        for one in some:
            if one.library in libraries:
                yield movers.MoverRow(libraries[one.library], one)


def _told(page: regions.RegionPage, start: "date") -> list[Fact]:
    return [
        (_("Wilayah"), f"{page.region.title} ({page.region.code})"),
        (_("Dari akhir"), periods.written(start)),
        (_("Ke akhir"), periods.written(page.period.end)),
        *narrowed_by(page.narrowing.form),
    ]


def _name(what: str, page: regions.RegionPage, start: "date") -> str:
    span = "-".join(map(periods.month_code, (start, page.period.end)))
    return f"{what}-{page.region.code}-{span}"
