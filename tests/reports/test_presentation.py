"""Slides: a region one finding at a time, with the whole state of the page they come from."""

from datetime import date

import pytest
from django.urls import reverse

from activities.enums import Kind
from tests.reports.figures_world import GENERAL, approve
from tests.reports.times import NOW, set_clock
from tests.reports.words import words

NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def url(code: str = "35") -> str:
    return reverse("reports:presentation", args=[code])


@pytest.fixture
def months(library, other_library):
    approve(library, *GENERAL, month=date(2024, 9, 1))
    approve(other_library, Kind.INVOLVEMENT, month=date(2024, 8, 1))


def shown(client, code: str = "35", **asked: str) -> list[str]:
    """Which slides there are, by going from the first to the last."""
    names, page = [], client.get(url(code), {**NINE_MONTHS, **asked})
    while True:
        names.append(page.context["name"])
        if not page.context["later"]:
            return names
        page = client.get(url(code) + page.context["later"])


def test_province_is_told_from_title_to_decisions(client, leader, months):
    client.force_login(leader)

    assert shown(client) == [
        "title",
        "colours",
        "indicators",
        "map",
        "trend",
        "ranking",
        "movers",
        "themes",
        "months",
        "attention",
    ]


def test_regency_needs_no_map_and_one_district_no_ranking(client, pic, months):
    client.force_login(pic)

    assert shown(client, "35.08") == [
        "title",
        "colours",
        "indicators",
        "trend",
        "movers",
        "themes",
        "months",
        "attention",
    ]


def test_without_partners_there_is_a_title_only(client, staff, province):
    client.force_login(staff)

    assert shown(client) == ["title"]
    assert "Belum ada mitra pada periode ini" in words(client.get(url(), NINE_MONTHS))


def test_state_is_kept_from_slide_to_slide_and_back_to_the_page(client, staff, months):
    client.force_login(staff)
    asked = {**NINE_MONTHS, "bandingkan": "sebelumnya", "jenis": "desa", "halaman": "2"}

    page = client.get(url(), asked)

    for address in (page.context["earlier"], page.context["later"], page.context["leave"]):
        for kept in ("dari=2024-01", "sampai=2024-09", "bandingkan=sebelumnya", "jenis=desa"):
            assert kept in address


def test_figures_are_those_of_the_region(client, staff, months):
    client.force_login(staff)
    dashboard = client.get(reverse("reports:region", args=["35"]), NINE_MONTHS).context["dashboard"]

    said = words(client.get(url(), {**NINE_MONTHS, "halaman": "2"}))

    assert dashboard.colours.reconciliation in said
    assert "KPI portal s.d. September 2024, aturan versi 1" in said
    assert "pukul 10.00 WIB" in said


@pytest.mark.parametrize(("asked", "number"), [("0", 1), ("99", 10), ("x", 1), ("-3", 1), ("²", 1)])
def test_slide_that_is_not_there_is_the_nearest(client, staff, months, asked, number):
    client.force_login(staff)

    page = client.get(url(), {**NINE_MONTHS, "halaman": asked})

    assert page.status_code == 200
    assert page.context["number"] == number


def test_places_of_others_have_no_slides(client, pic, months):
    client.force_login(pic)

    assert client.get(url("35"), NINE_MONTHS).status_code == 404
    assert client.get(url("35.05"), NINE_MONTHS).status_code == 404


def test_decisions_name_what_is_behind_with_its_list(client, staff, library, months):
    client.force_login(staff)

    page = client.get(url(), {**NINE_MONTHS, "halaman": "10"})

    said = words(page)
    assert "laporan bulanan belum masuk" in said
    assert reverse("reports:region_reporting", args=["35"]) in page.content.decode()


def test_movers_are_told_with_colour_and_points(client, staff, library, months):
    client.force_login(staff)

    said = words(client.get(url(), {**NINE_MONTHS, "halaman": "7"}))

    assert "2 perpustakaan naik warna, 0 turun sejak September 2023" in said
    assert library.name in said
    assert "Tidak ada yang kehilangan poin." in said
