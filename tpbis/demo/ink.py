"""A signature in blue ink over a name on a printed page. It is drawn here and nobody's own."""

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, NameObject

# From the left end of the name, in points: curves of three points each after the first.
_STROKE = [
    (6, 12), (10, 48, 30, 52, 24, 20), (20, 2, 12, 10, 30, 30), (44, 44, 40, 6, 52, 22),
    (58, 34, 60, 10, 70, 20), (80, 32, 78, 8, 92, 22), (104, 32, 118, 26, 132, 30),
]  # fmt: skip


def signed(pdf: bytes, name: str) -> bytes:
    """``pdf`` with a signature above the last place where ``name`` stands; where it stands nowhere,
    as it was."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for page in reversed(writer.pages):
        place = _place(page, name)
        if place is not None:
            _draw(writer, page, place)
            break
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _place(page: Any, name: str) -> tuple[float, float] | None:
    found: list[tuple[float, float]] = []

    def look(text: str, matrix: list[float], text_matrix: list[float], *_font: Any) -> None:
        if text.strip() == name:
            a, b, c, d, e, f = matrix
            x, y = text_matrix[4:]
            found.append((a * x + c * y + e, b * x + d * y + f))

    page.extract_text(visitor_text=look)
    return found[-1] if found else None


def _draw(writer: PdfWriter, page: Any, place: tuple[float, float]) -> None:
    left, bottom = place
    start, *curves = _STROKE
    drawn = [f"q 0.11 0.2 0.55 RG 1.4 w 1 J 1 0 0 1 {left:.1f} {bottom:.1f} cm"]
    drawn.append("{} {} m".format(*start))
    drawn += ["{} {} {} {} {} {} c".format(*curve) for curve in curves]
    drawn.append("S Q")
    stroke = DecodedStreamObject()
    stroke.set_data(" ".join(drawn).encode())
    there = page.raw_get("/Contents")
    whole = there.get_object()
    parts = list(whole) if isinstance(whole, ArrayObject) else [there]
    page[NameObject("/Contents")] = ArrayObject([*parts, writer._add_object(stroke)])
