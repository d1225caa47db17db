"""Finding a region by what people write: a code, or names; pure, asked of places given to it.

367 village names of Jawa Timur occur twice within one regency, so a name alone finds nothing.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from tpbis.core import texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from libraries.models import Region

_PROVINCE, _REGENCY, _DISTRICT, _VILLAGE = 1, 2, 3, 4
_DIGITS_OF_LEVEL = {2: _PROVINCE, 4: _REGENCY, 6: _DISTRICT, 10: _VILLAGE}
_CODE = re.compile(r"[\d.\s-]+", re.ASCII)
# What stands before a name and says only its level; a kabupaten and a kota may share their name.
_WORDS = {
    _PROVINCE: {"provinsi ": "", "propinsi ": "", "prov ": ""},
    _REGENCY: {"kab ": "kabupaten ", "kota administrasi ": "kota ", "kab adm ": "kabupaten "},
    _DISTRICT: {"kecamatan ": "", "kec ": ""},
    _VILLAGE: {"desa adat ": "", "desa ": "", "kelurahan ": "", "kel ": "", "ds ": ""},
}


class Gazetteer:
    """The places there are, by code and by name. Names are compared without capitals, punctuation,
    spaces and the words *desa*, *kec.*, *kab.* …; a kabupaten is never taken for a kota."""

    def __init__(self, places: "Iterable[Region]") -> None:
        self._by_code = {place.code: place for place in places}
        self._by_name: dict[tuple[int, str], list[Region]] = defaultdict(list)
        for place in self._by_code.values():
            self._by_name[place.level, place_key(place.name, place.level)].append(place)

    def by_code(self, text: str) -> "Region | None":
        """The place of a Kemendagri code, with or without its dots."""
        if not _CODE.fullmatch(text):
            return None
        digits = "".join(character for character in text if character.isdigit())
        if len(digits) not in _DIGITS_OF_LEVEL:
            return None
        parts = (digits[:2], digits[2:4], digits[4:6], digits[6:])
        return self._by_code.get(".".join(part for part in parts if part))

    def regencies(self, name: str) -> "list[Region]":
        """Those of this name; without the word kabupaten or kota it may be either."""
        key = place_key(name, _REGENCY)
        return self._by_name.get((_REGENCY, key), []) or [
            place
            for word in ("kabupaten", "kota")
            for place in self._by_name.get((_REGENCY, f"{word}{key}"), [])
        ]

    def provinces(self, name: str) -> "list[Region]":
        return list(self._by_name.get((_PROVINCE, place_key(name, _PROVINCE)), []))

    def districts(self, name: str, *, within: "Iterable[Region] | None" = None) -> "list[Region]":
        return self._named(name, _DISTRICT, within)

    def villages(self, name: str, *, within: "Iterable[Region] | None" = None) -> "list[Region]":
        """Those of this name below the places given."""
        return self._named(name, _VILLAGE, within)

    def all_of(self, level: int) -> "list[Region]":
        return [place for place in self._by_code.values() if place.level == level]

    def above(self, place: "Region", level: int) -> "Region | None":
        """The place of ``level`` that ``place`` lies in."""
        return self._by_code.get(".".join(place.code.split(".")[:level]))

    def _named(self, name: str, level: int, within: "Iterable[Region] | None") -> "list[Region]":
        found = self._by_name.get((level, place_key(name, level)), [])
        if within is None:
            return list(found)
        prefixes = tuple(f"{place.code}." for place in within)
        return [place for place in found if place.code.startswith(prefixes)]


def place_key(name: str, level: int) -> str:
    """What the spellings of a place's name share."""
    text = texts.key(name)
    for word, full in _WORDS[level].items():
        if text.startswith(word):
            text = full + text.removeprefix(word)
            break
    return text.replace(" ", "")
