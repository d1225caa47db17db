"""What is kept of a photo: three clean JPEGs in the private storage, and what a row says of it."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from activities.models import photo_file_name
from activities.photos.likeness import bands
from libraries.files import developers
from libraries.files.keeping import plain_name

if TYPE_CHECKING:
    from django.core.files.base import File

security = logging.getLogger("tpbis.security")

MAX_BYTES = 12 * 1024 * 1024
SIZES = ("full", "640", "240")

_SENTENCES = {
    "no_photo": gettext_noop("Berkas ini bukan foto JPEG, PNG atau WebP. Kirim sebagai JPEG."),
    "heic": gettext_noop(
        "Foto ini berformat HEIC, yang belum bisa dibaca di sini. Kirim sebagai JPEG: di iPhone "
        "pilih Pengaturan, Kamera, Format, Paling Kompatibel."
    ),
    "broken": gettext_noop("Foto rusak atau terpotong saat dikirim. Ambil ulang, lalu kirim lagi."),
    "too_large": gettext_noop("Ukuran gambar terlalu besar. Kirim foto biasa."),
    "too_large_whole": gettext_noop("Ukuran gambar terlalu besar. Kirim sebagai JPEG."),
    "too_heavy": gettext_noop("Foto ini terlalu berat untuk diolah. Kecilkan dulu, lalu kirim."),
}
_INNOCENT = ("heic", "broken")
_LOST = gettext_noop("Foto ini tidak dapat diolah. Ambil ulang atau kecilkan, lalu kirim lagi.")


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture in the default storage: full size (<= 2048 px) and thumbnails, named by hash.

    ``look`` is its perceptual hash; blank when it was stored before there was one.
    """

    sha256: str
    width: int
    height: int
    original_name: str
    look: int | None = None


def store_photo(upload: "File[bytes]") -> StoredPhoto:
    """Develop ``upload`` and keep it as clean JPEGs. Raises ``ValidationError`` for what is not a
    photo; nothing is written then."""
    if upload.size > MAX_BYTES:
        raise ValidationError(_("Foto lebih besar dari 12 MB. Kecilkan dulu, lalu kirim lagi."))
    if upload.size == 0:
        raise ValidationError(_("Berkas foto kosong (0 byte). Pilih foto lain."))
    upload.seek(0)
    try:
        done = developers.ours().develop(upload.read())
    except developers.NotDeveloped as problem:
        if str(problem) not in _INNOCENT:
            security.warning("Hostile photo refused (%d bytes): %s", upload.size, problem)
        raise ValidationError(_(_SENTENCES.get(str(problem), _LOST))) from None
    # Named here: what a stranger's file did to the child must not choose whose name it bears.
    sha256 = hashlib.sha256(done.jpegs[0]).hexdigest()
    _keep(
        {photo_file_name(sha256, size): jpeg for size, jpeg in zip(SIZES, done.jpegs, strict=True)}
    )
    return StoredPhoto(
        sha256=sha256,
        width=done.width,
        height=done.height,
        original_name=plain_name(upload, at_most=120),
        look=done.look,
    )


def picture_fields(stored: StoredPhoto) -> dict[str, Any]:
    """What a row of Photo or StoryPhoto says of it, besides ``sha256`` and whose it is."""
    return {
        "width": stored.width,
        "height": stored.height,
        "original_name": stored.original_name,
        **look_fields(stored.look),
    }


def look_fields(look: int | None) -> dict[str, int | None]:
    parts = bands(look) if look is not None else (None,) * 4
    return {"look": look, **{f"band_{n}": part for n, part in enumerate(parts, start=1)}}


def kept_before(rows: Iterable[Mapping[str, Any]]) -> list[StoredPhoto]:
    """Pictures from what was noted of them in a token or a draft (``dataclasses.asdict``), as far
    as they are still there. They are wanted again: the check of the files spares them anew."""
    photos = [StoredPhoto(**row) for row in rows]
    return [photo for photo in photos if _spare(photo)]


def in_content(content: Mapping[str, Any] | None) -> set[str]:
    """The hashes of all pictures in the sealed content of a report."""
    entries = content.get("entries", ()) if content else ()
    return {sha256 for entry in entries for sha256 in entry.get("photos", ())}


def _spare(photo: StoredPhoto) -> bool:
    try:
        for size in SIZES:
            os.utime(default_storage.path(photo_file_name(photo.sha256, size)))
    except FileNotFoundError:
        return False
    return True


def _keep(contents: Mapping[str, bytes]) -> None:
    """Whole or not at all, and for good: a name that is a hash must never hold half a picture, and
    a row never speak of one that a power cut has taken."""
    paths = {Path(default_storage.path(name)): content for name, content in contents.items()}
    folder = next(iter(paths)).parent
    is_new = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    for path, content in paths.items():
        try:
            os.utime(path)  # there already: wanted anew, see kept_before
        except FileNotFoundError:
            _write(path, content)
    _fsync_folder(folder)
    if is_new:
        _fsync_folder(folder.parent)


def _write(path: Path, content: bytes) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.stem}.", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o600)
        Path(draft).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
