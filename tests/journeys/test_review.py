"""A PIC clears a regency's month: 25 reports, 5 of them flagged, with few clicks and keys."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.portals import Portal
from tests.waiting import wait_until
from tpbis.core import periods

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
MOST = 60  # clicks, keys and choices for 25 reports
DAY = timezone.localdate() - timedelta(days=3)
# Twenty with nothing odd, five that hold the same activity twice; one of these has photos.
_WAITING = f"""
import io
from datetime import date
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from activities import services
from activities.enums import Kind
from activities.photos import store_photo
from libraries.enums import LibraryKind, ProgrammeSource
from libraries.models import Library, Region
from libraries.services import assign, create_account
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
day = date.fromisoformat("{DAY}")
village = Region.objects.get(code="35.08.21.2004")
tastes = ["merajut", "memasak", "menulis", "mendongeng", "menjahit"]
def photo(shade):
    picture = io.BytesIO()
    Image.effect_noise((320, 240), shade).convert("RGB").save(picture, "JPEG")
    return store_photo(SimpleUploadedFile("foto.jpg", picture.getvalue()))
for number in range(25):
    library = Library.objects.create(
        name=f"Taman Baca Uji {{number:02}}", kind=LibraryKind.COMMUNITY, region=village,
        source=ProgrammeSource.SELF_REPLICATION, joined_on=date(day.year, 1, 1),
    )
    author = User.objects.create_user(
        username=f"uji{{number:02}}", password="x" * 20, full_name=f"Penguji {{number}}",
        role=Role.LIBRARIAN,
    )
    assign(user=author, library=library, starts_on=date(2020, 1, 1))
    report = services.open_month(library=library, month=day.replace(day=1), by=author)
    for time in range(2 if number < 5 else 1):
        entry = services.record(
            report=report, kind=Kind.INVOLVEMENT, by=author,
            content={{
                "held_on": day, "title": f"Belajar {{tastes[number % 5]}} {{number}}",
                "theme": "Ekonomi", "format": "Pelatihan", "audience": "Umum",
                "participants_total": 12 + number,
            }},
        )
        if number == 0:
            for shade in (40 + 50 * time, 60 + 50 * time):
                services.attach_photo(activity=entry, stored=photo(shade), by=author)
    services.enter_visits(report=report, men=5, women=7, by=author)
    services.submit(report=report, by=author)
