"""Imports as such: what each read, and what it did to rows that were there before."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from activities.enums import SimKind, SimLineKind
from activities.models import SimImport, SimImportLine, SimRow
from activities.sim.ledger import Fate, FeedRow, Line

if TYPE_CHECKING:
    from activities.sim.reports import ScoreBefore
    from activities.sim.steps import Counts

_BATCH = 1_000
Before = Mapping[tuple[str, str], Mapping[str, Any]]


def hash_of(rows: Iterable[FeedRow]) -> str:
    """Of the content of a feed, row by row."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(f"{row.file}\x1f{row.reading.content_hash}\n".encode())
    return digest.hexdigest()


def write_lines(
    run: SimImport,
    *,
    fed: Iterable[Line],
    linked: Iterable[Line],
    gone: Iterable[SimRow],
    before: Before,
    reasons: Mapping[tuple[str, ...], str],
) -> None:
    lines = _told(run, fed, before, reasons) + _changed(run, fed, linked, before)
    lines += [
        SimImportLine(
            run=run,
            kind=SimLineKind.VANISHED,
            feed=row.kind,
            library_name=row.library_name,
            place=_place(row.village_name, row.regency_name),
            day=row.day,
            row=row,
        )
        for row in gone
    ]
    SimImportLine.objects.bulk_create(lines, batch_size=_BATCH)


def count(
    run: SimImport, counts: Mapping[SimKind, "Counts"], *, scores: "list[ScoreBefore]", reports: int
) -> None:
    run.counts = {kind.value: asdict(one) for kind, one in counts.items()}
    run.scores_before, run.reports = [list(one) for one in scores], reports
    run.save(update_fields=["counts", "scores_before", "reports"])


def _told(
    run: SimImport, fed: Iterable[Line], before: Before, reasons: Mapping[tuple[str, ...], str]
) -> list[SimImportLine]:
    """The rows that could not be used, and those that wait for their library."""
    told = []
    for line in fed:
        if line.problem:
            told.append(_line(run, SimLineKind.REJECTED, line, line.problem))
        elif line.row.library_id is None and line.reading.kind != SimKind.REPLICATION:
            reason = reasons.get(line.reading.where.key, "")
            told.append(_line(run, SimLineKind.UNMATCHED, line, reason))
    _point_at_rows(told, fed)
    return told


def _changed(
    run: SimImport, fed: Iterable[Line], linked: Iterable[Line], before: Before
) -> list[SimImportLine]:
    changed = {}
    for line in [*fed, *linked]:
        key = (line.row.kind, line.row.key)
        if key in before and key not in changed:
            reason = "" if line.fate == Fate.CHANGED else "tautan atau tanda"
            changed[key] = _line(run, SimLineKind.CHANGED, line, reason, before[key])
    told = list(changed.values())
    _point_at_rows(told, [*fed, *linked])
    return told


def _line(
    run: SimImport,
    kind: SimLineKind,
    line: Line,
    reason: str,
    before: Mapping[str, Any] | None = None,
) -> SimImportLine:
    made = SimImportLine(
        run=run,
        kind=kind,
        feed=line.row.kind,
        file=line.source.file[:255] if line.source else "",
        number=line.source.number if line.source else None,
        library_name=line.row.library_name,
        place=_place(line.row.village_name, line.row.regency_name),
        day=line.row.day,
        reason=reason[:300],
        before=before,
    )
    made.key_of_row = (line.row.kind, line.row.key)  # type: ignore[attr-defined]
    return made


def _point_at_rows(told: list[SimImportLine], lines: Iterable[Line]) -> None:
    """Rows written in bulk do not know their numbers."""
    keys = [one.key_of_row for one in told]  # type: ignore[attr-defined]
    ids: dict[tuple[str, str], int] = {}
    for start in range(0, len(keys), _BATCH):
        rows = SimRow.objects.filter(key__in=[key for _kind, key in keys[start : start + _BATCH]])
        ids |= {(kind, key): pk for pk, kind, key in rows.values_list("pk", "kind", "key")}
    for one, key in zip(told, keys, strict=True):
        one.row_id = ids.get(key)


def _place(*parts: str) -> str:
    return ", ".join(part for part in parts if part)[:250]
