"""The steps of an import, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import DatabaseError, transaction
from django.utils import timezone

from activities.enums import SimImportState, SimKind, SimSource
from activities.feed import read_row
from activities.models import SimImport, SimRow
from activities.sim import ledger, reports, runs, twins
from activities.sim.ledger import Fate, FeedRow, Line
from activities.sim.linking import Linker, Unmatched, dated
from libraries import services as libraries
from libraries.enums import Level, SimState
from libraries.models import Library, Region, SimAccount
from tpbis.accounts import audit
from tpbis.accounts.models import User


class AnotherImport(Exception):
    """Somebody else is importing from the SIM at this moment."""


@dataclass(slots=True)
class Counts:
    """Rows of one kind: ``read`` = new + changed + unchanged. Of these, unmatched ones wait for
    their library, and rejected ones cannot be used."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    unmatched: int = 0
    rejected: int = 0
    vanished: int = 0  # known, but not in this feed of the same regency and months


@dataclass(frozen=True, slots=True)
class Rejected:
    file: str
    row: int
    problem: str


@dataclass(slots=True)
class Outcome:
    """What an import did."""

    counts: dict[SimKind, Counts] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    unmatched: list[Unmatched] = field(default_factory=list)
    created: list[Library] = field(default_factory=list)
    linked_earlier: int = 0  # rows of earlier imports that found their library now
    reports: int = 0  # whose content is another now
    scores: int = 0  # official ones, new or another
    last_month: date | None = None  # of the reports touched
    run: SimImport | None = None


@transaction.atomic
def store(
    rows: Sequence[FeedRow],
    *,
    as_of: date | None = None,
    create_missing: bool = False,
    by: User | None = None,
    at: datetime | None = None,
    run: SimImport | None = None,
) -> Outcome:
    """Take in the rows of a feed: keep them, link them, carry what they say into sealed reports
    and official scores. ``as_of`` is the day the scores hold for (today); ``run`` the import that
    this is, a new one from the console without it."""
    one_at_a_time()
    now = at or timezone.now()
    if run is None:
        run = SimImport(
            source=SimSource.CONSOLE,
            files=sorted({row.file for row in rows}),
            content_hash=runs.hash_of(rows),
            sent_by=by,
            begun_at=now,
        )
    run.as_of = as_of or timezone.localdate(now)
    run.state, run.finished_at, run.touched_at = SimImportState.DONE, now, now
    run.save()
    outcome = _store(rows, run=run, as_of=as_of, create_missing=create_missing, now=now)
    _note("activities.import_sim", outcome, by or run.sent_by)
    return outcome


@transaction.atomic
def link_unmatched(*, by: User | None = None, at: datetime | None = None) -> Outcome:
    """Rows of earlier imports may have found their library since: it was registered, or got an
    alias."""
    one_at_a_time()
    now = at or timezone.now()
    outcome = _store([], run=None, as_of=None, create_missing=False, now=now)
    _note("activities.link_sim_rows", outcome, by)
    return outcome


def _store(
    rows: Sequence[FeedRow],
    *,
    run: SimImport | None,
    as_of: date | None,
    create_missing: bool,
    now: datetime,
) -> Outcome:
    today = timezone.localdate(now)
    lines = ledger.take_in(rows, run=run, as_of=as_of or today, now=now) if run else []
    gone = ledger.vanished(lines)
    waiting = ledger.earlier_unmatched(lines)
    ledger.name_spellings(waiting)
    earlier = [
        Line(reading=read_row(SimKind(row.kind), row.raw, today=today), row=row, fate=Fate.EARLIER)
        for row in waiting
    ]
    linker = Linker()
    linker.link([*lines, *earlier])
    if create_missing:
        linker.create_missing(as_of=as_of or today)
    found = [line for line in earlier if line.row.library_id]
    for line in found:
        line.row.problem = line.reading.problem
    fed = lines
    lines = [*lines, *found]
    outcome = Outcome(created=linker.created, unmatched=linker.unmatched(), run=run)
    outcome.linked_earlier = len(found)
    scores = reports.write_scores(lines, as_of=as_of)
    outcome.scores = len(scores)
    before = ledger.before(lines) if run else {}
    carry_into_reports(lines, outcome, now)
    ledger.mark_vanished(gone, on=today)
    _note_accounts(lines, today)
    _count(lines, gone, outcome)
    if run:
        reasons = linker.reasons()
        runs.write_lines(run, fed=fed, linked=found, gone=gone, before=before, reasons=reasons)
        runs.count(run, outcome.counts, scores=scores, reports=outcome.reports)
    return outcome


