"""How far a name as somebody typed it is from a library's name.

The feed runs words together, swaps neighbouring letters (even across a word's border), puts a
code in front ("B24 …") and the district or regency behind. So the typed name is not taken apart;
every way to write the library's name is put together instead, without spaces, and the nearest one
counts.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from libraries.enums import Level, LibraryKind
from libraries.places import place_key
from tpbis.core import texts

_CODE = re.compile(r"[a-z]\d{1,3} ?(?=\D)")  # "B24 Perpustakaan …"
_PUBLIC = (
    "perpustakaan desa",
    "perpustakaan kelurahan",
    "perpustakaan kel",
    "perpustakaan",
    "perpusdesa",
    "perpusdes",
    "perpus desa",
    "perpus kelurahan",
    "perpust desa",
    "perpust",
    "perpus",
)
_COMMUNITY = (
    "taman bacaan masyarakat",
    "taman baca masyarakat",
    "tbm",
)
_LONG = 10  # letters; a name so long may hold a second slip
_TOO_FAR = 3


@dataclass(frozen=True, slots=True)
class Distance:
    """Slips of the hand between two names; ``names_district``: it was written behind the name."""

    slips: int
    names_district: bool = False

    @property
    def is_near(self) -> bool:
        return self.slips < _TOO_FAR


FAR = Distance(_TOO_FAR)


@lru_cache(maxsize=20_000)
def typed(name: str) -> tuple[str, ...]:
    """The name as typed, without spaces; also without a code before it."""
    key = texts.key(name)
    return tuple(
        dict.fromkeys(text.replace(" ", "") for text in (key, _CODE.sub("", key, count=1)))
    )


def distance(
    name: str, own: Iterable[str], *, kind: str, regency: str, district: str, village: str
) -> Distance:
    """From ``name`` to the nearest of a library's ``own`` names; a second slip only in long ones.
    The places are keys of where the library stands."""
    best = FAR
    for one in own:
        best = min(best, _to(name, one, kind, regency, district, village), key=_order)
    return best


def names_only(name: str, *, regency: str, district: str, village: str) -> Distance:
    """From ``name`` to one that says no more than which village it is of."""
    village_key = place_key(village, Level.VILLAGE)
    return _to(name, f"perpustakaan {village_key}", LibraryKind.VILLAGE, regency, district, "")


def core(name: str) -> str:
    """What is particular about a name: without the words that only say it is a library."""
    return _parts(_CODE.sub("", texts.key(name), count=1))[1]


def _order(found: Distance) -> tuple[int, bool]:
    return found.slips, not found.names_district


@lru_cache(maxsize=50_000)
def _to(name: str, own: str, kind: str, regency: str, district: str, village: str) -> Distance:
    words, particular = _parts(own)
    most = 2 if len(particular) >= _LONG else 1
    best = FAR
    for body in _bodies(words, particular, own.replace(" ", ""), kind):
        for tail, says_district in _tails(regency, district, village):
            for text in typed(name):
                slips = OSA.distance(text, body + tail, score_cutoff=most)
                if slips <= most:
                    best = min(best, Distance(slips, says_district), key=_order)
    return best


@lru_cache(maxsize=20_000)
def _parts(name: str) -> tuple[str, str]:
    """The words before what is particular, and that, without spaces."""
    for word in (*_PUBLIC, *_COMMUNITY):
        if name.startswith(f"{word} "):
            return word, name.removeprefix(word).replace(" ", "")
    return "", name.replace(" ", "")


@lru_cache(maxsize=20_000)
def _bodies(words: str, particular: str, whole: str, kind: str) -> frozenset[str]:
    family: tuple[str, ...] = ()
    if words:
        family = _COMMUNITY if words in _COMMUNITY else _PUBLIC
    elif kind == LibraryKind.COMMUNITY:
        family = _COMMUNITY
    elif kind in (LibraryKind.VILLAGE, LibraryKind.URBAN_VILLAGE):
        family = _PUBLIC
    return frozenset({whole, particular, *(head + particular for head in _joined(family))})


@lru_cache(maxsize=20_000)
def _tails(regency: str, district: str, village: str) -> tuple[tuple[str, bool], ...]:
    tails = [("", False)]
    bare = regency.removeprefix("kabupaten").removeprefix("kota")
    if bare:
        tails += [(f"{word}{bare}", False) for word in ("kab", "kabupaten", "kota")]
    if village:
        tails += [(f"{word}{village}", False) for word in ("desa", "kelurahan")]
    if district:
        tails += [(f"{word}{district}", True) for word in ("kecamatan", "kec")]
    return tuple(tails)


def _joined(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word.replace(" ", "") for word in words)
