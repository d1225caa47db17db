"""From what a village lacks to a green library: stated on a phone, confirmed, matched, promised by
the organisation itself, realised with evidence; the partnership counts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.activities.pictures import jpeg
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.work import is_told
from tests.waiting import wait_until

pytestmark = pytest.mark.journey

NEED = "Pelatihan menjahit tingkat lanjut"
COUNTED_WITHIN = 30.0  # seconds from the evidence to the colour


@pytest.mark.django_db(databases=[])
def test_a_need_is_met_and_its_library_turns_green(visit: Callable[..., Page]):
    phone, pic = visit("labruk", PHONE), visit("pic.lumajang", DESK)
    supporter = visit("bankjatim", DESK)
    phone.goto("/rapor/")
    assert colour_of(phone) == "Kuning"
    need = state(phone)
    pic.goto("/sinergi/kebutuhan/?tampilan=daftar&keadaan=diajukan")
    pic.get_by_role("link", name=NEED).click()
    pic.get_by_role("button", name="Konfirmasi").click()
    is_told(pic, "tampil di papan")

    accept(pic, "Bank Jatim")
    expect(pic.locator("main")).to_contain_text("Satu kemitraan lagi")
    commitment = pic.url.removeprefix(re.match(r"https?://[^/]+", pic.url)[0])
    supporter.goto(commitment)
    supporter.get_by_label("Batas waktu").fill(day_ahead(45))
    supporter.get_by_role("button", name="Pastikan").click()
    is_told(supporter, "dipastikan")
    expect(supporter.get_by_text("Catat terwujud")).to_have_count(0)
    pic.goto(commitment)
    pic.get_by_label("Bukti").set_input_files(
        {"name": "bast.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()}
    )
    pic.get_by_role("button", name="Simpan sebagai terwujud").click()
    is_told(pic, "Terwujud")

    def is_green() -> bool:
        phone.goto("/rapor/")
        return colour_of(phone) == "Hijau"

    wait_until(is_green, within=COUNTED_WITHIN)
    phone.goto(need)
    expect(phone.locator("main")).to_contain_text("Terwujud")
    expect(phone.locator("main")).to_contain_text("Bank Jatim")


def state(phone: Page) -> str:
    """The librarian says what lacks; the address of the need."""
    phone.goto("/sinergi/kebutuhan/")
    phone.get_by_role("link", name="Ajukan kebutuhan").click()
    phone.get_by_label("Yang dibutuhkan").fill(NEED)
    phone.get_by_label("Dana", exact=True).check()
    phone.get_by_label("Bidang").select_option("Ekonomi")
    phone.get_by_label("Mengapa dibutuhkan").fill("Kelompok ibu sudah mahir pola dasar.")
    phone.get_by_label(re.compile("^Nilai")).fill("Rp7.500.000")
    phone.get_by_role("button", name="Ajukan").click()
    is_told(phone, "menunggu konfirmasi")
    return phone.url


def accept(pic: Page, organisation: str) -> None:
    """Out of what is proposed, with the reasons."""
    pic.goto("/sinergi/kebutuhan/pasangan/")
    card = pic.locator(".pairs > li").filter(has_text=NEED)
    expect(card).to_contain_text("Satu kemitraan lagi")
    card.get_by_role("listitem").filter(has_text=organisation).get_by_role(
        "link", name="Pasangkan"
    ).first.click()
    pic.get_by_label("Batas waktu").fill(day_ahead(30))
    pic.get_by_role("button", name="Pasangkan").click()
    is_told(pic, "Dipasangkan")


def colour_of(page: Page) -> str:
    return page.locator("main .colour").first.inner_text().strip()


def day_ahead(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()
