"""What a person is reached and signs in by."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lokal import normalize_phone, parse_phone

from tpbis.accounts.models import User
from tpbis.core import texts

# A name to sign in with: never one that reads as somebody's phone number.
_USERNAME = re.compile(r"(?=.*[a-z])[a-z0-9]+(?:[._-][a-z0-9]+)*", re.ASCII)


def number_of(phone: str, field: str = "phone") -> str:
    """As it is stored, or nothing for nothing. Raises ``ValidationError`` naming ``field``."""
    phone = texts.plain(phone)
    if not phone:
        return ""
    number = normalize_phone(phone)
    if number is None:
        raise ValidationError(
            {field: _("Nomor telepon ini tidak dikenal. Tulis seperti 0812-3456-7890.")}
        )
    return number


def spoken(phone: str) -> str:
    """``0812-3456-7890``: as people read a number out and write it."""
    return (parse_phone(phone).national or phone) if phone else ""


def check_username(username: str) -> None:
    """Raises ``ValidationError`` naming the field."""
    if not _USERNAME.fullmatch(username):
        raise ValidationError(
            {"username": _("Pakai huruf kecil, angka, dan titik, misalnya labruk.kidul.")}
        )


def refuse_taken(user: User) -> None:
    """The database refuses two of a name or number, too; here the field is named."""
    taken = {}
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        taken["username"] = _("Nama pengguna ini sudah dipakai. Pilih yang lain.")
    if user.phone and others.filter(phone=user.phone).exists():
        taken["phone"] = _("Nomor telepon ini sudah dipakai akun lain.")
    if taken:
        raise ValidationError(taken)
