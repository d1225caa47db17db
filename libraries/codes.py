"""Activation codes: ten characters that can be read aloud, made anew whenever a letter is printed.

A code follows from the activation's uuid and the portal's secret key, so that nothing but its hash
is stored and a letter can still be printed twice. 50 bits, single use, 30 days, few attempts:
guessing one is hopeless, and a stolen database holds none.
"""

import hashlib
import hmac
import logging
import re
from uuid import UUID

from django.conf import settings

# Crockford's base 32: no I, L, O or U, so that nothing read aloud or typed is mistaken.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 10
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0"})


def code_of(uuid: UUID) -> str:
    """``7KQ2M-94XTB``"""
    digest = hmac.new(_key("code"), uuid.bytes, hashlib.sha256).digest()
    number = int.from_bytes(digest[:8])
    letters = "".join(LETTERS[number >> 5 * place & 31] for place in range(_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def hash_of(code: str) -> str:
    """What is stored of a code, in whatever way somebody typed it."""
    return hmac.new(_key("hash"), normal(code).encode(), hashlib.sha256).hexdigest()


def link_of(code: str) -> str:
    """Where the QR code of a letter leads."""
    return f"{settings.TPBIS_PUBLIC_URL}/aktivasi/{code}/"


def normal(code: str) -> str:
    """Without spaces and dashes, in capitals; letters that look like digits are read as such."""
    return "".join(c for c in code.upper().translate(_READ_AS) if c.isalnum())


def _key(purpose: str) -> bytes:
    return f"libraries.codes.{purpose}:{settings.SECRET_KEY}".encode()


# --- Not for the log ------------------------------------------------------------------------------

_IN_ADDRESS = re.compile(r"(/aktivasi/)[^/\s\"']+")


class HidesCodes(logging.Filter):
    """A log that names the address of a request must not let its reader in."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "/aktivasi/" in said:
            record.msg, record.args = _IN_ADDRESS.sub(r"\1•", said), ()
        return True
