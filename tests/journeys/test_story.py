"""A child's story: written on a phone, held back until its guardian agreed, read by others, and
gone when the guardian takes that back."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.work import _a_photo
from tests.waiting import wait_until

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
TITLE = "Rara membacakan dongeng untuk adiknya"


@pytest.mark.django_db(databases=[])
def test_a_childs_story_is_published_with_its_guardian_and_gone_without(visit: Visit):
    labruk, pic, province = visit("labruk", PHONE), visit("pic.lumajang", DESK), visit("provinsi")
    _write(labruk)
    _agree(labruk)
    labruk.get_by_role("button", name="Kirim ke PIC").click()
    expect(labruk.get_by_role("status")).to_contain_text("Terkirim ke PIC")

    _publish(pic)
    refusal = pic.get_by_role("alert")
    expect(refusal).to_contain_text("Rara masih anak-anak: nama wali dan hubungan wali belum")

    _add_guardian(labruk)
    _publish(pic)
    expect(pic.get_by_role("status")).to_contain_text(f"Terbit: {TITLE}")
    _is_read_by(province)

    labruk.reload()
    labruk.get_by_text(re.compile("^Cabut persetujuan")).click()
    labruk.get_by_role("button", name="Ya, cabut").click()
    expect(labruk.get_by_role("status")).to_contain_text("cerita ini tidak tampil lagi")
    address = province.url
    assert province.request.get(address).status == 404
    province.goto("/cerita/")
    expect(province.locator("main")).not_to_contain_text(TITLE)


def _write(labruk: Page) -> None:
    labruk.goto("/cerita/tulis/")
    labruk.get_by_label("Cerita dampak").check()
    labruk.get_by_label("Bidang").select_option("Pendidikan")
    labruk.get_by_label("Tanggal").fill(f"{timezone.localdate():%Y-%m-%d}")
    labruk.get_by_label("Judul").fill(TITLE)
    labruk.get_by_label("Cerita", exact=True).fill("Setiap sore ia duduk di teras perpustakaan.")
    expect(labruk.locator("main")).to_contain_text("43 / 10.000")
    labruk.get_by_role("button", name="Simpan").click()
    expect(labruk.locator("h1")).to_have_text(TITLE)
    labruk.get_by_label("Tambah foto").set_input_files(
        {"name": "dongeng.jpg", "mimeType": "image/jpeg", "buffer": _a_photo()}
    )
    labruk.get_by_role("button", name="Simpan foto").click()
    expect(labruk.get_by_role("status")).to_contain_text("1 foto tersimpan")


def _agree(labruk: Page) -> None:
    """Of the child alone: its guardian was forgotten, and the page says so."""
    labruk.get_by_role("link", name="Catat persetujuan").click()
    expect(labruk.get_by_label("Nama wali yang menyetujui")).to_be_hidden()
    labruk.get_by_label("Siapa yang ada di cerita?").fill("Rara")
    labruk.get_by_label("Masih anak-anak").check()
    expect(labruk.get_by_label("Nama wali yang menyetujui")).to_be_visible()
    labruk.get_by_role("button", name="Simpan", exact=True).click()
    expect(labruk.get_by_role("region", name="Yang kurang")).to_contain_text("nama wali")


def _add_guardian(labruk: Page) -> None:
    labruk.reload()
    labruk.get_by_role("link", name="Perbaiki Rara").click()
    labruk.get_by_label("Nama wali yang menyetujui").fill("Wati")
    labruk.get_by_label("Hubungan wali dengan anak").fill("ibu kandung")
    labruk.get_by_role("button", name="Simpan", exact=True).click()
    expect(labruk.locator("main")).to_contain_text("Wali: Wati (ibu kandung)")


def _publish(pic: Page) -> None:
    pic.goto("/cerita/periksa/")
    pic.get_by_role("link", name=TITLE).click()
    pic.get_by_role("button", name="Terbitkan").click()


def _is_read_by(province: Page) -> None:
    """Found in the gallery, with its picture; who agreed is not told to its readers."""
    province.goto("/cerita/?bidang=Pendidikan&wilayah=35.08")
    province.get_by_role("link", name=TITLE).click()
    expect(province.locator("h1")).to_have_text(TITLE)
    photo = province.locator(".story-hero img")
    wait_until(lambda: photo.evaluate("picture => picture.naturalWidth") > 0, within=10)
