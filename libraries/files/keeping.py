"""Papers and pictures in the private storage of documents."""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from libraries.darkroom import scanning
from libraries.files import developers

if TYPE_CHECKING:
    from django.core.files.base import File

MOST_OF_A_PAPER = 20 * 1024 * 1024
MOST_OF_A_PICTURE = 5 * 1024 * 1024
_LARGE = 280_000  # bytes: a picture on paper travels within every page (pdf.MOST_OF_A_PICTURE)
_PICTURES = {b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
_PAPERS = {b"%PDF-": "pdf", **_PICTURES}


class BadFile(ValidationError):
    """The file is none that can be kept; the text says why."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """``name`` in the storage "documents"; ``size`` in bytes."""

    name: str
    original_name: str
    sha256: str
    size: int


def keep_paper(file: "File[bytes]", *, folder: str) -> KeptFile:
    """A PDF without scripts, attachments and password, or a JPEG or PNG of at most 20 MB, as it
    came. Raises :class:`BadFile`; nothing is kept then."""
    if file.size > MOST_OF_A_PAPER:
        raise BadFile(_("Berkas lebih besar dari 20 MB. Pindai dengan resolusi lebih rendah."))
    content = _read(file)
    ending = _ending(content, _PAPERS)
    if not ending:
        raise BadFile(_("Berkas ini bukan PDF, JPEG, atau PNG."))
    if ending == "pdf":
        _check_pdf(content)
    else:
        _check_picture(content)
    name = _write(content, f"{folder}/{uuid.uuid4()}.{ending}")
    return KeptFile(name, plain_name(file), hashlib.sha256(content).hexdigest(), len(content))


def keep_picture(file: "File[bytes]", *, folder: str) -> KeptFile:
    """A JPEG or PNG of at most 5 MB, written anew and small: nothing of the file itself is kept.
    The same picture is kept once. Raises :class:`BadFile`."""
    if file.size > MOST_OF_A_PICTURE:
        raise BadFile(_("Gambar lebih besar dari 5 MB."))
    content = _read(file)
    if not _ending(content, _PICTURES):
        raise BadFile(_("Berkas ini bukan gambar PNG atau JPEG."))
    try:
        _full, middle, small = developers.ours().develop(content).jpegs
    except developers.NotDeveloped:
        raise BadFile(_("Gambar ini rusak atau terlalu besar. Pilih yang lain.")) from None
    jpeg = middle if len(middle) <= _LARGE else small
    sha256 = hashlib.sha256(jpeg).hexdigest()
    name = f"{folder}/{sha256}.jpg"
    if not storages["documents"].exists(name):
        name = _write(jpeg, name)
    return KeptFile(name, plain_name(file), sha256, len(jpeg))


Paper = TypeVar("Paper", bound=KeptFile | None)


@contextmanager
def kept(paper: Paper) -> Iterator[Paper]:
    """Its file goes again when what should refer to it comes to nothing."""
    try:
        yield paper
    except BaseException:
        if paper is not None:
            forget(paper.name)
        raise


def forget(name: str) -> None:
    """No row refers to the file any more."""
    storages["documents"].delete(name)


def _read(file: "File[bytes]") -> bytes:
    file.seek(0)
    content: bytes = file.read()
    return content


def _ending(content: bytes, starts: dict[bytes, str]) -> str:
    return next((ending for start, ending in starts.items() if content.startswith(start)), "")


def _check_pdf(content: bytes) -> None:
    word = scanning.judged(content)
    if word == "fine":
        return
    raise BadFile(
        {
            "active": _("PDF ini memuat skrip, perintah, atau lampiran. Pindai ulang tanpa itu."),
            "locked": _("PDF ini terkunci dengan kata sandi. Simpan tanpa kata sandi."),
        }.get(word, _("PDF ini rusak atau terpotong. Pindai atau simpan ulang."))
    )


def _check_picture(content: bytes) -> None:
    try:
        developers.ours().develop(content)
    except developers.NotDeveloped:
        raise BadFile(_("Gambar ini rusak atau terlalu besar. Pindai ulang.")) from None


def _write(content: bytes, name: str) -> str:
    shelf = storages["documents"]
    try:
        return shelf.save(name, ContentFile(content))
    except OSError:
        shelf.delete(name)
        raise BadFile(_("Berkas tidak dapat disimpan di server. Coba lagi nanti.")) from None


def plain_name(file: "File[bytes]", *, at_most: int = 150) -> str:
    """What the file was called where it came from: without folders and control characters."""
    name = str(file.name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(letter for letter in name if letter.isprintable())[-at_most:]
