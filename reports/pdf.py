"""HTML to PDF, and PDFs to one document. The only module that knows WeasyPrint.

Layout happens in child processes that this module starts as ``python -m reports.pdf``: they speak
over pipes (Celery's own children may not use multiprocessing), have imported everything before the
first page comes, may use so much memory and so much time, and can open nothing but the fonts of the
print style. One that dies or hangs takes a page with it, never the worker.

    parent -> child   length, HTML
    child -> parent   length, PDF     or     length with the sign bit, what went wrong
"""

import contextlib
import gc
import io
import logging
import os
import queue
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

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

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
STYLE = "css/print.css"
CHAPTER_LINK = "bab:"  # <a href="bab:35.08"> leads to the part with that key once all are bound

_LENGTH = struct.Struct(">q")
# No secret key, no database: a child lays out what it is given. Fonts are cached under HOME.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


def _environment() -> dict[str, str]:
    """Without a place to remember fonts in, each page would look for them anew: twice the time."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    if not os.access(os.environ.get("HOME", ""), os.W_OK):
        remembered = Path(tempfile.gettempdir()) / f"portal-fonts-{os.getuid()}"
        remembered.mkdir(mode=0o700, exist_ok=True)
        passed_on["XDG_CACHE_HOME"] = str(remembered)
    return passed_on


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use: at most ``seconds`` for one page flow, ``memory`` bytes of address
    space in all. A chapter takes about a second and 300 MB."""

    seconds: float = 60.0
    memory: int = 1_500 * 1024 * 1024
    children: int = 2


class NotLaidOut(Exception):
    """No PDF came of it; the text completes a sentence for the person who waits."""


class TookTooLong(NotLaidOut):
    """The child was still at it when its time was over, and was ended."""


class ChildDied(NotLaidOut):
    """The child ended by itself or was killed, most likely for want of memory."""


# --- The parent's side ----------------------------------------------------------------------------


class Press:
    """Children that lay out pages, started at once and ended with the ``with`` block."""

    def __init__(self, limits: Limits | None = None, *, static: Path = STATIC) -> None:
        self._limits = limits or Limits()
        self._children = [_Child(self._limits, static) for _ in range(self._limits.children)]
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        self._threads = ThreadPoolExecutor(self._limits.children, thread_name_prefix="press")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._children:
            child.end()
        self._threads.shutdown(cancel_futures=True)

    @property
    def pids(self) -> list[int]:
        return [child.pid for child in self._children]

    def lay_out(self, html: str) -> "Future[bytes]":
        """Queue ``html``; the future raises :class:`NotLaidOut`."""
        return self._threads.submit(self._lay_out, html)

    def _lay_out(self, html: str) -> bytes:
        child = self._idle.get()
        try:
            return child.lay_out(html)
        finally:
            self._idle.put(child)


