"""The partner libraries of the demo: which villages, what they are called, when they joined. Pure:
from the list of villages to a list of :class:`Partner`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from libraries.enums import LibraryKind, ProgrammeSource
from tpbis.demo import names, published
from tpbis.demo.chance import shares, stream, weighted

LABRUK = "35.08.21.2004"
KLEMUNAN = "35.05.17.1006"
NAMED = {LABRUK: "Perpustakaan Desa Sumber Ilmu", KLEMUNAN: "Perpustakaan Mawar"}
LUMAJANG, BLITAR = "35.08", "35.05"
# The two regencies with a demo account of their own have more partners than their size asks for.
_PARTNERS_IN = {LUMAJANG: 36, BLITAR: 34}
_FIRST_WAVE = (
    70  # replication partners that joined early in 2023; the others follow by January 2024
)

Place = tuple[str, str]  # code and name


@dataclass(frozen=True, slots=True)
class Partner:
    """One library of the demo; ``number`` is the key of everything that chance decides about it."""

    number: int
    code: str  # of the region it stands in
    place: str  # that region's name
    kind: LibraryKind
    name: str
    source: ProgrammeSource
    joined_on: date
    tags: tuple[str, ...]
    npp: str
    vigour: float  # how much goes on there; the lively ones report first and are green first

    @property
    def regency(self) -> str:
        return self.code[:5]

    @property
    def is_replication(self) -> bool:
        """One of the 96 of 2023-2024."""
        return self.source == ProgrammeSource.REPLICATION and not self.joined_2025

    @property
    def joined_2025(self) -> bool:
        return self.joined_on.year == 2025


def partners(regencies: Sequence[Place], villages: Mapping[str, Sequence[Place]]) -> list[Partner]:
    """The 932 partners of 2024 and the 30 that joined in April 2025, in the order of their codes.

    ``regencies`` and ``villages`` (by regency code) are those of the province, ordered by code.
    """
    rng = stream("cast")
    places = [*regencies, *_choose_villages(rng, regencies, villages)]
    places.sort()
    village_places = [place for place in places if place[0].count(".") == 3]
    named = [place for place in village_places if place[0] in NAMED]
    others = [place for place in village_places if place[0] not in NAMED]
    rng.shuffle(others)
    joiners = set(others[: published.JOINERS_2025])
    replication = others[published.JOINERS_2025 :][: published.REPLICATION]
    waves = {place: at for at, place in enumerate(replication)}
    zeal = {code: stream("zeal", code).gauss(0, 0.7) for code, _ in regencies}
    zeal.update({LUMAJANG: 0.9, BLITAR: 0.8})
    used: set[tuple[str, str]] = set()
    found = []
    for number, place in enumerate(places, start=1):
        code = place[0]
        kind = _kind(stream("kind", number), code, plain=place in named)
        source, joined_on = _how_it_joined(
            number, kind, waves.get(place), joins_2025=place in joiners
        )
        found.append(
            Partner(
                number=number,
                code=code,
                place=place[1],
                kind=kind,
                name=NAMED.get(code) or _unused_name(number, kind, place, used),
                source=source,
                joined_on=joined_on,
                tags=_tags(number, source, joined_on),
                npp=_npp(number, code),
                vigour=zeal[code[:5]] + stream("vigour", number).gauss(0, 1) + 9 * (place in named),
            )
        )
    return found


def _choose_villages(
    rng: Random, regencies: Sequence[Place], villages: Mapping[str, Sequence[Place]]
) -> list[Place]:
    """Where the village libraries stand: more where there are more villages, in every regency."""
    total = published.PARTNERS + published.JOINERS_2025 - len(regencies)
    free = [code for code, _ in regencies if code not in _PARTNERS_IN]
    sizes = [len(villages[code]) ** 0.6 * rng.uniform(0.7, 1.4) for code in free]
    split = shares(total - sum(_PARTNERS_IN.values()), sizes, least=5)
    chosen = []
    for code, count in [*zip(free, split, strict=True), *_PARTNERS_IN.items()]:
        always = [place for place in villages[code] if place[0] in NAMED]
        rest = [place for place in villages[code] if place[0] not in NAMED]
        chosen += always + rng.sample(rest, count - len(always))
    return chosen


def _kind(rng: Random, code: str, *, plain: bool) -> LibraryKind:
    if code.count(".") == 1:
        return LibraryKind.REGENCY
    village = (
        LibraryKind.URBAN_VILLAGE
        if code.rpartition(".")[2].startswith("1")
        else LibraryKind.VILLAGE
    )
    if plain:
        return village
    return weighted(
        rng, [(village, 0.89), (LibraryKind.COMMUNITY, 0.08), (LibraryKind.SCHOOL, 0.03)]
    )


def _how_it_joined(
    number: int, kind: LibraryKind, wave: int | None, *, joins_2025: bool
) -> tuple[ProgrammeSource, date]:
    rng = stream("joined", number)
    if joins_2025:
        return ProgrammeSource.REPLICATION, date(2025, 4, rng.randint(8, 24))
    if wave is not None and wave < _FIRST_WAVE:
        return ProgrammeSource.REPLICATION, date(2023, 1, 9) + timedelta(days=rng.randint(0, 70))
    if wave is not None:
        return ProgrammeSource.REPLICATION, date(2023, 11, 6) + timedelta(days=rng.randint(0, 75))
    if kind == LibraryKind.REGENCY:
        return ProgrammeSource.NATIONAL, date(rng.choice([2018, 2018, 2019, 2020]), 4, 2)
    year = weighted(
        rng, [(2018, 40), (2019, 60), (2020, 80), (2021, 140), (2022, 240), (2023, 250)]
    )
    sources = {
        2018: [(ProgrammeSource.NATIONAL, 1.0)],
        2019: [(ProgrammeSource.NATIONAL, 0.9), (ProgrammeSource.SELF_REPLICATION, 0.1)],
        2020: [(ProgrammeSource.NATIONAL, 0.6), (ProgrammeSource.SELF_REPLICATION, 0.4)],
    }.get(
        year,
        [
            (ProgrammeSource.NATIONAL, 0.1),
            (ProgrammeSource.NATIONAL_BOOKS, 0.5),
            (ProgrammeSource.SELF_REPLICATION, 0.4),
        ],
    )
    return weighted(rng, sources), date(year, 2, 1) + timedelta(days=rng.randint(0, 310))


def _unused_name(number: int, kind: LibraryKind, place: Place, used: set[tuple[str, str]]) -> str:
    rng = stream("name", number)
    while True:
        name = names.library(rng, kind, place[1])
        if (place[0], name) not in used:
            used.add((place[0], name))
            return name


def _tags(number: int, source: ProgrammeSource, joined_on: date) -> tuple[str, ...]:
    rng = stream("tags", number)
    tags = [
        tag
        for tag, share in (("Like's Jatim", 0.25), ("East Java Center of Literacy", 0.12))
        if rng.random() < share
    ]
    if source == ProgrammeSource.REPLICATION:
        tags.append("Replikasi 2025" if joined_on.year == 2025 else "Replikasi 2023-2024")
    return tuple(tags)


def _npp(number: int, code: str) -> str:
    """As the national numbers look (``3508212D0000001``); one in three has none yet."""
    rng = stream("npp", number)
    if code.count(".") != 3 or rng.random() < 0.35:
        return ""
    return f"{code.replace('.', '')[:6]}2D{number:07d}"
