"""From content to a file: every chapter is set by itself, kept by what it says, then all are bound.

A chapter that was set before, for an earlier document or by an attempt that broke off, is not set
again: its pages lie in the documents' storage under the hash of its HTML and of the print style.
"""

import hashlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from itertools import accumulate
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.template.loader import render_to_string
from django.utils import timezone

from reports.documents.content import LANGUAGE, Chapter, Frame, ProgressReport, through

if TYPE_CHECKING:
    from reports import pdf

logger = logging.getLogger(__name__)

Told = Callable[[int, int, str], None]  # step, steps, what is being done

_COVER_PAGES = 2  # a first guess of what cover and contents take
_BODY = "Ringkasan dan isi"
_SHELF = "chapters"
_KEPT_FOR = timedelta(days=14)


class NotPrinted(Exception):
    """No document came of it; the text names the ``part`` and says why."""

    def __init__(self, text: str, *, part: str) -> None:
        super().__init__(text)
        self.part = part


@dataclass(frozen=True, slots=True)
class Printed:
    content: bytes
    pages: int


def begin_chapter(frame: Frame, chapter: Chapter, *, press: "pdf.Press") -> None:
    """Have it set while the figures of the next are read."""
    html = _chapter_html(frame, chapter)
    if _from_shelf(_name_of(html)) is None:
        press.lay_out(html)


def print_progress(report: ProgressReport, *, press: "pdf.Press", told: Told) -> Printed:
    """Set and bind ``report``. ``told`` hears of each part; what it raises ends the work."""
    from reports import pdf

    steps = len(report.chapters) + 2
    content = {"report": report, "chapters_title": chapters_title(report)}
    # The longest part first: whatever else waits is shorter.
    body_set = press.lay_out(render_to_string("reports/pdf/front.html", content), first=True)
    chapters = _set_chapters(report, press, told, steps)
    told(steps - 2, steps, _BODY)
    body = result_of(body_set, _BODY)
    cover = _set_cover(report, press, body, chapters)
    told(steps - 1, steps, "Menyatukan halaman")

    def stamps(pages: int) -> bytes:
        sheets = {"report": report, "pages": pages, "sheets": range(2, pages + 1)}
        return _set(press, "Nomor halaman", "reports/pdf/stamps.html", sheets)

    bound = pdf.bind(
        [pdf.Part("sampul", "Sampul", cover), pdf.Part("isi", _BODY, body)],
        [pdf.Part(c.key, c.title, chapters[c.key]) for c in report.chapters],
        chapters_title=chapters_title(report),
        information={
            "Title": report.title,
            "Author": report.letterhead.office,
            "Subject": through(report.period),
            "Creator": "Portal TPBIS",
        },
        language=LANGUAGE,
        stamps=stamps,
    )
    return Printed(content=bound.content, pages=bound.pages)


def chapters_title(report: ProgressReport) -> str:
    if report.is_of_province:
        return "Lampiran: capaian kabupaten/kota"
    return "Lampiran: daftar perpustakaan"


# --- Chapters -------------------------------------------------------------------------------------


def _set_chapters(
    report: ProgressReport, press: "pdf.Press", told: Told, steps: int
) -> dict[str, bytes]:
    """Each chapter's pages by its key, two being set at a time; known ones come from the shelf."""
    done: dict[str, bytes] = {}
    running: dict[Future[bytes], tuple[Chapter, str]] = {}
    for chapter in report.chapters:
        told(len(done), steps, chapter.title)
        html = _chapter_html(report.frame, chapter)
        name = _name_of(html)
        if (kept := _from_shelf(name)) is not None:
            done[chapter.key] = kept
        else:
            running[press.lay_out(html)] = (chapter, name)
    for future in as_completed(running):
        chapter, name = running[future]
        done[chapter.key] = result_of(future, chapter.title)
        _onto_shelf(name, done[chapter.key])
        told(len(done), steps, chapter.title)
    return done


def _chapter_html(frame: Frame, chapter: Chapter) -> str:
    return render_to_string("reports/pdf/chapter.html", {"frame": frame, "chapter": chapter})


def _set_cover(
    report: ProgressReport, press: "pdf.Press", body: bytes, chapters: dict[str, bytes]
) -> bytes:
    """Cover and contents. How many pages they take shifts every page they list, so they are set
    again until the guess was right."""
    from reports import pdf

    headings = pdf.headings(body)
    lengths = [pdf.page_count(chapters[chapter.key]) for chapter in report.chapters]
    body_pages, pages = pdf.page_count(body), _COVER_PAGES
    for _attempt in range(3):
        begins = accumulate(lengths, initial=pages + body_pages + 1)
        content = {
            "report": report,
            "headings": [replace(one, page=one.page + pages + 1) for one in headings],
            "listed": list(zip(report.chapters, begins, strict=False)),
            "chapters_title": chapters_title(report),
        }
        cover = _set(press, "Sampul", "reports/pdf/cover.html", content)
        taken = pdf.page_count(cover)
        if taken == pages:
            break
        pages = taken
    return cover


def _set(press: "pdf.Press", name: str, template: str, content: dict[str, object]) -> bytes:
    return result_of(press.lay_out(render_to_string(template, content)), name)


def result_of(future: "Future[bytes]", name: str) -> bytes:
    """The pages of the part ``name``. Raises :class:`NotPrinted`, which names it."""
    from reports import pdf

    try:
        return future.result()
    except pdf.NotLaidOut as problem:
        raise NotPrinted(f"Bagian “{name}” tidak jadi: {problem}.", part=name) from problem


# --- The shelf of chapters ------------------------------------------------------------------------


def _name_of(html: str) -> str:
    return f"{_SHELF}/{_digest(html)}.pdf"


def _digest(html: str) -> str:
    return hashlib.sha256(f"{_style()}\n{html}".encode()).hexdigest()


@cache
def _style() -> str:
    """The print style and the engine's version: with either, every page may look different."""
    from reports import pdf

    style = (pdf.STATIC / pdf.STYLE).read_bytes()
    return f"{version('weasyprint')} {hashlib.sha256(style).hexdigest()}"


def _from_shelf(name: str) -> bytes | None:
    try:
        with storages["documents"].open(name) as kept:
            content = bytes(kept.read())
    except FileNotFoundError:
        return None
    # A worker may have died, or the disk been full, in the middle of writing it.
    return content if content.rstrip().endswith(b"%%EOF") else None


def _onto_shelf(name: str, content: bytes) -> None:
    shelf = storages["documents"]
    try:
        if shelf.exists(name):
            shelf.delete(name)  # half of one, else it would have been used
        shelf.save(name, ContentFile(content))
    except OSError:  # it is for the next document; this one has its pages
        logger.warning("A chapter could not be kept", exc_info=True)
        shelf.delete(name)


def clear_shelf(*, at: datetime | None = None) -> int:
    """Take away chapters set long ago: their figures have moved on. Returns how many."""
    at = at or timezone.now()
    shelf = storages["documents"]
    names = _listed(_SHELF)
    old = [name for name in names if shelf.get_modified_time(name) < at - _KEPT_FOR]
    for name in old:
        shelf.delete(name)
    return len(old)


def _listed(folder: str) -> Sequence[str]:
    try:
        _folders, names = storages["documents"].listdir(folder)
    except FileNotFoundError:
        return ()
    return [f"{folder}/{name}" for name in names]
