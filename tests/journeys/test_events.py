"""A stakeholder meeting from its thirty seats to the next one: the 31st invitation, three who come
and are scanned on a phone, and what was agreed coming back overdue."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from stakeholders.figures.seats import STAKEHOLDER_MEETING
from tests.journeys.conftest import DESK, PHONE

pytestmark = pytest.mark.journey

Visit = Callable[..., Page]
TITLE, NEXT = "SHM Uji Coba", "SHM Uji Coba Berikutnya"
AGREED = "Menyusun jadwal kelas menjahit"


@pytest.mark.django_db(databases=[])
def test_a_meeting_of_thirty_seats_and_what_comes_back(visit: Visit):
    desk, phone = visit("provinsi", DESK), visit("provinsi", PHONE)
    address = _announce(desk, TITLE, days=0)
    _invite_thirty(desk, address)
    _invite_the_31st(desk, address)

    for name in ("Tim Sinergi 1", "Lembaga pendukung 1", "Bappeda kabupaten/kota 1"):
        _scan(desk, phone, address, name)

    desk.goto(address)
    expect(desk.get_by_role("row", name="Seluruhnya")).to_contain_text("3")
    _agree(desk, address)
    _announce(desk, NEXT, days=1)
    before = desk.get_by_role("region", name="Tindak lanjut dari acara sebelumnya")
    expect(before.get_by_role("row", name=AGREED)).to_contain_text("Lewat batas waktu")


def _announce(desk: Page, title: str, *, days: int) -> str:
    desk.goto("/sinergi/acara/tambah/?jenis=shm")
    desk.get_by_label("Judul").fill(title)
    on = timezone.localdate() + timedelta(days=days)
    desk.get_by_label("Tanggal mulai").fill(on.isoformat())
    desk.get_by_label("Jam mulai").fill("00:00")
    desk.get_by_label("Jam selesai").fill("23:59")
    desk.get_by_label("Tempat").fill("Surabaya")
    expect(desk.get_by_label("Kursi seluruhnya")).to_have_value("30")
    desk.get_by_role("button", name="Simpan").click()
    expect(desk.locator("h1")).to_have_text(title)
    return desk.url


def _invite_thirty(desk: Page, address: str) -> None:
    desk.goto(f"{address}daftar/undangan/")
    rows = [
        f"{group.label} {number},Kantor {group.label},{group.label}"
        for group, seats in STAKEHOLDER_MEETING.items()
        for number in range(1, seats + 1)
    ]
    table = "\n".join(["Nama,Asal,Kuota", *rows]).encode()
    desk.get_by_label("Berkas daftar").set_input_files(
        {"name": "undangan.csv", "mimeType": "text/csv", "buffer": table}
    )
    desk.get_by_role("button", name="Periksa daftar").click()
    expect(desk.locator(".page-head")).to_contain_text("30 baru")
    desk.get_by_role("button", name="Undang semuanya").click()
    expect(desk.get_by_role("status")).to_contain_text("30 orang tercatat")


def _invite_the_31st(desk: Page, address: str) -> None:
    desk.goto(f"{address}undang/")
    desk.get_by_label("Nama", exact=False).first.fill("Orang Ke-31")
    desk.get_by_label("Asal lain").fill("Kantor Wartawan")
    desk.get_by_role("button", name="Undang", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("undangan ke-31 untuk 30 kursi")
    desk.get_by_label("Alasan melebihi kuota").fill("Diminta pimpinan")
    desk.get_by_role("button", name="Undang", exact=True).click()
    expect(desk.get_by_role("status")).to_contain_text("Orang Ke-31 diundang")


def _scan(desk: Page, phone: Page, address: str, name: str) -> None:
    """What the QR of the invitation holds is opened by the phone's camera."""
    desk.goto(address)
    desk.get_by_role("link", name=name, exact=True).click()
    link = desk.get_by_role("link", name="Buka halaman catat hadir").get_attribute("href")
    phone.goto(link)
    expect(phone.locator("h1")).to_have_text(name)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.get_by_role("button", name="Catat hadir").click()
    expect(phone.get_by_role("status")).to_contain_text("Tercatat hadir")
    expect(phone.get_by_role("button", name="Catat hadir")).to_have_count(0)


def _agree(desk: Page, address: str) -> None:
    desk.goto(f"{address}tindak-lanjut/tambah/")
    desk.get_by_label("Apa yang akan dilakukan").fill(AGREED)
    desk.get_by_label("Penanggung jawab").fill("Sekretaris")
    yesterday = timezone.localdate() - timedelta(days=1)
    desk.get_by_label("Batas waktu").fill(yesterday.isoformat())
    desk.get_by_role("button", name="Simpan", exact=True).click()
    expect(desk.get_by_role("row", name=AGREED)).to_be_visible()
