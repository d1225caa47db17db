"""The register as a roster: the same columns that an import reads, so that what leaves the portal
can come back and change nothing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone, translation

from libraries.enums import Level, LibraryKind, ProgrammeSource, SimState
from libraries.imports.columns import HEADINGS
from libraries.models import Library, LibraryAlias, Region, SimAccount
from libraries.querysets import LibraryQuerySet
from tpbis.core.spreadsheets import Cell

OF_PEOPLE = frozenset({"contact_name", "contact_phone"})


@dataclass(frozen=True, slots=True)
class _Sim:
    """What is known of a library in the SIM: its name there, its account's state."""

    name: str = ""
    state: str = ""
    since: date | None = None


def roster(libraries: LibraryQuerySet, *, with_people: bool) -> Iterator[list[Cell]]:
    """A row of headings, then a row a library, in the order given. Without ``with_people`` nobody
    is named. Always Indonesian, as the import reads it."""
    columns = [name for name in HEADINGS if with_people or name not in OF_PEOPLE]
    sims = _sims(libraries)
    nothing = _Sim()
    words = _words()
    yield [HEADINGS[name] for name in columns]
    for library in libraries.for_list():
        sim = sims.get(library.pk, nothing)
        values = {name: _CELLS[name](library, sim) for name in columns}
        values |= {name: words.get(str(values[name]), "") for name in _IN_WORDS}
        yield list(values.values())


_IN_WORDS = ("kind", "source", "sim_state")


def _words() -> Mapping[str, str]:
    """What the codes are called, looked up once: a label is translated whenever it is read."""
    with translation.override("id"):
        return {
            one.value: str(one.label)
            for choices in (LibraryKind, ProgrammeSource, SimState)
            for one in choices
        }


def _sims(libraries: LibraryQuerySet) -> Mapping[int, _Sim]:
    """The newest of a library's other names stands for the one in the SIM: the import knows all."""
    chosen = libraries.order_by().values("pk")
    names = dict(
        LibraryAlias.objects.filter(library__in=chosen)
        .order_by("pk")
        .values_list("library", "name")
    )
    states = SimAccount.objects.filter(library__in=chosen, since_on__lte=timezone.localdate())
    accounts = {
        library: (state, since)
        for library, state, since in states.order_by("since_on", "pk").values_list(
            "library", "state", "since_on"
        )
    }
    return {
        library: _Sim(names.get(library, ""), *accounts.get(library, ("", None)))
        for library in names.keys() | accounts.keys()
    }


def _joined(library: Library) -> Cell:
    """The first day of a year is what an import makes of the year alone."""
    day = library.joined_on
    return day.year if (day.month, day.day) == (1, 1) else day


def _above(library: Library, level: Level) -> str:
    region: Region | None = library.region
    while region is not None and region.level > level:
        region = region.parent
    return region.name if region is not None and region.level == level else ""


_CELLS: Mapping[str, Callable[[Library, _Sim], Cell]] = {
    "name": lambda library, sim: library.name,
    "kind": lambda library, sim: library.kind,
    "code": lambda library, sim: library.region.code,
    "village": lambda library, sim: _above(library, Level.VILLAGE),
    "district": lambda library, sim: _above(library, Level.DISTRICT),
    "regency": lambda library, sim: (
        library.regency.name if library.regency.level == Level.REGENCY else ""
    ),
    "npp": lambda library, sim: library.npp,
    "source": lambda library, sim: library.source,
    "joined_on": lambda library, sim: _joined(library),
    "tags": lambda library, sim: ", ".join(library.tags),
    "address": lambda library, sim: library.address,
    "contact_name": lambda library, sim: library.contact_name,
    "contact_phone": lambda library, sim: library.contact_phone,
    "sim_name": lambda library, sim: sim.name,
    "sim_state": lambda library, sim: sim.state,
    "sim_since": lambda library, sim: sim.since or "",
}
