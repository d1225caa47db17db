"""axe-core over the pages of reporting and review, at both widths: nothing serious or critical."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey
GRAVE = {"serious", "critical"}

LIBRARIANS = [
    "/beranda/",
    "/catat/",
    "/catat/pelibatan/",
    "/catat/advokasi/",
    "/catat/peningkatan/",
    "/catat/peningkatan/?bentuk=potret",
    "/catat/publikasi/",
    "/laporan/",
    "/cerita/",
    "/pesan/",
    "/luring/",
]
REVIEWERS = ["/periksa/", "/tindak-lanjut/", "/cerita/", "/pesan/", "/laporan/"]


def grave_findings(page) -> list[str]:
    answer = Axe().run(page)
    return [
        f"{found['id']}: {node['html'][:120]}"
        for found in answer.response["violations"]
        if found["impact"] in GRAVE
        for node in found["nodes"]
    ]


def looked_at(page, addresses: list[str]) -> dict[str, list[str]]:
    """Of each address what axe finds there."""
    found = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer.ok, f"{answer.status} {address}"
        found[page.url] = grave_findings(page)
    return found


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["360", "1280"])
def test_a_librarian_who_hears_the_pages_finds_the_way(visit, width):
    page = visit("labruk", width)
    found = looked_at(page, LIBRARIANS)

    page.goto("/laporan/")
    page.locator(".list-links a").first.click()
    page.wait_for_load_state()
    found["a month"] = grave_findings(page)
    for name in ("Periksa & kirim", "Lembar SIM", "buku bantu"):
        link = page.get_by_role("link", name=name).first
        if link.count():
            found[name] = looked_at(page, [link.get_attribute("href").split("#")[0]])
            page.go_back()

    assert {where: what for where, what in found.items() if what and any(what)} == {}


@pytest.mark.parametrize("width", [PHONE, DESK], ids=["360", "1280"])
def test_a_reviewer_who_hears_the_pages_finds_the_way(visit, width):
    page = visit("pic.lumajang", width)
    found = looked_at(page, REVIEWERS)

    page.goto("/periksa/")
    page.locator("a[href^='/periksa/']").filter(has_text="Perpustakaan").first.click()
    page.wait_for_load_state()
    found["a report in review"] = grave_findings(page)

    assert {where: what for where, what in found.items() if what} == {}
