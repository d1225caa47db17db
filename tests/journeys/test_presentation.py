"""In the weekly meeting: from the province down to a library, slides by the keyboard, and the
paragraph and the picture for the chat."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK
from tests.journeys.portals import Portal

pytestmark = [pytest.mark.journey, pytest.mark.django_db(databases=[])]

STATE = "dari=2024-01&sampai=2024-09&bandingkan=sebelumnya&sumber=replication"
PNG = b"\x89PNG\r\n\x1a\n"


def state_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_going_down_to_a_library_keeps_what_was_asked(visit: Callable[..., Page], portal: Portal):
    desk = visit("provinsi", DESK)
    asked = parse_qs(STATE)
    desk.goto(f"{portal.address}/wilayah/35/?{STATE}")

    desk.locator("#bagian tbody th a", has_text="Lumajang").first.click()
    desk.wait_for_url("**/wilayah/35.08/**")
    assert asked.items() <= state_of(desk).items()
    desk.locator("#bagian tbody th a").first.click()
    desk.wait_for_url("**/wilayah/35.08.*/**")
    assert asked.items() <= state_of(desk).items()
    desk.get_by_role("navigation", name="Wilayah di atasnya").get_by_text("Lumajang").click()
    desk.wait_for_url("**/wilayah/35.08/**")
    assert asked.items() <= state_of(desk).items()
    desk.locator("#perpustakaan tbody th a").first.click()
    desk.wait_for_url("**/perpustakaan/*/**")


def test_slides_are_turned_by_the_keyboard(visit: Callable[..., Page], portal: Portal):
    desk = visit("pimpinan", DESK)
    desk.goto(f"{portal.address}/wilayah/35/?{STATE}")
    desk.get_by_role("link", name="Presentasi").click()
    number, title = desk.locator("[data-tpbis-number]"), desk.get_by_role("heading", level=1)
    expect(number).to_have_text("Halaman 1 dari 10")

    for slide in range(2, 11):
        desk.keyboard.press("Space" if slide % 2 else "ArrowRight")
        expect(number).to_have_text(f"Halaman {slide} dari 10")
    expect(title).to_have_text("Yang perlu diperhatikan dan diputuskan")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowLeft")
    expect(number).to_have_text("Halaman 9 dari 10")
    expect(desk.locator("[data-tpbis-said]")).to_contain_text("Halaman 9 dari 10")
    assert parse_qs(STATE).items() <= state_of(desk).items()
    desk.reload()
    expect(number).to_have_text("Halaman 9 dari 10")
    desk.go_back()
    expect(number).to_have_text("Halaman 10 dari 10")
    desk.keyboard.press("Escape")
    desk.wait_for_url("**/wilayah/35/?**")
    assert parse_qs(STATE).items() <= state_of(desk).items()


def test_paragraph_and_picture_leave_for_the_chat(
    visit: Callable[..., Page], portal: Portal, tmp_path: Path
):
    desk = visit("provinsi", DESK)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=portal.address)
    desk.goto(f"{portal.address}/wilayah/35/kegiatan/?{STATE}")

    desk.get_by_role("button", name="Salin ringkasan").click()
    expect(desk.get_by_role("button", name="Tersalin")).to_be_visible()
    copied = desk.evaluate("navigator.clipboard.readText()")
    assert copied == desk.locator("#ringkasan-teks").inner_text()
    assert "Sumber: Portal TPBIS" in copied

    card = desk.locator(".card", has=desk.locator("#theme-grafik"))
    with desk.expect_download() as download:
        card.get_by_role("button", name="Simpan PNG").click()
    picture = tmp_path / "grafik.png"
    download.value.save_as(picture)
    assert download.value.suggested_filename.startswith("bidang-kegiatan-")
    assert picture.read_bytes().startswith(PNG)
    assert picture.stat().st_size > 10_000
    card.get_by_role("button", name="Salin gambar").click()
    expect(card.get_by_role("button", name="Gambar tersalin")).to_be_visible()
