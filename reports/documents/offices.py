"""The office that issues a document: its head, who signs, what its reports usually say."""

import base64
from dataclasses import dataclass

from django.core.files.storage import storages

from libraries.models import Region
from reports.models import Office

LEGAL_BASIS = (
    "Undang-Undang Nomor 43 Tahun 2007 tentang Perpustakaan",
    "Peraturan Presiden Nomor 39 Tahun 2019 tentang Satu Data Indonesia",
    "Peraturan Perpustakaan Nasional Nomor 3 Tahun 2023 tentang Transformasi Perpustakaan Berbasis "
    "Inklusi Sosial",
)
# The usual outline of an official report, in its order.
OUTLINE = {
    "introduction": "Pendahuluan",
    "activities": "Kegiatan",
    "results": "Hasil",
    "problems": "Permasalahan dan Tindak Lanjut",
    "conclusions": "Simpulan dan Saran",
    "closing": "Penutup",
}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of the first page and who signs the last; what nobody has filled in stays empty."""

    government: str
    office: str
    address: str
    contact: str
    place: str
    position: str
    signer: str
    rank: str
    nip: str
    emblem: str = ""  # a data: address of a small JPEG


def office_of(region: Region) -> Office | None:
    """The region's own; while it has none, that of the province above it."""
    above = [region.pk] if region.parent_id is None else [region.pk, region.parent_id]
    offices = Office.objects.filter(region__in=above)
    return offices.order_by("-region__level").first()


def letterhead(region: Region) -> Letterhead:
    """As the office has filled it in; without one a neutral head and lines to sign on."""
    return head_of(office_of(region), region)


def head_of(office: Office | None, region: Region) -> Letterhead:
    if office is None:
        return Letterhead(
            government=f"Pemerintah {region.title}",
            office="Dinas yang Membidangi Perpustakaan",
            address="",
            contact="",
            place=region.name.removeprefix("Kabupaten ").removeprefix("Kota "),
            position="Kepala Dinas",
            signer="",
            rank="",
            nip="",
        )
    return Letterhead(
        government=office.government,
        office=office.name,
        address=office.address,
        contact=office.contact,
        place=office.place,
        position=office.signer_position,
        signer=office.signer_name,
        rank=office.signer_rank,
        nip=office.signer_nip,
        emblem=_picture(office.emblem),
    )


def _picture(name: str) -> str:
    """The pages are laid out where no file can be opened: the picture comes along in the page."""
    if not name:
        return ""
    try:
        with storages["documents"].open(name) as file:
            return f"data:image/jpeg;base64,{base64.b64encode(file.read()).decode()}"
    except FileNotFoundError:  # the neutral emblem is better than no report
        return ""


def legal_basis(office: Office | None) -> tuple[str, ...]:
    """Without a mark at the end: the list sets its own."""
    lines = office.legal_basis.splitlines() if office else []
    given = tuple(line.strip().rstrip(";.") for line in lines if line.strip())
    return given or LEGAL_BASIS


def outline(office: Office | None) -> tuple[str, ...]:
    """The keys of :data:`OUTLINE` that are printed, in order; what is not known any more is left
    out, and a report of nothing is none."""
    asked = tuple(dict.fromkeys(key for key in office.outline if key in OUTLINE)) if office else ()
    return asked or tuple(OUTLINE)
