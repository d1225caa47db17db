"""A made-up province of squares, as GeoJSON."""

import json
from typing import Any


def square(x: float, y: float, side: float = 1.0) -> list[list[list[float]]]:
    """A ring of its own: left and bottom, in degrees."""
    return [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]


def feature(code: Any, *polygons: Any, kind: str = "MultiPolygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"kode": code},
        "geometry": {"type": kind, "coordinates": list(polygons)},
    }


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


def neighbours(*codes: str) -> dict[str, Any]:
    """One square a code, beside each other."""
    return collection(
        *(feature(code, square(112 + n, -8)) for n, code in enumerate(codes or ("35.05", "35.08")))
    )


def file(document: Any) -> bytes:
    return json.dumps(document).encode()
