from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from activities.feed import Where
from activities.matching import spellings
from activities.matching.spellings import Distance
from libraries.enums import Level, LibraryKind
from libraries.models import Region
from libraries.places import Gazetteer, place_key
from tpbis.core import texts

_OF_THE_VILLAGE = (LibraryKind.VILLAGE, LibraryKind.URBAN_VILLAGE)
# What speaks for a candidate, in points of 100.
_NAME, _VILLAGE, _DISTRICT = 60, 30, 10
_WORTH_SHOWING = 45


@dataclass(frozen=True, slots=True)
class Registered:
    """A library as the register has it; district and village are blank for a regency's own."""

    pk: int
    regency_code: str
    district: str
    village: str
    names: frozenset[str]  # its name and aliases, as keys
    kind: str

    @classmethod
    def of(
        cls,
        pk: int,
        *,
        regency_code: str,
        district: str,
        village: str,
        names: Iterable[str],
        kind: str = LibraryKind.VILLAGE,
    ) -> "Registered":
        return cls(
            pk=pk,
            regency_code=regency_code,
            district=place_key(district, Level.DISTRICT),
            village=place_key(village, Level.VILLAGE),
            names=frozenset(texts.key(name) for name in names),
            kind=kind,
        )

    @property
    def is_the_villages_own(self) -> bool:
        return self.kind in _OF_THE_VILLAGE


