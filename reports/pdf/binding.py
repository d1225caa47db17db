"""PDFs to one document: pages, bookmarks, links between the pieces, page numbers."""

import io
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf, String

CHAPTER_LINK = "bab:"  # <a href="bab:35.08"> leads to the part with that key once all are bound


@dataclass(frozen=True, slots=True)
class Part:
    """A laid-out piece: of the front, with its own bookmarks, or a chapter under its title. Its
    bookmarks hang ``depth`` deeper than they say: it goes on with what was begun before it."""

    key: str
    title: str
    content: bytes
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Bound:
    content: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A bookmark of some pieces: where it stands in the tree (1: above all), and its page (from
    0)."""

    title: str
    depth: int
    page: int
    key: str  # what a link to it in another piece is called


def page_count(content: bytes) -> int:
    with _opened(content) as pdf:
        return len(pdf.pages)


def headings(parts: Iterable[Part]) -> tuple[Heading, ...]:
    """Every bookmark of ``parts``, in order; pages are counted through."""
    found: list[Heading] = []
    pages = 0
    for part in parts:
        with _opened(part.content) as pdf:
            found += [
                replace(mark.heading, page=mark.heading.page + pages) for mark in _marks(part, pdf)
            ]
            pages += len(pdf.pages)
    return tuple(found)


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
    with _Book() as book:
        for part in front:
            book.add(part, with_its_bookmarks=True)
        for chapter in chapters:
            book.add(chapter)
        if chapters:
            first = book.begins[chapters[0].key]
            book.marks.append(_Mark(Heading(chapters_title, 1, first, "")))
            book.marks += [
                _Mark(Heading(chapter.title, 2, book.begins[chapter.key], ""))
                for chapter in chapters
            ]
        _stamp(book, stamps(len(book.pdf.pages)))
        _lead_links_to_parts(book)
        return book.finished(information, language)


def gather(parts: Iterable[bytes], *, information: dict[str, str], language: str) -> Bound:
    """One document of ``parts`` as they are, each with its own bookmarks."""
    with _Book() as book:
        for number, content in enumerate(parts):
            book.add(Part(str(number), "", content), with_its_bookmarks=True)
        return book.finished(information, language)


def _opened(content: bytes) -> Pdf:
    return Pdf.open(io.BytesIO(content))


# --- What is bound --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A bookmark, and where on its page it leads: to the top where nothing is said."""

    heading: Heading
    at: tuple[float, float] | None = None


@dataclass(slots=True)
class _Book:
    """Pages so far. The parts stay open until it is written: their streams are read then."""

    pdf: Pdf = field(default_factory=Pdf.new)
    begins: dict[str, int] = field(default_factory=dict)  # first page (from 0) of what a link names
    marks: list[_Mark] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "_Book":
        self._open.enter_context(self.pdf)
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    def add(self, part: Part, *, with_its_bookmarks: bool = False) -> None:
        source = self.take_in(part.content)
        first = self.begins[part.key] = len(self.pdf.pages)
        if with_its_bookmarks:
            for mark in _marks(part, source):
                heading = replace(mark.heading, page=mark.heading.page + first)
                self.begins[heading.key] = heading.page
                self.marks.append(replace(mark, heading=heading))
        self.pdf.pages.extend(source.pages)

    def take_in(self, content: bytes) -> Pdf:
        return self._open.enter_context(_opened(content))

    def finished(self, information: dict[str, str], language: str) -> Bound:
        for name, value in information.items():
            self.pdf.docinfo[Name(f"/{name}")] = String(value)
        root = self.pdf.Root
        root.Lang = String(language)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        root.PageMode = Name.UseOutlines
        _hang(self.pdf, self.marks)
        result = io.BytesIO()
        self.pdf.save(result)
        return Bound(content=result.getvalue(), pages=len(self.pdf.pages))


# --- Bookmarks ------------------------------------------------------------------------------------


def _marks(part: Part, pdf: Pdf) -> Iterator[_Mark]:
    """The bookmarks of ``part``, in order."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}

    def below(items: Iterable[OutlineItem], depth: int) -> Iterator[tuple[OutlineItem, int]]:
        for item in items:
            yield item, depth
            yield from below(item.children, depth + 1)

    with pdf.open_outline() as outline:
        for number, (item, depth) in enumerate(below(outline.root, 1 + part.depth)):
            destination: Any = item.destination
            page, _how, left, top, *_zoom = destination  # as the engine writes them
            heading = Heading(item.title, depth, numbers[page.objgen], key=f"{part.key}-{number}")
            yield _Mark(heading, at=(float(left), float(top)))


def _hang(pdf: Pdf, marks: Iterable[_Mark]) -> None:
    """Make the tree of bookmarks."""
    with pdf.open_outline() as outline:
        under: list[list[OutlineItem]] = [outline.root]
        for mark in marks:
            del under[mark.heading.depth :]
            item = OutlineItem(mark.heading.title, _place(pdf.pages[mark.heading.page], mark.at))
            under[-1].append(item)
            under.append(item.children)


def _place(page: Page, at: tuple[float, float] | None = None) -> Array:
    left, top = at or (0, page.mediabox[3])
    return Array([page.obj, Name.XYZ, left, top, 0])


def _lead_links_to_parts(book: _Book) -> None:
    """Turn the links that name a part into jumps to its first page."""
    for page in book.pdf.pages:
        links: Any = page.obj.get("/Annots", ())
        for link in links:
            target = str(link.A.URI) if "/A" in link and "/URI" in link.A else ""
            if target.startswith(CHAPTER_LINK):
                del link.A
                first = book.begins[target.removeprefix(CHAPTER_LINK)]
                link.Dest = _place(book.pdf.pages[first])


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


def _stamp(book: _Book, stamps: bytes) -> None:
    """Lay the sheets of each page's number over it."""
    pdf = book.pdf
    digits = len(str(len(pdf.pages)))
    # As forms: no name of theirs can clash with the page's.
    sheets = [pdf.copy_foreign(page.as_form_xobject()) for page in book.take_in(stamps).pages]
    before, after, figures = sheets[0], sheets[1 : 1 + digits], sheets[1 + digits :]
    if len(figures) != 10 * digits:
        raise ValueError(f"{len(sheets)} sheets do not number {len(pdf.pages)} pages")
    forms: dict[str, Any] = {"/StampB": before}
    forms |= {f"/StampA{length}": form for length, form in enumerate(after, start=1)}
    forms |= {f"/Stamp{place // 10}{place % 10}": form for place, form in enumerate(figures)}
    begin = pdf.make_stream(b"q\n")
    for number, page in enumerate(pdf.pages, start=1):
        if number <= _UNNUMBERED:
            continue
        resources: Any = page.resources
        if "/XObject" not in resources:
            resources.XObject = Dictionary()
        for name, form in forms.items():
            resources.XObject[name] = form
        written = str(number)
        drawn = ["/StampB", *(f"/Stamp{at}{digit}" for at, digit in enumerate(written))]
        drawn.append(f"/StampA{len(written)}")
        end = "\nQ\nq " + " ".join(f"{name} Do" for name in drawn) + " Q\n"
        contents = page.obj.get("/Contents", Array())
        whole = list(contents) if isinstance(contents, Array) else [contents]
        page.obj.Contents = Array([begin, *whole, pdf.make_stream(end.encode())])
