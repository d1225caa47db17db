"""Rosters that were sent in, and who judges for a PIC, as files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries import queries
from libraries.enums import ImportState, LineKind
from libraries.models import Assignment, RosterImport
from tpbis.core.exports import Column, Listing, file_of, label
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

CHUNK = 500


def _counted(kind: LineKind) -> Column[RosterImport]:
    """Empty until its rows were looked at."""
    return Column(kind.label, lambda roster: roster.counts.get(kind), Kind.NUMBER)


ROSTERS: Sequence[Column[RosterImport]] = [
    Column(gettext_lazy("Nomor"), lambda roster: roster.pk, Kind.NUMBER),
    Column(gettext_lazy("Berkas"), lambda roster: roster.file_name),
    Column(gettext_lazy("Keadaan"), label(ImportState, lambda roster: roster.state)),
    *(_counted(kind) for kind in LineKind),
    Column(gettext_lazy("Alasan gagal"), lambda roster: roster.problem),
    Column(gettext_lazy("Dikirim"), lambda roster: roster.uploaded_at, Kind.MOMENT),
    Column(gettext_lazy("Dikirim oleh"), lambda roster: roster.uploaded_by.full_name),
    Column(gettext_lazy("Disetujui"), lambda roster: roster.confirmed_at, Kind.MOMENT),
    Column(gettext_lazy("Selesai"), lambda roster: roster.finished_at, Kind.MOMENT),
]
DELEGATIONS: Sequence[Column[Assignment]] = [
    Column(gettext_lazy("Nama"), lambda one: one.user.full_name),
    Column(gettext_lazy("Kode wilayah"), lambda one: one.region.code if one.region else ""),
    Column(
        gettext_lazy("Tempat tugas"),
        lambda one: one.region.title if one.region else one.library.name if one.library else "",
    ),
    Column(gettext_lazy("Mulai"), lambda one: one.starts_on, Kind.DATE),
    Column(
        gettext_lazy("Sampai"),
        lambda one: one.ends_on,
        Kind.DATE,
        gettext_lazy("kosong: tanpa tanggal akhir"),
    ),
]


@reads
def rosters_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    rosters = RosterImport.objects.visible_to(request.user).for_list()
    listing = Listing(
        name="impor-daftar",
        title=_("Impor sebelumnya"),
        unit=_("satu baris satu berkas yang dikirim"),
        columns=ROSTERS,
        rows=rosters.iterator(CHUNK),
    )
    return file_of(listing, form, request.GET)


@reads
def delegations_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Those in force or to come, by their last day."""
    listing = Listing(
        name="pelimpahan",
        title=_("Pelimpahan pemeriksaan"),
        unit=_("satu baris satu pelimpahan"),
        columns=DELEGATIONS,
        rows=queries.delegations(request.user).iterator(CHUNK),
    )
    return file_of(listing, form, request.GET)
