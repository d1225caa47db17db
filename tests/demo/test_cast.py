from collections import Counter
from datetime import date

import pytest

from libraries.enums import LibraryKind
from tests.demo import story
from tpbis.demo.cast import KLEMUNAN, LABRUK


@pytest.fixture(scope="module")
def partners():
    return story.partners()


def test_932_partners_by_2024_and_30_more_in_april_2025(partners):
    joined = Counter(partner.joined_on <= date(2024, 1, 31) for partner in partners)

    assert joined == {True: 932, False: 30}
    assert all(p.joined_on.strftime("%Y-%m") == "2025-04" for p in partners if p.joined_2025)


def test_96_of_them_are_replication_partners_and_say_so(partners):
    replication = [partner for partner in partners if partner.is_replication]

    assert len(replication) == 96
    assert all("Replikasi 2023-2024" in partner.tags for partner in replication)
    assert {partner.joined_on.year for partner in replication} <= {2023, 2024}


def test_every_regency_has_partners_and_its_own_library(partners):
    own = [partner for partner in partners if partner.kind == LibraryKind.REGENCY]

    assert len({partner.regency for partner in partners}) == 38
    assert len(own) == 38
    assert all(partner.code == partner.regency for partner in own)


def test_the_two_known_libraries_stand_where_they_stand(partners):
    named = {p.code: (p.name, p.kind) for p in partners if p.code in (LABRUK, KLEMUNAN)}

    assert named == {
        LABRUK: ("Perpustakaan Desa Sumber Ilmu", LibraryKind.VILLAGE),
        KLEMUNAN: ("Perpustakaan Mawar", LibraryKind.URBAN_VILLAGE),
    }


def test_no_name_stands_twice_in_one_village_and_no_number_twice(partners):
    numbers = [partner.npp for partner in partners if partner.npp]

    assert len({(partner.code, partner.name) for partner in partners}) == len(partners)
    assert len(set(numbers)) == len(numbers)
    assert {len(number) for number in numbers} == {15}


def test_the_cast_is_the_same_every_time(partners):
    story.partners.cache_clear()

    assert story.partners() == partners
