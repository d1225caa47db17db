"""A librarian reads the rapor on a phone and goes from the way ahead straight to writing down what
took place; the province reads the same page and writes nothing there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey


@pytest.mark.django_db(databases=[])
def test_the_way_ahead_leads_to_where_things_are_written_down(visit: Callable[..., Page]):
    phone, desk = visit("labruk", PHONE), visit("provinsi", DESK)
    phone.get_by_role("link", name="Lihat rincian rapor").tap()
    phone.wait_for_url("**/perpustakaan/*/**")
    library = phone.url.partition("?")[0]
    this_month = (
        phone.get_by_label("Sampai akhir bulan")
        .locator("option")
        .evaluate_all(
            "options => options.map(option => option.value).filter(Boolean).sort().at(-1)"
        )
    )
    address = f"{library}?sampai={this_month}"

    phone.goto(address)
    desk.goto(address)

    for page in (phone, desk):
        ways = page.get_by_role("region", name="Jalan terpendek")
        expect(ways).to_contain_text("Hanya yang sungguh terjadi yang dihitung")
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, page.url
        expect(page.get_by_role("link", name=re.compile(r"^aturan versi \d+$"))).to_be_visible()
    said = phone.locator(".way").all_inner_texts()
    assert len(said) == desk.locator(".way").count()
    expect(desk.locator(".way-steps a")).to_have_count(0)
    links = phone.locator(".way-steps a")
    if links.count():
        links.first.tap()
        phone.wait_for_url(re.compile(r"/(catat|laporan|cerita)/"))
        expect(phone.locator("main h1")).to_be_visible()
