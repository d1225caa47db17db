"""A PIC supposes something, passes the address on, and whoever opens it reads the same."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.test_accessibility import grave_findings

pytestmark = pytest.mark.journey


def test_a_scenario_is_an_address(visit):
    page = visit("pic.lumajang", DESK)
    page.goto("/kpi/")
    page.get_by_role("link", name="Simulasi").click()
    expect(page.get_by_label("Kegiatan", exact=True)).to_be_hidden()

    page.get_by_label("Berapa yang terdekat").fill("3")
    page.get_by_text("Hal yang sama", exact=True).click()
    page.get_by_label("Kegiatan", exact=True).fill("2")
    page.get_by_role("button", name="Hitung").click()

    finding = page.locator("#temuan-judul").inner_text()
    assert re.search(r"3 perpustakaan kuning terdekat masing-masing menambah 2 kegiatan", finding)
    leader = visit("pimpinan", DESK)
    leader.goto(page.url + "&wilayah=35.08")
    assert leader.locator("#temuan-judul").inner_text() == finding


def test_a_wrong_number_is_said_where_it_stands(visit):
    page = visit("pic.lumajang", PHONE)
    page.goto("/kpi/simulasi/")

    page.get_by_label("Berapa yang terdekat").fill("nol")
    page.get_by_role("button", name="Hitung").click()

    field = page.locator("#bidang-berapa")
    expect(field).to_contain_text("Tulis dengan angka bulat")
    expect(field.get_by_role("textbox")).to_have_value("nol")


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["360", "1280"])
def test_who_hears_the_pages_finds_the_way(visit, width):
    page = visit("pic.lumajang", width)
    found = {}

    for address in ("/kpi/", "/kpi/simulasi/", "/kpi/simulasi/?kegiatan=1&warna=semua"):
        page.goto(address)
        found[address] = grave_findings(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width["width"], address

    assert {where: what for where, what in found.items() if what} == {}
