"""A code that lets nobody in, on a phone: the page says why, and what was typed stays."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import PHONE
from tests.journeys.portals import Portal

pytestmark = pytest.mark.journey

OpenBrowser = Callable[..., BrowserContext]
# One letter of the demo that is still good, and one that nobody answered in time.
_LETTERS = """
from libraries import codes
from libraries.models import Activation
from django.utils import timezone
unanswered = Activation.objects.filter(used_at=None, revoked_at=None, library__isnull=False)
for letters in (Activation.objects.valid(), unanswered.filter(expires_at__lt=timezone.now())):
    print(codes.code_of(letters.order_by("-pk")[0].uuid))
"""


@pytest.mark.django_db(databases=[])
def test_a_code_that_is_wrong_or_late_is_told_apart(open_browser: OpenBrowser, portal: Portal):
    good, late = portal.manage("shell", "--no-imports", "--command", _LETTERS).split()
    page = open_browser(portal, PHONE).new_page()

    _type_code(page, "7kq2m 94xt")
    _is_refused(page, "Kode terdiri atas sepuluh huruf dan angka", "7kq2m 94xt")
    _type_code(page, "7kq2m-94xtb")
    _is_refused(page, "Kode ini tidak dikenal", "7kq2m-94xtb")
    _type_code(page, late)
    _is_refused(page, "Kode ini berlaku sampai", late)
    page.goto(f"/aktivasi/{late}/")
    _is_refused(page, "Minta kode baru kepada PIC kabupaten/kota Anda", "")

    _type_code(page, good.replace("-", " ").lower())
    page.get_by_label("Nama lengkap").fill("Sri Wahyuni")
    page.get_by_label("Nomor telepon").fill("12")
    page.get_by_label("Kata sandi", exact=True).fill("sandi")
    page.get_by_role("button", name="Aktifkan dan masuk").tap()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Nomor telepon:")
    expect(page.get_by_label("Nama lengkap")).to_have_value("Sri Wahyuni")
    expect(page.get_by_label("Nomor telepon")).to_have_value("12")
    expect(page.get_by_label("Kata sandi", exact=True)).to_have_value("sandi")
    _fits(page)


def _type_code(page: Page, code: str) -> None:
    page.goto("/aktivasi/")
    page.get_by_label("Kode di surat").fill(code)
    page.get_by_role("button", name="Lanjut").tap()


def _is_refused(page: Page, why: str, kept: str) -> None:
    expect(page.get_by_role("alert")).to_contain_text(why)
    expect(page.get_by_label("Kode di surat")).to_have_value(kept)
    _fits(page)


def _fits(page: Page) -> None:
    """Nothing reaches beyond the screen."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
