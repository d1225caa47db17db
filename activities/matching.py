"""Which library of the register a row of the SIM feed speaks of. Pure; for now by exact names.

A wrong link is worse than none: what is not certain stays unmatched, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from activities.feed import Where
from libraries.enums import Level
from libraries.models import Region
from libraries.places import Gazetteer, place_key
from tpbis.core import texts


@dataclass(frozen=True, slots=True)
class Registered:
    """A library as the register has it; district and village are blank for a regency's own."""

    pk: int
    regency_code: str
    district: str
    village: str
    names: frozenset[str]  # its name and aliases, as keys

    @classmethod
    def of(
        cls, pk: int, *, regency_code: str, district: str, village: str, names: Iterable[str]
    ) -> "Registered":
        return cls(
            pk=pk,
            regency_code=regency_code,
            district=place_key(district, Level.DISTRICT),
            village=place_key(village, Level.VILLAGE),
            names=frozenset(texts.key(name) for name in names),
        )


@dataclass(frozen=True, slots=True)
class Match:
    """The library found, or why none was; ``is_new``: no library could be meant."""

    pk: int | None
    reason: str = ""
    is_new: bool = False


class Matcher:
    """Matches against the libraries given; more may be added as they are registered."""

    def __init__(self, gazetteer: Gazetteer, libraries: Iterable[Registered]) -> None:
        self._gazetteer = gazetteer
        self._by_name: dict[tuple[str, str], list[Registered]] = defaultdict(list)
        for library in libraries:
            self.add(library)

    def add(self, library: Registered) -> None:
        for name in library.names:
            self._by_name[library.regency_code, name].append(library)

    def regency_of(self, where: Where) -> Region | None:
        """The one regency the row names; the province for the province's own library."""
        found = self._regencies(where)
        return found[0] if len(found) == 1 else None

    def match(self, where: Where) -> Match:
        """Same name or alias in the same regency, and the same village where both have one. Where
        two villages of the regency share that name, the district must be written and agree."""
        regencies = self._regencies(where)
        if len(regencies) != 1:
            return Match(None, _unclear(where.regency or where.province, regencies))
        named = self._by_name.get((regencies[0].code, texts.key(where.library)), [])
        village = place_key(where.village, Level.VILLAGE)
        found = [one for one in named if not one.village or village in ("", one.village)]
        if found and self._is_doubtful(where, regencies[0]):
            district = place_key(where.district, Level.DISTRICT)
            if not district:
                return Match(None, f"desa “{where.village}” ada beberapa, kecamatan tidak ditulis")
            found = [one for one in found if not one.village or one.district == district]
        if len(found) > 1 and village:
            found = [one for one in found if one.village] or found
        if len(found) > 1:
            return Match(None, f"cocok dengan {len(found)} perpustakaan")
        if found:
            return Match(found[0].pk)
        if named:
            return Match(None, "nama ini terdaftar di desa lain", is_new=True)
        return Match(None, "belum terdaftar", is_new=True)

    def _is_doubtful(self, where: Where, regency: Region) -> bool:
        """Whether the village's name occurs more than once in the regency."""
        return bool(where.village) and (
            len(self._gazetteer.villages(where.village, within=[regency])) > 1
        )

    def _regencies(self, where: Where) -> list[Region]:
        if where.regency:
            return self._gazetteer.regencies(where.regency)
        return self._gazetteer.provinces(where.province)


def _unclear(written: str, found: list[Region]) -> str:
    if found:
        return f"“{written}” tidak pasti: {' atau '.join(place.name for place in found)}"
    return f"“{written}” tidak ada di daftar wilayah"
