"""A roster of libraries against the register: what would happen, then all of it or nothing."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from libraries import services
from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.imports.cells import BadCell
from libraries.imports.columns import HEADINGS, BadRoster, Header, find_header
from libraries.imports.entries import NEEDED, Entry, SimAccountSaid, linked_regions, read_entry
from libraries.models import Library, LibraryAlias, Region, SimAccount
from libraries.places import Gazetteer
from tpbis.core import texts
from tpbis.core.spreadsheets import Table

_USUAL_NPP = re.compile(r"\d{7}[A-Z]\d{7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell; without a heading the row as a whole is meant."""

    row: int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """A library to register, or (with ``library``) one to change. ``content`` goes to the service;
    ``shown`` is (heading, old, new) for people."""

    row: int
    library: Library | None
    content: Mapping[str, Any]
    sim: SimAccountSaid
    shown: tuple[tuple[str, str, str], ...] = ()


@dataclass(slots=True)
class Plan:
    """What importing the roster would do."""

    header: Header
    rows: int
    added: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


class NotImported(Exception):
    """A step of the plan can no longer be done; nothing of the plan was."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.text)
        self.remark = remark


def plan(table: Table) -> Plan:
    """Compare the table with the register; writes nothing. Raises :class:`BadRoster`."""
    if not table.rows:
        raise BadRoster("Berkas tidak berisi satu baris pun.")
    header, rows = find_header(table)
    if not rows:
        raise BadRoster(f"Di bawah judul kolom (baris {header.row}) tidak ada baris data.")
    made = Plan(header=header, rows=len(rows))
    gazetteer = Gazetteer(linked_regions())
    register = _Register()
    claims = _Claims()
    for row in rows:
        try:
            entry = read_entry(header.values(row), gazetteer)
            library = register.find(entry)
            claims.add(row.number, entry, library)
            if library is None:
                made.added.append(_addition(row.number, entry))
            elif step := _change(row.number, entry, library, register, header):
                made.changed.append(step)
            else:
                made.unchanged += 1
        except BadCell as bad:
            made.rejected.append(Remark(row.number, header.heading(bad.field), str(bad)))
        else:
            made.warnings += _warnings(row.number, entry, header)
    return made


@transaction.atomic
def carry_out(made: Plan, *, progress: Callable[[int], None] | None = None) -> None:
    """Write a plan through the services, all of it or nothing. Raises :class:`NotImported`."""
    for done, step in enumerate((*made.added, *made.changed), start=1):
        try:
            library = (
                services.change(library=step.library, **step.content)
                if step.library
                else services.register(**step.content)
            )
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            heading = made.header.heading(name) if name in HEADINGS else ""
            raise NotImported(Remark(step.row, heading, " ".join(messages))) from None
        if step.sim.name:
            services.add_alias(library=library, name=step.sim.name)
        if step.sim.state is not None:
            services.note_sim_state(
                library=library,
                state=step.sim.state,
                since_on=step.sim.since or timezone.localdate(),
            )
        if progress:
            progress(done)


# --- Comparing ----------------------------------------------------------------------------------


class _Register:
    """The libraries there are, by NPP and by region and name."""

    def __init__(self) -> None:
        libraries = {library.pk: library for library in Library.objects.select_related("region")}
        self._by_npp = {library.npp: library for library in libraries.values() if library.npp}
        self._names: dict[int, set[str]] = {
            pk: {texts.key(library.name)} for pk, library in libraries.items()
        }
        for pk, alias in LibraryAlias.objects.values_list("library_id", "name"):
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


class _Claims:
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
                raise BadCell("name", f"sama dengan perpustakaan di baris {self._rows[claim]}.")
        self._rows.update(dict.fromkeys(claims, row))


def _addition(row: int, entry: Entry) -> Step:
    for name in NEEDED:
        if name not in entry.content:
            raise BadCell(name, "kosong; wajib diisi untuk perpustakaan baru.")
    sim = entry.sim
    if sim.state == SimState.NOT_PROPOSED:  # what a library without a word about it is anyway
        sim = SimAccountSaid(name=sim.name)
    return Step(row, None, entry.content, sim)


def _change(
    row: int, entry: Entry, library: Library, register: _Register, header: Header
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


def _says_less(name: str, entry: Entry, library: Library, register: _Register) -> bool:
    """A name it is known by too, or the year of a day that is known: no reason to change."""
    if name == "name":
        return texts.key(entry.name) != texts.key(library.name) and register.knows_as(
            library, entry.name
        )
    if name == "joined_on":
        return entry.year_only and entry.content[name].year == library.joined_on.year
    return False


def _warnings(row: int, entry: Entry, header: Header) -> list[Remark]:
    if not entry.npp or _USUAL_NPP.fullmatch(entry.npp):
        return []
    text = f"“{entry.npp}” tidak seperti NPP biasa, misalnya 3508212D0000001. Tetap dicatat."
    return [Remark(row, header.heading("npp"), text)]


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
