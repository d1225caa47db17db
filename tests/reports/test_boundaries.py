"""From a file of boundaries to shapes: what is refused, and what a map is drawn of."""

import json
import os
import re
from itertools import combinations
from pathlib import Path

import pytest
import shapely
from shapely.geometry import Polygon, box

from reports.boundaries import checking, drawing
from reports.boundaries.labels import Label, spread
from tests.reports.squares import collection, feature, file, neighbours, square

CODES = ("35.05", "35.08")
LABELS = {code: Label(50, 25) for code in CODES}


def faults_of(data: bytes, codes=CODES) -> list[tuple[str, dict]]:
    with pytest.raises(checking.Unusable) as refused:
        checking.polygons_by_code(checking.read(data), codes)
    return [tuple(fault) for fault in refused.value.faults]


# --- What is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"\xff\xfe\x00", "not_text"),
        (b"<svg/>", "not_json"),
        (b'{"type": ', "not_json"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 100_000, "too_deep"),
        (b'{"a": NaN}', "not_a_number"),
        (b'{"a": -Infinity}', "not_a_number"),
        (b"1" * 5_000, "not_a_number"),
        (b"null", "not_a_collection"),
        (b"[]", "not_a_collection"),
        (b'{"type": "Feature"}', "not_a_collection"),
        (b'{"type": "FeatureCollection"}', "no_features"),
        (b'{"type": "FeatureCollection", "features": []}', "no_features"),
        (b'{"type": "FeatureCollection", "features": 7}', "no_features"),
        (file(collection(*[{}] * 2_001)), "too_many_features"),
        (b" " * (checking.MOST_BYTES + 1), "too_big"),
    ],
)
def test_what_is_no_collection_of_features_is_refused(data, kind):
    assert [found for found, _said in faults_of(data)] == [kind]


def test_a_broken_file_says_where():
    assert faults_of(b'{\n "type": oops}') == [("not_json", {"line": 2, "column": 10})]


@pytest.mark.parametrize(
    ("polygon", "kind"),
    [
        ([[[112, -8], [113, -8], [113, -7], [112, -8.5]]], "not_closed"),
        ([[[112, -8], [113, -8], [112, -8]]], "too_few_points"),
        ([[["112", -8]]], "not_a_coordinate"),
        ([[[True, -8]]], "not_a_coordinate"),
        ([[[None, -8]]], "not_a_coordinate"),
        ([[[10**400, -8]]], "not_a_coordinate"),
        ([[[-8, 112]]], "out_of_range"),  # the wrong way round
        ([[[200, -8]]], "out_of_range"),
        ([[[112]]], "wrong_coordinates"),
        ([[112, -8]], "wrong_coordinates"),
        ([], "wrong_coordinates"),
        ("112", "wrong_coordinates"),
        ([[]], "wrong_coordinates"),
        ([[[[112, -8], [113, -8], [113, -7], [112, -8]]]], "not_a_coordinate"),
    ],
)
def test_a_wrong_outline_names_its_region(polygon, kind):
    document = collection(feature("35.05", polygon), feature("35.08", square(113, -8)))

    ((found, said),) = faults_of(file(document))

    assert (found, said["code"]) == (kind, "35.05")


def test_a_number_too_large_to_be_one_is_refused():
    data = file(neighbours()).replace(b"112", b"1e400", 1)

    assert [kind for kind, _said in faults_of(data)] == ["not_a_coordinate"]


@pytest.mark.parametrize(
    "geometry",
    [None, [], {"type": "Point", "coordinates": [112, -8]}, {"type": "GeometryCollection"}],
)
def test_only_polygons_are_boundaries(geometry):
    wrong = {"type": "Feature", "properties": {"kode": "35.05"}, "geometry": geometry}

    ((kind, said),) = faults_of(file(collection(wrong, feature("35.08", square(113, -8)))))

    assert (kind, said["code"]) == ("wrong_geometry", "35.05")


@pytest.mark.parametrize("code", [None, 35.05, "", " ", ["35.05"]])
def test_a_region_without_a_code_is_named_by_its_place(code):
    document = neighbours()
    document["features"].append(feature(code, square(115, -8)))

    assert faults_of(file(document)) == [("no_code", {"place": 3})]


def test_every_code_is_there_once():
    document = neighbours("35.05", "35.05", "99.01")

    assert faults_of(file(document)) == [
        ("unknown_code", {"place": 3, "code": "99.01"}),
        ("twice", {"code": "35.05", "count": 2}),
        ("missing", {"code": "35.08"}),
    ]


def test_of_many_faults_the_first_are_told():
    codes = [f"35.{number:02}" for number in range(1, 31)]

    found = faults_of(file(neighbours("35.01")), codes)

    assert [said["code"] for kind, said in found if kind == "missing"] == codes[1:11]
    assert found[-1] == ("more", {"kind": "missing", "count": 19})


# --- What is drawn --------------------------------------------------------------------------------


def drawn(document, labels=LABELS) -> drawing.Drawing:
    found = checking.polygons_by_code(json.loads(file(document)), labels)
    return drawing.draw(found, labels)


