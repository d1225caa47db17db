"""A whole import taken back: the rows as they were before it, the reports sealed anew."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions
from activities.enums import SimImportState, SimKind, SimLineKind
from activities.feed import read_row
from activities.models import Activity, SimImport, SimRow
from activities.sim import ledger, reports, twins
from activities.sim.ledger import Fate, Line
from activities.sim.reports import Month
from activities.sim.steps import Outcome, carry_into_reports, one_at_a_time
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User

_BATCH = 500


class NotUndoable(Exception):
    """Another import came later, or this one was undone before; the text says which."""


@transaction.atomic
def undo(*, run: SimImport, by: User, at: datetime | None = None) -> SimImport:
    """Only the latest: what came later may rest on it. Libraries registered and notes on SIM
    accounts stay. Raises :class:`NotUndoable`, ``AnotherImport``."""
    if not permissions.imports_sim(by):
        raise PermissionDenied
    one_at_a_time()
    run = SimImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not run.is_done:
        raise NotUndoable(_("Impor ini tidak (lagi) berlaku."))
    if latest() != run:
        raise NotUndoable(_("Batalkan dulu impor yang lebih baru."))
    now = at or timezone.now()
    entries, visits = _remove_new(run, now)
    lines, more_entries, more_visits = _restore(run)
    gone = run.lines.filter(kind=SimLineKind.VANISHED, row__isnull=False)
    SimRow.objects.filter(pk__in=gone.values("row")).update(absent_since=None)
    reports.put_scores_back([(one[0], one[1], one[2], one[3]) for one in run.scores_before])
    outcome = Outcome()
    carry_into_reports(
        lines,
        outcome,
        now,
        also_entries=entries | more_entries,
        also_visits=visits | more_visits,
    )
    run.state, run.undone_at, run.undone_by = SimImportState.UNDONE, now, by
    run.save(update_fields=["state", "undone_at", "undone_by"])
    changes: dict[str, list[object]] = {
        "state": [SimImportState.DONE, run.state],
        "reports": [None, outcome.reports],
    }
    audit.record("activities.undo_sim_import", by=by, subject=run, changes=changes)
    return run


def latest() -> SimImport | None:
    """The import that may be undone next."""
    return SimImport.objects.done().order_by("-finished_at", "-pk").first()


def _remove_new(run: SimImport, now: datetime) -> tuple[set[Month], set[Month]]:
    today = timezone.localdate()
    entries: set[Month] = set()
    visits: set[Month] = set()
    while chunk := list(run.rows.order_by("pk")[:_BATCH]):
        lines = [_line(row, today) for row in chunk]
        twins.let_go([row.pk for row in chunk], now=now)
        visits |= reports.months_of_visits(lines)
        entries |= reports.take_away([line for line in lines if line.row.activity_id])
        SimRow.objects.filter(pk__in=[row.pk for row in chunk]).delete()
    return entries, visits


def _restore(run: SimImport) -> tuple[list[Line], set[Month], set[Month]]:
    today = timezone.localdate()
    changed = run.lines.filter(kind=SimLineKind.CHANGED, row__isnull=False).select_related("row")
    told = [(one.row, one.before) for one in changed.order_by("pk") if one.row and one.before]
    current = [_line(row, today) for row, _before in told]
    visits = reports.months_of_visits(current)
    entries = set(
        Activity.objects.filter(sim_row__in=[row.pk for row, _before in told]).values_list(
            "report__library_id", "report__month"
        )
    )
    there = set(Library.objects.values_list("pk", flat=True))
    lines = []
    for row, before in told:
        library = row.library_id
        ledger.put_back(row, before)
        if row.library_id is not None and row.library_id not in there:
            row.library_id = library  # it was merged into another one since
        lines.append(_line(row, today))
    reports.take_away(
        [line for line in lines if line.row.activity_id and line.row.library_id is None]
    )
    return lines, entries, visits


def _line(row: SimRow, today: date) -> Line:
    reading = read_row(SimKind(row.kind), row.raw, today=today)
    return Line(reading=reading, row=row, fate=Fate.CHANGED)
