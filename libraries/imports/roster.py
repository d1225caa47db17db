"""A roster of libraries against the register: what would happen, then all of it or nothing."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from libraries import services
from libraries.enums import SimState
from libraries.imports.candidates import Candidates, covers
from libraries.imports.cells import BadCell
from libraries.imports.columns import HEADINGS, Header, find_header
from libraries.imports.comparing import Claims, Register, Step, addition, change
from libraries.imports.entries import Entry, linked_regions, read_entry
from libraries.imports.regions import PLACE_FIELDS, PlaceUnclear, as_written
from libraries.imports.template import EXAMPLE_NAME
from libraries.models import Library
from libraries.places import Gazetteer
from tpbis.accounts.models import User
from tpbis.core.spreadsheets import Row, Table

_USUAL_NPP = re.compile(r"\d{7}[A-Z]\d{7}", re.ASCII)
_MOST_PLACES = 200  # for which candidates are looked up at a time; the others come later
_TOLD_EVERY = 250  # rows

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a cell; without a heading the row as a whole is meant. ``place_key`` and
    ``candidates`` are there where the place is not certain and somebody may choose it."""

    row: int
    heading: str
    text: str
    name: str = ""
    place: str = ""
    place_key: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows say, before anything is compared: an entry each, or what is wrong."""

    header: Header
    rows: tuple[tuple[int, Entry | Remark], ...]


@dataclass(slots=True)
class Plan:
    """What importing the roster would do."""

    header: Header
    rows: int
    added: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    unchanged: list[tuple[int, Library]] = field(default_factory=list)
    rejected: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """Equal for two plans that do the same and refuse the same."""
        said = [
            [(s.row, _plain(s.content), _plain_sim(s)) for s in self.added],
            [(s.row, s.library and s.library.pk, _plain(s.content), _plain_sim(s), s.shown)
             for s in self.changed],
            [(row, library.pk) for row, library in self.unchanged],
            [(r.row, r.heading, r.text) for r in self.rejected],
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


class NotImported(Exception):
    """A step of the plan can no longer be done; nothing of the plan was."""

    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.text)
        self.remark = remark


def plan(table: Table) -> Plan:
    """Compare the table with the register, column by column as its headings say; writes nothing.
    Raises :class:`BadRoster`."""
    header, rows = find_header(table)
    return compare(read(header, rows))


def read(
    header: Header,
    rows: Sequence[Row],
    *,
    choices: Mapping[str, str] | None = None,
    codes: Sequence[str] | None = None,
    told: Told | None = None,
) -> Reading:
    """What each row says. ``choices``: the code somebody chose for a place as written; ``codes``:
    the places that rows may speak of (``None``: everywhere)."""
    gazetteer = Gazetteer(linked_regions())
    places = _Places(gazetteer, codes)
    found: list[tuple[int, Entry | Remark]] = []
    for done, row in enumerate(rows, start=1):
        values = header.values(row)
        if values.get("name") == EXAMPLE_NAME:  # left in the template
            continue
        found.append((row.number, _read_row(row, values, header, places, choices)))
        if told and done % _TOLD_EVERY == 0:
            told(done)
    return Reading(header, tuple(found))


def compare(reading: Reading, *, codes: Sequence[str] | None = None) -> Plan:
    """What was read, beside the register."""
    header = reading.header
    made = Plan(header=header, rows=len(reading.rows))
    register, claims = Register(codes), Claims()
    for number, entry in reading.rows:
        if isinstance(entry, Remark):
            made.rejected.append(entry)
            continue
        try:
            library = register.find(entry)
            claims.add(number, entry, library)
            if library is None:
                made.added.append(addition(number, entry))
            elif step := change(number, entry, library, register, header):
                made.changed.append(step)
            else:
                made.unchanged.append((number, library))
        except BadCell as bad:
            made.rejected.append(
                Remark(
                    number,
                    header.heading(bad.field),
                    str(bad),
                    name=entry.name,
                    place=entry.region.title,
                )
            )
        else:
            made.warnings += _warnings(number, entry, header)
    return made


@transaction.atomic
def carry_out(
    made: Plan, *, by: User | None = None, told: Told | None = None
) -> dict[int, Library]:
    """Write a plan through the services, all of it or nothing; returns the new libraries by their
    row. Raises :class:`NotImported`."""
    added, changed = made.added, made.changed
    with _naming(made, added):
        libraries = services.register_many(contents=[step.content for step in added], by=by)
    if told:
        told(len(added))
    register = [(step.library, step.content) for step in changed if step.library and step.content]
    with _naming(made, [step for step in changed if step.content]):
        services.change_many(changes=register, by=by)
    written = [*zip(added, libraries, strict=True)]
    written += [(step, step.library) for step in changed if step.library]
    named = [(step, library) for step, library in written if step.sim.name]
    with _naming(made, [step for step, _ in named]):
        services.add_aliases(names=[(library, step.sim.name) for step, library in named], by=by)
    today = timezone.localdate()
    services.note_sim_states(
        notes=[
            services.SimNote(library, SimState(step.sim.state), step.sim.since or today)
            for step, library in written
            if step.sim.state is not None
        ],
        by=by,
    )
    if told:
        told(len(added) + len(changed))
    return {step.row: library for step, library in zip(added, libraries, strict=True)}


@contextmanager
def _naming(made: Plan, steps: Sequence[Step]) -> Iterator[None]:
    """Turns the place of a step that cannot be written into its row and column."""
    try:
        yield
    except services.NotAll as failed:
        name, messages = next(iter(failed.error.message_dict.items()))
        heading = made.header.heading(name) if name in HEADINGS else ""
        row = steps[failed.place].row
        raise NotImported(Remark(row, heading, " ".join(messages))) from None


# --- Reading ------------------------------------------------------------------------------------


class _Places:
    """Where rows may stand, and what an uncertain place may have been; each is looked up once."""

    def __init__(self, gazetteer: Gazetteer, codes: Sequence[str] | None) -> None:
        self.gazetteer = gazetteer
        self._codes = None if codes is None else tuple(codes)
        self._candidates: Candidates | None = None
        self._found: dict[str, tuple[str, ...]] = {}
        self.seen: dict[tuple[str, str], Any] = {}

    def check(self, entry: Entry) -> None:
        """Raises :class:`BadCell`; whether there is such a library elsewhere is not told."""
        if not covers(self._codes, entry.region.code):
            raise BadCell("region", f"{entry.region.title} bukan wilayah tugas Anda.")

    def candidates(self, key: str, values: Mapping[str, str]) -> tuple[str, ...]:
        if key not in self._found and len(self._found) < _MOST_PLACES:
            if self._candidates is None:
                self._candidates = Candidates(self.gazetteer, self._codes)
            self._found[key] = tuple(region.code for region in self._candidates.of(values))
        return self._found.get(key, ())


def _read_row(
    row: Row,
    values: Mapping[str, str],
    header: Header,
    places: _Places,
    choices: Mapping[str, str] | None,
) -> Entry | Remark:
    try:
        entry = read_entry(values, places.gazetteer, choices, places.seen)
        places.check(entry)
    except BadCell as bad:
        key = as_written(values) if isinstance(bad, PlaceUnclear) else ""
        return Remark(
            row.number,
            header.heading(bad.field),
            str(bad),
            name=values.get("name", ""),
            place=", ".join(values[name] for name in PLACE_FIELDS if name in values),
            place_key=key,
            candidates=places.candidates(key, values) if key else (),
        )
    return entry


def _warnings(row: int, entry: Entry, header: Header) -> list[Remark]:
    if not entry.npp or _USUAL_NPP.fullmatch(entry.npp):
        return []
    text = f"“{entry.npp}” tidak seperti NPP biasa, misalnya 3508212D0000001. Tetap dicatat."
    return [Remark(row, header.heading("npp"), text, name=entry.name)]


def _plain(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(getattr(value, "pk", value))) for name, value in content.items()]


def _plain_sim(step: Step) -> list[str]:
    return [step.sim.name, str(step.sim.state), str(step.sim.since)]
