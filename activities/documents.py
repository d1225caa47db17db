"""Photos as they come from phones: decoded, turned upright, stripped of everything but pixels."""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from activities.models import photo_file_name

MAX_BYTES = 12 * 1024 * 1024
MAX_SIDE = 16_384
MAX_PIXELS = Image.MAX_IMAGE_PIXELS = 140_000_000  # phones take 108 MP
MAX_PIXELS_WHOLE = 40_000_000  # of what cannot be decoded at a smaller scale
FULL = 2048
THUMBNAILS = (640, 240)


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A picture in the default storage: full size (<= 2048 px) and thumbnails, named by hash."""

    sha256: str
    width: int
    height: int
    original_name: str


def store_photo(upload: "File[bytes]") -> StoredPhoto:
    """Decode ``upload`` and keep it as clean JPEGs. Raises ``ValidationError`` for what is not a
    photo; nothing is written then."""
    picture = _decode(upload)
    encoded = _jpeg(picture)
    sha256 = hashlib.sha256(encoded).hexdigest()
    _keep(photo_file_name(sha256, "full"), encoded)
    for side in THUMBNAILS:
        small = picture.copy()
        small.thumbnail((side, side))
        _keep(photo_file_name(sha256, str(side)), _jpeg(small))
    name = str(upload.name or "").replace("\\", "/").rpartition("/")[2]
    return StoredPhoto(
        sha256=sha256,
        width=picture.width,
        height=picture.height,
        original_name="".join(c for c in name if c.isprintable())[-120:],
    )


def _decode(upload: "File[bytes]") -> Image.Image:
    _check_size(upload)
    try:
        upload.seek(0)
        picture: Image.Image = Image.open(upload, formats=("JPEG", "PNG", "WEBP"))
        _check_sides(picture)
        picture.draft("RGB", (FULL, FULL))  # a JPEG is decoded at a fraction of its size
        picture.load()
        picture = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise ValidationError(
            _("Berkas ini bukan foto JPEG, PNG atau WebP. Kirim sebagai JPEG.")
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise ValidationError(
            _("Foto rusak atau terpotong saat dikirim. Ambil ulang, lalu kirim lagi.")
        ) from None
    picture.thumbnail((FULL, FULL))
    return _pixels_only(picture)


def _check_size(upload: "File[bytes]") -> None:
    if upload.size > MAX_BYTES:
        raise ValidationError(_("Foto lebih besar dari 12 MB. Kecilkan dulu, lalu kirim lagi."))
    if upload.size == 0:
        raise ValidationError(_("Berkas foto kosong (0 byte). Pilih foto lain."))


def _check_sides(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if max(picture.size) > MAX_SIDE or pixels > MAX_PIXELS:
        raise ValidationError(_("Ukuran gambar terlalu besar. Kirim foto biasa."))
    if pixels > MAX_PIXELS_WHOLE and not _decodes_in_part(picture):
        raise ValidationError(_("Ukuran gambar terlalu besar. Kirim sebagai JPEG."))


def _decodes_in_part(picture: Image.Image) -> bool:
    """A JPEG, also one with several views (MPO), unless it comes in passes over the whole."""
    return picture.format in ("JPEG", "MPO") and not picture.info.get("progressive")


def _pixels_only(picture: Image.Image) -> Image.Image:
    """A new image: re-saving the old one would keep comments and profiles."""
    clean = Image.new("RGB", picture.size, "white")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        clean.paste(picture, mask=picture.getchannel("A"))
    else:
        clean.paste(picture.convert("RGB"))
    return clean


def _jpeg(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=85, optimize=True)
    return buffer.getvalue()


def _keep(name: str, content: bytes) -> None:
    """Whole or not at all: a name that is a hash must never hold half a picture."""
    if default_storage.exists(name):
        return
    draft = Path(default_storage.path(default_storage.save(f"{name}.new", ContentFile(content))))
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(default_storage.path(name))
