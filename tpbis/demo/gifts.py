"""What the supporting bodies brought, day by day. Pure; only what came, never what was promised."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from random import Random

from stakeholders.enums import PartnershipKind
from tpbis.demo.cast import KLEMUNAN, LABRUK, Partner
from tpbis.demo.chance import stream, weighted
from tpbis.demo.support import PROVINCIAL, Support

FIRST = date(2024, 1, 8)  # nobody wrote gifts down before
_STEP = 500_000  # Rupiah: people give round sums
_OF_THE_PROVINCE = frozenset(name for name, _kind in PROVINCIAL)


@dataclass(frozen=True, slots=True)
class Gift:
    """To a library, or to the libraries of a region together."""

    number: int | None  # of the library
    region: str  # its regency's code, or the region's
    organisation: str
    kind: PartnershipKind
    given_on: date
    description: str
    rupiah: int | None = None
    quantity: int | None = None
    unit: str = ""
    reached: int | None = None


@dataclass(frozen=True, slots=True)
class _Given:
    """A gift whose place is still to be said."""

    organisation: str
    kind: PartnershipKind
    given_on: date
    description: str
    quantity: int | None = None
    unit: str = ""
    reached: int | None = None
    rupiah: int | None = None


@dataclass(frozen=True, slots=True)
class _Usual:
    """A thing that is given: what it is called, how many of what, for how many people."""

    description: str
    least: int = 0
    most: int = 0
    unit: str = ""
    reaches: tuple[int, int] | None = None


_MONEY, _GOODS, _SPEAKER = PartnershipKind.MONEY, PartnershipKind.GOODS, PartnershipKind.SPEAKER
_PLACE, _MEDIA, _HELPERS = PartnershipKind.PLACE, PartnershipKind.MEDIA, PartnershipKind.VOLUNTEERS
_REGULATION = PartnershipKind.REGULATION

_USUAL: dict[str, list[_Usual]] = {
    _MONEY: [
        _Usual("Bantuan dana pelatihan keterampilan"),
        _Usual("Dana pengadaan buku dan rak"),
        _Usual("Bantuan langganan internet satu tahun"),
        _Usual("Modal awal kelompok usaha warga"),
    ],
    _GOODS: [
        _Usual("Buku bacaan anak", 25, 150, "buku"),
        _Usual("Buku pertanian dan usaha kecil", 20, 80, "buku"),
        _Usual("Rak buku kayu", 1, 4, "rak"),
        _Usual("Komputer untuk ruang belajar", 1, 3, "komputer"),
        _Usual("Meja dan kursi baca", 2, 6, "set"),
    ],
    _SPEAKER: [
        _Usual("Pelatihan mengolah hasil tani", 1, 2, "narasumber", (15, 40)),
        _Usual("Pelatihan pemasaran lewat internet", 1, 2, "narasumber", (15, 35)),
        _Usual("Penyuluhan gizi keluarga", 1, 1, "narasumber", (20, 60)),
        _Usual("Kelas mengelola keuangan usaha", 1, 1, "narasumber", (12, 30)),
    ],
    _PLACE: [
        _Usual("Aula untuk kelas literasi", reaches=(20, 60)),
        _Usual("Halaman sekolah untuk lapak baca", reaches=(30, 80)),
    ],
    _MEDIA: [_Usual("Liputan kegiatan perpustakaan", 1, 2, "liputan")],
    _HELPERS: [
        _Usual("Pendampingan kelas membaca anak", 2, 6, "relawan", (15, 45)),
        _Usual("Kerja bakti menata ruang baca", 5, 12, "relawan"),
        _Usual("Membaca nyaring tiap akhir pekan", 1, 4, "relawan", (12, 40)),
    ],
    _REGULATION: [_Usual("Peraturan desa tentang perpustakaan")],
}

# Those of the two libraries that people look at first.
_KNOWN: dict[str, list[_Given]] = {
    LABRUK: [
        _Given("Bank Jatim", _MONEY, date(2024, 3, 5), "Pelatihan menjahit", rupiah=7_500_000),
        _Given(
            "TP PKK Desa Labruk Kidul",
            _HELPERS,
            date(2024, 6, 15),
            "Pelatihan membuat camilan",
            *(4, "relawan", 32),
        ),
        _Given("Bank Jatim", _GOODS, date(2024, 11, 20), "Laptop", 2, "laptop"),
        _Given(
            "TP PKK Desa Labruk Kidul",
            _HELPERS,
            date(2025, 4, 21),
            "Pojok baca balita",
            *(6, "relawan", 24),
        ),
    ],
    KLEMUNAN: [
        _Given(
            "Universitas Airlangga",
            _HELPERS,
            date(2024, 7, 22),
            "Kuliah kerja nyata: menata koleksi",
            *(12, "mahasiswa", 40),
        ),
        _Given(
            "Karang Taruna Klemunan", _HELPERS, date(2025, 2, 9), "Menata halaman", 9, "relawan"
        ),
        _Given(
            "Universitas Airlangga",
            _SPEAKER,
            date(2025, 8, 12),
            "Pelatihan pemasaran lewat internet",
            *(2, "narasumber", 28),
        ),
    ],
}
# To the libraries of a region together.
_TOGETHER: list[tuple[str, _Given]] = [
    ("35", _Given("Bank Jatim", _MONEY, date(2024, 5, 20), "Gathering Mitra", rupiah=75_000_000)),
    (
        "35",
        _Given(
            "Bank Jatim",
            _MONEY,
            date(2025, 6, 16),
            "Pelatihan 30 pengelola perpustakaan replikasi",
            reached=30,
            rupiah=120_000_000,
        ),
    ),
    (
        "35",
        _Given("IKAPI Jawa Timur", _GOODS, date(2025, 9, 8), "Buku untuk replikasi", 3_000, "buku"),
    ),
    (
        "35",
        _Given(
            "Petrogas Jatim Utama Cendana",
            _MONEY,
            date(2025, 10, 13),
            "Pelatihan kreator konten",
            reached=15,
            rupiah=45_000_000,
        ),
    ),
    (
        "35.08",
        _Given("Bank Jatim", _GOODS, date(2024, 9, 12), "Komputer layak pakai", 10, "komputer"),
    ),
    (
        "35.05",
        _Given(
            "PT Jamkrida Jatim",
            _MONEY,
            date(2025, 3, 18),
            "Kelas usaha kecil di lima desa",
            reached=75,
            rupiah=25_000_000,
        ),
    ),
]


def gifts(partners: Sequence[Partner], support: Iterable[Support], today: date) -> list[Gift]:
    """Up to ``today``, oldest first. A partner that supports a library brings something at most
    three times in the years it does."""
    by_number = {partner.number: partner for partner in partners}
    found = [_told(None, region, given) for region, given in _TOGETHER]
    for partner in partners:
        known = _KNOWN.get(partner.code, ())
        found += [_told(partner.number, partner.regency, given) for given in known]
    for one in support:
        if by_number[one.number].code not in _KNOWN:
            found += _of_a_partnership(one, by_number[one.number], today)
    came = [gift for gift in found if gift.given_on <= today]
    return sorted(came, key=lambda gift: (gift.given_on, gift.number or 0, gift.description))


def _of_a_partnership(support: Support, partner: Partner, today: date) -> list[Gift]:
    rng = stream("gifts", support.number, support.organisation, support.kind)
    first = max(support.starts_on, FIRST)
    last = min(support.ends_on or today, today)
    found = []
    for _again in range(weighted(rng, [(0, 0.2), (1, 0.4), (2, 0.25), (3, 0.15)])):
        day = first + timedelta(days=rng.randint(3, 420))
        usual = rng.choice(_USUAL[support.kind])
        gift = _gift(rng, support, partner, day, usual)
        if day <= last:
            found.append(gift)
    return found


def _gift(rng: Random, support: Support, partner: Partner, day: date, usual: _Usual) -> Gift:
    rich = support.organisation in _OF_THE_PROVINCE
    rupiah = None
    if support.kind == _MONEY:
        rupiah = _STEP * (rng.randint(10, 50) if rich else rng.randint(1, 8))
    return Gift(
        number=support.number,
        region=partner.regency,
        organisation=support.organisation,
        kind=support.kind,
        given_on=day,
        description=usual.description,
        rupiah=rupiah,
        quantity=rng.randint(usual.least, usual.most) if usual.unit else None,
        unit=usual.unit,
        reached=rng.randint(*usual.reaches) if usual.reaches else None,
    )


def _told(number: int | None, region: str, given: _Given) -> Gift:
    return Gift(number=number, region=region, **asdict(given))
