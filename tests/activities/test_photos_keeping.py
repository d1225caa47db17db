"""Photos as phones, and others, send them."""

import json
import os
import struct
import time
import zlib
from dataclasses import asdict
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from activities.models import photo_file_name
from activities.photos import StoredPhoto, kept_before, likeness, picture_fields, store_photo
from tests.activities.pictures import encoded

NOT_A_PHOTO = "Berkas ini bukan foto JPEG, PNG atau WebP. Kirim sebagai JPEG."
BROKEN = "Foto rusak atau terpotong saat dikirim. Ambil ulang, lalu kirim lagi."


@pytest.fixture(autouse=True)
def media(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that turning and mirroring show."""
    image = Image.new(mode, (width, height), "red")
    ImageDraw.Draw(image).rectangle((width // 2, 0, width, height), fill="blue")
    return image


def upload(content: bytes, name: str = "IMG_2024.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def opened(sha256: str, size: str = "full") -> Image.Image:
    with default_storage.open(photo_file_name(sha256, size)) as file:
        image = Image.open(file)
        image.load()
        return image


def refusal(content: bytes, name: str = "IMG_2024.jpg") -> str:
    with pytest.raises(ValidationError) as refused:
        store_photo(upload(content, name))
    return refused.value.messages[0]


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


# --- What is kept ---------------------------------------------------------------------------------


def test_a_photo_is_kept_in_three_sizes(media):
    stored = store_photo(upload(encoded(picture(3000, 2000))))

    sizes = {size: opened(stored.sha256, size).size for size in ("full", "640", "240")}
    assert (stored.width, stored.height) == (2048, 1365)
    assert sizes == {"full": (2048, 1365), "640": (640, 427), "240": (240, 160)}
    assert len(files(media)) == 3


def test_a_small_photo_is_not_blown_up():
    stored = store_photo(upload(encoded(picture(100, 80))))

    assert opened(stored.sha256).size == opened(stored.sha256, "640").size == (100, 80)


def test_the_same_picture_is_stored_once(media):
    first = store_photo(upload(encoded(picture()), "a.jpg"))
    second = store_photo(upload(encoded(picture()), "b.jpg"))

    assert first.sha256 == second.sha256
    assert len(files(media)) == 3


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_three_kinds_become_jpeg(kind):
    stored = store_photo(upload(encoded(picture(), kind)))

    assert opened(stored.sha256).format == "JPEG"


def test_a_picture_taken_on_its_side_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise

    stored = store_photo(upload(encoded(picture(640, 480), exif=exif)))

    image = opened(stored.sha256)
    assert image.size == (480, 640)
    red, blue = image.getpixel((240, 100)), image.getpixel((240, 540))
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]


def test_where_it_was_taken_and_what_it_said_are_gone(media):
    exif = Image.Exif()
    exif[0x010F] = "CANARY-MAKER"
    exif.get_ifd(0x8825)[2] = (8.0, 10.0, 24.0)  # GPS latitude
    content = encoded(picture(), exif=exif, comment=b"CANARY-COMMENT")
    assert b"CANARY" in content

    stored = store_photo(upload(content))

    assert not opened(stored.sha256).getexif()
    assert not any(b"CANARY" in file.read_bytes() for file in files(media))


def test_a_transparent_picture_gets_a_white_ground():
    image = Image.new("RGBA", (50, 50), (0, 0, 0, 0))

    stored = store_photo(upload(encoded(image, "PNG")))

    assert opened(stored.sha256).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "1", "P", "I;16", "CMYK", "LA"])
def test_unusual_colours_are_no_trouble(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    stored = store_photo(upload(encoded(Image.new(mode, (60, 40)), kind)))

    assert opened(stored.sha256).mode == "RGB"


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_of_108_megapixels_fits(mode):
    """Decoded whole it would be 432 MB; what the child may use is in test_photos_developers."""
    content = encoded(Image.new(mode, (12_000, 9_000), "green" if mode == "RGB" else 90), quality=6)

    stored = store_photo(upload(content))

    assert (stored.width, stored.height) == (2048, 1536)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_cannot_be_decoded_in_part_fits_up_to_40_megapixels(kind):
    content = encoded(Image.new("RGBA", (8_000, 5_000), (9, 90, 60, 200)), kind)

    stored = store_photo(upload(content))

    assert (stored.width, stored.height) == (2048, 1280)


# --- What is refused, and what for ----------------------------------------------------------------


def test_a_jpeg_cut_in_half(media):
    content = encoded(picture())

    assert refusal(content[: len(content) // 2]) == BROKEN
    assert files(media) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("script.jpg", b"GIF89a<script>alert(1)</script>"),
        ("real-gif.jpg", encoded(picture(20, 20), "GIF")),
        ("drawing.jpg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("report.pdf", b"%PDF-1.7\n1 0 obj"),
        ("scan.tif", encoded(picture(20, 20), "TIFF")),
        ("letter.jpg", b"\xff\xd8\xff"),
        ("text.jpg", b"bukan foto"),
    ],
)
def test_what_is_no_photo(media, name, content):
    assert refusal(content, name) == NOT_A_PHOTO
    assert files(media) == []


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"hevc"])
def test_a_photo_as_iphones_keep_them_is_told_what_to_do(media, brand):
    said = refusal(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 64, "IMG_0001.HEIC")

    assert said.startswith("Foto ini berformat HEIC")
    assert "Kirim sebagai JPEG" in said
    assert files(media) == []


def test_only_the_hostile_are_noted(caplog):
    refusal(b"GIF89a<script>alert(1)</script>")
    refusal(encoded(picture())[:900])

    assert [record.name for record in caplog.records] == ["tpbis.security"]


def test_what_hangs_behind_a_photo_is_cut_off(media):
    tail = b"<html><script>alert(1)</script></html>PK\x03\x04CANARY"

    store_photo(upload(encoded(picture()) + tail))

    assert not any(b"CANARY" in file.read_bytes() for file in files(media))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\x00" * 10_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (16_385, 10), (10, 16_385), (8_000, 8_000)])
def test_a_picture_bomb_is_refused_before_it_is_decoded(media, size):
    assert refusal(png_claiming(*size)).startswith("Ukuran gambar terlalu besar.")

    assert files(media) == []


def test_a_large_jpeg_that_must_be_decoded_whole_is_refused(media):
    content = encoded(Image.new("L", (7_000, 6_000)), quality=20, progressive=True)

    assert refusal(content) == "Ukuran gambar terlalu besar. Kirim sebagai JPEG."


def test_a_crash_while_writing_leaves_no_half_picture(media, monkeypatch):
    def crash(number: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as crashing:
        crashing.setattr("os.fsync", crash)
        with pytest.raises(OSError, match="No space"):
            store_photo(upload(encoded(picture())))

    assert files(media) == []
    stored = store_photo(upload(encoded(picture())))
    assert opened(stored.sha256).size == (640, 480)


def test_an_empty_file():
    assert refusal(b"") == "Berkas foto kosong (0 byte). Pilih foto lain."


def test_a_file_that_is_too_large():
    content = encoded(picture()) + b"\x00" * (12 * 1024 * 1024)

    assert refusal(content) == "Foto lebih besar dari 12 MB. Kecilkan dulu, lalu kirim lagi."


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../x.jpg", "x.jpg"),
        ("C:\\Users\\Siti\\x.jpg", "x.jpg"),
        ("a" * 300 + ".jpg", "a" * 116 + ".jpg"),
        ("satu\r\nSet-Cookie: x.jpg", "satuSet-Cookie: x.jpg"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("foto\x00.jpg", "foto.jpg"),
        ("", ""),
        ("foto kegiatan 🎉.jpg", "foto kegiatan 🎉.jpg"),
    ],
)
def test_a_file_name_is_only_ever_text(media, name, kept):
    file = upload(encoded(picture()))
    file._name = name  # past the cleaning that Django does on its own

    stored = store_photo(file)

    assert stored.original_name == kept
    assert all(path.is_relative_to(media) for path in files(media))


# --- What a row and a token say -------------------------------------------------------------------


def test_what_a_row_says():
    stored = store_photo(upload(encoded(picture()), "warga.jpg"))

    fields = picture_fields(stored)

    assert fields == {
        "width": 640,
        "height": 480,
        "original_name": "warga.jpg",
        "look": stored.look,
        **{f"band_{n}": part for n, part in enumerate(likeness.bands(stored.look), start=1)},
    }


def test_what_a_row_says_of_a_picture_without_a_look():
    fields = picture_fields(StoredPhoto("ab" * 32, 640, 480, "warga.jpg"))

    assert [fields[name] for name in ("look", "band_1", "band_2", "band_3", "band_4")] == [None] * 5


def test_what_was_noted_is_read_again():
    stored = store_photo(upload(encoded(picture())))

    assert kept_before(json.loads(json.dumps([asdict(stored)]))) == [stored]


def test_what_was_noted_before_there_were_looks_is_read_again():
    noted = asdict(store_photo(upload(encoded(picture()))))
    del noted["look"]

    assert [photo.look for photo in kept_before([noted])] == [None]


def test_a_picture_whose_file_is_gone_is_not_offered_again():
    stored = store_photo(upload(encoded(picture())))
    default_storage.delete(photo_file_name(stored.sha256, "240"))

    assert kept_before([asdict(stored)]) == []


@pytest.mark.parametrize("wanted", ["sent again", "kept once more"])
def test_what_is_wanted_anew_is_as_good_as_new(media, wanted):
    stored = store_photo(upload(encoded(picture())))
    for path in files(media):
        os.utime(path, (0, 0))

    if wanted == "sent again":
        store_photo(upload(encoded(picture())))
    else:
        kept_before([asdict(stored)])

    assert all(path.stat().st_mtime > time.time() - 60 for path in files(media))


# --- Anything at all ------------------------------------------------------------------------------

SEEDS = [encoded(picture(64, 48), kind) for kind in ("JPEG", "PNG", "WEBP")] + [
    encoded(picture(64, 48), "JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00"),
    encoded(picture(64, 48).convert("P"), "PNG", transparency=0),
]


@pytest.mark.filterwarnings("ignore:.*:UserWarning")  # Pillow's remarks on broken EXIF
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    seed=st.sampled_from(SEEDS),
    at=st.floats(0, 1),
    with_=st.binary(max_size=12),
    cut=st.floats(0, 1),
)
@example(seed=SEEDS[0], at=0.0, with_=b"", cut=0.0)
def test_whatever_comes_it_is_a_photo_or_refused(seed, at, with_, cut):
    where = int(at * len(seed))
    content = (seed[:where] + with_ + seed[where + len(with_) :])[: int(cut * len(seed)) or None]

    try:
        stored = store_photo(upload(content))
    except ValidationError:
        return
    assert opened(stored.sha256).mode == "RGB"
