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


PERIOD = "dari=2024-01&sampai=2024-09"
TABS = ["", "kegiatan/", "kegiatan/daftar/", "pelaporan/", "gerak/", "dukungan/", "presentasi/"]
SEEN_BY = {
    "provinsi": [
        "/beranda/provinsi/",
        *(f"/wilayah/35/{tab}?{PERIOD}" for tab in TABS),
        f"/wilayah/35/?{PERIOD}&bandingkan=tahun-lalu&sumber=replication&peta=kelengkapan",
        "/dokumen/",
        "/dokumen/jadwal/",
        "/dokumen/baru/iplm/wilayah/35/",
        "/pengaturan/kantor/35/",
        "/pengaturan/provinsi/35/",
        "/kpi/resmi-sim/",
        "/kpi/penghargaan/",
        "/kpi/penghargaan/piagam/",
        "/sinergi/",
        "/sinergi/acara/",
        "/sinergi/acara/tambah/?jenis=shm",
        "/sinergi/acara/pelatihan/",
        "/sinergi/tindak-lanjut/",
    ],
    "pimpinan": ["/beranda/pimpinan/", f"/wilayah/35/presentasi/?{PERIOD}"],
    "pic.lumajang": [
        "/beranda/pic/",
        *(f"/wilayah/35.08/{tab}" for tab in TABS),
        "/dokumen/",
        "/dokumen/jadwal/",
        "/dokumen/baru/review/wilayah/35.08/",
        "/pengaturan/kantor/35.08/",
    ],
    "fasda.lumajang": ["/beranda/fasilitator/", *(f"/wilayah/35.08.21/{tab}" for tab in TABS)],
    "labruk": ["/beranda/", "/dokumen/"],
    "bankjatim": ["/beranda/lembaga/", "/sinergi/"],
}
# A page that one comes to by the first link of this kind on another.
BEHIND = {
    "provinsi": [
        ("/kpi/penghargaan/piagam/", "a[href$='/cabut/']"),
        ("/dokumen/", "th a[href^='/dokumen/']"),
        ("/sinergi/", "main tbody th a[href^='/sinergi/']"),
        ("/sinergi/acara/", "main tbody th a[href^='/sinergi/acara/']"),
        ("/perpustakaan/?daerah=35.08", "main tbody th a[href^='/perpustakaan/']"),
    ],
    "pic.lumajang": [("/dokumen/", "th a[href^='/dokumen/']")],
    "labruk": [("/rapor/", "main a[href*='/dokumen/baru/']")],
    "bankjatim": [("/sinergi/", "main tbody th a[href^='/sinergi/']")],
}
FOR_EVERYBODY = ["/publik/35/", "/verifikasi/"]


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


@pytest.mark.once
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("who", SEEN_BY)
def test_who_hears_figures_and_documents_finds_the_way(visit, who, width):
    page = visit(who, width)
    behind = []
    for address, link in BEHIND.get(who, ()):
        page.goto(address)
        behind.append(page.locator(link).first.get_attribute("href"))

    found = looked_at(page, SEEN_BY[who] + behind)

    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.once
@pytest.mark.parametrize("width", [PHONE, DESK], ids=["360", "1280"])
def test_a_visitor_who_hears_the_pages_finds_the_way(visit, open_browser, portal, width):
    desk = visit("provinsi")
    desk.goto("/kpi/penghargaan/piagam/")
    codes = [
        desk.locator("tr").filter(has_text=state).locator("a.certificate-code").first
        for state in ("Berlaku", "Dicabut")
    ]
    verified = [code.get_attribute("href") for code in codes]

    page = open_browser(portal, width).new_page()
    found = looked_at(page, FOR_EVERYBODY + verified)

    assert {where: what for where, what in found.items() if what} == {}
