"""A roster that was sent in by browser: its dry run, and what comes of it once it is agreed to."""

import logging
from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from libraries.enums import LineKind
from libraries.imports import roster as rosters
from libraries.imports.columns import BadRoster, header_of, rows_below
from libraries.imports.roster import Plan, Reading, Remark
from libraries.models import Region, RosterImport, RosterLine, regency_of
from libraries.services import rosters as services
from libraries.services.rosters import Held
from tpbis.core.spreadsheets import Row, Table

logger = logging.getLogger(__name__)


class _Moved(Exception):
    """The register is not as it was when somebody agreed."""


def work_on(*, roster_id: int, at: datetime | None = None) -> None:
    """Take up what waits, unless somebody else holds it. Whatever goes wrong ends up as the
    import's problem, and then nothing of it was written."""
    held = services.take(roster_id=roster_id, at=at)
    if held is None:
        return
    try:
        if held.to_write:
            _carry_out(held)
        else:
            _look(held)
    except services.Superseded:
        return
    except (services.FileGone, BadRoster) as problem:
        services.fail(held=held, problem=str(problem))
    except PermissionDenied:
        problem_text = _("Yang menyetujui tidak lagi bertugas di wilayah ini.")
        services.fail(held=held, problem=problem_text)
    except Exception:
        logger.exception("Roster %s failed", roster_id)
        problem_text = _("Ada kesalahan tak terduga; rinciannya di catatan server.")
        services.fail(held=held, problem=problem_text)


def _look(held: Held, *, notice: str = "") -> None:
    """The dry run, put down for people to look at."""
    codes = _codes(held.roster)
    made = rosters.compare(_read(held, codes), codes=codes)
    services.show_plan(
        held=held,
        lines=_lines(held.roster, made),
        counts=_counts(made),
        plan_hash=made.fingerprint,
        notice=notice,
    )


def _carry_out(held: Held) -> None:
    """Everything in one transaction. What takes longest, reading, comes before it; comparing comes
    within, so that nothing can move in between."""
    codes = _codes(held.roster)
    reading = _read(held, codes)
    try:
        with transaction.atomic():
            roster = services.hold(held)
            made = rosters.compare(reading, codes=codes)
            if made.fingerprint != roster.plan_hash:
                raise _Moved
            added = rosters.carry_out(made, by=roster.confirmed_by)
            services.finish(roster=roster, added=added)
    except (_Moved, rosters.NotImported, IntegrityError):
        notice = _("Daftar perpustakaan berubah sejak diperiksa. Baca lagi, lalu setujui.")
        _look(held, notice=notice)


def _read(held: Held, codes: list[str]) -> Reading:
    roster = held.roster
    table = services.table_of(roster)
    heading = heading_of(table, roster.heading_row)
    rows = rows_below(table, heading)
    services.tell(held=held, step=0, steps=len(rows))
    return rosters.read(
        header_of(heading, roster.mapping),
        rows,
        choices=roster.choices,
        codes=codes,
        told=lambda done: services.tell(held=held, step=done, steps=len(rows)),
    )


def heading_of(table: Table, number: int) -> Row:
    """The row of that number, or the first after it."""
    return next((row for row in table.rows if row.number >= number), table.rows[-1])


def _codes(roster: RosterImport) -> list[str]:
    return sorted(roster.regions.values_list("code", flat=True))


def _counts(made: Plan) -> dict[str, int]:
    return {
        LineKind.ADDED: len(made.added),
        LineKind.CHANGED: len(made.changed),
        LineKind.UNCHANGED: len(made.unchanged),
        LineKind.REJECTED: len(made.rejected),
        "warnings": len(made.warnings),
    }


def _lines(roster: RosterImport, made: Plan) -> Iterator[RosterLine]:
    warnings: dict[int, list[list[str]]] = {}
    for remark in made.warnings:
        warnings.setdefault(remark.row, []).append([remark.heading, remark.text])
    for step in made.added:
        region = step.content["region"]
        yield RosterLine(
            roster=roster,
            number=step.row,
            kind=LineKind.ADDED,
            name=step.content["name"],
            place=_place(region, regency_of(region)),
            warnings=warnings.get(step.row, []),
        )
    for step in made.changed:
        assert step.library is not None
        yield RosterLine(
            roster=roster,
            number=step.row,
            kind=LineKind.CHANGED,
            name=step.library.name,
            place=_place(step.library.region, step.library.regency),
            library=step.library,
            details=[list(one) for one in step.shown],
            warnings=warnings.get(step.row, []),
        )
    for row, library in made.unchanged:
        yield RosterLine(
            roster=roster,
            number=row,
            kind=LineKind.UNCHANGED,
            name=library.name,
            place=_place(library.region, library.regency),
            library=library,
            warnings=warnings.get(row, []),
        )
    for remark in made.rejected:
        yield _rejected(roster, remark)


def _place(region: Region, regency: Region) -> str:
    """“Desa Labruk Kidul, Kabupaten Lumajang”"""
    return region.title if region == regency else f"{region.title}, {regency.title}"


def _rejected(roster: RosterImport, remark: Remark) -> RosterLine:
    return RosterLine(
        roster=roster,
        number=remark.row,
        kind=LineKind.REJECTED,
        name=remark.name[:200],
        place=remark.place[:200],
        details=[[remark.heading, remark.text]],
        place_key=remark.place_key,
        candidates=list(remark.candidates),
    )
