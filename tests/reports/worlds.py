"""A province small enough to print: two regencies with libraries."""

from dataclasses import dataclass
from datetime import date

from activities.enums import Kind
from kpi import services as kpi
from libraries.models import Library, Region
from reports.charts import tiles
from reports.models import Office
from tests import factories
from tpbis.accounts.models import User
from tpbis.core.periods import Period

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
QUARTER = Period(date(2024, 1, 1), date(2024, 3, 1))
NIP = "196805121994032007"


@dataclass(frozen=True)
class World:
    province: Region
    yellow: Library
    red: Library
    silent: Library


def small_province(
    library: Library,
    other_library: Library,
    librarian: User,
    pic: User,
    stranger: User,
    judge: User,
) -> World:
    """Lumajang has a yellow library and one that never reported, Blitar a red one."""
    for month in (1, 2, 3):
        _approve(library, librarian, pic, *GENERAL, month=date(2024, month, 1))
    _approve(other_library, stranger, judge, Kind.ADVOCACY, month=date(2024, 2, 1))
    silent = factories.LibraryFactory(
        name='Perpustakaan Desa "Mbah Koneng" & Kawan <Tani>',
        region=factories.region("35.08.20.2001"),
    )
    return World(factories.region("35"), library, other_library, silent)


def all_regencies() -> None:
    for code in tiles._grid("35"):
        factories.region(code)


def _approve(library: Library, by: User, pic: User, *kinds: Kind, month: date) -> None:
    report = factories.approved(library, by, pic, *kinds, month=month)
    kpi.count_and_rescore(library=library, month=report.month)


def office_of(region: Region) -> Office:
    return Office.objects.create(
        region=region,
        government="Pemerintah Provinsi Jawa Timur",
        name="Dinas Perpustakaan dan Kearsipan",
        address="Jalan Menur Pumpungan Nomor 32, Surabaya 60118",
        contact="Telepon (031) 5947830",
        place="Surabaya",
        signer_position="Kepala Dinas Perpustakaan dan Kearsipan Provinsi Jawa Timur",
        signer_name="Dra. Sri Wahyuni, M.Si.",
        signer_rank="Pembina Utama Madya",
        signer_nip=NIP,
    )
