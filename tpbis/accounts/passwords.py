"""What makes a password good enough: long, on no list, and not made of the words everybody here
would try first. Capitals, digits and signs are nobody's duty.

Knows no place names: those are libraries' (``libraries.passwords``).
"""

import functools
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from tpbis.accounts.models import User

STRENGTHENED = 8  # set together with a bound device or a second factor
ALONE = 15
_FEWEST_LETTERS = 5  # different ones
# What people in this programme would try first.
OWN_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    admin akun baca bahagia belajar buku cinta dan dasar data desa dinas dispusip disperpusip email
    fasda fasilitator hebat indonesia inklusi inlis jatim jawa jaya kabupaten kantor kami kata
    kecamatan kelurahan kota kunci laporan layanan lembaga literasi login maju masuk masyarakat
    membaca merdeka mitra nasional password pemerintah pengelola perpus perpusdes perpuskel
    perpusnas perpustakaan pic pintar portal program provinsi pustaka pustakawan rahasia rumah saya
    sandi sejahtera sekolah selamat sim sosial staf sukses surabaya taman tbm timur tpbis
    transformasi user username warga
    """,
    )
)


@functools.cache
def words() -> tuple[str, ...]:
    """The list that ``four_words`` draws from: common, distinct, 4 to 8 letters."""
    path = Path(__file__).with_name("words.txt")
    return tuple(path.read_text(encoding="ascii").split())


def four_words() -> str:
    """Four words drawn independently from at least 1,024: at least 40 bits, easy to remember and to
    type on a phone. Ten attempts in fifteen minutes would need three million years."""
    return " ".join(secrets.choice(words()) for _place in range(4))


def least_letters(*, strengthened: bool) -> int:
    return STRENGTHENED if strengthened else ALONE


def made_of(password: str, parts: Iterable[str]) -> bool:
    """Whether ``password`` is nothing but such words, digits and signs, in whatever letters."""
    letters = re.sub(r"[\W_\d]", "", password.casefold())
    known = {part for part in parts if len(part) > 2}
    reach = {0}  # how far the words can cover it
    for place in range(len(letters)):
        if place in reach:
            reach |= {place + len(part) for part in known if letters.startswith(part, place)}
    return len(letters) in reach


def parts_of(*texts: str) -> set[str]:
    """``Siti Aminah`` -> ``siti``, ``aminah``."""
    return {part for text in texts for part in re.split(r"[\W_\d]+", text.casefold()) if part}


def own_words(user: "User | None") -> set[str]:
    """The programme's words and the person's own."""
    own = parts_of(user.username, user.full_name, user.email) if user else set()
    return own | OWN_WORDS


class LongEnough:
    """15 characters, or 8 where a device or a second factor stands beside the password."""

    def __init__(self, at_least: int = ALONE) -> None:
        self.at_least = at_least

    def validate(self, password: str, user: "User | None" = None) -> None:
        if len(password) < self.at_least:
            raise ValidationError(self.get_help_text(), code="password_too_short")

    def get_help_text(self) -> str:
        return ngettext(
            "Kata sandi minimal %(count)d huruf. Empat kata acak mudah diingat.",
            "Kata sandi minimal %(count)d huruf. Empat kata acak mudah diingat.",
            self.at_least,
        ) % {"count": self.at_least}


class NotOwnWords:
    """Nothing but the programme's words, the person's names and digits is no secret."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        if made_of(password, own_words(user)):
            raise ValidationError(self.get_help_text(), code="password_own_words")

    def get_help_text(self) -> str:
        return _(
            "Kata sandi mudah ditebak: hanya angka, nama, atau kata seperti “perpustakaan”. "
            "Tambahkan kata lain."
        )


class NotOneKey:
    """``aaaaaaaaaaaaaaa`` is long and on no list."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        if len(set(password.casefold())) < _FEWEST_LETTERS:
            raise ValidationError(self.get_help_text(), code="password_one_key")

    def get_help_text(self) -> str:
        return _("Kata sandi mudah ditebak: hurufnya itu-itu saja.")
