"""Kegiatan: what the page says, and that each number leads to as many entries."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activities.enums import Kind
from activities.models import Activity, MonthlyReport
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import approve
from tests.reports.times import NOW, set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)
NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def url(code: str = "35") -> str:
    return reverse("reports:region_activities", args=[code])


def list_url(code: str = "35") -> str:
    return reverse("reports:region_entries", args=[code])


@pytest.fixture
def months(library, other_library):
    approve(library, *Kind, Kind.INVOLVEMENT, month=SEPTEMBER)
    approve(other_library, *Kind, month=date(2024, 8, 1))
    world.sim_entries(other_library, Kind.INVOLVEMENT, month=SEPTEMBER, visits=9)
    world.submit(library, Kind.INVOLVEMENT, month=date(2024, 7, 1))


def test_every_number_leads_to_as_many_entries(client, staff, months):
    client.force_login(staff)
    page = client.get(url(), NINE_MONTHS).content.decode()

    links = set(re.findall(r'<a[^>]* href="([^"]*kegiatan/daftar/[^"]*)">([\d.]+)</a>', page))
    counts = {
        (address, int(number)): client.get(unescape(address)).context["page"].paginator.count
        for address, number in links
    }

    assert len(counts) > 40
    assert {key: count for key, count in counts.items() if key[1] != count} == {}


def test_list_says_what_where_and_how_many(client, leader, library, months):
    client.force_login(leader)

    page = client.get(
        list_url(), {**NINE_MONTHS, "jenis_kegiatan": "pelibatan", "bulan": "2024-09"}
    )

    said = words(page)
    assert "3 catatan kegiatan" in said
    assert "Pelatihan merajut" in said
    assert library.name in said
    assert "dari SIM" in said
    report = MonthlyReport.objects.get(library=library, month=SEPTEMBER)
    assert report.get_absolute_url() in page.content.decode()


def test_only_entries_of_ones_own_places_are_listed(client, pic, library, other_library, months):
    client.force_login(pic)

    said = words(client.get(list_url("35.08"), NINE_MONTHS))

    assert library.name in said
    assert other_library.name not in said
    assert client.get(list_url("35.05"), NINE_MONTHS).status_code == 404
    assert client.get(url("35.05"), NINE_MONTHS).status_code == 404


def test_observer_finds_no_person(client, province, librarian, pic, months):
    client.force_login(factories.someone(Role.OBSERVER, province))

    for address in (url(), list_url()):
        said = words(client.get(address, NINE_MONTHS))
        assert librarian.full_name not in said
        assert pic.full_name not in said


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"bidang": "Astronomi"}, "Bidang"),
        ({"bulan": "2023-01"}, "Bulan"),
        ({"bulan": "kapan"}, "Bulan"),
        ({"jenis_kegiatan": "pesta"}, "Jenis catatan"),
    ],
)
def test_unknown_choice_is_refused_by_name(client, staff, months, asked, field):
    client.force_login(staff)

    page = client.get(list_url(), {**NINE_MONTHS, **asked})

    assert page.status_code == 400
    assert f"{field}: pilih" in words(page)
    assert page.context["page"].paginator.count == 0


def test_page_without_entries_says_so(client, staff, library):
    client.force_login(staff)

    said = words(client.get(url(), NINE_MONTHS))

    assert "0 catatan kegiatan" in said
    assert "Belum ada catatan yang dihitung pada periode ini." in said
    assert "Belum ada data pengunjung yang dihitung pada periode ini." in said
    assert "Tidak ada catatan yang cocok" in words(client.get(list_url(), NINE_MONTHS))


def test_summary_is_there_to_be_copied(client, staff, months):
    client.force_login(staff)

    page = client.get(url(), NINE_MONTHS)

    assert page.context["summary"].startswith(
        "Provinsi Jawa Timur, Januari–September 2024: 10 catatan kegiatan"
    )
    assert page.context["summary"] in words(page)


@pytest.mark.parametrize("address", [url, list_url])
def test_queries_do_not_grow_with_the_entries(client, staff, library, months, address):
    client.force_login(staff)
    client.get(address(), NINE_MONTHS)
    with CaptureQueriesContext(connection) as few:
        client.get(address(), NINE_MONTHS)
    for report in MonthlyReport.objects.approved():
        for day in range(2, 8):
            Activity.objects.create(
                report=report,
                kind=Kind.INVOLVEMENT,
                **factories.content(month=report.month.replace(day=day)),
            )
    with CaptureQueriesContext(connection) as many:
        client.get(address(), NINE_MONTHS)

    assert len(many) == len(few)
