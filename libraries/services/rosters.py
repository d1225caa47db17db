"""Rosters sent in by browser, step by step. The only writers of their rows.

What is to be done with one is its state; a worker takes it up, holds it by its attempt's number,
and writes what came of it. Comparing and carrying out is work for ``libraries.imports``.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries import permissions
from libraries.enums import ImportState, LineKind
from libraries.models import Library, Region, RosterImport, RosterLine
from libraries.models.rosters import OPEN
from libraries.querysets import RosterImportQuerySet
from libraries.services.bulk import AT_ONCE
from libraries.signals import roster_waiting
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core.spreadsheets import Row, Table
from tpbis.core.texts import plain

SILENT_AFTER = timedelta(minutes=3)  # a worker tells every few hundred rows how far it is
UNHEARD_AFTER = timedelta(seconds=30)  # a message that was not lost has long arrived
MOST_ATTEMPTS = 3
ABANDONED_AFTER = timedelta(days=30)  # nobody came back to it

_HELD = {ImportState.MAPPED: ImportState.CHECKING, ImportState.CONFIRMED: ImportState.RUNNING}


class NotNow(Exception):
    """The import is at another step by now; the text says so."""


class HasRejected(Exception):
    """Rows are rejected, and nobody said that the others shall be imported without them."""


class Superseded(Exception):
    """Another attempt holds the import; this one has nothing to say any more."""


class FileGone(Exception):
    """The table that was sent in is no longer there."""


@dataclass(frozen=True, slots=True)
class Held:
    """An import that a worker holds: for its dry run, or (``to_write``) to carry it out."""

    roster: RosterImport
    attempt: int

    @property
    def to_write(self) -> bool:
        return self.roster.state == ImportState.RUNNING


# --- What people do -----------------------------------------------------------------------------


def receive(*, file_name: str, table: Table, by: User) -> RosterImport:
    """Keep a table that was sent in until somebody has agreed to it, or to nothing."""
    _need_keeper(by)
    places = places_of(by)
    if not places:  # nobody could see it
        raise PermissionDenied
    shelf = storages["rosters"]
    stored_as = shelf.save(f"{uuid.uuid4()}.json", ContentFile(_packed(table)))
    try:
        with transaction.atomic():
            roster = RosterImport.objects.create(
                file_name=plain(file_name)[:255],
                stored_as=stored_as,
                sheet=table.sheet[:100],
                uploaded_by=by,
            )
            roster.regions.set(places)
            rows = {"rows": [None, len(table.rows)]}
            audit.record("libraries.upload_roster", by=by, subject=roster, changes=rows)
    except BaseException:
        shelf.delete(stored_as)
        raise
    return roster


@transaction.atomic
def match_columns(
    *, roster: RosterImport, heading_row: int, mapping: Mapping[str, int], by: User
) -> RosterImport:
    """Say which column is which; the dry run follows. Raises :class:`NotNow`."""
    roster = _lock(roster, by, ImportState.UPLOADED, ImportState.PLANNED)
    roster.heading_row, roster.mapping = heading_row, dict(mapping)
    _wait(roster, ImportState.MAPPED)
    matched = {"columns": [None, len(mapping)]}
    audit.record("libraries.match_columns", by=by, subject=roster, changes=matched)
    return roster


@transaction.atomic
def choose_places(*, roster: RosterImport, choices: Mapping[str, str], by: User) -> RosterImport:
    """Say which places were meant by what was written; a new dry run follows. Raises
    :class:`NotNow`."""
    roster = _lock(roster, by, ImportState.PLANNED)
    roster.choices = {**roster.choices, **choices}
    _wait(roster, ImportState.MAPPED)
    chosen = {"places": [None, len(choices)]}
    audit.record("libraries.choose_places", by=by, subject=roster, changes=chosen)
    return roster


@transaction.atomic
def confirm(
    *, roster: RosterImport, plan_hash: str, sound_only: bool = False, by: User
) -> RosterImport:
    """Agree to the dry run that was shown; ``sound_only``: without the rows it rejects. Raises
    :class:`NotNow`, :class:`HasRejected`."""
    roster = _lock(roster, by, ImportState.PLANNED)
    if roster.plan_hash != plan_hash:
        raise NotNow(_("Hasil pemeriksaannya sudah lain. Baca lagi sebelum menyetujui."))
    if not roster.count(LineKind.ADDED) + roster.count(LineKind.CHANGED):
        raise NotNow(_("Tidak ada yang perlu disimpan."))
    if roster.count(LineKind.REJECTED) and not sound_only:
        raise HasRejected(_("Masih ada baris yang ditolak."))
    roster.sound_only = sound_only
    roster.confirmed_at, roster.confirmed_by = timezone.now(), by
    _wait(roster, ImportState.CONFIRMED)
    agreed = {"sound_only": [None, sound_only]}
    audit.record("libraries.confirm_roster", by=by, subject=roster, changes=agreed)
    return roster


@transaction.atomic
def cancel(*, roster: RosterImport, by: User) -> RosterImport:
    """Import nothing. Raises :class:`NotNow` once it is being written."""
    roster = _lock(roster, by, *OPEN)
    before = roster.state
    _end(roster, ImportState.CANCELLED)
    roster.lines.all().delete()
    states = {"state": [before, roster.state]}
    audit.record("libraries.cancel_roster", by=by, subject=roster, changes=states)
    return roster


def places_of(user: User) -> list[Region]:
    """The widest places somebody looks after."""
    found: list[Region] = []
    for region in Region.objects.visible_to(user).order_by("level", "code"):
        if not any(region.code.startswith(f"{wider.code}.") for wider in found):
            found.append(region)
    return found


# --- What a worker does -------------------------------------------------------------------------


@transaction.atomic
def take(*, roster_id: int, at: datetime | None = None) -> Held | None:
    """Hold an import that waits, or whose worker fell silent; ``None`` when it is not to be had.
    While one is written its row is locked, so that nobody else holds it then."""
    at = at or timezone.now()
    free = RosterImport.objects.select_for_update(of=("self",), skip_locked=True)
    roster = free.filter(pk=roster_id, attempts__lt=MOST_ATTEMPTS).first()
    if roster is None:
        return None
    state = ImportState(roster.state)
    is_silent = state in _HELD.values() and roster.touched_at < at - SILENT_AFTER
    if state not in _HELD and not is_silent:
        return None
    roster.state = _HELD.get(state, state)
    roster.attempts += 1
    roster.step, roster.touched_at = 0, at
    roster.save(update_fields=["state", "attempts", "step", "touched_at"])
    return Held(roster, roster.attempts)


def tell(*, held: Held, step: int, steps: int) -> None:
    """How far it is, which is the sign of life too. Raises :class:`Superseded`."""
    if not _mine(held).update(step=step, steps=steps, touched_at=timezone.now()):
        raise Superseded


def show_plan(
    *,
    held: Held,
    lines: Iterable[RosterLine],
    counts: Mapping[str, int],
    plan_hash: str,
    notice: str = "",
) -> None:
    """Put the dry run down for people to look at; whoever agreed to another one did not agree to
    this. Raises :class:`Superseded`."""
    with transaction.atomic():
        roster = hold(held)
        roster.lines.all().delete()
        RosterLine.objects.bulk_create(lines, batch_size=AT_ONCE)
        roster.state, roster.counts, roster.plan_hash = ImportState.PLANNED, dict(counts), plan_hash
        roster.confirmed_at = roster.confirmed_by = None
        roster.sound_only, roster.problem = False, notice
        roster.touched_at = timezone.now()
        roster.save()


def hold(held: Held) -> RosterImport:
    """The row itself, locked until the transaction ends. Raises :class:`Superseded`."""
    roster = RosterImport.objects.select_for_update(of=("self",)).get(pk=held.roster.pk)
    if (roster.state, roster.attempts) != (held.roster.state, held.attempt):
        raise Superseded
    return roster


def finish(*, roster: RosterImport, added: Mapping[int, Library]) -> None:
    """Within the transaction that wrote the register: say so. Of the rows stays which library
    each became; what they said of people goes, as does the table."""
    names = roster.lines.filter(kind=LineKind.ADDED).values_list("number", "name", "place")
    fresh = [
        RosterLine(
            roster=roster,
            number=number,
            kind=LineKind.ADDED,
            name=name,
            place=place,
            library=added[number],
        )
        for number, name, place in names
    ]
    roster.lines.filter(kind=LineKind.ADDED).delete()
    RosterLine.objects.bulk_create(fresh, batch_size=AT_ONCE)
    roster.lines.filter(kind=LineKind.CHANGED).update(details=[])
    _end(roster, ImportState.DONE)
    counts = {kind.value: [None, roster.count(kind)] for kind in LineKind}
    audit.record("libraries.import_roster", by=roster.confirmed_by, subject=roster, changes=counts)


def fail(*, held: Held, problem: str) -> None:
    with transaction.atomic():
        try:
            roster = hold(held)
        except Superseded:
            return
        roster.problem = problem[:300]
        _end(roster, ImportState.FAILED)


def table_of(roster: RosterImport) -> Table:
    """What was sent in. Raises :class:`FileGone`."""
    try:
        with storages["rosters"].open(roster.stored_as) as file:
            said = json.load(file)
    except (OSError, ValueError) as error:
        raise FileGone(_("Berkasnya tidak ada lagi. Unggah sekali lagi.")) from error
    rows = tuple(Row(number, tuple(cells)) for number, cells in said["rows"])
    return Table(rows=rows, sheet=said["sheet"], other_sheets=tuple(said["other_sheets"]))


# --- What a lost message or a lost worker left behind ---------------------------------------------


def sweep(*, at: datetime | None = None) -> list[int]:
    """Give up what was tried too often and clear what nobody came back to; returns the imports
    that somebody must take up."""
    at = at or timezone.now()
    silent = RosterImport.objects.silent_since(at - SILENT_AFTER)
    for roster in silent.filter(attempts__gte=MOST_ATTEMPTS):
        problem = _("Terhenti %(count)d kali tanpa kabar. Tidak ada yang disimpan.")
        fail(held=Held(roster, roster.attempts), problem=problem % {"count": MOST_ATTEMPTS})
    for roster in RosterImport.objects.filter(
        state__in=[ImportState.UPLOADED, ImportState.PLANNED], touched_at__lt=at - ABANDONED_AFTER
    ):
        _abandon(roster)
    unheard = RosterImport.objects.unheard_since(at - UNHEARD_AFTER)
    return sorted({*silent.values_list("pk", flat=True), *unheard.values_list("pk", flat=True)})


@transaction.atomic
def _abandon(roster: RosterImport) -> None:
    roster = RosterImport.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    if roster.state in (ImportState.UPLOADED, ImportState.PLANNED):
        roster.problem = _("Tidak dilanjutkan selama 30 hari.")
        _end(roster, ImportState.CANCELLED)
        roster.lines.all().delete()
        audit.record("libraries.abandon_roster", by=None, subject=roster)


# --- The steps they share -----------------------------------------------------------------------


def _need_keeper(by: User) -> None:
    if not permissions.keeps_register(by):
        raise PermissionDenied


def _lock(roster: RosterImport, by: User, *states: ImportState) -> RosterImport:
    _need_keeper(by)
    locked = RosterImport.objects.select_for_update(of=("self",)).get(pk=roster.pk)
    if locked.state not in states:
        raise NotNow(_("Impor ini sudah sampai di langkah lain. Lihat keadaannya sekarang."))
    return locked


def _wait(roster: RosterImport, state: ImportState) -> None:
    """Leave it for a worker, and say so after commit."""
    roster.state, roster.problem = state, ""
    roster.step, roster.steps, roster.attempts = 0, 0, 0
    roster.touched_at = timezone.now()
    roster.save()
    transaction.on_commit(
        partial(roster_waiting.send_robust, sender=RosterImport, roster_id=roster.pk)
    )


def _end(roster: RosterImport, state: ImportState) -> None:
    gone = roster.stored_as
    roster.state, roster.stored_as, roster.choices = state, "", {}
    roster.touched_at = roster.finished_at = timezone.now()
    roster.save()
    if gone:
        transaction.on_commit(partial(storages["rosters"].delete, gone), robust=True)


def _mine(held: Held) -> RosterImportQuerySet:
    return RosterImport.objects.filter(
        pk=held.roster.pk, state=held.roster.state, attempts=held.attempt
    )


def _packed(table: Table) -> bytes:
    said = {
        "sheet": table.sheet,
        "other_sheets": table.other_sheets,
        "rows": [[row.number, row.cells] for row in table.rows],
    }
    return json.dumps(said, ensure_ascii=False).encode()
