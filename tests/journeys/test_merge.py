"""One library that stands in the register twice."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.journeys.conftest import DESK

pytestmark = pytest.mark.journey

LIBRARY, VILLAGE = "Perpustakaan Desa Sumber Ilmu", "Labruk Kidul"
DUPLICATE = "Perpus Sumber Ilmu Labruk"


@pytest.mark.django_db(databases=[])
def test_two_entries_become_one_and_the_old_address_still_leads_there(visit: Callable[..., Page]):
    staff = visit("provinsi", DESK)
    survivor = _find(staff, LIBRARY, VILLAGE)
    old_address = _add_duplicate(staff)
    staff.goto(survivor)
    staff.get_by_text("Lainnya").click()
    staff.get_by_role("link", name="Gabungkan catatan ganda").click()
    staff.get_by_label("Cari catatan gandanya").fill("Sumber Ilmu Labruk")
    staff.get_by_role("button", name="Cari").click()
    staff.get_by_role("link", name=DUPLICATE).last.click()

    staff.get_by_role("button", name="Gabungkan").click()
    expect(staff.get_by_role("alert")).to_be_visible()
    _agree(staff)

    expect(staff.get_by_role("status")).to_contain_text(f"{DUPLICATE} sudah digabung ke {LIBRARY}")
    expect(staff.locator("main")).to_contain_text(DUPLICATE)
    staff.goto(old_address)
    expect(staff.locator("h1")).to_have_text(LIBRARY)
    assert staff.url.endswith(survivor)


@pytest.mark.django_db(databases=[])
def test_two_that_reported_the_same_month_stay_two(visit: Callable[..., Page]):
    staff = visit("provinsi", DESK)
    one, other = _find(staff, LIBRARY, VILLAGE), _find(staff, "Perpustakaan Mawar", "Klemunan")

    staff.goto(f"{one}gabungkan/?dengan={other.strip('/').split('/')[-1]}")
    _agree(staff)

    refusal = staff.get_by_role("alert")
    expect(refusal).to_contain_text("Keduanya punya laporan untuk bulan yang sama")
    expect(refusal).to_contain_text("Januari 2024")


def _find(staff: Page, name: str, village: str) -> str:
    """The address of a library's page, as the register leads to it."""
    staff.goto(f"/perpustakaan/?cari={village}")
    staff.get_by_role("link", name=name, exact=True).click()
    expect(staff.locator("h1")).to_have_text(name)
    return urlsplit(staff.url).path


def _add_duplicate(staff: Page) -> str:
    """A second entry of the same library, in the same village."""
    staff.goto("/perpustakaan/tambah/?wilayah=35.08.21.2004")
    staff.get_by_label("Nama perpustakaan").fill(DUPLICATE)
    staff.get_by_label("Tanggal bergabung").fill(f"{timezone.localdate():%Y-%m-%d}")
    staff.get_by_role("button", name="Simpan").click()
    expect(staff.locator("h1")).to_have_text(DUPLICATE)
    return staff.url


def _agree(staff: Page) -> None:
    """To what the warning says."""
    warning = staff.get_by_role("region", name="Tidak bisa dibatalkan")
    expect(warning).to_contain_text("Semua laporan")
    warning.get_by_role("checkbox").check()
    warning.get_by_role("button", name="Gabungkan").click()
