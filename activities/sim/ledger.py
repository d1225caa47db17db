"""The rows themselves: which are new, which changed, which are the same."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db.models import DateField

from activities.enums import SimKind
from activities.feed import EntrySaid, Reading, VisitsSaid, row_key, spelling_of, where_of
from activities.models import SimImport, SimRow
from libraries.enums import Level
from libraries.places import place_key
from tpbis.core import periods

_BATCH = 1_000
_UNDATED = (SimKind.SCORES, SimKind.REPLICATION)
_CONTENT = [
    "content_hash",
    "raw",
    "library_name",
    "regency_name",
    "village_name",
    "spelling",
    "library",
    "activity",
    "as_of",
    "problem",
    "imported_at",
    "day",
    "absent_since",
    "arrived_with",
]
# What undoing an import puts back.
_BEFORE = (
    "content_hash",
    "raw",
    "library_name",
    "regency_name",
    "village_name",
    "spelling",
    "library_id",
    "as_of",
    "problem",
    "imported_at",
    "day",
    "absent_since",
    "arrived_with_id",
)


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A row of a file, read; ``number`` counts from 1."""

    file: str
    number: int
    reading: Reading


class Fate(Enum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    EARLIER = "earlier"  # of an earlier import, taken up again to be linked


@dataclass(slots=True)
class Line:
    """A row with its place in the ledger: ``row`` is stored already, or will be."""

    reading: Reading
    row: SimRow
    fate: Fate
    source: FeedRow | None = None
    touched: bool = False  # the stored row differs from what it must be now

    @property
    def problem(self) -> str:
        return self.row.problem

    @property
    def is_fresh(self) -> bool:
        """Whether what it says has to be carried into reports."""
        return self.touched or self.fate in (Fate.NEW, Fate.CHANGED)

    def reject(self, problem: str) -> None:
        """Keep the row with the reason why it is not used; blank takes the reason back."""
        if self.row.problem != problem:
            self.row.problem = problem
            self.touched = True


def take_in(rows: Sequence[FeedRow], *, run: SimImport, as_of: date, now: datetime) -> list[Line]:
    """Compare ``rows`` with the ledger; nothing is written yet. Of two files with the same row the
    later one holds."""
    stored = _stored({row.reading.kind for row in rows})
    known: dict[tuple[str, str], SimRow] = dict(stored)
    lines = []
    for row, key in _with_keys(rows, stored):
        reading = row.reading
        found = known.get((reading.kind, key))
        if found is None:
            fate, ledger_row = Fate.NEW, SimRow(kind=reading.kind, key=key, arrived_with=run)
        else:
            same = found.content_hash == reading.content_hash
            fate, ledger_row = Fate.UNCHANGED if same else Fate.CHANGED, found
        line = Line(reading=reading, row=ledger_row, fate=fate, source=row)
        if fate != Fate.UNCHANGED:
            _fill(ledger_row, reading, as_of=as_of, now=now)
        elif reading.problem != ledger_row.problem:
            # The world moved on: its day has come, or a clash may be over.
            line.reject(reading.problem)
        spelling = spelling_of(reading.where)
        if (ledger_row.absent_since, ledger_row.day, ledger_row.spelling) != (
            None,
            dated(reading),
            spelling,
        ):
            ledger_row.absent_since, ledger_row.day = None, dated(reading)
            ledger_row.spelling = spelling
            line.touched = True
        known[reading.kind, key] = ledger_row
        lines.append(line)
    return lines


def earlier_unmatched(seen: Iterable[Line]) -> list[SimRow]:
    """Stored rows without a library that this import did not bring again."""
    again = {line.row.pk for line in seen if line.row.pk}
    return [row for row in SimRow.objects.unmatched().order_by("pk") if row.pk not in again]


def vanished(lines: Iterable[Line]) -> list[SimRow]:
    """Stored rows of a regency and of months that this feed tells of, but not of them. A score
    speaks of no month: each feed tells all of a regency."""
    seen: set[tuple[str, str]] = set()
    spans: dict[tuple[str, str], list[date]] = defaultdict(list)
    for line in lines:
        seen.add((line.row.kind, line.row.key))
        of = _feed_of(line.row)
        if line.row.kind not in _UNDATED and line.row.day:
            spans[of].append(line.row.day)
        elif line.row.kind in _UNDATED:
            spans[of].append(date.min)
    missing = []
    kinds = {kind for kind, _regency in spans}
    present = SimRow.objects.filter(kind__in=kinds, absent_since__isnull=True).defer("raw")
    for row in present.order_by("pk").iterator(chunk_size=5_000):
        days = spans.get(_feed_of(row))
        if days is None or (row.kind, row.key) in seen:
            continue
        if row.kind in _UNDATED or (row.day and _covers(days, row.day)):
            missing.append(row)
    return missing


def mark_vanished(rows: Sequence[SimRow], *, on: date) -> None:
    for start in range(0, len(rows), _BATCH):
        ids = [row.pk for row in rows[start : start + _BATCH]]
        SimRow.objects.filter(pk__in=ids).update(absent_since=on)


def before(lines: Iterable[Line]) -> dict[tuple[str, str], dict[str, Any]]:
    """What is stored of the rows about to be written, by kind and key: to be put back."""
    ids = [line.row.pk for line in lines if line.is_fresh and line.row.pk]
    found = {}
    for start in range(0, len(ids), _BATCH):
        stored = SimRow.objects.filter(pk__in=ids[start : start + _BATCH])
        for said in stored.values("kind", "key", *_BEFORE):
            found[said["kind"], said["key"]] = {
                name: said[name].isoformat() if isinstance(said[name], date) else said[name]
                for name in _BEFORE
            }
    return found


def put_back(row: SimRow, said: Mapping[str, Any]) -> None:
    for name in _BEFORE:
        field = SimRow._meta.get_field(name.removesuffix("_id"))
        value = said[name]
        setattr(row, name, field.to_python(value) if isinstance(field, DateField) else value)


def _covers(days: list[date], day: date) -> bool:
    return periods.first_of_month(min(days)) <= day and periods.first_of_month(
        day
    ) <= periods.first_of_month(max(days))


def _feed_of(row: SimRow) -> tuple[str, str]:
    return row.kind, place_key(row.regency_name, Level.REGENCY)


def name_spellings(rows: Iterable[SimRow]) -> None:
    """Of rows that came before spellings were kept."""
    nameless = [row for row in rows if not row.spelling]
    for row in nameless:
        row.spelling = spelling_of(where_of(row.raw))
    SimRow.objects.bulk_update(nameless, ["spelling"], batch_size=_BATCH)


def save(lines: Iterable[Line]) -> None:
    """Write the rows that are new or differ from what is stored."""
    rows = {id(line.row): line for line in lines if line.is_fresh}
    for line in rows.values():
        line.row.raw = dict(line.reading.raw)
    upsert_rows([line.row for line in rows.values()])


def upsert_rows(rows: Sequence[SimRow]) -> None:
    for row in rows:
        row.pk = None  # found again by kind and key
    SimRow.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=_CONTENT,
    )


