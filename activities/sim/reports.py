"""What the rows say, as reports: one of source SIM for each library and month, sealed."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.utils import timezone

from activities import signals
from activities.enums import SimKind, Source, State
from activities.feed import EntrySaid, VisitsSaid, read_row
from activities.models import SEALED_FIELDS, Activity, MonthlyReport, OfficialScore, SimRow
from activities.sim import ledger
from activities.sim.ledger import Line

_BATCH = 1_000
_CHUNK = 500  # ids in one question
# More than that and messages are no short cut: the sweep or `manage.py score` is.
_MOST_ANNOUNCED = 200
_NAMESPACE = uuid.UUID("6a3bd5a4-6c56-4c0c-9f52-3a3f0d1f5b7e")
_ENTRY_CONTENT = ["report", "held_on", "audience_count", *SEALED_FIELDS]
_VISITS_CLASH = "pengunjung bulan ini sudah ada di baris lain dengan angka lain"

Month = tuple[int, date]  # library, month
T = TypeVar("T")


def write_entries(lines: Sequence[Line], *, now: datetime) -> set[Month]:
    """Store what fresh rows say as activities, take away those of rows that became unusable;
    returns the months touched. The rows must be saved afterwards: they point at their activity."""
    fresh = [line for line in lines if line.is_fresh and line.row.library_id]
    said = [
        (line, line.reading.fact)
        for line in {id(line.row): line for line in fresh}.values()
        if isinstance(line.reading.fact, EntrySaid) and not line.problem
    ]
    reports = ensure_reports({(_library(line), fact.month) for line, fact in said}, now=now)
    activities = [_activity(line, fact, reports[_library(line), fact.month]) for line, fact in said]
    Activity.objects.bulk_create(
        activities,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["uuid"],
        update_fields=_ENTRY_CONTENT,
    )
    for (line, _fact), activity in zip(said, activities, strict=True):
        line.row.activity = activity
    touched = {(_library(line), fact.month) for line, fact in said}
    return touched | take_away([line for line in fresh if line.problem and line.row.activity_id])


def months_of_visits(lines: Iterable[Line]) -> set[Month]:
    """Months whose visits a fresh row speaks of."""
    return {
        (line.row.library_id, line.reading.month)
        for line in lines
        if line.is_fresh and line.row.library_id and line.reading.month
    }


def settle_visits(months: set[Month]) -> tuple[dict[Month, VisitsSaid | None], dict[str, str]]:
    """The visits of each month, from the stored rows, and the problem of each row by its key: one
    row a library a month. Of rows that differ the first holds."""
    settled: dict[Month, VisitsSaid | None] = dict.fromkeys(months)
    problems: dict[str, str] = {}
    corrected = []
    today = timezone.localdate()
    for chunk in _chunks(sorted({library for library, _month in months})):
        rows = SimRow.objects.filter(kind=SimKind.VISITS, library__in=chunk).order_by("pk")
        for row in rows:
            reading = read_row(SimKind.VISITS, row.raw, today=today)
            if row.library_id is None or reading.month is None:
                continue
            month = (row.library_id, reading.month)
            if month not in settled:
                continue
            problem, said = reading.problem, reading.fact
            if isinstance(said, VisitsSaid):
                first = settled[month] = settled[month] or said
                problem = "" if first == said else _VISITS_CLASH
            problems[row.key] = problem
            if problem != row.problem:
                row.problem = problem
                corrected.append(row)
    ledger.upsert_rows(corrected)
    return settled, problems


def seal(
    months: set[Month], visits: Mapping[Month, VisitsSaid | None], *, now: datetime
) -> list[int]:
    """Bring visits and seals of the months' reports up to date; returns the ids of the reports
    whose content is another now."""
    reports = _sim_reports(months)
    changed: dict[int, MonthlyReport] = {}
    for chunk in _chunks(sorted(reports.items())):
        entries: dict[int, list[Activity]] = defaultdict(list)
        ids = [report.pk for _month, report in chunk]
        for entry in Activity.objects.filter(report__in=ids).for_report():
            entries[entry.report_id].append(entry)
        for month, report in chunk:
            if month in visits:
                _set_visits(report, visits[month])
            seal = report.seal_over(entries[report.pk])
            if seal != report.seal:
                report.seal, report.updated_at = seal, now
                changed[report.pk] = report
    _save_reports(changed.values())
    return list(changed)


def announce(report_ids: Sequence[int]) -> None:
    """What counts from these reports is another now; the sweep finds those beyond the most."""
    for report_id in report_ids[:_MOST_ANNOUNCED]:
        transaction.on_commit(
            partial(
                signals.approved_content_changed.send_robust,
                sender=MonthlyReport,
                report_id=report_id,
            )
        )


def seal_and_announce(months: set[Month], *, now: datetime) -> None:
    announce(seal(months, {}, now=now))


def ensure_reports(months: set[Month], *, now: datetime) -> dict[Month, MonthlyReport]:
    """The SIM report of each month, new ones with the seal of an empty month."""
    reports = _sim_reports(months)
    missing = [
        MonthlyReport(
            library_id=library,
            month=month,
            source=Source.SIM,
            state=State.APPROVED,
            updated_at=now,
        )
        for library, month in sorted(months - reports.keys())
    ]
    for report in missing:
        report.seal = report.seal_over([])
    MonthlyReport.objects.bulk_create(missing, batch_size=_BATCH)
    return reports | {(report.library_id, report.month): report for report in missing}


ScoreBefore = tuple[int, str, int | None, bool]  # library, day, points; whether there was one


def write_scores(lines: Sequence[Line], *, as_of: date | None) -> list[ScoreBefore]:
    """Store the official scores as dated facts; returns what was there of those new or another.
    Of a library that comes twice, once with "-", the number holds; a second one is rejected."""
    found: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.reading.kind == SimKind.SCORES and line.row.library_id and not line.reading.problem:
            found[line.row.library_id].append(line)
    scores = {}
    for library, rows in found.items():
        day = as_of or max(line.row.as_of for line in rows if line.row.as_of)
        scores[library, day] = _one_score(rows)
    known = {
        (score.library_id, score.as_of): score.points
        for score in OfficialScore.objects.filter(as_of__in={day for _library, day in scores})
    }
    different = [
        OfficialScore(library_id=library, as_of=day, points=points)
        for (library, day), points in scores.items()
        if (library, day) not in known or known[library, day] != points
    ]
    OfficialScore.objects.bulk_create(
        different,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["library", "as_of"],
        update_fields=["points", "imported_at"],
    )
    return [
        (
            score.library_id,
            score.as_of.isoformat(),
            known.get((score.library_id, score.as_of)),
            (score.library_id, score.as_of) in known,
        )
        for score in different
    ]


def put_scores_back(before: Iterable[ScoreBefore]) -> None:
    for library, day, points, was_there in before:
        scores = OfficialScore.objects.filter(library=library, as_of=day)
        if was_there:
            scores.update(points=points)
        else:
            scores.delete()


def _one_score(rows: Sequence[Line]) -> int | None:
    chosen: int | None = None
    for line in rows:
        points = line.reading.fact.points  # type: ignore[union-attr]
        if chosen is not None and points is not None and points != chosen:
            line.reject("skor: perpustakaan ini sudah punya skor lain di baris lain")
            continue
        line.reject("")
        chosen = points if chosen is None else chosen
    return chosen


def _activity(line: Line, said: EntrySaid, report: MonthlyReport) -> Activity:
    """Named by its row's key, so that the same row never makes two."""
    activity = Activity(
        uuid=uuid.uuid5(_NAMESPACE, line.row.key),
        report=report,
        kind=said.kind,
        held_on=said.held_on,
        **said.content,
    )
    activity.audience_count = len(activity.audiences)  # bulk writing does not call save()
    return activity


def take_away(lines: Sequence[Line]) -> set[Month]:
    doomed = Activity.objects.filter(pk__in=[line.row.activity_id for line in lines])
    months = set(doomed.values_list("report__library_id", "report__month"))
    for line in lines:
        line.row.activity = None
    doomed.delete()
    return months


def _sim_reports(months: set[Month]) -> dict[Month, MonthlyReport]:
    found = {}
    for chunk in _chunks(sorted({library for library, _month in months})):
        for report in MonthlyReport.objects.filter(source=Source.SIM, library__in=chunk):
            if (report.library_id, report.month) in months:
                found[report.library_id, report.month] = report
    return found


def _set_visits(report: MonthlyReport, said: VisitsSaid | None) -> None:
    report.visits_men = said.men if said else None
    report.visits_women = said.women if said else None
    report.visits_total = said.total if said else None


def _save_reports(reports: Iterable[MonthlyReport]) -> None:
    rows = list(reports)
    for report in rows:
        report.pk = None  # found again by library, month, source and number
    MonthlyReport.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["library", "month", "source", "number"],
        update_fields=["seal", "visits_men", "visits_women", "visits_total", "updated_at"],
    )


def _library(line: Line) -> int:
    assert line.row.library_id is not None
    return line.row.library_id


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
