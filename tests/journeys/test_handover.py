"""A library gets a new librarian: the old one is out at once, the new one is in, and the history
stays where it was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import DESK, PHONE, type_password
from tests.journeys.portals import PASSWORD, Portal

pytestmark = pytest.mark.journey

LIBRARY = "Perpustakaan Mawar"
NEWCOMER = "Wahyu Nugroho"


@pytest.mark.django_db(databases=[])
def test_the_old_librarian_is_out_and_the_new_one_goes_on(
    visit: Callable[..., Page], open_browser: Callable[..., BrowserContext], portal: Portal
):
    old = visit("klemunan", PHONE)
    months = _months(old)
    pic = visit("pic.blitar", DESK)
    link = _hand_over(pic)

    old.get_by_role("link", name="Rapor", exact=True).click()
    old.wait_for_url("**/masuk/**")
    type_password(old, "klemunan", PASSWORD)
    expect(old.get_by_role("alert")).to_contain_text("tidak cocok")

    phone = open_browser(portal, PHONE)
    new = phone.new_page()
    new.goto(link)
    expect(new.get_by_label("Nama lengkap")).to_have_value(NEWCOMER)
    new.get_by_label("Nomor telepon").fill("0813-9876-5432")
    new.get_by_role("button", name="Aktifkan dan masuk").tap()
    expect(new.locator("main h1")).to_have_text(LIBRARY)
    assert _months(new) == months

    # The phone is hers: closed and opened again she is in, until the PIC says otherwise.
    kept = phone.storage_state()
    phone.close()
    again = open_browser(portal, PHONE, storage_state=_without_session(kept)).new_page()
    again.goto("/beranda/")
    expect(again.locator("main h1")).to_have_text(LIBRARY)
    _deactivate(pic, NEWCOMER)
    again.get_by_role("link", name="Rapor", exact=True).click()
    again.wait_for_url("**/masuk/**")


def _months(page: Page) -> list[str]:
    """What the library has sent in, as its librarian sees it."""
    page.goto("/laporan/")
    found = page.locator("main li").all_inner_texts()
    assert len(found) > 3, found
    page.goto("/beranda/")
    return found


def _hand_over(pic: Page) -> str:
    """Through the library's page; returns the link that is shown once."""
    pic.goto(f"/perpustakaan/?cari={LIBRARY}")
    pic.get_by_role("link", name=LIBRARY, exact=True).click()
    pic.get_by_text("Lainnya").click()
    pic.get_by_role("link", name="Ganti pengelola").click()
    expect(pic.locator("main")).to_contain_text("Dwi Rahayu")
    pic.get_by_label(re.compile("Nama")).fill(NEWCOMER)
    pic.get_by_role("button", name="Ganti pengelola dan buat kode").click()
    expect(pic.get_by_role("status")).to_contain_text("menunggu pengelola barunya")
    return pic.locator(".code-link").inner_text().split()[-1]


def _deactivate(pic: Page, name: str) -> None:
    pic.goto("/orang/")
    pic.get_by_role("link", name=name).click()
    pic.get_by_text("Nonaktifkan akun").click()
    pic.get_by_role("button", name="Ya, nonaktifkan").click()
    expect(pic.get_by_role("status")).to_be_visible()


def _without_session(kept: dict) -> dict:
    """As days later: the session is long over, the phone's own cookie is not."""
    return kept | {"cookies": [one for one in kept["cookies"] if one["name"] == "tpbis_device"]}
