"""A regency's month as its PIC goes through it: what waits, who is silent, who is nearly green."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from activities import queries as activities
from activities.enums import REPORTED, ReturnReason, State
from activities.models import MonthlyReport, ReviewEvent
from activities.overdue import Waiting, waiting_reviews
from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour, Measure
from kpi.models import RuleSet, Score
from libraries.enums import Level
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports.figures.follow_up import Silence, last_contacts, last_reports, silences
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class Silent:
    """A library that sent nothing for the newest month that is due, or for several in a row."""

    library: Library
    silence: Silence
    last_report: date | None
    last_contact: date | None


@dataclass(frozen=True, slots=True)
class Late:
    """A report of the month that came after *batas kirim*."""

    library: Library
    sent_on: date
    days: int  # after the deadline's day


@dataclass(frozen=True, slots=True)
class SentBack:
    """A report that waits for its librarian."""

    library: Library
    month: date
    reason: str
    days: int  # since it was sent back


@dataclass(frozen=True, slots=True)
class Nearly:
    """A library that is not green, and what it still needs; points in thousandths."""

    library: Library
    colour: str
    points: int
    lacking: int
    missing: tuple[str, ...]  # general components without an entry
    needs_sign: bool


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """``partners`` at the end of the month; ``reported``: those with a report of it."""

    name: str
    partners: int
    green: int
    reported: int
    waiting: int
    sent_back: int
    silent: int


@dataclass(frozen=True, slots=True)
class Review:
    """Everything of one region and month; lists by district, then name."""

    districts: tuple[DistrictLine, ...]
    waiting: tuple[Waiting, ...]  # of whatever month, the longest first
    silent: tuple[Silent, ...]
    late: tuple[Late, ...]
    sent_back: tuple[SentBack, ...]
    nearly: tuple[Nearly, ...]  # the nearest first


def review(libraries: LibraryQuerySet, month: date, on: date, *, nearest: int = 10) -> Review:
    """Of ``libraries``: waiting, sent back and silence as of the day ``on``, colours at the end of
    ``month``. Silence is read from the 12 months up to ``month``."""
    known = {one.pk: one for one in libraries.select_related("region__parent", "regency")}
    waiting = waiting_reviews(libraries, on=on)
    silent = _silent(libraries, known, month)
    sent_back = _sent_back(libraries, known, on)
    scores = kpi.scores_through(libraries, month)
    return Review(
        districts=_districts(
            known,
            scores,
            reported=_reported(known, month),
            waiting=[one.report.library_id for one in waiting],
            sent_back=[one.library.pk for one in sent_back],
            silent=[one.library.pk for one in silent],
        ),
        waiting=tuple(waiting),
        silent=silent,
        late=_late(known, month),
        sent_back=sent_back,
        nearly=_nearly(known, scores, nearest),
    )


def district_of(library: Library) -> str:
    """“Kecamatan Sumbersuko”; a regency's own library has none and stands under the regency."""
    region = library.region
    if region.level == Level.VILLAGE and region.parent:
        return region.parent.title
    return region.title


def _place(library: Library) -> tuple[str, str, int]:
    return district_of(library).casefold(), library.name.casefold(), library.pk


_Known = dict[int, Library]


def _silent(libraries: LibraryQuerySet, known: _Known, month: date) -> tuple[Silent, ...]:
    found = [one for one in silences(libraries, month) if one.in_a_row]
    last = last_reports(one.library for one in found)
    contacts = last_contacts([one.library for one in found])
    rows = [
        Silent(
            known[one.library],
            one,
            last.get(one.library),
            contacts[one.library].on if one.library in contacts else None,
        )
        for one in found
    ]
    return tuple(sorted(rows, key=lambda row: _place(row.library)))


def _late(known: _Known, month: date) -> tuple[Late, ...]:
    sent = MonthlyReport.objects.from_portal().filter(
        library__in=list(known),
        month=month,
        number=1,
        first_submitted_at__gte=periods.deadline(month),
    )
    due = timezone.localdate(periods.deadline(month))
    rows = []
    for library, moment in sent.values_list("library", "first_submitted_at"):
        assert moment is not None
        day = timezone.localdate(moment)
        rows.append(Late(known[library], day, (day - due).days + 1))
    return tuple(sorted(rows, key=lambda row: _place(row.library)))


def _sent_back(libraries: LibraryQuerySet, known: _Known, on: date) -> tuple[SentBack, ...]:
    returned = (
        MonthlyReport.objects.from_portal()
        .filter(library__in=libraries.order_by().values("pk"), state=State.RETURNED)
        .prefetch_related(
            Prefetch("events", ReviewEvent.objects.defer("content").order_by("at", "pk"))
        )
    )
    rows = []
    for report in returned:
        event = activities.last_objection(list(report.events.all()))
        since = timezone.localdate(event.at) if event else on
        reason = str(ReturnReason(event.reason).label) if event and event.reason else ""
        rows.append(SentBack(known[report.library_id], report.month, reason, (on - since).days))
    return tuple(sorted(rows, key=lambda row: (*_place(row.library), row.month)))


def _reported(known: _Known, month: date) -> set[int]:
    sent = MonthlyReport.objects.filter(
        library__in=list(known), month=month, state__in=REPORTED
    ).order_by()
    return set(sent.values_list("library", flat=True))


def _nearly(known: _Known, scores: Mapping[int, Score], most: int) -> tuple[Nearly, ...]:
    rule_sets = RuleSet.objects.in_bulk({score.rule_set_id for score in scores.values()})
    rules = {pk: rule_set.rules for pk, rule_set in rule_sets.items()}
    rows = []
    for pk, score in scores.items():
        if score.colour in (Colour.GREEN, Colour.GREY):
            continue
        found = scoring.gates(score.inputs, rules[score.rule_set_id], score.months_due)
        rows.append(
            Nearly(
                library=known[pk],
                colour=score.colour,
                points=score.points or 0,
                lacking=found.points_to_green,
                missing=tuple(str(Measure(name).label) for name in found.missing),
                needs_sign=found.needs_sustainability,
            )
        )
    rows.sort(key=lambda row: (row.lacking, len(row.missing), row.needs_sign, _place(row.library)))
    return tuple(rows[:most])


def _districts(
    known: _Known,
    scores: Mapping[int, Score],
    reported: set[int],
    waiting: Iterable[int],
    sent_back: Iterable[int],
    silent: Iterable[int],
) -> tuple[DistrictLine, ...]:
    """Of the partners of the month; a library with two reports waiting counts twice there."""

    def by_district(libraries: Iterable[int]) -> Counter[str]:
        return Counter(district_of(known[pk]) for pk in libraries)

    partners = by_district(scores)
    green = by_district(pk for pk, score in scores.items() if score.colour == Colour.GREEN)
    sent = by_district(pk for pk in reported if pk in scores)
    counts = [by_district(found) for found in (waiting, sent_back, silent)]
    names = sorted({*partners, *counts[0], *counts[1], *counts[2]}, key=str.casefold)
    return tuple(
        DistrictLine(name, partners[name], green[name], sent[name], *(one[name] for one in counts))
        for name in names
    )