def one_at_a_time() -> None:
    provinces = Region.objects.filter(level=Level.PROVINCE).order_by("pk")
    try:
        list(provinces.select_for_update(no_key=True, nowait=True).values_list("pk"))
    except DatabaseError as error:
        raise AnotherImport from error


def carry_into_reports(
    lines: list[Line],
    outcome: Outcome,
    now: datetime,
    *,
    also_entries: set[reports.Month] = frozenset(),  # type: ignore[assignment]
    also_visits: set[reports.Month] = frozenset(),  # type: ignore[assignment]
) -> None:
    """Bring the months the lines speak of, and ``also`` others, up to date."""
    with_entries = reports.write_entries(lines, now=now) | also_entries
    with_visits = reports.months_of_visits(lines) | also_visits
    ledger.save(lines)
    visits, problems = reports.settle_visits(with_visits)
    for line in lines:
        line.row.problem = problems.get(line.row.key, line.row.problem)
    reports.ensure_reports({month for month, said in visits.items() if said}, now=now)
    months = with_entries | with_visits
    changed = reports.seal(months | twins.look_again(with_entries, now=now), visits, now=now)
    outcome.reports = len(changed)
    outcome.last_month = max((month for _library, month in months), default=None)
    reports.announce(changed)


def _note_accounts(lines: Iterable[Line], today: date) -> None:
    """Whoever stands in the feed has an account in the SIM; one that was closed stays closed."""
    since: dict[int, date] = {}
    for line in lines:
        library = line.row.library_id
        if library is not None and not line.problem:
            day = dated(line) or today
            since[library] = min(day, since.get(library, day))
    latest: dict[int, tuple[str, date]] = {
        pk: (state, day)
        for pk, state, day in SimAccount.objects.order_by("since_on", "pk").values_list(
            "library_id", "state", "since_on"
        )
    }
    settled = (SimState.ACTIVE, SimState.INACTIVE)
    unknown = {pk for pk in since if pk not in latest or latest[pk][0] not in settled}
    for newcomer in Library.objects.filter(pk__in=unknown):
        day = since[newcomer.pk]
        if newcomer.pk in latest:
            day = max(day, latest[newcomer.pk][1])
        libraries.note_sim_state(library=newcomer, state=SimState.ACTIVE, since_on=day)


def _count(lines: Iterable[Line], gone: Iterable[SimRow], outcome: Outcome) -> None:
    counts: dict[SimKind, Counts] = defaultdict(Counts)
    for row in gone:
        counts[SimKind(row.kind)].vanished += 1
    for line in lines:
        if line.source is None:
            continue
        count = counts[line.reading.kind]
        count.read += 1
        setattr(count, line.fate.value, getattr(count, line.fate.value) + 1)
        if line.problem:
            count.rejected += 1
            outcome.rejected.append(Rejected(line.source.file, line.source.number, line.problem))
        elif line.row.library_id is None and line.reading.kind != SimKind.REPLICATION:
            count.unmatched += 1
    outcome.counts = {kind: counts[kind] for kind in SimKind if kind in counts}


def _note(action: str, outcome: Outcome, by: User | None) -> None:
    """One event for the whole import, unless nothing is different now."""
    counts = outcome.counts.values()
    facts = {
        "new": sum(count.new for count in counts),
        "changed": sum(count.changed for count in counts),
        "rejected": sum(count.rejected for count in counts),
        "unmatched": sum(count.unmatched for count in counts),
        "vanished": sum(count.vanished for count in counts),
        "linked": outcome.linked_earlier,
        "libraries": len(outcome.created),
        "reports": outcome.reports,
        "scores": outcome.scores,
    }
    if any(facts[name] for name in ("new", "changed", "linked", "vanished", "reports", "scores")):
        changes = {name: [None, number] for name, number in facts.items() if number}
        audit.record(action, by=by, subject=outcome.run, changes=changes)
