"""Columns of the rounds of the programme."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from libraries.enums import ProgrammeSource
from reports.figures.cohorts import CohortRow
from tpbis.core.exports import Column, label
from tpbis.core.spreadsheets import Kind

NUMBER = Kind.NUMBER

COHORTS: Sequence[Column[CohortRow]] = [
    Column(_("Angkatan"), lambda row: row.cohort.name),
    Column(_("Kode wilayah"), lambda row: row.cohort.region.code),
    Column(_("Wilayah"), lambda row: row.cohort.region.title),
    Column(_("Sumber program"), label(ProgrammeSource, lambda row: row.cohort.source)),
    Column(_("Bergabung sejak tahun"), lambda row: str(row.cohort.first_year)),
    Column(_("Sampai tahun"), lambda row: str(row.cohort.last_year)),
    Column(_("Tanda program"), lambda row: row.cohort.tag),
    Column(
        _("Mitra"),
        lambda row: row.colours.total,
        NUMBER,
        _("yang ikut pada akhir periode, di wilayah tugas pengunduh"),
    ),
    Column(_("Hijau"), lambda row: row.colours.green, NUMBER),
    Column(_("Kuning"), lambda row: row.colours.yellow, NUMBER),
    Column(_("Merah"), lambda row: row.colours.red, NUMBER),
    Column(_("Abu-abu"), lambda row: row.colours.grey, NUMBER),
    Column(_("Laporan diharapkan"), lambda row: row.completeness.expected, NUMBER),
    Column(_("Laporan masuk"), lambda row: row.completeness.reported, NUMBER),
    Column(_("Pelibatan"), lambda row: row.totals.involvement, NUMBER),
    Column(_("Peserta"), lambda row: row.totals.participants, NUMBER),
    Column(_("Advokasi"), lambda row: row.totals.advocacy, NUMBER),
    Column(_("Peningkatan layanan"), lambda row: row.totals.service, NUMBER),
    Column(_("Kunjungan"), lambda row: row.totals.visits_total, NUMBER),
]
