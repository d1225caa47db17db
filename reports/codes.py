"""Codes of certificates: sixteen characters by chance, 80 bits, so that none can be guessed. They
are no secret: they stand on the paper, and whoever types one learns what the paper says."""

import secrets

from django.conf import settings

from libraries import codes

LENGTH = 16


def new_code() -> str:
    return "".join(secrets.choice(codes.LETTERS) for _ in range(LENGTH))


def normal(typed: str) -> str:
    """As it is stored, in whatever way somebody typed it."""
    return codes.normal(typed)


def spoken(code: str) -> str:
    """``7KQ2-M94X-TB05-9ZCD``: as people read it out."""
    return "-".join(code[begin : begin + 4] for begin in range(0, LENGTH, 4))


def link_of(code: str) -> str:
    """Where the QR code of a certificate leads."""
    return f"{settings.TPBIS_PUBLIC_URL}/verifikasi/{code}/"
