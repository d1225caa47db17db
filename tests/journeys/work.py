"""What librarians do in every journey: record an activity, send the month in."""

import io
import re
from datetime import date

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.waiting import wait_until

ACTIVITY = "Kelas membatik bersama ibu-ibu PKK"


def record_activity(page: Page) -> int:
    """One activity with a photo in the current month; returns how many involvement activities the
    month held before."""
    page.goto("/catat/")
    card = page.get_by_role("listitem").filter(has_text="Pelibatan masyarakat")
    held = re.search(r"(\d+) tercatat", card.inner_text())
    page.get_by_role("link", name=re.compile("Pelibatan masyarakat")).click()
    page.get_by_label("Nama kegiatan").fill(ACTIVITY)
    page.get_by_label("Bidang kegiatan").select_option("Seni Budaya")
    page.get_by_label("Pelatihan").check()
    page.get_by_label("Umum").check()
    page.get_by_label("Jumlah peserta").fill("24")
    page.get_by_label(re.compile("Foto")).set_input_files(
        {"name": "membatik.jpg", "mimeType": "image/jpeg", "buffer": _a_photo()}
    )
    # The picture pushes the button down when it appears; a press meant for it would miss.
    expect(page.get_by_role("img", name="membatik.jpg")).to_be_visible()
    page.get_by_role("button", name="Simpan", exact=True).click()
    is_told(page, "membatik")
    is_told(page, "1 dari 1 foto sampai")
    return int(held[1]) if held else 0


def is_told(page: Page, text: str, *, within: float = 60.0) -> None:
    """Somewhere on the page a status says ``text``; while a form is busy it has some of its own."""
    said = page.get_by_role("status").filter(has_text=text)
    expect(said.first).to_be_visible(timeout=within * 1000)


def send_month(page: Page, month: date) -> None:
    page.goto(f"/laporan/bulan/{month:%Y-%m}/")
    expect(page.locator("main")).to_contain_text(ACTIVITY)
    photo = page.locator("img[src*='/foto/']").last
    photo.scroll_into_view_if_needed()
    wait_until(lambda: photo.evaluate("picture => picture.naturalWidth") > 0, within=10)
    page.get_by_label("Laki-laki").fill("41")
    page.get_by_label("Perempuan").fill("63")
    page.get_by_role("button", name="Simpan pengunjung").click()
    page.get_by_role("link", name="Periksa & kirim").click()
    page.get_by_role("button", name=re.compile("^Kirim laporan")).click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Diajukan")


def _a_photo() -> bytes:
    picture = Image.new("RGB", (1200, 900), "#87a96b")
    ImageDraw.Draw(picture).ellipse((300, 200, 900, 700), fill="#f0c96b")
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85)
    return buffer.getvalue()
