"""The province awards libraries that were green when a month was closed; a PIC reads it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
PLACE = "/kpi/penghargaan/?wilayah=35.08&minimal=1&dari=1&tanda=boleh&urut=-poin"
NOTE = "Rapat penetapan, SK 188/12/2026"


@pytest.mark.django_db(databases=[])
def test_the_province_awards_three_libraries_and_their_pic_reads_it(visit: Visit):
    province, pic = visit("provinsi", DESK), visit("pic.lumajang", PHONE)
    province.goto(PLACE)
    expect(province.locator(".page-head")).to_contain_text("KPI portal, penutupan")
    rows = province.locator("tbody tr")
    names = [rows.nth(index).locator("th a").inner_text() for index in range(3)]
    for index in range(3):
        rows.nth(index).get_by_role("checkbox").check()

    province.get_by_label("Diberikan", exact=True).check()
    province.get_by_label("Catatan").fill("...")
    province.get_by_role("button", name="Simpan (3)").click()
    expect(province.get_by_role("alert")).to_contain_text("Tulis dengan huruf atau angka.")
    province.get_by_label("Catatan").fill(NOTE)
    province.get_by_role("button", name="Simpan (3)").click()

    expect(province.get_by_role("status")).to_contain_text("3 perpustakaan mendapat penghargaan")
    pic.goto(f"{PLACE}&keputusan=granted")
    seen = pic.locator("tbody tr")
    expect(seen).to_have_count(3)
    assert [seen.nth(index).locator("th a").inner_text() for index in range(3)] == names
    expect(seen.first).to_contain_text(NOTE)
    expect(pic.get_by_role("checkbox")).to_have_count(0)
