"""PDFs to one document: pages, bookmarks, links between the pieces, page numbers."""

import io
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

CHAPTER_LINK = "bab:"  # <a href="bab:35.08"> leads to the part with that key once all are bound


@dataclass(frozen=True, slots=True)
class Part:
    """A laid-out piece: of the front, with its own bookmarks, or a chapter under its title."""

    key: str
    title: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Bound:
    content: bytes
    pages: int


@dataclass(slots=True)
class _Book:
    writer: PdfWriter = field(default_factory=PdfWriter)
    begins: dict[str, int] = field(default_factory=dict)  # first page (from 0) of each part


def page_count(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)


@dataclass(frozen=True, slots=True)
class Heading:
    """A bookmark of some pieces: where it stands in the tree (1: above all), and its page (from
    0)."""

    title: str
    depth: int
    page: int
    key: str  # what a link to it in another piece is called


def headings(parts: Iterable[Part]) -> tuple[Heading, ...]:
    """Every bookmark of ``parts``, in order; pages are counted through."""
    found: list[Heading] = []
    pages = 0
    for part in parts:
        reader = PdfReader(io.BytesIO(part.content))
        found += [replace(one, page=one.page + pages) for one in _headings(part.key, reader)]
        pages += len(reader.pages)
    return tuple(found)


def _headings(part: str, reader: PdfReader) -> Iterator[Heading]:
    def below(outline: Any, depth: int) -> Iterator[tuple[str, int, int]]:
        for item in outline:
            if isinstance(item, list):
                yield from below(item, depth + 1)
            else:
                yield str(item.title), depth, reader.get_destination_page_number(item) or 0

    for number, (title, depth, page) in enumerate(below(reader.outline, 1)):
        yield Heading(title, depth, page, key=f"{part}-{number}")


def bind(
    front: Sequence[Part],
    chapters: Sequence[Part],
    *,
    chapters_title: str,
    information: dict[str, str],
    language: str,
    stamps: Callable[[int], bytes],
) -> Bound:
    """One document of ``front`` and ``chapters``. ``stamps`` is asked for the sheets that number so
    many pages (:func:`numbering`). Links ``bab:KEY`` lead to the part, or the heading of the front
    (``PART-0``, ``PART-1``, ...), of that key. Tags do not survive: none is claimed."""
    book = _Book()
    for part in front:
        _append(book, part, outline=True)
        book.begins |= {one.key: book.begins[part.key] + one.page for one in headings([part])}
    for chapter in chapters:
        _append(book, chapter, outline=False)
    if chapters:
        parent = book.writer.add_outline_item(
            title=chapters_title, page_number=book.begins[chapters[0].key]
        )
        for chapter in chapters:
            book.writer.add_outline_item(
                title=chapter.title, page_number=book.begins[chapter.key], parent=parent
            )
    _stamp(book.writer, stamps(len(book.writer.pages)))
    _lead_links_to_chapters(book)
    return _finished(book, information, language)


def gather(parts: Iterable[bytes], *, information: dict[str, str], language: str) -> Bound:
    """One document of ``parts`` as they are, each with its own bookmarks."""
    book = _Book()
    for number, content in enumerate(parts):
        _append(book, Part(str(number), "", content), outline=True)
    return _finished(book, information, language)


def _finished(book: _Book, information: dict[str, str], language: str) -> Bound:
    book.writer.add_metadata({f"/{name}": value for name, value in information.items()})
    root = book.writer.root_object
    root[NameObject("/Lang")] = TextStringObject(language)
    root[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(True)}
    )
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    result = io.BytesIO()
    book.writer.write(result)
    return Bound(content=result.getvalue(), pages=len(book.writer.pages))


def _append(book: _Book, part: Part, *, outline: bool) -> None:
    book.begins[part.key] = len(book.writer.pages)
    book.writer.append(io.BytesIO(part.content), import_outline=outline)


# --- Page numbers ---------------------------------------------------------------------------------

_UNNUMBERED = 1  # the cover carries no number, but counts


def numbering(pages: int) -> dict[str, Any]:
    """What the sheets that number ``pages`` pages are made of: for as many ``digits`` as the
    largest number has, one sheet with what stands before each number, one for each length of a
    number with what comes after it, and the ten digits at each place of it. Laid over each other
    they are every page's number, of however many pages."""
    digits = len(str(pages))
    return {
        "widest": "0" * digits,
        "after": ["0" * length for length in range(1, digits + 1)],
        "digits": [("0" * place, digit) for place in range(digits) for digit in string.digits],
    }


def _stamp(writer: PdfWriter, stamps: bytes) -> None:
    """Lay the sheets of each page's number over it."""
    pages = list(writer.pages)
    digits = len(str(len(pages)))
    before, *others = (_form(writer, sheet) for sheet in PdfReader(io.BytesIO(stamps)).pages)
    after, figures = others[:digits], others[digits:]
    if len(figures) != 10 * digits:
        raise ValueError(f"{len(others) + 1} sheets do not number {len(pages)} pages")
    forms = {"/StampB": before}
    forms |= {f"/StampA{length}": form for length, form in enumerate(after, start=1)}
    forms |= {f"/Stamp{place // 10}{place % 10}": form for place, form in enumerate(figures)}
    begin = _stream(writer, "q\n")
    for number, page in enumerate(pages, start=1):
        if number <= _UNNUMBERED:
            continue
        resources: Any = page["/Resources"]
        known = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
        for name, form in forms.items():
            known[NameObject(name)] = form
        written = str(number)
        drawn = ["/StampB", *(f"/Stamp{at}{digit}" for at, digit in enumerate(written))]
        drawn.append(f"/StampA{len(written)}")
        end = "\nQ\nq " + " ".join(f"{name} Do" for name in drawn) + " Q\n"
        contents: Any = page.raw_get("/Contents")
        whole = contents.get_object()
        page[NameObject("/Contents")] = ArrayObject(
            [
                begin,
                *(whole if isinstance(whole, ArrayObject) else [contents]),
                _stream(writer, end),
            ]
        )


def _form(writer: PdfWriter, sheet: Any) -> Any:
    """A sheet as a form: no name of it can clash with the page's."""
    form = DecodedStreamObject()
    form.set_data(_drawing(sheet.get_contents()))
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(sheet.mediabox),
            NameObject("/Resources"): sheet["/Resources"].clone(writer),
        }
    )
    return writer._add_object(form.flate_encode())


def _stream(writer: PdfWriter, drawing: str) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(drawing.encode())
    return writer._add_object(stream)


def _drawing(contents: Any) -> bytes:
    return bytes(contents.get_data()) if contents is not None else b""


def _lead_links_to_chapters(book: _Book) -> None:
    """Turn the links that name a part into jumps to its first page."""
    pages = book.writer.pages
    for page in pages:
        for annotation in page.get("/Annots") or ():
            link: Any = annotation.get_object()
            target = str(link.get("/A", {}).get("/URI", ""))
            if not target.startswith(CHAPTER_LINK):
                continue
            del link["/A"]
            first = pages[book.begins[target.removeprefix(CHAPTER_LINK)]]
            assert first.indirect_reference
            link[NameObject("/Dest")] = ArrayObject(
                [first.indirect_reference, NameObject("/XYZ"), *[NumberObject(0)] * 3]
            )
            link[NameObject("/Dest")][3] = NumberObject(int(first.mediabox.height))
