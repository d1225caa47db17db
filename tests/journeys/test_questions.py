"""The questions of the weekly meeting, each answered in at most three clicks from where a
province's staff lands."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK

pytestmark = pytest.mark.journey

MOST_CLICKS = 3


class Asking:
    """Somebody who counts what it takes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, name: str | re.Pattern[str], *, within: str = "body", nth: int = 0) -> None:
        self.clicks += 1
        place = self.page.locator(within)
        place.get_by_role("link", name=name, exact=isinstance(name, str)).nth(nth).click()
        self.page.wait_for_load_state()

    @property
    def said(self) -> str:
        return self.page.locator("main").inner_text()


def who_turned_red(asking: Asking) -> None:
    asking.click("Dasbor", within="nav")
    asking.click(re.compile("siapa menjadi merah"))
    asking.click(re.compile("^Menjadi merah"))
    expect(asking.page.locator("#daftar-judul")).to_contain_text(re.compile(r"Menjadi merah: \d"))


def who_lacks_only_advocacy(asking: Asking) -> None:
    asking.click("Dasbor", within="nav")
    line = asking.page.locator("#kurang li", has_text="Advokasi")
    number = line.locator(".number").inner_text()
    asking.click("Advokasi", within="#kurang")
    assert f"{number} mitra" in asking.said


def which_pic_has_a_backlog(asking: Asking) -> None:
    assert "Menunggu diperiksa" in asking.said
    first = asking.page.locator("main table tbody tr").first
    pic = first.locator("td").first.inner_text()
    assert pic
    asking.clicks += 1
    first.get_by_role("link").first.click()
    expect(asking.page.get_by_role("heading", level=1)).to_be_visible()


def which_regency_gained_green(asking: Asking) -> None:
    asking.click("Dasbor", within="nav")
    assert re.search(r"Hijau bertambah paling banyak, \d+ perpustakaan, di", asking.said)


def what_did_bank_jatim_deliver(asking: Asking) -> None:
    asking.click("Sinergi", within="nav")
    asking.click("Bank Jatim")
    expect(asking.page.get_by_role("heading", level=1)).to_have_text("Bank Jatim")
    assert "Rp" in asking.said


@pytest.mark.parametrize(
    "question",
    [
        who_turned_red,
        who_lacks_only_advocacy,
        which_pic_has_a_backlog,
        which_regency_gained_green,
        what_did_bank_jatim_deliver,
    ],
    ids=lambda question: question.__name__,
)
def test_a_question_is_answered_in_three_clicks(visit, question: Callable[[Asking], None]):
    page = visit("provinsi", DESK)
    page.goto("/")
    asking = Asking(page)

    question(asking)

    assert asking.clicks <= MOST_CLICKS
