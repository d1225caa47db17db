"""Bars and layered months: what is drawn is what was counted."""

from datetime import date

from django.template.loader import render_to_string

from reports import charts

SPAN = [date(2024, 8, 1), date(2024, 9, 1)]


def test_bars_share_one_scale_with_what_was_before():
    drawn = charts.bars([charts.Value("Ekonomi", 50, 100), charts.Value("Pertanian", 25, 0)])

    assert [bar.width for bar in drawn.bars] == [drawn.width // 2, drawn.width // 4]
    assert [bar.before_width for bar in drawn.bars] == [drawn.width, 0]
    assert drawn.description == "Ekonomi: 50 (sebelumnya 100); Pertanian: 25 (sebelumnya 0)"


def test_small_count_beside_a_large_one_is_still_seen():
    small = charts.bars([charts.Value("A", 1), charts.Value("B", 100_000)]).bars[0]

    assert small.width == 2


def test_nothing_counted_is_an_empty_chart():
    assert charts.bars([charts.Value("A", 0, 0)]).is_empty
    assert charts.bars([]).is_empty
    assert charts.layered(["A"], [(month, [0], "") for month in SPAN]).is_empty


def test_layers_fill_their_column():
    counts = [1, 1, 1, 4]
    drawn = charts.layered(["A", "B", "C", "D"], [(SPAN[0], counts, ""), (SPAN[1], [0] * 4, "")])

    first, second = drawn.columns
    assert sum(layer.height for layer in first.layers) == drawn.grid.columns[0].height
    assert [layer.tone for layer in first.layers] == [0, 1, 2, 3]
    assert second.layers == ()
    assert first.title == "Agustus 2024: A 1, B 1, C 1, D 4"


def test_marks_can_be_reached_by_keyboard_and_say_their_value():
    with_list = charts.layered(["A"], [(SPAN[0], [3], "/daftar/")])
    without = charts.layered(["A"], [(SPAN[0], [3], "")])

    linked = render_to_string(
        "components/charts/layers.svg", {"chart": with_list, "title": "Judul", "id": "a"}
    )
    focused = render_to_string(
        "components/charts/layers.svg", {"chart": without, "title": "Judul", "id": "b"}
    )

    assert '<a class="chart-mark-link" href="/daftar/" aria-label="Agustus 2024: A 3">' in linked
    assert 'tabindex="0" role="img" aria-label="Agustus 2024: A 3"' in focused


def test_labels_are_escaped():
    drawn = charts.bars([charts.Value("<b>", 1, href="/?a=1&b=2")])

    svg = render_to_string(
        "components/charts/bars.svg", {"chart": drawn, "title": "<i>", "id": "a"}
    )

    assert "<b>" not in svg
    assert "<i>" not in svg
    assert 'href="/?a=1&amp;b=2"' in svg
