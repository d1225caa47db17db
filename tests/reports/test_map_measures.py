"""The map in measures other than colours: what is shown of each part, and in which shade."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from activities.enums import Kind
from reports.charts.shades import STEPS, UNKNOWN, Scale, in_words
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words

NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}
FILLS = [fill for fill, _ink in STEPS]


@given(st.lists(st.floats(min_value=0, max_value=1), min_size=1), st.booleans())
def test_more_is_never_lighter_and_the_most_is_on_the_scale(values, is_share):
    scale = Scale.of(values, is_share=is_share)

    places = [FILLS.index(scale.shade(value).fill) for value in sorted(values)]

    assert places == sorted(places)
    assert max(values) <= scale.step * len(STEPS) + 1e-9


@given(st.floats(min_value=0, max_value=1e6))
def test_steps_are_round(largest):
    step = Scale.of([largest], is_share=False).step

    assert f"{step:.0e}"[0] in "1235"


def test_legend_says_the_boundaries():
    assert [one.words for one in Scale.of([0.1, 0.42], is_share=True).legend] == [
        "0–10%",
        "10–20%",
        "20–30%",
        "30–40%",
        "40–50%",
    ]
    assert Scale.of([], is_share=True).legend[-1].words == "80–100%"
    assert [one.words for one in Scale.of([2.3], is_share=False).legend][:2] == ["0–0,5", "0,5–1"]


def test_nothing_to_say_is_a_dash_and_no_shade():
    shade = Scale.of([None, 1.0], is_share=True).shade(None)

    assert (shade.words, shade.fill) == ("–", UNKNOWN[0])
    assert in_words("Kota Batu", shade, 0, 0) == "Kota Batu: belum ada yang dihitung"


# --- On the page ----------------------------------------------------------------------------------


@pytest.fixture
def page(client, staff, province, monkeypatch):
    set_clock(monkeypatch, *NOW)
    reporting, silent = village(name="Rajin"), village("35.05.17.1006", name="Diam")
    for month in range(1, 10):
        approve(reporting, *GENERAL, month=date(2024, month, 1))
    approve(silent, Kind.ADVOCACY, month=date(2024, 2, 1))
    world.librarian_of(silent)
    client.force_login(staff)

    def shown(measure: str):
        address = reverse("reports:region", args=["35"])
        return client.get(address, {**NINE_MONTHS, "peta": measure})

    return shown


def values_of(response) -> dict[str, tuple[int, int, str]]:
    return {
        row.area.code: (row.measured.part, row.measured.whole, row.shade.words)
        for row in response.context["map"].rows
    }


@pytest.mark.parametrize(
    ("measure", "lumajang", "blitar"),
    [
        ("hijau", (0, 1, "0,0%"), (0, 1, "0,0%")),
        ("kelengkapan", (9, 9, "100,0%"), (1, 9, "11,1%")),
        ("kegiatan", (27, 1, "27,0"), (1, 1, "1,0")),
    ],
)
def test_each_part_has_its_number_on_the_map_and_in_the_table(page, measure, lumajang, blitar):
    response = page(measure)

    assert values_of(response) == {"35.08": lumajang, "35.05": blitar}
    text = words(response)
    assert lumajang[2] in text
    assert {tile.shade.words for tile in response.context["map"].drawing.tiles} == {
        lumajang[2],
        blitar[2],
    }


def test_activation_is_what_the_way_into_the_portal_counts(page, client):
    found = values_of(page("aktivasi"))

    funnel = client.get(reverse("reports:funnel"), {"per": "2024-09-30"}).context["funnel"]
    assert {code: (part, whole) for code, (part, whole, _words) in found.items()} == {
        row.area.code: (row.portal.inside, row.portal.total) for row in funnel.rows
    }


def test_every_tile_is_said_aloud_and_leads_on(page):
    drawing = page("kelengkapan").context["map"].drawing

    assert "Kabupaten Lumajang: 100,0% (9 dari 9)" in drawing.description
    assert all("peta" not in tile.href and tile.href for tile in drawing.tiles)


def test_colours_are_the_map_that_opens_and_no_other_measure_bears_theirs(page):
    response = page("")

    assert response.context["map"].measure == "warna"
    assert response.context["map"].drawing.legend == ()
    assert not {"#1b7f4b", "#e3a81c", "#c0362c"} & {fill for fill, _ink in STEPS}


def test_choosing_a_measure_keeps_the_months(page):
    tabs = page("hijau").context["map"].tabs

    assert [tab.query for tab in tabs if tab.is_current] == [
        "dari=2024-01&sampai=2024-09&peta=hijau"
    ]
