"""The figures of a region by name: what each counts, in which unit, and where it stands."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.figures import Dashboard


@dataclass(frozen=True, slots=True)
class Indicator:
    """``value`` is read of a dashboard, of one of its parts, or of whatever has the same part;
    ``before`` of the span before, where that is counted."""

    key: str  # in the tidy table, whatever the language
    label: str | Promise
    unit: str | Promise
    definition: str | Promise
    value: Callable[[Any], int]
    before: Callable[[Dashboard], int] | None = None


def _in(part: str, name: str, figures: Any) -> int:
    found: int = getattr(getattr(figures, part), name)
    return found


LIBRARIES, ENTRIES, PEOPLE = _("perpustakaan"), _("catatan"), _("orang")
MONTHS, VISITS = _("perpustakaan × bulan"), _("kunjungan")


def _colour(name: str, label: Any, definition: Any, *, compared: bool = True) -> Indicator:
    before = partial(_in, "colours_before", name) if compared else None
    key = "mitra" if name == "total" else name
    return Indicator(key, label, LIBRARIES, definition, partial(_in, "colours", name), before)


def _total(name: str, label: Any, unit: Any, definition: Any) -> Indicator:
    value, before = partial(_in, "totals", name), partial(_in, "totals_before", name)
    return Indicator(name, label, unit, definition, value, before)


def _month(name: str, label: Any, definition: Any) -> Indicator:
    return Indicator(name, label, MONTHS, definition, partial(_in, "completeness", name))


_APPROVED = _("dari laporan yang disetujui dan catatan SIM dalam periode; draf tidak dihitung")
COLOURS = (
    _colour("total", _("Mitra"), _("perpustakaan yang ikut serta pada akhir periode")),
    _colour("green", _("Hijau"), _("KPI portal dari 1 Januari sampai akhir periode")),
    _colour("yellow", _("Kuning"), _("KPI portal dari 1 Januari sampai akhir periode")),
    _colour("red", _("Merah"), _("KPI portal dari 1 Januari sampai akhir periode")),
    _colour("grey", _("Abu-abu"), _("tidak ada data yang masuk pada tahun akhir periode")),
    _colour(
        "no_account",
        _("Abu-abu: tanpa akun"),
        _("tidak punya akun SIM maupun akun portal"),
        compared=False,
    ),
    _colour(
        "never",
        _("Abu-abu: belum pernah melapor"),
        _("punya akun, belum pernah melapor"),
        compared=False,
    ),
    _colour(
        "stopped",
        _("Abu-abu: berhenti melapor"),
        _("melapor hanya pada tahun sebelumnya"),
        compared=False,
    ),
)
TOTALS = (
    _total("involvement", _("Pelibatan masyarakat"), ENTRIES, _APPROVED),
    _total("advocacy", _("Advokasi"), ENTRIES, _APPROVED),
    _total("service", _("Peningkatan layanan"), ENTRIES, _APPROVED),
    _total("publications", _("Publikasi"), ENTRIES, _APPROVED),
    _total("participants", _("Peserta"), PEOPLE, _("peserta kegiatan pelibatan")),
    _total("participants_women", _("Peserta perempuan"), PEOPLE, _("sejauh dicatat")),
    _total("participants_men", _("Peserta laki-laki"), PEOPLE, _("sejauh dicatat")),
    _total(
        "participants_disabled", _("Peserta penyandang disabilitas"), PEOPLE, _("sejauh dicatat")
    ),
    _total("visits_total", _("Pengunjung"), VISITS, _APPROVED),
    _total("visits_women", _("Pengunjung perempuan"), VISITS, _("sejauh dicatat")),
    _total("visits_men", _("Pengunjung laki-laki"), VISITS, _("sejauh dicatat")),
)
OTHERS = (
    Indicator(
        "partnerships",
        _("Kemitraan"),
        _("kemitraan"),
        _("yang berlaku pada akhir periode, paling lambat hari ini"),
        lambda figures: figures.partnerships,
        lambda figures: figures.partnerships_before,
    ),
    _month("expected", _("Laporan diharapkan"), _("bulan yang batas kirimnya sudah lewat")),
    _month("reported", _("Laporan masuk"), _("dikirim atau disetujui, yang terlambat juga")),
    _month("on_time", _("Laporan tepat waktu"), _("pertama dikirim sebelum batas kirim")),
    _month("excused", _("Laporan dimaklumi"), _("tidak dihitung dalam ketepatan waktu")),
)
INDICATORS = (*COLOURS, *TOTALS, *OTHERS)
