"""Which library a row speaks of: only when it is certain."""

from dataclasses import dataclass

import pytest

from activities.feed import Where
from activities.matching import Matcher, Registered
from libraries.places import Gazetteer


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    level: int


GAZETTEER = Gazetteer(
    [
        Place("35", "Jawa Timur", 1),
        Place("35.13", "Kabupaten Probolinggo", 2),
        Place("35.74", "Kota Probolinggo", 2),
        Place("35.08", "Kabupaten Lumajang", 2),
    ]
)


def registered(pk, name, *, regency="35.13", district="Paiton", village="Karanganyar", aliases=()):
    return Registered.of(
        pk, regency_code=regency, district=district, village=village, names=[name, *aliases]
    )


@pytest.fixture
def matcher():
    return Matcher(
        GAZETTEER,
        [
            registered(1, "Perpustakaan Desa Karanganyar"),
            registered(2, "Perpustakaan Desa Karanganyar", district="Bantaran"),
            registered(3, "Perpustakaan Mawar", village="Sidodadi", aliases=["Perpusdes Sidodadi"]),
            registered(4, "Dinas Perpustakaan", district="", village=""),
            registered(5, "Perpustakaan Provinsi", regency="35", district="", village=""),
            registered(6, "Perpustakaan Melati", village="A"),
            registered(7, "PERPUSTAKAAN MELATI", village="B"),
        ],
    )


def where(library, regency="Kab. Probolinggo", district="", village="", province="Jawa Timur"):
    return Where(library, province, regency, district, village)


@pytest.mark.parametrize(
    ("written", "pk"),
    [
        (where("PERPUSTAKAAN  MAWAR", village="Sidodadi"), 3),
        (where("Perpustakaan Mawar"), 3),
        (where("perpusdes sidodadi", village="SIDO DADI"), 3),
        (where("Dinas Perpustakaan"), 4),
        (where("Dinas Perpustakaan", village="Patokan"), 4),
        (where("Perpustakaan Desa Karanganyar", district="Kec. Paiton", village="Karanganyar"), 1),
        (where("Perpustakaan Desa Karanganyar", district="Bantaran", village="Karanganyar"), 2),
        (where("Perpustakaan Melati", village="B"), 7),
        (where("Perpustakaan Provinsi", regency=""), 5),
    ],
)
def test_the_same_name_in_the_same_regency_is_found(matcher, written, pk):
    assert matcher.match(written).pk == pk


@pytest.mark.parametrize(
    ("written", "reason", "is_new"),
    [
        (where("Perpustakaan Kenanga"), "belum terdaftar", True),
        (where("Perpustakaan Mawar", village="Patokan"), "nama ini terdaftar di desa lain", True),
        (where("Perpustakaan Mawar", "Kab. Lumajang"), "belum terdaftar", True),
        (where("Perpustakaan Mawar", "Kota Probolinggo"), "belum terdaftar", True),
        (
            where("Perpustakaan Mawar", "Probolinggo"),
            "“Probolinggo” tidak pasti: Kabupaten Probolinggo atau Kota Probolinggo",
            False,
        ),
        (where("Perpustakaan Mawar", "Kab. X"), "“Kab. X” tidak ada di daftar wilayah", False),
        (where("Perpustakaan Melati"), "cocok dengan 2 perpustakaan", False),
        (
            where("Perpustakaan Desa Karanganyar", village="Karanganyar"),
            "cocok dengan 2 perpustakaan",
            False,
        ),
    ],
)
def test_what_is_not_certain_stays_unmatched(matcher, written, reason, is_new):
    match = matcher.match(written)

    assert (match.pk, match.reason, match.is_new) == (None, reason, is_new)


def test_a_library_registered_meanwhile_is_found(matcher):
    matcher.add(registered(9, "Perpustakaan Kenanga", village="Patokan"))

    assert matcher.match(where("Perpustakaan Kenanga", village="Patokan")).pk == 9
