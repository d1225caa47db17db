"""Whose rows they are: linking to the register, and registering what is missing from it."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.core.exceptions import ValidationError

from activities.enums import SimKind
from activities.feed import EntrySaid, VisitsSaid, Where, spelling_of
from activities.matching import Candidate, Match, Matcher, Registered
from activities.models import SimName, SimRow
from activities.sim.ledger import Line
from libraries import services as libraries
from libraries.enums import Level, LibraryKind, ProgrammeSource
from libraries.models import Library, LibraryAlias, Region
from libraries.places import Gazetteer, place_key
from tpbis.core import texts

_COMMUNITY = re.compile(
    r"\b(tbm|taman baca\w*|komunitas|(rumah|pondok|pojok) baca)\b", re.IGNORECASE
)
_SCHOOL = re.compile(
    r"\b(sekolah|madrasah|sdn?|smpn?|sman?|smkn?|mtsn?|man|min|mi)\b", re.IGNORECASE
)
_OF_A_VILLAGE = re.compile(r"\b(desa|kelurahan|perpusdes|dusun)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A library as the feed writes it that is not (surely) in the register."""

    library: str
    regency: str
    village: str
    rows: int
    reason: str


@dataclass(slots=True)
class _Group:
    """Rows that write their library in one way."""

    where: Where
    lines: list[Line] = field(default_factory=list)
    reason: str = ""
    is_new: bool = False

    @property
    def spelling(self) -> tuple[str, ...]:
        """Without the district, which not every file gives."""
        regency, _district, village, name = self.where.key
        return regency, name, village


class Linker:
    """Links rows to libraries; rows linked before (perhaps by a person) stay as they are."""

    def __init__(self) -> None:
        regions = Region.objects.in_bulk()
        for region in regions.values():
            if region.parent_id is not None:
                region.parent = regions[region.parent_id]
        self._gazetteer = Gazetteer(regions.values())
        self._matcher = Matcher(self._gazetteer, _registered())
        self._taken = set(Library.objects.values_list("region__code", "kind"))
        # By a person; none: to be ignored.
        decided = SimName.objects.values_list("spelling", "library")
        self._decided: dict[str, int | None] = dict(decided)
        self._groups: list[_Group] = []
        self.created: list[Library] = []

    def link(self, lines: Iterable[Line]) -> None:
        groups: dict[tuple[str, ...], _Group] = {}
        for line in lines:
            if line.row.library_id is None and line.reading.kind != SimKind.REPLICATION:
                where = line.reading.where
                groups.setdefault(where.key, _Group(where)).lines.append(line)
        for group in groups.values():
            self._try(group)
        self._groups = [group for group in groups.values() if group.reason]

    def create_missing(self, *, as_of: date) -> None:
        """Register each library whose regency and village name resolve to exactly one region."""
        begun: dict[tuple[str, ...], date] = {}
        for group in self._groups:
            first = min((day for line in group.lines if (day := dated(line))), default=as_of)
            begun[group.spelling] = min(first, begun.get(group.spelling, first))
        # Those that name their district first: afterwards the others may match.
        for group in sorted(self._groups, key=lambda group: not group.where.district):
            if not self._try(group) and group.is_new:
                self._create(group, joined_on=begun[group.spelling].replace(month=1, day=1))
        self._groups = [group for group in self._groups if group.reason]

    def unmatched(self) -> list[Unmatched]:
        """One entry for each spelling, by regency and name."""
        found: dict[tuple[str, ...], list[_Group]] = defaultdict(list)
        for group in self._groups:
            found[group.spelling].append(group)
        return [
            Unmatched(
                library=groups[0].where.library,
                regency=groups[0].where.regency or groups[0].where.province,
                village=groups[0].where.village,
                rows=sum(len(group.lines) for group in groups),
                reason=groups[0].reason,
            )
            for _key, groups in sorted(found.items())
            if groups[0].where.library
        ]

    def reasons(self) -> dict[tuple[str, ...], str]:
        """Why each spelling found no library, by its key."""
        return {group.where.key: group.reason for group in self._groups}

    def look(self, where: Where) -> tuple[str, list[Candidate]]:
        """Why no library is certain, and those that may be meant."""
        return self._matcher.match(where).reason, self._matcher.candidates(where)

    def regions_of(self, where: Where) -> list[Region]:
        """The villages that may be meant, or the regency."""
        regency = self._matcher.regency_of(where)
        if regency is None:
            return []
        districts = self._gazetteer.districts(where.district, within=[regency])
        return self._gazetteer.villages(where.village, within=districts or [regency])

    def _try(self, group: _Group) -> bool:
        match = self._decision(group) or self._matcher.match(group.where)
        group.reason, group.is_new = match.reason, match.is_new
        if match.pk is not None:
            for line in group.lines:
                line.row.library_id = match.pk
                line.touched = True
        return match.pk is not None

    def _decision(self, group: _Group) -> Match | None:
        spelling = spelling_of(group.where)
        if spelling not in self._decided:
            return None
        library = self._decided[spelling]
        return Match(library, "" if library else "diabaikan")

    def _create(self, group: _Group, *, joined_on: date) -> None:
        try:
            region, kind = self._home_of(group.where)
            library = libraries.register(
                name=group.where.library,
                kind=kind,
                region=region,
                source=ProgrammeSource.NATIONAL,
                joined_on=joined_on,
            )
        except _NoHome as nowhere:
            group.reason = str(nowhere)
            return
        except ValidationError as error:
            group.reason = " ".join(error.messages)
            return
        self.created.append(library)
        self._taken.add((region.code, kind))
        self._matcher.add(_as_registered(library))
        self._try(group)

    def _home_of(self, where: Where) -> tuple[Region, LibraryKind]:
        """The region to register it in and its kind there. Raises ``_NoHome``."""
        regency = self._matcher.regency_of(where)
        if regency is None or regency.level != Level.REGENCY or not where.library:
            raise _NoHome("belum terdaftar")
        region = self._village(where, regency) if where.village else _own(where, regency)
        kind = _kind_of(where.library, region)
        alone = kind in (LibraryKind.VILLAGE, LibraryKind.URBAN_VILLAGE, LibraryKind.REGENCY)
        if alone and (region.code, kind) in self._taken:
            raise _NoHome(f"di {region.title} sudah terdaftar perpustakaan lain; mungkin sama")
        return region, kind

    def _village(self, where: Where, regency: Region) -> Region:
        districts = self._gazetteer.districts(where.district, within=[regency])
        found = self._gazetteer.villages(where.village, within=districts or [regency])
        if not found:
            raise _NoHome(f"desa “{where.village}” tidak ada di {regency.name}")
        if len(found) > 1:
            codes = ", ".join(sorted(place.code for place in found))
            raise _NoHome(f"desa “{where.village}” ada beberapa: {codes}")
        return found[0]


