"""Letterheads and signatures for the province and its regencies. The signers are invented."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from libraries.enums import Level
from libraries.models import Region
from reports.models import Office
from tpbis.demo import names
from tpbis.demo.chance import stream

_RANKS = ["Pembina Tingkat I (IV/b)", "Pembina Utama Muda (IV/c)"]
_STREETS = [
    "Jalan Jenderal Sudirman",
    "Jalan Ahmad Yani",
    "Jalan Diponegoro",
    "Jalan Panglima Sudirman",
    "Jalan Veteran",
    "Jalan Dr. Soetomo",
]
# Seats of government that do not bear the regency's name.
_SEATS = {
    "35.05": "Kanigoro",
    "35.06": "Ngasem",
    "35.07": "Kepanjen",
    "35.13": "Kraksaan",
    "35.14": "Bangil",
    "35.16": "Mojosari",
    "35.19": "Caruban",
    "35": "Surabaya",
}


def open_offices(regions: Sequence[Region]) -> None:
    """An office for each of ``regions``."""
    Office.objects.bulk_create(_office(region) for region in regions)


def _office(region: Region) -> Office:
    rng = stream("office", region.code)
    woman = rng.random() < 0.5
    seat = _SEATS.get(region.code) or region.short_name.removeprefix("Kota ")
    whole = "Provinsi Jawa Timur" if region.level == Level.PROVINCE else region.title
    domain = "jatimprov" if region.level == Level.PROVINCE else seat.lower().replace(" ", "")
    street = (
        "Jalan Menur Pumpungan Nomor 32"
        if region.level == Level.PROVINCE
        else f"{rng.choice(_STREETS)} Nomor {rng.randint(1, 120)}"
    )
    return Office(
        region=region,
        government=f"PEMERINTAH {whole.upper()}",
        name="DINAS PERPUSTAKAAN DAN KEARSIPAN",
        address=f"{street}, {seat}",
        contact=f"Laman dispusip.{domain}.example, surel dispusip@{domain}.example",
        place=seat,
        signer_position=f"Kepala Dinas Perpustakaan dan Kearsipan {whole}",
        signer_name=_with_titles(rng, woman=woman),
        signer_rank=_RANKS[region.level == Level.PROVINCE],
        signer_nip=nip(rng, woman=woman),
    )


def _with_titles(rng: Random, *, woman: bool) -> str:
    first = rng.choice(["Drs.", "Dr.", "Ir."] if not woman else ["Dra.", "Dr.", "Ir."])
    return f"{first} {names.person(rng, woman=woman)}, {rng.choice(['M.M.', 'M.Si.', 'M.AP.'])}"


def nip(rng: Random, *, woman: bool) -> str:
    """A civil servant's number: day of birth, month of appointment, sex, serial."""
    born = date(1967, 1, 1) + timedelta(days=rng.randint(0, 3_600))
    appointed = f"{born.year + rng.randint(23, 29)}{rng.choice([1, 3, 4, 12]):02d}"
    return f"{born:%Y%m%d}{appointed}{2 if woman else 1}{rng.randint(1, 12):03d}"
