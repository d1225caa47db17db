"""Whose a note on a phone is, without saying who it is."""

from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from tpbis.accounts.models import User

_SALT = "tpbis.accounts.offline"
_LENGTH = 16


def offline_id(user: "User") -> str:
    """The same for one person on every phone and after every sign-in; it says not whose."""
    return salted_hmac(_SALT, str(user.pk), algorithm="sha256").hexdigest()[:_LENGTH]