"""


@dataclass
class Hand:
    """Somebody at ``page``: each click, key and choice is counted; a text typed is one."""

    page: Page
    count: int = 0

    def click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def press(self, key: str) -> None:
        self.count += 1
        self.page.keyboard.press(key)

    def choose(self, target: Locator, option: str) -> None:
        self.count += 1
        target.select_option(option)

    def write(self, target: Locator, text: str) -> None:
        self.count += 1
        target.fill(text)


@pytest.mark.django_db(databases=[])
def test_a_month_of_a_regency_is_cleared_with_few_clicks(portal: Portal, visit: Visit):
    portal.manage("shell", "--no-imports", "--command", _WAITING)
    page = visit("pic.lumajang", DESK)
    hand = Hand(page)
    page.goto("/periksa/")

    hand.choose(page.get_by_label("Bulan"), periods.month_code(DAY))
    hand.click(page.get_by_role("button", name="Tampilkan"))
    expect(page.locator("tbody tr")).to_have_count(25)
    expect(page.locator("tbody tr").first).to_contain_text("tanggalnya sama dengan catatan lain")
    hand.click(page.get_by_label("Pilih semua yang tanpa tanda"))
    hand.click(page.get_by_role("button", name="Setujui yang dipilih (20)"))
    expect(page.get_by_role("status")).to_contain_text("20 laporan disetujui")
    expect(page.locator("tbody tr")).to_have_count(5)

    hand.click(page.get_by_role("link", name="Mulai periksa"))
    _look_at_the_photos(hand)
    _leave_the_second_out(hand)
    _send_back_by_keys(hand)
    _remark_on_one_entry(hand)
    _approve_by_key(hand)
    assert hand.count <= MOST

    phone = visit("pic.lumajang", PHONE)
    phone.goto(f"/periksa/?bulan={periods.month_code(DAY)}")
    _fits(phone)
    phone.get_by_role("link", name="Taman Baca Uji").tap()
    expect(phone.locator("h1")).to_have_text("Taman Baca Uji 04")
    _fits(phone)
    phone.get_by_role("button", name="Setujui", exact=True).tap()
    expect(phone.get_by_role("status")).to_contain_text("Disetujui: Taman Baca Uji")
    expect(phone.locator("tbody tr")).to_have_count(0)


def _look_at_the_photos(hand: Hand) -> None:
    """They open in place, follow each other by the arrow keys, and close with Esc."""
    page, viewer = hand.page, hand.page.get_by_role("dialog")
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 00")
    shown = page.locator(".photos a")
    expect(shown).to_have_count(4)
    hand.click(shown.first)
    picture = viewer.locator("img")
    wait_until(lambda: picture.evaluate("picture => picture.naturalWidth") == 320, within=10)
    expect(viewer).to_contain_text("1/4")
    hand.press("ArrowRight")
    expect(viewer).to_contain_text("2/4")
    hand.press("Escape")
    expect(viewer).to_be_hidden()


def _leave_the_second_out(hand: Hand) -> None:
    """What stands there twice is approved once."""
    page = hand.page
    entry = page.locator(".review-entry.is-flagged")
    hand.click(entry.get_by_text("Nilai catatan ini saja"))
    hand.click(entry.get_by_label("Jangan dihitung"))
    hand.choose(entry.get_by_label("Alasan"), "ganda")
    hand.write(entry.get_by_label("Penjelasan untuk pengelola"), "Sama dengan yang pertama.")
    page.keyboard.press("a")  # is a letter here, and no decision
    expect(entry.get_by_label("Penjelasan untuk pengelola")).to_have_value(re.compile("a$"))
    hand.click(page.get_by_role("button", name="Setujui", exact=True))
    expect(page.get_by_role("status")).to_contain_text("tanpa 1 catatan")


def _send_back_by_keys(hand: Hand) -> None:
    page = hand.page
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 01")
    hand.press("j")
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 02")
    hand.press("k")
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 01")
    hand.press("b")
    panel = page.locator(".decide-form")
    expect(panel.get_by_label("Alasan")).to_be_focused()
    hand.choose(panel.get_by_label("Alasan"), "ganda")
    hand.write(panel.get_by_label("Penjelasan untuk pengelola"), "Ada dua yang sama.")
    hand.click(page.get_by_role("button", name="Kembalikan ke pengelola"))
    expect(page.get_by_role("status")).to_contain_text("Dikembalikan: Taman Baca Uji 01")


def _remark_on_one_entry(hand: Hand) -> None:
    page = hand.page
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 02")
    entry = page.locator(".review-entry").first
    hand.click(entry.get_by_text("Nilai catatan ini saja"))
    hand.click(entry.get_by_label("Perlu diperbaiki"))
    hand.choose(entry.get_by_label("Alasan"), "angka_janggal")
    hand.choose(entry.get_by_label("Bagian"), "participants_total")
    hand.write(entry.get_by_label("Penjelasan untuk pengelola"), "Berapa yang hadir?")
    hand.click(page.locator("summary", has_text="Kembalikan"))
    hand.click(page.get_by_role("button", name="Kembalikan ke pengelola"))
    expect(page.get_by_role("status")).to_contain_text("Dikembalikan: Taman Baca Uji 02")


def _approve_by_key(hand: Hand) -> None:
    page = hand.page
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 03")
    hand.press("?")
    expect(page.get_by_text("laporan berikutnya")).to_be_visible()
    hand.press("a")
    expect(page.get_by_role("status")).to_contain_text("Disetujui: Taman Baca Uji 03")
    expect(page.locator("h1")).to_have_text("Taman Baca Uji 04")


def _fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
