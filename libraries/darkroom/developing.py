"""Decoded, turned upright, stripped of everything but pixels, in three sizes."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_SIDE = 16_384
MAX_PIXELS = Image.MAX_IMAGE_PIXELS = 140_000_000  # phones take 108 MP
MAX_PIXELS_WHOLE = 40_000_000  # of what cannot be decoded at a smaller scale
FULL = 2048
THUMBNAILS = (640, 240)

_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_NEXT_TO_NOTHING = 1  # of 255: what compression leaves on a plain wall

warnings.simplefilter("error", Image.DecompressionBombWarning)


class Unusable(Exception):
    """No photo came of it; ``args[0]`` is a word that the parent has a sentence for."""


@dataclass(frozen=True, slots=True)
class Developed:
    width: int
    height: int
    look: int
    jpegs: tuple[bytes, ...]  # full size (<= 2048 px), 640, 240


def develop(content: bytes) -> Developed:
    """Raises :class:`Unusable`."""
    picture = _decoded(content)
    size = picture.size
    jpegs = [_jpeg(picture)]
    for side in THUMBNAILS:
        picture.thumbnail((side, side), Image.Resampling.HAMMING, reducing_gap=1.2)
        jpegs.append(_jpeg(picture))
    return Developed(*size, look_of(jpegs[-1]), tuple(jpegs))


def look_of(jpeg: bytes) -> int:
    """What our smallest JPEG looks like, in 64 bits with a sign: whether each of 8 x 8 fields is
    lighter than its right neighbour. Made smaller, lighter or anew it differs in few of them."""
    try:
        with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
            fields = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    except (OSError, SyntaxError, ValueError):
        raise Unusable("broken") from None
    bits = 0
    for at in range(8 * 9):
        if at % 9 < 8:
            bits = bits << 1 | (fields[at] > fields[at + 1] + _NEXT_TO_NOTHING)
    return bits - (1 << 64) if bits >> 63 else bits


def _decoded(content: bytes) -> Image.Image:
    try:
        picture: Image.Image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP"))
        _check_sides(picture)
        picture.draft("RGB", (FULL, FULL))  # a JPEG is decoded at a fraction of its size
        picture.load()
        # Smaller first: turning a large one would need room for two.
        turned = picture.getexif().get(0x0112)
        picture.thumbnail((FULL, FULL))
        if turned:
            ImageOps.exif_transpose(picture, in_place=True)
    except UnidentifiedImageError:
        raise Unusable("heic" if _is_heic(content) else "no_photo") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unusable("too_large") from None
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError):
        raise Unusable("broken") from None
    return _pixels_only(picture)


def _is_heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS


def _check_sides(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if max(picture.size) > MAX_SIDE or pixels > MAX_PIXELS:
        raise Unusable("too_large")
    if pixels > MAX_PIXELS_WHOLE and not _decodes_in_part(picture):
        raise Unusable("too_large_whole")


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
