from datetime import date

import pytest
from django.template.loader import render_to_string

from libraries.enums import Level
from libraries.models import Region
from reports import charts
from reports.charts import months, tiles
from reports.figures import AreaRow, ColourCounts, Completeness, Totals

COUNTS = ColourCounts(green=24, yellow=114, red=134, no_account=658, never=2)


def area(
    code: str, name: str, counts: ColourCounts = COUNTS, level: int = Level.REGENCY
) -> AreaRow:
    place = Region(code=code, name=name, level=level)
    return AreaRow(place, counts, Totals(), Completeness(), partnerships=0, green_before=0)


def test_bar_is_filled_from_end_to_end():
    bar = charts.colour_bar(COUNTS)

    assert [segment.colour for segment in bar.segments] == ["green", "yellow", "red", "grey"]
    assert sum(segment.width for segment in bar.segments) == bar.width
    assert bar.segments[0].x == 0
    assert bar.description == (
        "932 mitra: 24 hijau, 114 kuning, 134 merah, 660 abu-abu "
        "(658 tanpa akun, 2 belum pernah melapor)"
    )


def test_bar_without_partners_is_empty():
    assert charts.colour_bar(ColourCounts()).segments == ()


def test_colour_that_nobody_has_takes_no_place():
    bar = charts.colour_bar(ColourCounts(yellow=1, red=1))

    assert [(s.colour, s.x, s.width) for s in bar.segments] == [
        ("yellow", 0, 500),
        ("red", 500, 500),
    ]


def test_all_regencies_of_the_grid_have_a_place_of_their_own():
    rows = [area(code, f"Kabupaten {code}") for code in tiles._grid("35")]

    drawn = charts.tile_map(rows)

    assert len(drawn.tiles) == 38
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == 38
    assert all(tile.x + drawn.tile_width < drawn.width for tile in drawn.tiles)
    assert all(tile.y + drawn.tile_height < drawn.height for tile in drawn.tiles)


def test_city_and_regency_of_one_name_are_told_apart():
    drawn = charts.tile_map([area("35.05", "Kabupaten Blitar"), area("35.72", "Kota Blitar")])

    assert [(tile.kind, tile.name) for tile in drawn.tiles] == [
        ("Kab.", "Blitar"),
        ("Kota", "Blitar"),
    ]


@pytest.mark.parametrize("count", [1, 2, 24, 40])
def test_areas_without_a_drawn_grid_stand_in_the_order_of_their_codes(count):
    rows = [area(f"33.{n:02}", f"Kabupaten {n}") for n in range(1, count + 1)]

    drawn = charts.tile_map(rows)

    assert [(t.y, t.x) for t in drawn.tiles] == sorted((t.y, t.x) for t in drawn.tiles)
    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == count


def test_regencys_own_libraries_have_no_tile_among_the_districts():
    rows = [
        area("35.08.21", "Sumbersuko", level=Level.DISTRICT),
        area("35.08", "Kabupaten Lumajang"),
    ]

    drawn = charts.tile_map(rows)

    assert [tile.code for tile in drawn.tiles] == ["35.08.21"]


def test_nothing_to_map_is_no_map():
    assert charts.tile_map([]) is None


def test_tiles_link_only_where_asked():
    rows = [area("35.08", "Kabupaten Lumajang")]
    shown = {"chart": charts.tile_map(rows), "id": "peta", "title": "Peta"}
    linked = {**shown, "chart": charts.tile_map(rows, href=lambda place: f"/w/{place.code}/")}

    assert "<a " not in render_to_string("components/charts/tile_map.svg", shown)
    assert 'href="/w/35.08/"' in render_to_string("components/charts/tile_map.svg", linked)


def test_bars_rise_from_zero_in_proportion():
    chart = charts.month_bars(
        [(date(2024, 11, 1), 100), (date(2024, 12, 1), 50), (date(2025, 1, 1), 0)]
    )

    full, half, none = chart.columns
    assert abs(full.height - 2 * half.height) <= 1  # whole numbers
    assert none.height == 0
    assert full.y + full.height == chart.base
    assert [column.year for column in chart.columns] == ["2024", "", "2025"]
    assert chart.gridlines[0].label == "0"


