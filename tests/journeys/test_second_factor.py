"""An official's second factor, from the first sign-in to the day the phone stays at home."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import DESK, OFFICIALS_PASSWORD, type_password
from tests.journeys.portals import Portal
from tests.journeys.second_factors import set_up

pytestmark = pytest.mark.journey

PIC = "pic.ngawi"


@pytest.mark.django_db(databases=[])
def test_a_pic_signs_in_by_app_and_by_recovery_code(
    open_browser: Callable[..., BrowserContext], new_portal: Portal
):
    page = open_browser(new_portal, DESK).new_page()
    type_password(page, PIC, OFFICIALS_PASSWORD)
    expect(page.get_by_role("heading", name="Pasang langkah kedua")).to_be_visible()
    page.goto("/orang/")
    expect(page.get_by_role("heading", name="Pasang langkah kedua")).to_be_visible()

    app = set_up(page)
    spare = page.locator("ul.codes code").first.inner_text()
    assert page.locator("ul.codes code").count() == 10
    page.get_by_role("link", name="Sudah saya simpan").click()
    expect(_way_out(page)).to_be_visible()

    _come_back(page, app.code())
    expect(_way_out(page)).to_be_visible()

    _come_back(page, spare)
    expect(page.get_by_role("status")).to_contain_text("Kode cadangan itu kini terpakai; tersisa 9")

    _come_back(page, spare)
    expect(page.get_by_role("alert")).to_contain_text("Kode tidak cocok atau sudah dipakai")
    page.goto("/orang/")
    expect(page.get_by_role("heading", name="Langkah kedua")).to_be_visible()


def _come_back(page: Page, code: str) -> None:
    """Sign out, and in again with a code."""
    _way_out(page).click()
    type_password(page, PIC, OFFICIALS_PASSWORD)
    expect(page.get_by_role("heading", name="Langkah kedua")).to_be_visible()
    page.get_by_label("Kode", exact=True).fill(code)
    page.get_by_role("button", name="Lanjut").click()


def _way_out(page: Page):
    """Only there for whoever is in."""
    return page.locator(".side").get_by_role("button", name="Keluar")
