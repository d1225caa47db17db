"""Columns of who rose and who fell."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kpi.enums import Colour
from libraries.models import Library
from reports.exports.lists import OF_LIBRARY
from reports.figures.movement import Mover, PartMovement
from tpbis.core.exports import Column
from tpbis.core.spreadsheets import Kind

NUMBER, DECIMAL = Kind.NUMBER, Kind.DECIMAL


@dataclass(frozen=True, slots=True)
class MoverRow:
    library: Library
    mover: Mover


def _colour(colour: str | None) -> str:
    return str(Colour(colour).label if colour else _("belum atau tidak lagi mitra"))


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / 1000


MOVERS: Sequence[Column[MoverRow]] = [
    *OF_LIBRARY,
    Column(_("Warna dulu"), lambda row: _colour(row.mover.before)),
    Column(_("Warna sekarang"), lambda row: _colour(row.mover.after)),
    Column(_("Poin dulu"), lambda row: _points(row.mover.points_before), DECIMAL),
    Column(_("Poin sekarang"), lambda row: _points(row.mover.points_after), DECIMAL),
    Column(
        _("Selisih poin"),
        lambda row: _points(row.mover.gained),
        DECIMAL,
        _("abu-abu dan yang belum atau tidak lagi mitra dihitung 0"),
    ),
]
PARTS: Sequence[Column[PartMovement]] = [
    Column(_("Kode wilayah"), lambda row: row.area.code),
    Column(_("Wilayah"), lambda row: row.area.title),
    Column(_("Mitra"), lambda row: row.partners, NUMBER),
    Column(_("Hijau dulu"), lambda row: row.green_before, NUMBER),
    Column(_("Hijau"), lambda row: row.green_after, NUMBER),
    Column(_("Gerak hijau"), lambda row: row.green_gained, NUMBER),
    Column(pgettext_lazy("warna", "Naik"), lambda row: row.up, NUMBER),
    Column(pgettext_lazy("warna", "Turun"), lambda row: row.down, NUMBER),
    Column(_("Menjadi merah"), lambda row: row.to_red, NUMBER),
]