@dataclass(frozen=True, slots=True)
class Match:
    """The library found, or why none was; ``is_new``: no library could be meant."""

    pk: int | None
    reason: str = ""
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A library that may be meant, how much speaks for it (of 100), and what."""

    pk: int
    score: int
    reasons: tuple[str, ...]


class Matcher:
    """Matches against the libraries given; more may be added as they are registered."""

    def __init__(self, gazetteer: Gazetteer, libraries: Iterable[Registered]) -> None:
        self._gazetteer = gazetteer
        self._by_name: dict[tuple[str, str], list[Registered]] = defaultdict(list)
        self._by_village: dict[tuple[str, str], list[Registered]] = defaultdict(list)
        self._by_regency: dict[str, list[Registered]] = defaultdict(list)
        for library in libraries:
            self.add(library)

    def add(self, library: Registered) -> None:
        self._by_regency[library.regency_code].append(library)
        if library.village:
            self._by_village[library.regency_code, library.village].append(library)
        for name in library.names:
            self._by_name[library.regency_code, name].append(library)

    def regency_of(self, where: Where) -> Region | None:
        """The one regency the row names; the province for the province's own library."""
        found = self._regencies(where)
        return found[0] if len(found) == 1 else None

    def match(self, where: Where) -> Match:
        """By its name in its village; a name alone is enough only where no village is written, or
        for a library that stands in none. Where two villages of the regency share that name, the
        district must be known too: written, behind the name, or left over by elimination."""
        regencies = self._regencies(where)
        if len(regencies) != 1:
            return Match(None, _unclear(where.regency or where.province, regencies))
        regency = regencies[0]
        named = self._by_name.get((regency.code, texts.key(where.library)), [])
        village = place_key(where.village, Level.VILLAGE)
        if not village:
            return _only(named)
        match = self._in_village(where, regency, village)
        if match.pk is None and match.is_new:
            above = [library for library in named if not library.village]
            if above:
                return _only(above)
            if named:
                return Match(None, "nama ini terdaftar di desa lain", is_new=True)
        return match

    def candidates(self, where: Where, *, most: int = 5) -> list[Candidate]:
        """Libraries that may be meant, likeliest first, for a person to choose from."""
        found = []
        village = place_key(where.village, Level.VILLAGE)
        for regency in self._regencies(where):
            names = {
                (library.pk, name): spellings.core(name)
                for library in self._by_regency[regency.code]
                for name in library.names
            }
            likeness = _likeness(spellings.core(where.library), names)
            for library in self._by_regency[regency.code]:
                candidate = self._weigh(where, library, likeness.get(library.pk, 0), regency)
                in_village = library.village and library.village == village
                if in_village or candidate.score >= _WORTH_SHOWING:
                    found.append(candidate)
        return sorted(found, key=lambda one: (-one.score, one.pk))[:most]

    def _in_village(self, where: Where, regency: Region, village: str) -> Match:
        here = self._by_village.get((regency.code, village), [])
        namesakes = self._gazetteer.villages(where.village, within=[regency])
        districts = {library.district for library in here} | {
            place_key(above.name, Level.DISTRICT)
            for place in namesakes
            if (above := self._gazetteer.above(place, Level.DISTRICT))
        }
        is_doubtful = len(namesakes) > 1 or len(districts) > 1
        written = place_key(where.district, Level.DISTRICT)
        if is_doubtful and written:
            here = [library for library in here if library.district == written]
        near = self._near(where, here, regency)
        if len(near) > 1:
            if is_doubtful and not written:
                return _which_village(where)
            return Match(None, f"cocok dengan {len(near)} perpustakaan")
        if not near:
            if is_doubtful and not written and here:
                return _which_village(where)
            return Match(None, "belum terdaftar", is_new=True)
        library, distance = near[0]
        if is_doubtful and not written and not distance.names_district:
            homes = {one.district for one in here}
            if self._says_village_only(where, library, regency) or len(homes) < max(
                len(namesakes), len(districts)
            ):
                return _which_village(where)
        return Match(library.pk)

    def _near(
        self, where: Where, here: Sequence[Registered], regency: Region
    ) -> list[tuple[Registered, Distance]]:
        """The nearest by name; none of that name: the village's own, if only the village's name is
        written."""
        found = [(library, self._distance(where, library, regency)) for library in here]
        near = [pair for pair in found if pair[1].is_near]
        if near:
            fewest = min(distance.slips for _library, distance in near)
            # One slip more is no certainty: both may be meant, unless the name is exact.
            exact = [pair for pair in near if pair[1].slips == 0]
            return exact or [pair for pair in near if pair[1].slips <= fewest + 1]
        return [
            (library, distance)
            for library in here
            if library.is_the_villages_own
            and (distance := self._village_only(where, library, regency)).is_near
        ]

    def _distance(self, where: Where, library: Registered, regency: Region) -> Distance:
        return spellings.distance(
            where.library,
            library.names,
            kind=library.kind,
            regency=_regency_key(regency),
            district=library.district,
            village=library.village,
        )

    def _village_only(self, where: Where, library: Registered, regency: Region) -> Distance:
        return spellings.names_only(
            where.library,
            regency=_regency_key(regency),
            district=library.district,
            village=library.village,
        )

    def _says_village_only(self, where: Where, library: Registered, regency: Region) -> bool:
        return self._village_only(where, library, regency).is_near

    def _weigh(
        self, where: Where, library: Registered, likeness: int, regency: Region
    ) -> Candidate:
        village = place_key(where.village, Level.VILLAGE)
        district = place_key(where.district, Level.DISTRICT)
        score, reasons = 0, []
        if self._distance(where, library, regency).is_near:
            score += _NAME
            exact = texts.key(where.library) in library.names
            reasons.append("nama sama" if exact else "nama sama, ejaan berbeda")
        elif library.is_the_villages_own and self._says_village_only(where, library, regency):
            score += _NAME * 3 // 4
            reasons.append("namanya hanya menyebut desanya")
        elif likeness >= 60:
            score += _NAME * likeness // 100
            reasons.append(f"nama mirip {likeness}%")
        if village and village == library.village:
            score += _VILLAGE
            reasons.append("desa sama")
        elif village and library.village and fuzz.ratio(village, library.village) >= 85:
            score += _VILLAGE // 2
            reasons.append("nama desa mirip")
        elif not village and not library.village:
            score += _VILLAGE
            reasons.append("bukan perpustakaan desa")
        if district and district == library.district:
            score += _DISTRICT
            reasons.append("kecamatan sama")
        return Candidate(library.pk, score, tuple(reasons))

    def _regencies(self, where: Where) -> list[Region]:
        if where.regency:
            return self._gazetteer.regencies(where.regency)
        return self._gazetteer.provinces(where.province)


def _only(found: Sequence[Registered]) -> Match:
    if len(found) > 1:
        return Match(None, f"cocok dengan {len(found)} perpustakaan")
    if found:
        return Match(found[0].pk)
    return Match(None, "belum terdaftar", is_new=True)


def _likeness(name: str, names: dict[tuple[int, str], str]) -> dict[int, int]:
    """The best likeness of each library's names, in per cent."""
    found: dict[int, int] = {}
    for _core, ratio, (pk, _name) in process.extract(
        name, names, scorer=fuzz.ratio, limit=None, score_cutoff=60
    ):
        found[pk] = max(found.get(pk, 0), int(ratio))
    return found


def _regency_key(regency: Region) -> str:
    return place_key(regency.name, Level.REGENCY)


def _which_village(where: Where) -> Match:
    return Match(None, f"desa “{where.village}” ada beberapa, kecamatan tidak ditulis")


def _unclear(written: str, found: list[Region]) -> str:
    if found:
        return f"“{written}” tidak pasti: {' atau '.join(place.name for place in found)}"
    return f"“{written}” tidak ada di daftar wilayah"
