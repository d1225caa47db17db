"""Places of a roster that were not found, put together so that somebody can choose."""

from collections.abc import Iterable
from dataclasses import dataclass

from libraries.enums import Level, LineKind
from libraries.models import Region, RosterImport

AT_ONCE = 50  # places on a page; the others come after these


@dataclass(frozen=True, slots=True)
class Unclear:
    """One place as it was written, in how many rows, and what may have been meant."""

    key: str
    written: str
    said: str
    rows: tuple[int, ...]
    offered: tuple[tuple[str, str], ...]  # code and name

    @property
    def more(self) -> int:
        """Rows besides the first."""
        return len(self.rows) - 1


def unclear_places(roster: RosterImport) -> list[Unclear]:
    """The first of them, in the order of their rows."""
    lines = roster.lines.filter(kind=LineKind.REJECTED).exclude(place_key="")
    found: dict[str, list[tuple[int, str, str, list[str]]]] = {}
    for number, key, place, details, codes in (
        lines.exclude(candidates=[])
        .order_by("number")
        .values_list("number", "place_key", "place", "details", "candidates")
    ):
        if key in found or len(found) < AT_ONCE:
            heading, reason = details[0]
            found.setdefault(key, []).append((number, place, f"{heading}: {reason}", codes))
    titles = _titles({code for rows in found.values() for code in rows[0][3]})
    return [
        Unclear(
            key=key,
            written=rows[0][1],
            said=rows[0][2],
            rows=tuple(row[0] for row in rows),
            offered=tuple((code, titles[code]) for code in rows[0][3] if code in titles),
        )
        for key, rows in found.items()
    ]


def _titles(codes: Iterable[str]) -> dict[str, str]:
    regions = Region.objects.filter(code__in=codes).select_related("parent__parent")
    return {region.code: _title(region) for region in regions}


def _title(region: Region) -> str:
    """“Desa Labruk Kidul, Kecamatan Sumbersuko, Kabupaten Lumajang (35.08.21.2004)”"""
    names, above = [region.title], region.parent
    while above is not None and above.level > Level.PROVINCE:
        names.append(above.title)
        above = above.parent
    return f"{', '.join(names)} ({region.code})"
