"""Pictures as they come from phones, and things that only call themselves pictures."""

import io
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def encoded(image: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **how)
    return buffer.getvalue()


def jpeg(name: str = "kegiatan.jpg", *, shade: int = 6) -> SimpleUploadedFile:
    """A small photo; another ``shade`` is another photo."""
    buffer = io.BytesIO()
    Image.new("RGB", (64, 48), (20 * shade % 256, 90, 60)).save(buffer, "JPEG")
    return SimpleUploadedFile(name, buffer.getvalue(), content_type="image/jpeg")


def patterned(name: str = "kegiatan.jpg", *, seed: int = 7) -> SimpleUploadedFile:
    """A photo with something to see in it; another ``seed`` looks different."""
    fields = Random(seed).randbytes(8 * 6)
    image = Image.frombytes("L", (8, 6), fields).resize((640, 480), Image.Resampling.BICUBIC)
    return SimpleUploadedFile(name, encoded(image.convert("RGB")), content_type="image/jpeg")


def cut_in_half(name: str = "terpotong.jpg") -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.effect_noise((400, 300), 80).save(buffer, "JPEG")
    whole = buffer.getvalue()
    return SimpleUploadedFile(name, whole[: len(whole) // 2], content_type="image/jpeg")


def script(name: str = "bad.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"GIF89a<script>alert(1)</script>", content_type="image/jpeg")
