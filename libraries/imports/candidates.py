"""The places that somebody may have meant who wrote one that was not found."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

from libraries.enums import Level
from libraries.models import Region
from libraries.places import Gazetteer, place_key

MOST = 12
_ALIKE = 0.6  # of a village's name; below that the names have little in common


class Candidates:
    """Within the regency and the district that were written, as far as they were, and within
    ``codes``, the places somebody looks after (``None``: everywhere)."""

    def __init__(self, gazetteer: Gazetteer, codes: Iterable[str] | None = None) -> None:
        self._gazetteer = gazetteer
        self._codes = None if codes is None else tuple(codes)
        self._villages: dict[str, list[Region]] = defaultdict(list)
        for village in gazetteer.all_of(Level.VILLAGE):
            if covers(self._codes, village.code):
                self._villages[".".join(village.code.split(".")[:2])].append(village)

    def of(self, values: Mapping[str, str]) -> list[Region]:
        """The likeliest first. Without a village, the regencies that bear the name written."""
        if "village" not in values and "code" not in values:
            regencies = self._gazetteer.regencies(values.get("regency", ""))
            found = regencies if len(regencies) > 1 else []
            return [region for region in found if covers(self._codes, region.code)]
        near = [(self._likeness(village, values), village) for village in self._nearby(values)]
        near = [pair for pair in near if pair[0] > 0]
        return [pair[1] for pair in sorted(near, key=lambda p: (-p[0], p[1].code))[:MOST]]

    def _nearby(self, values: Mapping[str, str]) -> list[Region]:
        """The villages of the district written, else of the regency written; where neither is
        known, those of the very name written."""
        regencies = self._regencies(values)
        if "district" in values:
            districts = self._gazetteer.districts(values["district"], within=regencies)
            starts = tuple(f"{district.code}." for district in districts)
            if found := [one for one in self._all(districts) if one.code.startswith(starts)]:
                return found
        if regencies:
            return self._all(regencies)
        if "village" not in values:
            return []
        named = self._gazetteer.villages(values["village"])
        return [village for village in named if covers(self._codes, village.code)]

    def _regencies(self, values: Mapping[str, str]) -> list[Region] | None:
        """By name, else by the beginning of the code."""
        if "regency" in values:
            return self._gazetteer.regencies(values["regency"]) or None
        digits = "".join(filter(str.isdecimal, values.get("code", "")))
        regency = self._gazetteer.by_code(digits[:4])
        return [regency] if regency and regency.level == Level.REGENCY else None

    def _all(self, places: Iterable[Region]) -> list[Region]:
        regencies = dict.fromkeys(".".join(place.code.split(".")[:2]) for place in places)
        return [village for regency in regencies for village in self._villages.get(regency, [])]

    def _likeness(self, village: Region, values: Mapping[str, str]) -> float:
        """0: nothing speaks for it."""
        likeness = 0.0
        if "village" in values:
            likeness = _alike(village.name, values["village"], Level.VILLAGE)
            if likeness < _ALIKE:
                likeness = 0.0
        if "code" in values:
            digits = "".join(filter(str.isdecimal, values["code"]))
            code = village.code.replace(".", "")
            likeness += 1.0 if digits == code else 0.5 * (digits[:6] == code[:6])
        if likeness and "district" in values:
            district = self._gazetteer.above(village, Level.DISTRICT)
            likeness += _alike(district.name, values["district"], Level.DISTRICT) if district else 0
        return likeness


def covers(codes: tuple[str, ...] | None, code: str) -> bool:
    """Whether ``code`` is one of ``codes`` or lies below one; ``None`` covers everything."""
    return codes is None or any(code == one or code.startswith(f"{one}.") for one in codes)


def _alike(name: str, written: str, level: Level) -> float:
    one, other = place_key(name, level), place_key(written[:60], level)
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE else 0.0
