"""The same thing told twice: an entry of the SIM and one made here. Found by likeness, merged by a
rule where it is safe, shown to a person where it is not. Of two that are the same one counts, and
only as long as both would."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities.enums import MERGED, Kind, ReturnReason, ServiceForm, SimTwinState, Source, State
from activities.flags.rules import Seen, is_alike
from activities.models import Activity, MonthlyReport, SimTwin
from activities.sim import reports
from activities.sim.reports import Month
from libraries.enums import ReportingMode
from libraries.models import Library
from tpbis.core import periods, texts

CLOSE = timedelta(days=3)
_CHUNK = 200  # libraries looked at together
_BATCH = 1_000
# What two entries of the same thing say alike; neither source asks for all of it, and the SIM has
# no blank: 0 there is a box that was left empty.
_FACTS = (
    "participants_total",
    "result",
    "amount",
    "service_form",
    "books",
    "digital_books",
    "computers",
    "bandwidth",
    "medium",
    "link",
)
_READ = ("pk", "report_id", "report__library_id", "kind", "held_on", "title", "exclusion", *_FACTS)
Key = tuple[int, int]  # of an entry of the SIM, of one made here


@dataclass(frozen=True, slots=True)
class _Entry:
    seen: Seen
    facts: tuple[Any, ...]
    service_form: str


def is_probable(one: _Entry, other: _Entry) -> bool:
    """The same kind within three days with much the same title; the half-yearly pictures of the
    facilities have no title of their own, and there is one of a month."""
    if one.seen.kind != other.seen.kind or one.service_form != other.service_form:
        return False
    if one.service_form == ServiceForm.SNAPSHOT:
        return periods.first_of_month(one.seen.held_on) == periods.first_of_month(
            other.seen.held_on
        )
    return abs(one.seen.held_on - other.seen.held_on) <= CLOSE and is_alike(one.seen, other.seen)


def is_safe(one: _Entry, other: _Entry) -> bool:
    """Merged without asking: the same day, the same title letter for letter and the same figures,
    and neither is like any other entry (which the caller sees to). Whatever differs, if only by a
    participant, may be a second session of the same day: a person looks at it."""
    if one.service_form == ServiceForm.SNAPSHOT:
        return one.facts == other.facts
    return (one.seen.held_on, one.seen.title, one.facts) == (
        other.seen.held_on,
        other.seen.title,
        other.facts,
    )


def look_again(months: Collection[Month], *, now: datetime) -> set[Month]:
    """Compare the entries of both sources around ``months`` and settle which of them count.
    Returns the months whose SIM reports must be sealed anew; those made here are."""
    spans: dict[int, list[date]] = defaultdict(list)
    for library, month in months:
        spans[library].append(month)
    touched: set[Month] = set()
    for libraries in _chunks(_with_both_sources(spans)):
        _propose({library: spans[library] for library in libraries}, now=now)
        touched |= settle(libraries, now=now)
    return touched


def settle(libraries: Collection[int], *, now: datetime) -> set[Month]:
    """Which of each pair counts, from the pairs as they stand: what the source that leads in the
    regency says. Running it again changes nothing. Returns the months of SIM reports to seal."""
    with translation.override(settings.LANGUAGE_CODE):  # the reason stands under the seal
        return _settle(libraries, now=now)


def settle_and_seal(libraries: Collection[int], *, now: datetime) -> None:
    """As :func:`settle`, and the SIM reports are sealed, too."""
    reports.seal_and_announce(settle(libraries, now=now), now=now)


def look_again_and_seal(months: Collection[Month], *, now: datetime) -> None:
    reports.seal_and_announce(look_again(months, now=now), now=now)


def let_go(rows: Iterable[int], *, now: datetime) -> None:
    """Rows that are about to vanish leave nothing out any more."""
    pairs = SimTwin.objects.filter(row__in=list(rows), left_out=Source.PORTAL)
    entries = list(pairs.values_list("entry", flat=True))
    pairs.update(left_out="")
    _leave_out(dict.fromkeys(entries, ""), now=now)


def _with_both_sources(spans: Mapping[int, object]) -> list[int]:
    """Most libraries have entries from one source alone: nothing to compare."""
    found: set[int] = set()
    for libraries in _chunks(sorted(spans)):
        from_sim = MonthlyReport.objects.filter(source=Source.SIM, library__in=libraries)
        # Opened again a report no longer counts: what it left out does.
        here = MonthlyReport.objects.from_portal().filter(library=OuterRef("library"))
        told_twice = from_sim.filter(Exists(here.exclude(state=State.DRAFT)))
        found |= set(told_twice.order_by().values_list("library", flat=True))
    return sorted(found)


# --- Finding them ---------------------------------------------------------------------------------


def _propose(spans: Mapping[int, list[date]], *, now: datetime) -> None:
    """Bring the pairs of these libraries around these months up to date; what a person decided
    stays as it is."""
    first, last = min(map(min, spans.values())), max(map(max, spans.values()))
    inside = first, periods.last_day(last)
    # An entry of the last day has likes in the next month, and these have others.
    around = periods.add_months(first, -1), periods.last_day(periods.add_months(last, 1))
    sim, here = (_entries(source, spans, around) for source in (Source.SIM, Source.PORTAL))
    known = _known(spans, around)
    decided = {key for key, twin in known.items() if twin.is_decided}
    same = {key for key in decided if known[key].state == SimTwinState.SAME}
    busy = {key[0] for key in same}, {key[1] for key in same}
    alike = {
        (pk, other): (is_safe(one, two), _lies(inside, one.seen.held_on, two.seen.held_on))
        for library, theirs in sim.items()
        for pk, one in theirs.items()
        for other, two in here.get(library, {}).items()
        if pk not in busy[0]
        and other not in busy[1]
        and (pk, other) not in decided
        and is_probable(one, two)
    }
    left, right = Counter(key[0] for key in alike), Counter(key[1] for key in alike)
    wanted = {
        key: SimTwinState.SAFE
        if safe and left[key[0]] == right[key[1]] == 1
        else SimTwinState.WAITING
        for key, (safe, lies_inside) in alike.items()
        if lies_inside
    }
    open_now = {
        key: twin
        for key, twin in known.items()
        if key not in decided
        and twin.row.activity
        and _lies(inside, twin.row.activity.held_on, twin.entry.held_on)
    }
    _write(wanted, open_now, now=now)


def _lies(span: tuple[date, date], *days: date) -> bool:
    """One of the days at least."""
    return any(span[0] <= day <= span[1] for day in days)


def _write(
    wanted: Mapping[Key, SimTwinState], known: Mapping[Key, SimTwin], *, now: datetime
) -> None:
    moved = {key: twin for key, twin in known.items() if wanted.get(key) != twin.state}
    freed = [twin.entry_id for twin in moved.values() if twin.left_out == Source.PORTAL]
    _leave_out(dict.fromkeys(freed, ""), now=now)
    gone = [twin.pk for key, twin in moved.items() if key not in wanted]
    SimTwin.objects.filter(pk__in=gone).delete()
    # Those that wait again first: an entry may give up one twin for another.
    for state in (SimTwinState.WAITING, SimTwinState.SAFE):
        pks = [twin.pk for key, twin in moved.items() if wanted.get(key) == state]
        SimTwin.objects.filter(pk__in=pks).update(state=state, left_out="")
    new = {key: state for key, state in wanted.items() if key not in known}
    entries = Activity.objects.filter(pk__in=[key[0] for key in new])
    rows = dict(entries.values_list("pk", "sim_row"))
    SimTwin.objects.bulk_create(
        [
            SimTwin(row_id=rows[key[0]], entry_id=key[1], state=state, found_at=now)
            for key, state in new.items()
        ],
        batch_size=_BATCH,
    )


def _known(libraries: Iterable[int], around: tuple[date, date]) -> dict[Key, SimTwin]:
    pairs = SimTwin.objects.filter(
        entry__report__library__in=list(libraries),
        entry__held_on__range=around,
        row__activity__isnull=False,
    ).select_related("row__activity", "entry")
    return {(pair.row.activity_id or 0, pair.entry_id): pair for pair in pairs}


def _entries(
    source: Source, libraries: Iterable[int], around: tuple[date, date]
) -> dict[int, dict[int, _Entry]]:
    """Of approved reports, by library and number; those that a reviewer left out are not compared,
    those that only their twin left out are."""
    rows = Activity.objects.filter(
        report__source=source,
        report__state=State.APPROVED,
        report__library__in=list(libraries),
        held_on__range=around,
    )
    if source == Source.SIM:
        rows = rows.filter(sim_row__isnull=False)
    ours = set(
        SimTwin.objects.filter(
            left_out=Source.PORTAL, entry__report__library__in=list(libraries)
        ).values_list("entry", flat=True)
    )
    found: dict[int, dict[int, _Entry]] = defaultdict(dict)
    for pk, report, library, kind, held_on, title, exclusion, *facts in rows.order_by(
        "pk"
    ).values_list(*_READ):
        if source == Source.PORTAL and exclusion and pk not in ours:
            continue
        said = dict(zip(_FACTS, facts, strict=True))
        seen = Seen(
            pk=pk,
            report=report,
            library=library,
            kind=kind,
            held_on=held_on,
            title=texts.key(title),
            medium=said["medium"] if kind == Kind.PUBLICATION else "",
        )
        plain = tuple(value or 0 for value in facts)
        found[library][pk] = _Entry(seen, plain, said["service_form"])
    return found


# --- Which of them counts -------------------------------------------------------------------------


def _settle(libraries: Collection[int], *, now: datetime) -> set[Month]:
    leads = dict(
        Library.objects.filter(pk__in=libraries).values_list("pk", "regency__reporting_mode")
    )
    pairs = list(
        SimTwin.objects.filter(entry__report__library__in=libraries, state__in=MERGED)
        .select_related("entry__report", "row__activity")
        .order_by("pk")
    )
    sim: dict[int, str] = {}
    here: dict[int, str] = {}
    moved = []
    for pair in pairs:
        left_out = _left_out(pair, leads[pair.entry.report.library_id])
        if pair.left_out == Source.PORTAL != left_out:
            here[pair.entry_id] = ""
        if left_out == Source.PORTAL and pair.row.activity:
            here[pair.entry_id] = _reason(pair.row.activity, _("Sama dengan catatan dari SIM"))
        elif left_out == Source.SIM and pair.row.activity_id:
            sim[pair.row.activity_id] = _reason(pair.entry, _("Sama dengan catatan di portal"))
        if left_out != pair.left_out:
            pair.left_out = left_out
            moved.append(pair)
    SimTwin.objects.bulk_update(moved, ["left_out"], batch_size=_BATCH)
    _leave_out(here, now=now)
    return _leave_out_of_sim(libraries, sim)


def _left_out(pair: SimTwin, leads: str) -> str:
    entry = pair.entry
    by_a_reviewer = entry.is_excluded and pair.left_out != Source.PORTAL
    if pair.row.activity is None or entry.report.state != State.APPROVED or by_a_reviewer:
        return ""
    return Source.PORTAL if leads == ReportingMode.SIM else Source.SIM


def _reason(other: Activity, words: str) -> str:
    return f"{words}: “{other.title}”, {date_format(other.held_on, 'j F Y')}."


def _leave_out_of_sim(libraries: Collection[int], wanted: Mapping[int, str]) -> set[Month]:
    """Nobody reviews what came from the SIM: whatever is left out there is so because of a twin."""
    entries = Activity.objects.filter(report__source=Source.SIM, report__library__in=libraries)
    now_out = entries.exclude(exclusion="").select_related("report")
    current = {entry.pk: entry for entry in now_out}
    new = entries.filter(pk__in=wanted.keys() - current.keys()).select_related("report")
    changed = [
        entry for entry in [*current.values(), *new] if _set(entry, wanted.get(entry.pk, ""))
    ]
    Activity.objects.bulk_update(changed, ["exclusion", "exclusion_comment"], batch_size=_BATCH)
    return {(entry.report.library_id, entry.report.month) for entry in changed}


def _leave_out(wanted: Mapping[int, str], *, now: datetime) -> None:
    """Of entries made here, with the seals of their reports."""
    changed = [
        entry
        for entry in Activity.objects.filter(pk__in=list(wanted)).order_by("pk")
        if _set(entry, wanted[entry.pk])
    ]
    Activity.objects.bulk_update(changed, ["exclusion", "exclusion_comment"], batch_size=_BATCH)
    sealed = MonthlyReport.objects.approved().filter(pk__in={entry.report_id for entry in changed})
    for report in sealed.select_for_update().order_by("pk"):
        report.seal, report.updated_at = report.compute_seal(), now
        report.save(update_fields=["seal", "updated_at"])
        reports.announce([report.pk])


def _set(entry: Activity, comment: str) -> bool:
    exclusion = ReturnReason.DOUBLE if comment else ""
    if (entry.exclusion, entry.exclusion_comment) == (exclusion, comment):
        return False
    entry.exclusion, entry.exclusion_comment = exclusion, comment
    return True


def _chunks(libraries: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(libraries), _CHUNK):
        yield libraries[start : start + _CHUNK]
