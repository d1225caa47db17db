"""Supporting bodies and whom they support. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from libraries.enums import LibraryKind
from stakeholders.enums import PartnershipKind
from tpbis.core import periods
from tpbis.demo import words
from tpbis.demo.careers import Careers
from tpbis.demo.cast import KLEMUNAN, LABRUK, Partner
from tpbis.demo.chance import stream, weighted

_MONEY, _GOODS, _SPEAKER = PartnershipKind.MONEY, PartnershipKind.GOODS, PartnershipKind.SPEAKER
_PLACE, _MEDIA, _HELPERS = PartnershipKind.PLACE, PartnershipKind.MEDIA, PartnershipKind.VOLUNTEERS

# The synergy team's members and others of the whole province, with what they usually bring.
PROVINCIAL: list[tuple[str, PartnershipKind]] = [
    ("Bappeda Provinsi Jawa Timur", _SPEAKER),
    ("Bank Jatim", _MONEY),
    ("Petrogas Jatim Utama Cendana", _MONEY),
    ("IKAPI Jawa Timur", _GOODS),
    ("GPMB Jawa Timur", _HELPERS),
    ("Universitas Airlangga", _HELPERS),
    ("TJSL PT SIER", _GOODS),
    ("Rotary Club of Surabaya Persada", _GOODS),
    ("Dinas Pertanian dan Ketahanan Pangan Provinsi Jawa Timur", _SPEAKER),
    ("Dinas Kelautan dan Perikanan Provinsi Jawa Timur", _SPEAKER),
    ("UPT Dinas Koperasi dan UMKM Provinsi Jawa Timur", _SPEAKER),
    ("PT Jamkrida Jatim", _MONEY),
    ("Dinas Pemberdayaan Masyarakat dan Desa Provinsi Jawa Timur", _SPEAKER),
    ("Komunitas Read Aloud Jawa Timur", _HELPERS),
]
# Bodies near a library; {regency} is “Kabupaten Lumajang”, {place} the village.
LOCAL: list[tuple[str, PartnershipKind]] = [
    ("TP PKK Desa {place}", _HELPERS),
    ("BUM Desa {place}", _MONEY),
    ("Karang Taruna {place}", _HELPERS),
    ("Puskesmas {place}", _SPEAKER),
    ("Kelompok Tani {place}", _SPEAKER),
    ("SDN {place} 1", _PLACE),
    ("Koperasi Wanita {place}", _GOODS),
    ("Baznas {regency}", _MONEY),
    ("Dinas Koperasi dan UMKM {regency}", _SPEAKER),
    ("Forum Literasi {regency}", _HELPERS),
    ("PMI {regency}", _SPEAKER),
    ("Kabar {short}", _MEDIA),
    ("Radio Suara {short}", _MEDIA),
]


@dataclass(frozen=True, slots=True)
class Support:
    """A partnership to be."""

    number: int  # of the library
    organisation: str
    kind: PartnershipKind
    starts_on: date
    ends_on: date | None


# Those of the two libraries that people look at first. Sumber Ilmu's have ended: a sign of
# sustainability is what it lacks.
_KNOWN: dict[str, list[tuple[str, PartnershipKind, date, date | None]]] = {
    LABRUK: [
        ("TP PKK Desa Labruk Kidul", _HELPERS, date(2023, 3, 1), date(2025, 12, 31)),
        ("Bank Jatim", _MONEY, date(2024, 2, 12), date(2025, 2, 11)),
    ],
    KLEMUNAN: [
        ("Karang Taruna Klemunan", _HELPERS, date(2023, 2, 6), None),
        ("Universitas Airlangga", _HELPERS, date(2024, 7, 1), date(2027, 6, 30)),
    ],
}


def partnerships(
    partners: Sequence[Partner], careers: Careers, regencies: dict[str, str]
) -> list[Support]:
    """Who supports whom; the lively are supported more often. ``regencies`` are names by code."""
    by_number = {partner.number: partner for partner in partners}
    found: list[Support] = []
    for span, colours in careers.colours.items():
        for number in sorted(careers.newcomers(span)):
            partner = by_number[number]
            if partner.code in _KNOWN:
                found += [Support(number, *known) for known in _KNOWN[partner.code]]
                continue
            likely = 0.7 if colours[number] == "green" else 0.26
            rng = stream("supported", number)
            for again in range(3):
                if rng.random() < likely / (1 + again):
                    found.append(_one(rng, partner, regencies[partner.regency], span.first.year))
    return sorted(found, key=lambda s: (s.starts_on, s.number, s.organisation))


def _one(rng: Random, partner: Partner, regency: str, year: int) -> Support:
    name, kind = rng.choice(PROVINCIAL if rng.random() < 0.35 else LOCAL)
    begin = date(year, 1, 15) + timedelta(days=rng.randint(0, 400))
    starts_on = max(begin, partner.joined_on + timedelta(days=30))
    years = weighted(rng, [(0, 0.5), (1, 0.25), (2, 0.25)])
    return Support(
        number=partner.number,
        organisation=_named(name, partner, regency),
        kind=kind,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=365 * years) if years else None,
    )


def _named(name: str, partner: Partner, regency: str) -> str:
    in_town = partner.kind == LibraryKind.URBAN_VILLAGE
    return words.spoken(name, in_town=in_town and "{place}" in name).format(
        place=partner.place, regency=regency, short=regency.removeprefix("Kabupaten ")
    )


class InForce:
    """Whether a library has a partnership in force on some day of a span of months."""

    def __init__(self, found: Sequence[Support]) -> None:
        self._by_number: dict[int, list[Support]] = {}
        for support in found:
            self._by_number.setdefault(support.number, []).append(support)

    def __call__(self, number: int, first: date, last: date) -> bool:
        return any(
            support.starts_on <= periods.last_day(last)
            and (support.ends_on is None or support.ends_on >= first)
            for support in self._by_number.get(number, ())
        )