class _Child:
    def __init__(self, limits: Limits, static: Path) -> None:
        self._limits = limits
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "reports.pdf", str(static), str(limits.memory)],
            cwd=ROOT,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            close_fds=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def lay_out(self, html: str) -> bytes:
        late = threading.Event()
        timer = threading.Timer(self._limits.seconds, self._end_hanging, [late])
        timer.start()
        try:
            return self._exchange(html.encode())
        except (OSError, EOFError):
            if late.is_set():
                raise TookTooLong(
                    f"tata letaknya belum selesai setelah {self._limits.seconds:.0f} detik"
                ) from None
            code = self._process.wait()
            raise ChildDied(f"proses pembuat PDF berhenti (kode {code})") from None
        finally:
            timer.cancel()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _end_hanging(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()

    def _exchange(self, page: bytes) -> bytes:
        assert self._process.stdin
        assert self._process.stdout
        _send(self._process.stdin, page, len(page))
        length, answer = _receive(self._process.stdout)
        if length < 0:
            raise NotLaidOut(answer.decode(errors="replace"))
        return answer


def _send(pipe: IO[bytes], content: bytes, length: int) -> None:
    pipe.write(_LENGTH.pack(length))
    pipe.write(content)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> tuple[int, bytes]:
    """The signed length and what it announced. Raises EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = pipe.read(abs(length))
    if len(content) < abs(length):
        raise EOFError
    return length, content


# --- Binding --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A laid-out piece: the front with its own bookmarks, or a chapter under one of its title."""

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


def bind(
    front: Part,
    chapters: Sequence[Part],
    *,
    chapters_title: str,
    information: dict[str, str],
    language: str,
    stamps: Callable[[int], bytes],
) -> Bound:
    """One document of ``front`` and ``chapters``: ``stamps`` is asked for as many sheets as there
    are pages and each is laid over its page. Tags do not survive: none is claimed."""
    book = _Book()
    _append(book, front, outline=True)
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


def _stamp(writer: PdfWriter, stamps: bytes) -> None:
    """Lay each sheet over its page as a form of its own: no name can clash with the page's."""
    sheets = PdfReader(io.BytesIO(stamps)).pages
    for number, (page, sheet) in enumerate(zip(writer.pages, sheets, strict=True), start=1):
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
        name = f"/Stamp{number}"
        resources: Any = page["/Resources"]
        forms = resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()
        forms[NameObject(name)] = writer._add_object(form.flate_encode())
        before, after = DecodedStreamObject(), DecodedStreamObject()
        before.set_data(b"q\n")
        after.set_data(f"\nQ\nq {name} Do Q\n".encode())
        drawn: Any = page.raw_get("/Contents")
        whole = drawn.get_object()
        page[NameObject("/Contents")] = ArrayObject(
            [
                writer._add_object(before),
                *(whole if isinstance(whole, ArrayObject) else [drawn]),
                writer._add_object(after),
            ]
        )


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


# --- The child's side -----------------------------------------------------------------------------


def serve(static: Path, *, memory: int) -> None:
    """Lay out what comes in until nothing comes any more."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Only our own words may reach the pipe, whatever a library prints.
    pages, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    lay_out = _layout(static)
    # Garbage waits until the answer is out: a sixth of the time.
    gc.freeze()
    gc.disable()
    while True:
        try:
            _length, page = _receive(pages)
        except EOFError:
            return
        # A backstop, should the parent be gone: it would have ended us sooner.
        signal.alarm(10 * 60)
        content, fine = _attempt(lay_out, page.decode())
        signal.alarm(0)
        try:
            _send(answers, content, len(content) if fine else -len(content))
        except BrokenPipeError:
            return
        del content
        gc.collect()


def _attempt(lay_out: Callable[[str], bytes], page: str) -> tuple[bytes, bool]:
    try:
        return lay_out(page), True
    except MemoryError:
        return b"memori yang dijatah tidak cukup", False
    except BaseException as error:  # WeasyPrint's fatal error is no Exception
        logging.getLogger("reports.pdf").exception("Layout failed")
        cause = error.__cause__ or error
        return f"{type(cause).__name__}: {cause}"[:200].encode(), False


def _layout(static: Path) -> Callable[[str], bytes]:
    """Import and read all that every page needs, once."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyPrintFiles(URLFetcher):
        """Serves ``static:css/...`` and ``static:fonts/...``; anything else ends the layout."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            scheme, _colon, name = url.partition(":")
            path = (static / name).resolve()
            folders = (static / "css", static / "fonts")
            if scheme != "static" or not any(path.is_relative_to(at) for at in folders):
                raise ValueError(f"alamat tidak diizinkan: {url[:80]}")
            return URLFetcherResponse(url, path.read_bytes())

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    fetcher = OnlyPrintFiles(fail_on_errors=True)
    fonts = FontConfiguration()
    style = weasyprint.CSS(
        string=(static / STYLE).read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts
    )

    def lay_out(page: str) -> bytes:
        content: bytes = weasyprint.HTML(string=page, url_fetcher=fetcher).write_pdf(
            stylesheets=[style], font_config=fonts
        )
        return content

    lay_out("<p>.</p>")  # the first page pays for fonts and caches
    return lay_out


def main(arguments: Iterable[str]) -> None:
    static, memory = arguments
    serve(Path(static).resolve(), memory=int(memory))


if __name__ == "__main__":
    main(sys.argv[1:])