def rows_wait_for(library: Library) -> bool:
    """Whether an unmatched row writes its library as this one is called, or names its village."""
    names = {library.name, *library.aliases.values_list("name", flat=True)}
    keys = {texts.key(name)[:200] for name in names}
    region = library.region
    home = place_key(region.name, Level.VILLAGE) if region.level == Level.VILLAGE else None
    written = SimRow.objects.unmatched().order_by().values_list("library_name", "village_name")
    return any(
        texts.key(name) in keys or place_key(village, Level.VILLAGE) == home
        for name, village in written.distinct()
    )


class _NoHome(Exception):
    """A library cannot be registered; the text says why."""


def _own(where: Where, regency: Region) -> Region:
    """The regency's own library has neither district nor village."""
    elsewhere = (_OF_A_VILLAGE, _COMMUNITY, _SCHOOL)
    if where.district or any(pattern.search(where.library) for pattern in elsewhere):
        raise _NoHome("desanya tidak ditulis")
    return regency


def _kind_of(name: str, region: Region) -> LibraryKind:
    if region.level == Level.REGENCY:
        return LibraryKind.REGENCY
    if _COMMUNITY.search(name):
        return LibraryKind.COMMUNITY
    if _SCHOOL.search(name):
        return LibraryKind.SCHOOL
    urban = region.code.rpartition(".")[2].startswith("1")
    return LibraryKind.URBAN_VILLAGE if urban else LibraryKind.VILLAGE


def dated(line: Line) -> date | None:
    """The day a row speaks of."""
    fact = line.reading.fact
    if isinstance(fact, EntrySaid):
        return fact.held_on
    return fact.month if isinstance(fact, VisitsSaid) else line.row.as_of


def _registered() -> list[Registered]:
    aliases: dict[int, list[str]] = defaultdict(list)
    for pk, name in LibraryAlias.objects.values_list("library_id", "name"):
        aliases[pk].append(name)
    rows = Library.objects.values_list(
        "pk",
        "name",
        "kind",
        "regency__code",
        "region__level",
        "region__name",
        "region__parent__name",
    )
    return [
        Registered.of(
            pk,
            regency_code=regency,
            district=district if level == Level.VILLAGE else "",
            village=village if level == Level.VILLAGE else "",
            names=[name, *aliases[pk]],
            kind=kind,
        )
        for pk, name, kind, regency, level, village, district in rows
    ]


def _as_registered(library: Library) -> Registered:
    region = library.region
    in_village = region.level == Level.VILLAGE
    return Registered.of(
        library.pk,
        regency_code=library.regency.code,
        district=region.parent.name if in_village and region.parent else "",
        village=region.name if in_village else "",
        names=[library.name],
        kind=library.kind,
    )
