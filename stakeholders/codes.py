"""Keys in the QR codes of events and invitations: ten characters that can be read aloud and typed.

They are no secret that opens anything for long: with one somebody is noted as present on the day of
the event, and nothing else.
"""

import secrets

from django.conf import settings

from libraries.codes import LETTERS, normal

__all__ = ["door_link", "in_what_was_scanned", "new_key", "normal", "seat_link", "spoken"]

LENGTH = 10
_SEAT, _DOOR = "/sinergi/acara/hadir/", "/sinergi/acara/pintu/"


def new_key() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def spoken(key: str) -> str:
    """``7KQ2M-94XTB``"""
    return f"{key[:5]}-{key[5:]}" if len(key) == LENGTH else key


def seat_link(key: str) -> str:
    """Where the QR of an invitation leads."""
    return f"{settings.TPBIS_PUBLIC_URL}{_SEAT}{key}/"


def door_link(key: str) -> str:
    """Where the QR at the door leads."""
    return f"{settings.TPBIS_PUBLIC_URL}{_DOOR}{key}/"


def in_what_was_scanned(text: str) -> str:
    """The key in a code as somebody typed it, or in the whole address that a scanner read."""
    _before, found, after = text.partition(_SEAT)
    return normal(after.split("/")[0] if found else text)