def test_months_without_anything_have_no_scale():
    chart = charts.month_bars([(date(2024, 1, 1), 0)])

    assert chart.gridlines == ()
    assert chart.columns[0].height == 0


def test_values_are_left_out_where_they_would_collide():
    many = [(date(2023 + m // 12, m % 12 + 1, 1), 1_234) for m in range(24)]

    assert not charts.month_bars(many).shows_values


@pytest.mark.parametrize(
    ("value", "top"), [(1, 4), (4, 4), (5, 8), (9, 12), (33, 40), (300, 320), (8_781, 12_000)]
)
def test_scale_ends_on_a_round_number(value, top):
    assert months._round_up(value) == top


def test_trend_column_is_full_whatever_the_number_of_partners():
    chart = charts.colour_trend(
        [(date(2024, 1, 1), COUNTS), (date(2024, 2, 1), ColourCounts(red=1))]
    )

    assert [sum(s.height for s in column.segments) for column in chart.columns] == [150, 150]


@pytest.mark.parametrize("template", ["colour_bar", "tile_map", "month_bars", "colour_trend"])
def test_charts_say_in_words_what_they_show_and_carry_no_inline_style(template):
    chart = {
        "colour_bar": charts.colour_bar(COUNTS),
        "tile_map": charts.tile_map([area("35.08", "Kabupaten Lumajang")]),
        "month_bars": charts.month_bars([(date(2024, 1, 1), 3)]),
        "colour_trend": charts.colour_trend([(date(2024, 1, 1), COUNTS)]),
    }[template]

    drawn = render_to_string(
        f"components/charts/{template}.svg", {"chart": chart, "id": "x", "title": "Judul"}
    )

    assert 'role="img"' in drawn
    assert '<title id="x-title">Judul</title>' in drawn
    assert chart.description in drawn
    assert "style=" not in drawn


@pytest.mark.parametrize("colour", ["green", "yellow", "red", "grey"])
def test_each_colour_has_its_own_shape(colour):
    drawn = render_to_string("components/charts/mark.svg", {"colour": colour})

    assert f"mark-{colour}" in drawn


# --- In real boundaries ---------------------------------------------------------------------------


def drawing(*codes: str) -> dict:
    shapes = {code: ["M0 0l10 0 0 10z", [20, 30], [500, 30]] for code in codes}
    frames = [[1, 2, 3, 4]]
    return {"width": 780, "height": 400, "shapes": shapes, "insets": frames, "left_out": 0}


def test_areas_stand_in_their_boundaries_with_one_length_of_bar():
    rows = [
        area("35.05", "Kabupaten Blitar", ColourCounts(green=1, red=3)),
        area("35.74", "Kota Probolinggo", ColourCounts(yellow=2)),
    ]

    drawn = charts.outline_map(rows, drawing("35.05", "35.74"), href=lambda one: f"/{one.code}")

    assert [(one.name, one.total, one.href) for one in drawn.areas] == [
        ("Blitar", 4, "/35.05"),
        ("Kota Probolinggo", 2, "/35.74"),
    ]
    assert len({sum(segment.width for segment in one.segments) for one in drawn.areas}) == 1
    assert drawn.areas[0].title == (
        "Kabupaten Blitar: 4 mitra: 1 hijau, 0 kuning, 3 merah, 0 abu-abu"
    )
    assert drawn.frames == ((1, 2, 3, 4),)


def test_a_name_that_stands_beside_its_place_is_led_there():
    (one,) = charts.outline_map([area("35.05", "Kabupaten Blitar")], drawing("35.05")).areas

    assert one.leader == f"M{one.x + one.width} 30L500 30"


def test_boundaries_that_lack_an_area_give_way_to_tiles():
    rows = [area("35.05", "Kabupaten Blitar"), area("35.08", "Kabupaten Lumajang")]

    assert charts.outline_map(rows, drawing("35.05")) is None
    assert not charts.area_map(rows, drawing("35.05")).is_drawn
    assert not charts.area_map(rows, None).is_drawn
    assert charts.outline_map([], drawing()) is None
