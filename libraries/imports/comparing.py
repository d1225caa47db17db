"""The entries of a roster beside the libraries there are."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.imports.cells import BadCell
from libraries.imports.columns import Header
from libraries.imports.entries import NEEDED, Entry, SimAccountSaid
from libraries.models import Library, LibraryAlias, Region, SimAccount
from libraries.querysets import LibraryQuerySet, within
from tpbis.core import texts


@dataclass(frozen=True, slots=True)
class Step:
    """A library to register, or (with ``library``) one to change. ``content`` goes to the service;
    ``shown`` is (heading, old, new) for people."""

    row: int
    library: Library | None
    content: Mapping[str, Any]
    sim: SimAccountSaid
    shown: tuple[tuple[str, str, str], ...] = ()


class Register:
    """The libraries there are within ``codes`` (``None``: everywhere), by NPP and by region and
    name. Of the others only their NPPs are known, and of those not whose they are."""

    def __init__(self, codes: Iterable[str] | None = None) -> None:
        found = libraries_within(codes)
        libraries = {library.pk: library for library in found.select_related("region", "regency")}
        self._by_npp = {library.npp: library for library in libraries.values() if library.npp}
        self._npps_elsewhere: set[str] = set()
        if codes is not None:
            others = Library.objects.exclude(npp="").exclude(pk__in=found.values("pk"))
            self._npps_elsewhere = set(others.values_list("npp", flat=True))
        self._names: dict[int, set[str]] = {
            pk: {texts.key(library.name)} for pk, library in libraries.items()
        }
        for pk, alias in LibraryAlias.objects.values_list("library_id", "name"):
            if pk in self._names:
                self._names[pk].add(texts.key(alias))
        self._by_name: dict[tuple[int, str], list[Library]] = defaultdict(list)
        for pk, names in self._names.items():
            for name in names:
                self._by_name[libraries[pk].region_id, name].append(libraries[pk])
        self._states = {
            pk: SimState(state)
            for pk, state in SimAccount.objects.filter(since_on__lte=timezone.localdate())
            .order_by("since_on", "pk")
            .values_list("library_id", "state")
        }

    def find(self, entry: Entry) -> Library | None:
        """The library of this NPP, else of this region and name. Raises :class:`BadCell`."""
        if entry.npp in self._npps_elsewhere:
            raise BadCell("npp", "sudah dipakai perpustakaan di wilayah lain.")
        by_npp = self._by_npp.get(entry.npp)
        by_name = self._by_name.get((entry.region.pk, texts.key(entry.name)), [])
        if by_npp and by_name and by_npp not in by_name:
            raise BadCell(
                "npp",
                f"milik “{by_npp.name}”, padahal nama dan wilayahnya milik “{by_name[0].name}”.",
            )
        if by_npp:
            return by_npp
        if len(by_name) > 1:
            raise BadCell("name", f"dipakai {len(by_name)} perpustakaan di wilayah itu.")
        return by_name[0] if by_name else None

    def knows_as(self, library: Library, name: str) -> bool:
        return texts.key(name) in self._names[library.pk]

    def sim_state(self, library: Library) -> SimState:
        return self._states.get(library.pk, SimState.NOT_PROPOSED)


def libraries_within(codes: Iterable[str] | None) -> LibraryQuerySet:
    if codes is None:
        return Library.objects.all()
    places = Q(pk__in=[])
    for code in codes:
        places |= within(code, field="region__code")
    return Library.objects.filter(places)


class Claims:
    """Two rows may not speak of one library."""

    def __init__(self) -> None:
        self._rows: dict[tuple[object, ...], int] = {}

    def add(self, row: int, entry: Entry, library: Library | None) -> None:
        """Raises :class:`BadCell`."""
        claims: list[tuple[object, ...]] = [("npp", entry.npp)] if entry.npp else []
        claims.append((entry.region.pk, texts.key(entry.name)))
        if library:
            claims.append(("library", library.pk))
        for claim in claims:
            if claim in self._rows:
                field, what = ("npp", "NPP") if claim[0] == "npp" else ("name", "perpustakaan")
                raise BadCell(field, f"sama dengan {what} di baris {self._rows[claim]}.")
        self._rows.update(dict.fromkeys(claims, row))


def addition(row: int, entry: Entry) -> Step:
    for name in NEEDED:
        if name not in entry.content:
            raise BadCell(name, "kosong; wajib diisi untuk perpustakaan baru.")
    sim = entry.sim
    if sim.state == SimState.NOT_PROPOSED:  # what a library without a word about it is anyway
        sim = SimAccountSaid(name=sim.name)
    return Step(row, None, entry.content, sim)


def change(
    row: int, entry: Entry, library: Library, register: Register, header: Header
) -> Step | None:
    different = {
        name: value
        for name, value in entry.content.items()
        if value != getattr(library, name) and not _says_less(name, entry, library, register)
    }
    shown = [
        (header.heading(name), _show(name, getattr(library, name)), _show(name, value))
        for name, value in different.items()
    ]
    name, state = entry.sim.name, entry.sim.state
    if name and register.knows_as(library, name):
        name = ""
    if name:
        shown.append((header.heading("sim_name"), "", name))
    before = register.sim_state(library)
    if state == before:
        state = None
    if state is not None:
        shown.append(
            (header.heading("sim_state"), _show("sim_state", before), _show("sim_state", state))
        )
    if not shown:
        return None
    sim = SimAccountSaid(name, state, entry.sim.since)
    return Step(row, library, different, sim, tuple(shown))


def _says_less(name: str, entry: Entry, library: Library, register: Register) -> bool:
    """A name it is known by too, or the year of a day that is known: no reason to change."""
    if name == "name":
        return texts.key(entry.name) != texts.key(library.name) and register.knows_as(
            library, entry.name
        )
    if name == "joined_on":
        return entry.year_only and entry.content[name].year == library.joined_on.year
    return False


_LABELS = {"kind": LibraryKind, "source": ProgrammeSource, "sim_state": SimState}


def _show(name: str, value: Any) -> str:
    """A value of the register as a person reads it."""
    if not value:
        return ""
    if name in _LABELS:
        return str(_LABELS[name](value).label)
    if isinstance(value, Region):
        return f"{value.title} ({value.code})"
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)
