"""New rules: drafted by the province, refused while they do not add up, looked at, published, and
from then on only read."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.waiting import wait_until
from tpbis.core import periods

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
NOTE = "Pelibatan lebih berat, hijau mulai di atas 70 poin."


@pytest.mark.django_db(databases=[])
def test_the_province_changes_the_rules_and_rewrites_no_history(visit: Visit):
    province = visit("provinsi", DESK)
    _draft(province)

    _save_what_does_not_add_up(province)
    _mend(province)
    _look_at_who_moves(province)
    _publish(province)

    address = province.url
    _cannot_be_changed_any_more(province, address)
    _is_read_by_a_pic(visit("pic.lumajang", DESK), address)
    _is_told_to_everybody(visit("labruk", PHONE), address)


def _draft(province: Page) -> None:
    province.goto("/kpi/aturan/")
    village = province.get_by_role("region", name="Perpustakaan desa")
    village.get_by_role("button", name="Buat draf dari versi 1").click()
    expect(province.locator("h1")).to_have_text("Ubah draf aturan")


def _row(province: Page, measure: str):
    return province.get_by_role("group", name=measure, exact=True)


def _save_what_does_not_add_up(province: Page) -> None:
    """The sum follows what is typed; saving says what is wrong and keeps it all."""
    _row(province, "Kegiatan pelibatan masyarakat").get_by_label("Poin").fill("20")
    province.get_by_label("Hijau di atas").fill("70")
    expect(province.locator("#bidang-total")).to_contain_text("95")
    province.get_by_role("button", name="Simpan dan lihat akibatnya").click()

    expect(province.get_by_role("alert")).to_contain_text("Jumlahnya 95, harus 100: kurang 5.")
    expect(province.get_by_label("Hijau di atas")).to_have_value("70")
    points = _row(province, "Kegiatan pelibatan masyarakat").get_by_label("Poin")
    expect(points).to_have_value("20")


def _mend(province: Page) -> None:
    _row(province, "Kegiatan pelibatan masyarakat").get_by_label("Poin").fill("30")
    _row(province, "Publikasi").get_by_label("Poin").fill("5")
    province.get_by_role("button", name="Simpan dan lihat akibatnya").click()
    expect(province.locator("h1")).to_have_text("Siapa yang pindah warna?")


def _look_at_who_moves(province: Page) -> None:
    moves = province.get_by_role("heading", name=re.compile("perpustakaan pindah warna"))
    expect(moves).to_be_visible()
    table = province.get_by_role("region", name="Menurut kabupaten/kota")
    table.locator("tbody a").first.click()
    expect(province.get_by_role("link", name="Tampilkan semuanya")).to_be_visible()
    with province.expect_download() as download:
        province.get_by_role("link", name="Unduh XLSX").click()
    assert download.value.suggested_filename.startswith("pratinjau-aturan-draf-")


def _publish(province: Page) -> None:
    province.get_by_role("link", name="Terbitkan").click()
    next_month = periods.add_months(periods.this_month(), 1)
    province.get_by_label("Berlaku sejak").fill("2018-02-01")
    province.get_by_label("Catatan").fill(NOTE)
    province.get_by_role("button", name="Terbitkan").click()
    expect(province.get_by_role("alert")).to_contain_text("sudah ditutup")

    province.get_by_label("Berlaku sejak").fill(next_month.isoformat())
    province.get_by_role("button", name="Terbitkan").click()
    expect(province.get_by_role("status")).to_contain_text("Versi 2 terbit")
    expect(province.locator("h1")).to_have_text("Aturan skor – Versi 2")
    province.goto("/kpi/aturan/")
    row = province.get_by_role("row", name=re.compile("Versi 2"))
    expect(row).to_contain_text("Akan berlaku")
    row.get_by_role("link", name="Versi 2").click()


def _cannot_be_changed_any_more(province: Page, address: str) -> None:
    expect(province.get_by_role("link", name="Ubah")).to_have_count(0)
    province.goto(f"{address}ubah/")
    wait_until(lambda: province.url == address, within=5)
    expect(province.get_by_role("button", name="Buat draf dari versi ini")).to_be_visible()


def _is_read_by_a_pic(pic: Page, address: str) -> None:
    pic.goto(address)
    expect(pic.locator("main")).to_contain_text(NOTE)
    expect(pic.get_by_role("row", name=re.compile("Kegiatan pelibatan"))).to_contain_text("30")
    expect(pic.locator("main form")).to_have_count(0)
    assert pic.request.get(f"{address}ubah/").status == 403


def _is_told_to_everybody(librarian: Page, address: str) -> None:
    """Today's version, and the one to come by its link."""
    librarian.goto("/cara-hitung-skor/")
    expect(librarian.locator(".explained-version")).to_contain_text("Versi 1")
    librarian.get_by_role("link", name="Versi 2").click()
    version = librarian.locator(".explained-version")
    expect(version).to_contain_text("Versi 2")
    expect(version).to_contain_text("Akan berlaku")
    expect(librarian.locator("main")).to_contain_text(NOTE)