def rings(path: str) -> list[list[tuple[int, int]]]:
    """The points of a path, in tenths of a unit."""
    found = []
    for line in re.findall(r"M([^z]*)z", path):
        numbers = [int(number) for number in re.findall(r"-?\d+", line)]
        x, y = numbers[:2]
        points = [(x, y)]
        for right, down in zip(numbers[2::2], numbers[3::2], strict=True):
            x, y = x + right, y + down
            points.append((x, y))
        found.append(points)
    return found


def area_of(path: str) -> shapely.Geometry:
    outer, *holes = rings(path)
    return Polygon(outer, holes)


def test_neighbours_are_drawn_without_a_slit():
    found = drawn(neighbours())

    left, right = (area_of(found.shapes[code].path) for code in CODES)

    assert (found.width, found.height) == (780, 395)  # a degree of longitude is a little shorter
    assert left.touches(right)
    assert left.intersection(right).length == pytest.approx(3929, abs=20)


def test_a_slit_and_an_overlap_in_the_file_are_closed():
    apart = collection(feature("35.05", square(112, -8)), feature("35.08", square(113.001, -8)))
    over = collection(feature("35.05", square(112, -8)), feature("35.08", square(112.999, -8)))

    for document in (apart, over):
        left, right = (area_of(drawn(document).shapes[code].path) for code in CODES)

        assert left.touches(right)
        assert left.intersection(right).area == 0


def test_a_region_within_another_leaves_a_hole():
    ring = square(112, -8, 3)[0]
    around = [ring, square(113, -7, 1)[0]]
    document = collection(feature("35.05", around), feature("35.08", square(113, -7, 1)))

    found = drawn(document)

    assert len(rings(found.shapes["35.05"].path)) == 2
    assert area_of(found.shapes["35.05"].path).touches(area_of(found.shapes["35.08"].path))


def test_an_island_far_away_stands_in_a_frame():
    near, far = square(114.1, -7.9, 0.1), square(119, -3, 0.3)
    document = collection(
        feature("35.05", square(112, -8)), feature("35.08", square(113, -8), near, far)
    )

    found = drawn(document)

    ((left, top, width, height),) = found.insets
    frame = box(left * 10, top * 10, (left + width) * 10, (top + height) * 10)
    pieces = [Polygon(ring) for ring in rings(found.shapes["35.08"].path)]
    assert [frame.contains(piece) for piece in pieces] == [False, True, False]
    assert found.width == 780
    assert left + width <= found.width
    assert top + height <= found.height


def test_a_region_that_lies_far_away_altogether_is_drawn_all_the_same():
    document = collection(feature("35.05", square(112, -8)), feature("35.08", square(120, -2, 0.5)))

    found = drawn(document)

    assert area_of(found.shapes["35.08"].path).area > 0
    assert len(found.insets) == 1


def test_islands_that_nobody_could_see_are_counted():
    speck = square(112.5, -8.01, 0.00001)
    document = collection(
        feature("35.05", square(112, -8), speck), feature("35.08", square(113, -8))
    )

    assert drawn(document).left_out == 1


def test_an_outline_around_nothing_is_refused():
    flat = [[[112, -8], [113, -8], [112, -8], [112, -8]]]

    with pytest.raises(checking.Unusable) as refused:
        drawn(collection(feature("35.05", flat), feature("35.08", square(113, -8))))

    assert refused.value.faults == (("no_area", {"code": "35.05"}),)


def test_a_fine_coast_becomes_small_enough_for_a_page():
    coast = [[112 + n / 20_000, -7 + (n * 7919 % 1_000) / 20_000] for n in range(20_001)]
    ring = [[112, -8], [113, -8], *coast[::-1], [112, -8]]

    found = drawn(collection(feature("35.05", [ring]), feature("35.08", square(113, -8))))

    assert found.size <= drawing.MOST_BYTES
    assert area_of(found.shapes["35.05"].path).touches(area_of(found.shapes["35.08"].path))


def test_names_do_not_cover_each_other():
    anchors = {str(n): (100.0 + n, 100.0) for n in range(9)}
    labels = {str(n): Label(60, 25) for n in range(9)}

    placed = spread(anchors, labels, width=400, height=300)

    boxes = [box(x, y, x + 60, y + 25) for x, y in placed.values()]
    assert all(one.intersection(other).area == 0 for one, other in combinations(boxes, 2))
    assert all(box(0, 0, 400, 300).contains(one) for one in boxes)
    assert placed == spread(anchors, labels, width=400, height=300)


@pytest.mark.optional
@pytest.mark.skipif(
    "TPBIS_BOUNDARIES_SAMPLE" not in os.environ,
    reason="TPBIS_BOUNDARIES_SAMPLE names no file of East Java's boundaries",
)
def test_a_real_province_is_drawn():
    data = Path(os.environ["TPBIS_BOUNDARIES_SAMPLE"]).read_bytes()
    names = {one["properties"]["kode"] for one in json.loads(data)["features"]}
    labels = dict.fromkeys(names, Label(60, 25))

    found = drawing.draw(checking.polygons_by_code(checking.read(data), names), labels)

    assert len(found.shapes) == 38
    assert found.size <= 60_000
    assert len(found.insets) == 3  # Bawean, Kangean, Masalembu
    assert all(shape.path for shape in found.shapes.values())
