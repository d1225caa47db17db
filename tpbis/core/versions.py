"""Two people at one form: what it was filled from, so that the second one is told."""

import hashlib
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _


class ChangedMeanwhile(Exception):
    """Somebody else changed ``row`` after this person began to; here it is as it stands."""

    def __init__(self, row: models.Model, text: str = "") -> None:
        super().__init__(
            text or _("Data ini baru saja diubah orang lain. Periksa isian Anda, lalu simpan lagi.")
        )
        self.row = row


def version_of(row: models.Model, names: Iterable[str]) -> str:
    """The same as long as nobody changed one of the fields called ``names``."""
    said = "\x1f".join(repr(row.serializable_value(name)) for name in names)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def need_version(row: models.Model, names: Iterable[str], version: str) -> None:
    """Raises :class:`ChangedMeanwhile`; a blank ``version`` is any."""
    if version and version != version_of(row, names):
        raise ChangedMeanwhile(row)
