"""A region's overview: each number leads to a list that holds exactly as many libraries, and the
whole state stands in the address."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import RequestFactory
from django.urls import reverse

from activities.enums import Kind
from activities.models import OfficialScore
from kpi.enums import Component
from libraries.enums import LibraryKind, SimState
from libraries.models import Library
from reports.figures.held_up import component_lacking, lacking_one
from reports.filters import LibraryFilter
from reports.http import asked_period
from reports.models import ProvinceSettings
from reports.views.libraries import chosen_libraries
from reports.views.overview import Gain, greatest_gain
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, submit, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words

SEPTEMBER = date(2024, 9, 1)
NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def url(code: str = "35") -> str:
    return reverse("reports:region", kwargs={"code": code})


@pytest.fixture
def libraries(province):
    """Two regencies, all colours but green, all greys, a library of the regency's own, one that
    joins too late and one that only waits for its review."""
    yellow, red = (
        village(name="Kuning", tags=["Angkatan 1"]),
        village("35.05.17.1006", name="Merah"),
    )
    for month in range(1, 10):
        approve(yellow, *GENERAL, month=date(2024, month, 1))
    approve(red, Kind.INVOLVEMENT, month=SEPTEMBER)
    no_advocacy = village(name="Tanpa Advokasi")
    for month in range(1, 10):
        approve(no_advocacy, Kind.INVOLVEMENT, Kind.SERVICE, month=date(2024, month, 1))
    stopped = village(name="Berhenti")
    approve(stopped, Kind.SERVICE, month=date(2023, 5, 1))
    never = village("35.05.17.1006", name="Belum Pernah")
    world.sim_account(never, SimState.ACTIVE, date(2024, 1, 1))
    village(name="Tanpa Akun")
    village(name="Terlambat", joined_on=date(2025, 3, 1))
    own = village("35.08", name="Kabupaten", kind=LibraryKind.REGENCY)
    waits = village("35.05.17.1006", name="Menunggu")
    submit(waits, Kind.ADVOCACY, month=SEPTEMBER)
    return {one.name: one for one in Library.objects.all()} | {"own": own}


@pytest.fixture
def page(client, staff, libraries):
    client.force_login(staff)
    return client


# --- Each number and its list ---------------------------------------------------------------------

_LINK = re.compile(r'<a class="[^"]*to-list[^"]*" href="([^"]+)"[^>]*>(?:<b>)?([^<]+)<')


def numbers_of(response) -> list[tuple[str, int]]:
    """Every number that leads to the list of libraries, with its address."""
    listing = reverse("reports:libraries")
    return [
        (unescape(href), int(text.strip().replace(".", "")))
        for href, text in _LINK.findall(response.content.decode())
        if href.startswith(listing)
    ]


def listed(href: str, user) -> int:
    """How many libraries the list of that address holds for somebody, without its page."""
    request = RequestFactory().get(href)
    request.user = user
    return chosen_libraries(request, asked_period(request.GET)).qs.count()


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        ("35", NINE_MONTHS),
        ("35", {"dari": "2024-03", "sampai": "2024-05", "bandingkan": "tahun-lalu"}),
        ("35", {**NINE_MONTHS, "jenis": LibraryKind.REGENCY}),
        ("35", {**NINE_MONTHS, "tanda": "angkatan 1"}),
        ("35", {}),
        ("35.08", NINE_MONTHS),
        ("35.08", {"sampai": "2023-12"}),
        ("35.05.17", NINE_MONTHS),
        ("35.08.21.2004", {**NINE_MONTHS, "bandingkan": "sebelumnya"}),
    ],
)
def test_each_number_leads_to_as_many_libraries(page, staff, code, asked):
    numbers = numbers_of(page.get(url(code), asked))

    found = {href: listed(href, staff) for href, _count in numbers}

    assert len(found) > 20
    assert [(href, found[href]) for href, _count in numbers] == numbers


def test_official_numbers_lead_to_as_many_libraries(page, libraries, province):
    ProvinceSettings.objects.create(region=province, leading_kpi="official")
    for name, points in (("Kuning", 80_000), ("Merah", 30_000), ("Berhenti", None)):
        OfficialScore.objects.create(
            library=libraries[name], as_of=date(2024, 9, 15), points=points
        )
    response = page.get(url(), NINE_MONTHS)

    numbers = [(href, count) for href, count in numbers_of(response) if "resmi=" in href]

    assert [count for _href, count in numbers] == [1, 1, 0, 1, 5]
    for href, count in numbers:
        assert page.get(href).context["page"].paginator.count == count


def test_the_other_numbers_lead_to_the_regions_pages_in_the_same_state(page):
    response = page.get(url(), {**NINE_MONTHS, "jenis": "desa", "bandingkan": "sebelumnya"})

    to = response.context["to"]
    state = "dari=2024-01&sampai=2024-09&bandingkan=sebelumnya&jenis=desa"
    assert to.activities == f"/wilayah/35/kegiatan/?{state}"
    assert to.support == f"/wilayah/35/dukungan/?{state}"
    shown = unescape(response.content.decode())
    for part in response.context["parts"]:
        for address in (part.to.reporting, part.to.movement, part.to.support, part.to.activities):
            assert address in shown
            assert urlsplit(address).query == state


def test_what_the_regency_itself_keeps_has_a_list_of_its_own(page, libraries):
    (own,) = [part for part in page.get(url("35.08"), NINE_MONTHS).context["parts"] if part.is_own]

    found = page.get(own.to.libraries).context["listed"]

    assert [one.row.library for one in found] == [libraries["own"]]


def test_list_and_its_export_keep_what_a_number_narrowed_it_by(page):
    response = page.get(
        reverse("reports:libraries"), {**NINE_MONTHS, "wilayah": "35", "abu": "no_account"}
    )

    assert "Sebab abu-abu Tanpa akun" in words(response)
    assert "unduh/xlsx/?dari=2024-01&amp;sampai=2024-09&amp;wilayah=35&amp;abu=no_account" in (
        response.content.decode()
    )


# --- Who lacks one component, who gained ----------------------------------------------------------


def test_only_advocacy_is_lacking(page, libraries):
    response = page.get(url(), NINE_MONTHS)

    (advocacy,) = [one for one in response.context["lacking"] if one.label == "Advokasi"]
    found = page.get(advocacy.libraries).context["listed"]

    assert advocacy.count == 1
    assert [one.row.library for one in found] == [libraries["Tanpa Advokasi"]]


def test_a_library_lacks_one_component_at_most_and_a_higher_colour_awaits_it(libraries):
    everyone = Library.objects.all()

    for through in (date(2024, 3, 1), SEPTEMBER):
        assert set(lacking_one(everyone, through).values()) <= set(Component)
        assert lacking_one(everyone, through) == lacking_one(everyone, through, scored=3)


def test_two_missing_components_are_not_one(libraries):
    score = libraries["Merah"].scores.get(through=SEPTEMBER)

    rules = score.rule_set.rules

    assert component_lacking(score.inputs, rules, score.months_due) is None
    both = score.inputs._replace(service=9, visit_months=9, participants=500, involvement=9)
    assert component_lacking(both, rules, score.months_due) == Component.ADVOCACY


def test_the_regency_that_gained_most_is_named(page):
    lumajang, blitar = page.get(url(), NINE_MONTHS).context["parts"]
    grown = replace(blitar, row=replace(blitar.row, green_before=-2))

    assert greatest_gain([lumajang, blitar]) is None
    assert greatest_gain([lumajang, grown]) == Gain(parts=(grown,), more=0, count=2)


# --- The state in the address ---------------------------------------------------------------------


def test_presets_keep_comparison_narrowing_and_order(page):
    asked = {**NINE_MONTHS, "jenis": "desa", "bandingkan": "sebelumnya", "urut": "-hijau"}

    (first, *_) = page.get(url(), {**asked, "hal": "2"}).context["picker"].presets

    assert parse_qs(first.query) == {
        "dari": ["2026-11"],
        "sampai": ["2026-11"],
        "jenis": ["desa"],
        "bandingkan": ["sebelumnya"],
        "urut": ["-hijau"],
    }


def test_chips_take_one_away_and_leave_the_rest(page):
    response = page.get(url(), {**NINE_MONTHS, "jenis": "desa", "tahun": "2024"})

    kind, year = response.context["narrowed"]

    assert (str(kind.label), kind.value) == ("Jenis", "Desa")
    assert kind.query == "dari=2024-01&sampai=2024-09&tahun=2024"
    assert year.query == "dari=2024-01&sampai=2024-09&jenis=desa"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"jenis": "istana"}, "Pilih jenis yang ada di daftar."),
        ({"tahun": "1945"}, "Pilih tahun yang ada di daftar."),
        ({"bandingkan": "kemarin"}, "Pilih pembanding yang ada di daftar."),
        ({"peta": "harta"}, "Pilih ukuran yang ada di daftar."),
        ({"dari": "2024-09", "sampai": "2024-01"}, "Bulan awal (September 2024) sesudah bulan"),
        ({"sampai": "2030-01"}, "Bulan Januari 2030 belum tiba"),
    ],
)
def test_what_is_not_understood_is_refused_and_stays(page, asked, said):
    response = page.get(url(), {**asked, "sumber": ""})

    assert response.status_code == 400
    assert said in words(response)
    for name, value in asked.items():
        assert f'value="{value}"' in response.content.decode(), name


def test_a_library_leads_back_to_its_regions_in_the_same_state(page, libraries):
    address = libraries["Kuning"].get_absolute_url()

    content = page.get(address, {**NINE_MONTHS, "jenis": "desa"}).content.decode()

    assert f'href="{url("35.08")}?dari=2024-01&amp;sampai=2024-09&amp;jenis=desa"' in content


def test_a_filter_is_nothing_without_its_region(libraries):
    asked = LibraryFilter({"milik": "sendiri"}, Library.objects.all(), through=SEPTEMBER)

    assert asked.qs.count() == 8


# --- Which KPI heads the page ---------------------------------------------------------------------


def test_portal_heads_the_page_unless_the_province_says_otherwise(page, province, libraries):
    OfficialScore.objects.create(
        library=libraries["Kuning"], as_of=date(2024, 9, 15), points=80_000
    )

    assert page.get(url(), NINE_MONTHS).context["official"] is None
    ProvinceSettings.objects.create(region=province, leading_kpi="official")
    text = words(page.get(url("35.08"), NINE_MONTHS))

    official, portal = (
        text.index("KPI resmi SIM per 15 September 2024"),
        text.index("KPI portal s.d. September 2024 per"),
    )
    assert official < portal
    assert "5 = 1 + 0 + 0 + 0 + 4" in text


def test_without_official_scores_the_page_says_so(page, province):
    ProvinceSettings.objects.create(region=province, leading_kpi="official")

    text = words(page.get(url(), NINE_MONTHS))

    assert "SIM belum memberi skor resmi untuk wilayah ini sampai 30 September 2024" in text
    assert "KPI portal s.d. September 2024" in text


def test_nobody_sees_the_lists_of_other_places(client, pic, libraries):
    client.force_login(pic)

    for href, count in numbers_of(client.get(url("35.08"), NINE_MONTHS)):
        assert listed(href, pic) == count
    assert client.get(url("35.05"), NINE_MONTHS).status_code == 404
