from dataclasses import dataclass

import pytest

from libraries.places import Gazetteer


@dataclass(frozen=True)
class Place:
    code: str
    name: str
    level: int


PLACES = [
    Place("35", "Jawa Timur", 1),
    Place("35.08", "Kabupaten Lumajang", 2),
    Place("35.08.21", "Sumbersuko", 3),
    Place("35.08.21.2004", "Labruk Kidul", 4),
    Place("35.13", "Kabupaten Probolinggo", 2),
    Place("35.13.14", "Kraksaan", 3),
    Place("35.13.14.1017", "Patokan", 4),
    Place("35.13.04", "Bantaran", 3),
    Place("35.13.04.2003", "Patokan", 4),
    Place("35.74", "Kota Probolinggo", 2),
    Place("63.02", "Kabupaten Kotabaru", 2),
]


@pytest.fixture
def gazetteer():
    return Gazetteer(PLACES)


def codes(places):
    return [place.code for place in places]


@pytest.mark.parametrize("text", ["35.08.21.2004", "3508212004", "35 08 21 2004", "35-08-21-2004"])
def test_a_code_is_found_with_or_without_dots(gazetteer, text):
    assert gazetteer.by_code(text).name == "Labruk Kidul"


@pytest.mark.parametrize("text", ["", "35.08.21.20", "35.08.21.9999", "Labruk Kidul", "35.0821.x"])
def test_another_code_finds_nothing(gazetteer, text):
    assert gazetteer.by_code(text) is None


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Kab. Probolinggo", ["35.13"]),
        ("KABUPATEN  PROBOLINGGO", ["35.13"]),
        ("Kota Probolinggo", ["35.74"]),
        ("Probolinggo", ["35.13", "35.74"]),
        ("lumajang", ["35.08"]),
        ("Kotabaru", ["63.02"]),
        ("Kab. Contoh", []),
    ],
)
def test_a_kabupaten_is_never_taken_for_a_kota(gazetteer, name, found):
    assert codes(gazetteer.regencies(name)) == found


@pytest.mark.parametrize(
    "name", ["Labruk Kidul", "LABRUKKIDUL", "Desa Labruk-Kidul", "Ds. Labruk kidul"]
)
def test_spellings_of_a_village_find_it(gazetteer, name):
    assert codes(gazetteer.villages(name)) == ["35.08.21.2004"]


def test_a_name_alone_may_find_several(gazetteer):
    assert codes(gazetteer.villages("Patokan")) == ["35.13.14.1017", "35.13.04.2003"]


def test_a_district_tells_them_apart(gazetteer):
    districts = gazetteer.districts("Kec. Kraksaan", within=gazetteer.regencies("Kab. Probolinggo"))

    assert codes(gazetteer.villages("Patokan", within=districts)) == ["35.13.14.1017"]


def test_nothing_lies_within_nothing(gazetteer):
    assert gazetteer.villages("Patokan", within=[]) == []


def test_knows_what_lies_above(gazetteer):
    village = gazetteer.by_code("35.08.21.2004")

    assert gazetteer.above(village, 2).name == "Kabupaten Lumajang"
    assert gazetteer.provinces("Prov. Jawa Timur") == [gazetteer.above(village, 1)]
