"""A list of SIM accounts: which library, in which state, since when."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from libraries.enums import SimState
from libraries.imports.cells import BadCell, read_npp, read_sim_since, read_sim_state
from libraries.imports.columns import FIELD_OF, HEADING_ROWS, HEADINGS, BadRoster
from libraries.models import Library, LibraryAlias, SimAccount
from libraries.querysets import LibraryQuerySet
from libraries.services import SimNote
from tpbis.core import texts
from tpbis.core.spreadsheets import Row, Table

MOST_ROWS = 10_000
_ANY = "any"  # a column without a heading: a name, an NPP or a code
_NAMES_IT = ("npp", "code", "name", "sim_name")
_ASKED = (*_NAMES_IT, "sim_state", "sim_since")
_MORE_WORDS = {
    "status": "sim_state",
    "keadaan": "sim_state",
    "status akun": "sim_state",
    "tanggal": "sim_since",
    "sejak": "sim_since",
    "per tanggal": "sim_since",
}
_BLANK = ("", "-", "–", "—")


@dataclass(frozen=True, slots=True)
class Change:
    """From ``since_on`` the account of ``library`` is in ``state``; before it was in ``before``."""

    row: int
    library: Library
    before: SimState
    state: SimState
    since_on: date

    @property
    def note(self) -> SimNote:
        return SimNote(self.library, self.state, self.since_on)


@dataclass(frozen=True, slots=True)
class Refusal:
    row: int
    written: str
    reason: str


@dataclass(slots=True)
class SimPlan:
    """What the list would do."""

    rows: int
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Refusal] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        said = [(c.row, c.library.pk, c.before, c.state, str(c.since_on)) for c in self.changes]
        rejected = [(r.row, r.reason) for r in self.rejected]
        return hashlib.sha256(json.dumps([said, rejected]).encode()).hexdigest()


def plan(table: Table, *, libraries: LibraryQuerySet) -> SimPlan:
    """Compare the list with what is known of ``libraries``, the ones somebody looks after; writes
    nothing. Raises :class:`BadRoster`."""
    columns, rows = _columns(table)
    if not rows:
        raise BadRoster("Daftar tidak berisi satu baris pun.")
    known = _Known(libraries)
    made = SimPlan(rows=len(rows))
    seen: dict[int, int] = {}
    for row in rows:
        values = _values(row, columns)
        try:
            _add(made, row.number, values, known, seen)
        except BadCell as bad:
            written = ", ".join(values.values())
            reason = f"{HEADINGS[bad.field]}: {bad}"
            made.rejected.append(Refusal(row.number, written[:120], reason))
    return made


def _add(
    made: SimPlan, row: int, values: Mapping[str, str], known: "_Known", seen: dict[int, int]
) -> None:
    library = known.find(values)
    if library.pk in seen:
        raise BadCell("name", f"sama dengan perpustakaan di baris {seen[library.pk]}.")
    if "sim_state" not in values:
        raise BadCell("sim_state", "kosong.")
    state = SimState(read_sim_state(values["sim_state"]))
    since = values.get("sim_since")
    since_on = read_sim_since(since) if since else timezone.localdate()
    seen[library.pk] = row
    before = known.state(library, since_on)
    if before == state:
        made.unchanged += 1
    else:
        made.changes.append(Change(row, library, before, state, since_on))


# --- Which library ------------------------------------------------------------------------------


class _Known:
    """The libraries somebody looks after. Of others nothing is told, not even that they are."""

    def __init__(self, libraries: LibraryQuerySet) -> None:
        found = {library.pk: library for library in libraries.select_related("region", "regency")}
        self._by_npp = {library.npp: library for library in found.values() if library.npp}
        self._by_code: dict[str, list[Library]] = defaultdict(list)
        self._by_name: dict[str, list[Library]] = defaultdict(list)
        names = {pk: {texts.key(library.name)} for pk, library in found.items()}
        for pk, alias in LibraryAlias.objects.values_list("library_id", "name"):
            if pk in names:
                names[pk].add(texts.key(alias))
        for pk, library in found.items():
            self._by_code[library.region.code.replace(".", "")].append(library)
            for name in names[pk]:
                self._by_name[name].append(library)
        self._states: dict[int, list[tuple[date, SimState]]] = defaultdict(list)
        accounts = SimAccount.objects.filter(library__in=libraries).order_by("since_on", "pk")
        for pk, since_on, state in accounts.values_list("library_id", "since_on", "state"):
            self._states[pk].append((since_on, SimState(state)))

    def find(self, values: Mapping[str, str]) -> Library:
        """By NPP, else by the code of its village (and its name), else by a name that only one
        of them has. Raises :class:`BadCell`."""
        npp, code = values.get("npp", ""), values.get("code", "")
        name = values.get("name") or values.get("sim_name") or ""
        if written := values.get(_ANY, ""):
            npp = name = written
            code = written if _digits(written) else ""
        if library := self._by_npp.get(read_npp(npp)):
            return library
        named = self._by_name.get(texts.key(name), [])
        if not code:
            return _only_one(named)
        there = self._by_code.get(_digits(code), [])
        by_both = [library for library in there if library in named]
        return _only_one(there if not name or name == code else by_both)

    def state(self, library: Library, on: date) -> SimState:
        """The one that held at the end of ``on``."""
        held = [state for since_on, state in self._states[library.pk] if since_on <= on]
        return held[-1] if held else SimState.NOT_PROPOSED


def _only_one(found: Iterable[Library]) -> Library:
    libraries = list(found)
    if not libraries:
        raise BadCell("name", "tidak ditemukan di wilayah Anda.")
    if len(libraries) > 1:
        places = "; ".join(one.region.title for one in libraries[:3])
        raise BadCell("name", f"ada beberapa ({places}). Tulis NPP-nya, atau kode desanya.")
    return libraries[0]


def _digits(text: str) -> str:
    """Of a code, with its dots or without; empty where it is no code."""
    digits = text.replace(".", "").strip()
    return digits if digits.isascii() and digits.isdigit() and len(digits) in (2, 4, 10) else ""


# --- The table ----------------------------------------------------------------------------------


def _columns(table: Table) -> tuple[Mapping[str, int], tuple[Row, ...]]:
    """The columns by their headings; without headings: which library, state, since when."""
    for row in table.rows[:HEADING_ROWS]:
        columns = _headings(row)
        if "sim_state" in columns and columns.keys() & set(_NAMES_IT):
            return columns, tuple(one for one in table.rows if one.number > row.number)
    return {_ANY: 0, "sim_state": 1, "sim_since": 2}, table.rows


def _headings(row: Row) -> dict[str, int]:
    columns: dict[str, int] = {}
    for index, written in enumerate(row.cells):
        key = texts.key(written)
        name = FIELD_OF.get(key) or _MORE_WORDS.get(key)
        if name in _ASKED:
            columns.setdefault(name, index)
    return columns


def _values(row: Row, columns: Mapping[str, int]) -> dict[str, str]:
    cells = {name: row.cells[index] for name, index in columns.items() if index < len(row.cells)}
    return {name: text for name, text in cells.items() if text not in _BLANK}