def _stored(kinds: set[SimKind]) -> dict[tuple[str, str], SimRow]:
    rows = SimRow.objects.filter(kind__in=kinds).defer("raw")
    return {(row.kind, row.key): row for row in rows.iterator(chunk_size=5_000)}


def _with_keys(
    rows: Sequence[FeedRow], stored: dict[tuple[str, str], SimRow]
) -> Iterable[tuple[FeedRow, str]]:
    """Each row with its key, in the order given. Rows of one file that speak of the same are told
    apart by ordinals; whoever had one with the same content keeps it, so that another order in the
    next file changes nothing."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, row in enumerate(rows):
        alike[row.file, row.reading.identity].append(index)
    keys: dict[int, str] = {}
    for (_file, identity), indexes in alike.items():
        free = [row_key(identity, ordinal) for ordinal in range(len(indexes))]
        for index in indexes if len(indexes) > 1 else ():
            if kept := _key_of_same_content(rows[index].reading, free, stored):
                keys[index] = kept
                free.remove(kept)
        waiting = [index for index in indexes if index not in keys]
        keys |= dict(zip(waiting, free, strict=True))
    return [(row, keys[index]) for index, row in enumerate(rows)]


def _key_of_same_content(
    reading: Reading, keys: Sequence[str], stored: dict[tuple[str, str], SimRow]
) -> str | None:
    for key in keys:
        known = stored.get((reading.kind, key))
        if known and known.content_hash == reading.content_hash:
            return key
    return None


def _fill(row: SimRow, reading: Reading, *, as_of: date, now: datetime) -> None:
    row.content_hash = reading.content_hash
    row.raw = dict(reading.raw)
    row.library_name = reading.where.library[:200]
    row.regency_name = reading.where.regency[:120]
    row.village_name = reading.where.village[:120]
    row.spelling = spelling_of(reading.where)
    row.as_of = as_of if reading.kind == SimKind.SCORES else None
    row.problem = reading.problem
    row.imported_at = now
    row.day = dated(reading)
    row.absent_since = None


def dated(reading: Reading) -> date | None:
    """The day a row speaks of; a score speaks of none."""
    fact = reading.fact
    if isinstance(fact, EntrySaid):
        return fact.held_on
    return fact.month if isinstance(fact, VisitsSaid) else reading.month
