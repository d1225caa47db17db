"""Where a row of a roster says its library stands."""

import hashlib
from collections.abc import Iterable, Mapping

from libraries.enums import Level, LibraryKind
from libraries.imports.cells import DESA_OR_KELURAHAN, BadCell
from libraries.models import Region
from libraries.places import Gazetteer, place_key
from tpbis.core import texts

PLACE_FIELDS = ("code", "village", "district", "regency")
_LONGEST_KEY = 200
_OF_A_VILLAGE = (LibraryKind.VILLAGE, LibraryKind.URBAN_VILLAGE, DESA_OR_KELURAHAN)
_NAMED_BY = {"village": Level.VILLAGE, "district": Level.DISTRICT, "regency": Level.REGENCY}


class PlaceUnclear(BadCell):
    """Something is written, but it names no place, or more than one; somebody may choose."""


def find_region(
    values: Mapping[str, str],
    kind: str,
    gazetteer: Gazetteer,
    choices: Mapping[str, str] | None = None,
) -> Region:
    """As somebody chose (``choices``: the code for a place as written), else by code, else by
    district and village name (and regency where given), else by regency for the regency's own
    library. Never by a village's name alone. Raises :class:`BadCell`."""
    if choices and (chosen := gazetteer.by_code(choices.get(as_written(values), ""))):
        return chosen
    if "code" in values:
        return _by_code(values, gazetteer)
    if "village" in values:
        return _by_village_name(values, gazetteer)
    if kind in ("", LibraryKind.REGENCY) and "regency" in values:
        return _only_one(
            gazetteer.regencies(values["regency"]), "regency", values["regency"], gazetteer
        )
    if kind == LibraryKind.PROVINCE:
        return _the_province(gazetteer)
    raise PlaceUnclear("code", "kosong. Isi kode wilayah, atau nama desa dan kecamatannya.")


def as_written(values: Mapping[str, str]) -> str:
    """What rows that write the same place share; empty where nothing is written."""
    parts = [texts.key(values.get(field, "")) for field in PLACE_FIELDS]
    key = "|".join(parts) if any(parts) else ""
    # Nobody writes a place that long, but a cell may hold anything.
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def settle_kind(kind: str, region: Region) -> str:
    """The kind written, or the one that follows from the region. Raises :class:`BadCell` when the
    two cannot both be true."""
    by_region = kind_of(region)
    if kind in ("", DESA_OR_KELURAHAN):
        if by_region is None or (kind and region.level != Level.VILLAGE):
            raise BadCell("kind", f"tidak bisa disimpulkan: {region.title} bukan desa.")
        return by_region
    fixed = (*_OF_A_VILLAGE, LibraryKind.REGENCY, LibraryKind.PROVINCE)
    if kind in fixed and kind != by_region:
        raise BadCell(
            "kind",
            f"“{LibraryKind(kind).label}” tidak cocok dengan {region.title} ({region.code}).",
        )
    return kind


def kind_of(region: Region) -> str | None:
    """The kind of library a region has of its own; a district has none."""
    if region.level == Level.VILLAGE:
        urban = region.code.rpartition(".")[2].startswith("1")
        return LibraryKind.URBAN_VILLAGE if urban else LibraryKind.VILLAGE
    return {Level.REGENCY: LibraryKind.REGENCY, Level.PROVINCE: LibraryKind.PROVINCE}.get(
        Level(region.level)
    )


def _by_code(values: Mapping[str, str], gazetteer: Gazetteer) -> Region:
    region = gazetteer.by_code(values["code"])
    if region is None:
        raise PlaceUnclear("code", f"“{values['code'][:40]}” tidak ada di daftar wilayah.")
    for field, level in _NAMED_BY.items():
        if field in values and level <= region.level:
            above = gazetteer.above(region, level)
            if above and not _is_called(above, values[field]):
                raise PlaceUnclear(
                    "code", f"{region.code} adalah {region.title}, bukan “{values[field][:60]}”."
                )
    return region


def _is_called(region: Region, name: str) -> bool:
    keys = {place_key(region.name, region.level)}
    if region.level == Level.REGENCY:
        keys.add(place_key(region.short_name, region.level))
        keys.add(place_key(region.name.removeprefix("Kota "), region.level))
    return place_key(name, region.level) in keys


def _by_village_name(values: Mapping[str, str], gazetteer: Gazetteer) -> Region:
    village = values["village"]
    regencies = None
    if "regency" in values:
        regencies = gazetteer.regencies(values["regency"])
        if not regencies:
            raise PlaceUnclear(
                "regency", f"“{values['regency'][:60]}” tidak ada di daftar wilayah."
            )
    if "district" not in values:
        candidates = _listed(gazetteer.villages(village, within=regencies), gazetteer)
        hint = f" Desa bernama itu: {candidates}." if candidates else ""
        raise PlaceUnclear("district", f"kosong, padahal nama desa saja belum cukup.{hint}")
    districts = gazetteer.districts(values["district"], within=regencies)
    if not districts:
        raise PlaceUnclear("district", f"“{values['district'][:60]}” tidak ada di daftar wilayah.")
    return _only_one(gazetteer.villages(village, within=districts), "village", village, gazetteer)


def _the_province(gazetteer: Gazetteer) -> Region:
    return _only_one(gazetteer.all_of(Level.PROVINCE), "code", "", gazetteer)


def _only_one(found: list[Region], field: str, written: str, gazetteer: Gazetteer) -> Region:
    if not found:
        raise PlaceUnclear(field, f"“{written[:60]}” tidak ada di daftar wilayah.")
    if len(found) > 1:
        raise PlaceUnclear(
            field, f"“{written[:60]}” ada beberapa: {_listed(found, gazetteer)}. Isi kodenya."
        )
    return found[0]


def _listed(regions: Iterable[Region], gazetteer: Gazetteer) -> str:
    return "; ".join(_place(region, gazetteer) for region in sorted(regions, key=lambda r: r.code))


def _place(region: Region, gazetteer: Gazetteer) -> str:
    above = [gazetteer.above(region, level) for level in (Level.DISTRICT, Level.REGENCY)]
    names = ", ".join(area.title for area in above if area and area != region)
    return f"{region.code} ({names or region.title})"
