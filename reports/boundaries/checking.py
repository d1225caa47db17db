"""What a file of boundaries must be, and what is wrong with one that is not."""

import json
import math
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

MOST_BYTES = 20_000_000
MOST_FEATURES = 2_000
MOST_POINTS = 1_000_000
MOST_NAMED = 10  # faults of one kind that are told one by one

Ring = list[tuple[float, float]]
Polygon = list[Ring]


class Fault(NamedTuple):
    """What is wrong, as a word; and the values its sentence names."""

    kind: str
    said: dict[str, str | int]


class Unusable(Exception):
    """The file is not what was asked for; says everything that was found."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(fault.kind for fault in faults))
        self.faults = faults


def fault(kind: str, /, **said: str | int) -> Fault:
    return Fault(kind, said)


def read(data: bytes) -> Any:
    """The JSON in ``data``. Raises :class:`Unusable`."""
    if len(data) > MOST_BYTES:
        raise Unusable(fault("too_big", most=MOST_BYTES // 1_000_000))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(fault("not_text")) from None
    if not text.strip():
        raise Unusable(fault("empty"))
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise Unusable(fault("too_deep")) from None
    except json.JSONDecodeError as bad:
        raise Unusable(fault("not_json", line=bad.lineno, column=bad.colno)) from None
    except ValueError:  # a number of thousands of digits
        raise Unusable(fault("not_a_number", value="…")) from None


def _no_number(name: str) -> None:
    raise Unusable(fault("not_a_number", value=name))


def polygons_by_code(document: Any, codes: Collection[str]) -> dict[str, list[Polygon]]:
    """The polygons of each of ``codes``. Raises :class:`Unusable` naming all that is wrong."""
    features = _features(document)
    faults: list[Fault] = []
    found: dict[str, list[Polygon]] = {}
    seen: Counter[str] = Counter()
    points = 0
    for place, feature in enumerate(features, start=1):
        try:
            code = _code(place, feature)
            seen[code] += 1
            if code not in codes:
                raise Unusable(fault("unknown_code", place=place, code=code[:20]))
            found[code] = _polygons(code, feature)
        except Unusable as unusable:
            faults.extend(unusable.faults)
            continue
        points += sum(len(ring) for polygon in found[code] for ring in polygon)
        if points > MOST_POINTS:
            raise Unusable(fault("too_many_points", most=MOST_POINTS))
    faults += [fault("twice", code=code, count=n) for code, n in sorted(seen.items()) if n > 1]
    faults += [fault("missing", code=code) for code in sorted(codes) if not seen[code]]
    if faults:
        raise Unusable(*_shortened(faults))
    return found


def _features(document: Any) -> list[Any]:
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise Unusable(fault("not_a_collection"))
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise Unusable(fault("no_features"))
    if len(features) > MOST_FEATURES:
        raise Unusable(fault("too_many_features", count=len(features), most=MOST_FEATURES))
    return features


def _code(place: int, feature: Any) -> str:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("kode") if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code.strip():
        raise Unusable(fault("no_code", place=place))
    return code.strip()


def _polygons(code: str, feature: dict[str, Any]) -> list[Polygon]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise Unusable(fault("wrong_geometry", code=code, found=str(kind)[:30]))
    assert isinstance(geometry, dict)
    coordinates = geometry.get("coordinates")
    listed: Any = [coordinates] if kind == "Polygon" else coordinates
    if not _is_list(listed) or not all(map(_is_list, listed)):
        raise Unusable(fault("wrong_coordinates", code=code))
    return [[_ring(code, ring) for ring in polygon] for polygon in listed]


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _ring(code: str, ring: Any) -> Ring:
    if not _is_list(ring):
        raise Unusable(fault("wrong_coordinates", code=code))
    points = [_point(code, point) for point in ring]
    if points[0] != points[-1]:
        raise Unusable(fault("not_closed", code=code))
    if len(points) < 4:
        raise Unusable(fault("too_few_points", code=code))
    return points


def _point(code: str, point: Any) -> tuple[float, float]:
    if not isinstance(point, list) or not 2 <= len(point) <= 4:
        raise Unusable(fault("wrong_coordinates", code=code))
    longitude, latitude = point[:2]
    if not _is_number(longitude) or not _is_number(latitude):
        raise Unusable(fault("not_a_coordinate", code=code, value=json.dumps(point[:2])[:60]))
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise Unusable(fault("out_of_range", code=code, value=f"{longitude:g}, {latitude:g}"))
    return float(longitude), float(latitude)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9 and math.isfinite(value)


def _shortened(faults: list[Fault]) -> Iterator[Fault]:
    """The first of each kind, and how many more there are."""
    told: Counter[str] = Counter()
    for one in faults:
        told[one.kind] += 1
        if told[one.kind] <= MOST_NAMED:
            yield one
    for kind, count in told.items():
        if count > MOST_NAMED:
            yield fault("more", kind=kind, count=count - MOST_NAMED)
