"""Libraries one by one: rows of a list, the strip of months."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q
from django.utils import timezone

from activities import queries as activities
from activities.enums import Source, State
from activities.models import Excuse, MonthlyReport
from activities.querysets import MonthlyReportQuerySet
from kpi import queries as kpi
from kpi.enums import Colour, Grey
from libraries import participation
from libraries.models import Library
from libraries.querysets import LibraryQuerySet
from reports.figures.colouring import colours_by_month, greys
from reports.figures.counts import totals_by
from reports.figures.official import newest_official
from reports.figures.results import LibraryRow, MonthCell, Totals
from tpbis.core import periods
from tpbis.core.periods import Period


def library_rows(libraries: LibraryQuerySet, period: Period) -> list[LibraryRow]:
    """Every partner at the end of the period with its colour and counts; ordered as given."""
    chosen = libraries.partners_on(period.last_day)
    shown = list(chosen.for_list())  # first: who joins meanwhile has no score below
    scores = kpi.scores_through(chosen, period.end)
    why = greys(chosen, period.end, {pk: score.colour for pk, score in scores.items()})
    per_library = totals_by(chosen, period, "pk")
    official = newest_official(chosen, period.last_day)
    awaited = set(_awaited(period.end).filter(library__in=chosen).values_list("library", flat=True))
    return [
        LibraryRow(
            library=library,
            colour=scores[library.pk].colour,
            points=scores[library.pk].points,
            grey=why.get(library.pk),
            totals=per_library.get(library.pk, Totals()),
            official=official.get(library.pk),
            is_awaited=library.pk in awaited,
        )
        for library in shown
    ]


def months_strip(
    library: Library,
    through: date,
    *,
    length: int = 12,
    reports: MonthlyReportQuerySet | None = None,
) -> list[MonthCell]:
    """The ``length`` months up to ``through``: what was sent and the colour at each month's end."""
    only = Library.objects.filter(pk=library.pk)
    return months_strips(only, through, length=length, reports=reports)[library.pk]


def months_strips(
    libraries: LibraryQuerySet,
    through: date,
    *,
    length: int = 12,
    reports: MonthlyReportQuerySet | None = None,
    coloured: bool = True,
) -> dict[int, list[MonthCell]]:
    """:func:`months_strip` of many libraries in a constant number of queries.

    ``reports`` are those that may be seen; without it, all but drafts. Where nobody asks for
    colours, they are not looked up.
    """
    if reports is None:
        reports = MonthlyReport.objects.exclude(state=State.DRAFT)
    months = list(periods.months_from_to(periods.add_months(through, 1 - length), through))
    sent = _sent(libraries, reports, months)
    colours = colours_by_month(libraries, months) if coloured else {}
    excused = _excused(libraries, months)
    why = _greys(libraries, colours)
    away = libraries.away_between(months[0], periods.last_day(through))
    now = timezone.now()
    return {
        pk: [
            _cell(
                month,
                colours[month].get(pk) if coloured else None,
                sent.get((pk, month), []),
                is_excused=(pk, month) in excused,
                grey=why.get(month, {}).get(pk),
                is_awaited=_is_awaited(sent, pk, month),
                joined_on=joined_on,
                away=away.get(pk, ()),
                mode=mode,
                now=now,
            )
            for month in months
        ]
        for pk, joined_on, mode in libraries.order_by().values_list(
            "pk", "joined_on", "regency__reporting_mode"
        )
    }


@dataclass(frozen=True, slots=True)
class _Sent:
    report: int
    state: str
    source: str
    entries: int


def _sent(
    libraries: LibraryQuerySet, reports: MonthlyReportQuerySet, months: list[date]
) -> dict[tuple[int, date], list[_Sent]]:
    found: dict[tuple[int, date], list[_Sent]] = defaultdict(list)
    rows = (
        reports.filter(
            library__in=libraries.order_by().values("pk"), month__range=(months[0], months[-1])
        )
        .order_by("number", "pk")
        .values("library", "month", "pk", "state", "source", "number")
        .annotate(entries=Count("activities", filter=Q(activities__exclusion="")))
        .values_list("library", "month", "pk", "state", "source", "entries")
    )
    for library, month, report, state, source, entries in rows:
        found[library, month].append(_Sent(report, state, source, entries))
    return found


def _greys(
    libraries: LibraryQuerySet, colours: Mapping[date, Mapping[int, str]]
) -> dict[date, dict[int, Grey]]:
    grey = {
        month: {pk for pk, colour in found.items() if colour == Colour.GREY}
        for month, found in colours.items()
    }
    if not any(grey.values()):
        return {}
    return kpi.greys_by_month(libraries, grey, today=timezone.localdate())


def _is_awaited(
    sent: Mapping[tuple[int, date], Sequence[_Sent]], library: int, through: date
) -> bool:
    """Whether a report of the year, up to ``through``, waits for review."""
    return any(
        one.state == State.SUBMITTED
        for month in periods.months_from_to(periods.january(through), through)
        for one in sent.get((library, month), ())
    )


def _excused(libraries: LibraryQuerySet, months: list[date]) -> set[tuple[int, date]]:
    found = Excuse.objects.in_force().filter(
        library__in=libraries.order_by().values("pk"), month__range=(months[0], months[-1])
    )
    return set(found.values_list("library", "month"))


# What most needs somebody's eyes comes first.
_URGENCY = (State.RETURNED, State.SUBMITTED, State.APPROVED, State.DRAFT)
# What a month before the library joined may be without anybody awaiting it.
_UNSENT = (State.DRAFT, "inactive")


def _cell(
    month: date,
    colour: str | None,
    sent: list[_Sent],
    *,
    is_excused: bool,
    grey: Grey | None,
    is_awaited: bool,
    joined_on: date,
    away: Sequence[participation.Span],
    mode: str,
    now: datetime,
) -> MonthCell:
    from_portal = sorted(
        (one for one in sent if one.source == Source.PORTAL),
        key=lambda one: _URGENCY.index(State(one.state)),
    )
    shown = [*from_portal, *(one for one in sent if one.source != Source.PORTAL)]
    is_before_joining = joined_on > periods.last_day(month)
    state = activities.month_state(
        (one.state for one in from_portal),
        month,
        now,
        mode=mode,
        takes_part=participation.in_month(month, joined_on, away),
    )
    return MonthCell(
        month=month,
        state="not_expected" if is_before_joining and state in _UNSENT else state,
        colour=colour,
        entries=sum(one.entries for one in sent),
        report=shown[0].report if shown else None,
        is_before_joining=is_before_joining,
        is_excused=is_excused,
        grey=grey,
        is_awaited=grey is not None and is_awaited,
    )


def _awaited(through: date) -> MonthlyReportQuerySet:
    """Reports of the year that wait for review and do not count yet."""
    return MonthlyReport.objects.filter(
        state=State.SUBMITTED, month__range=(periods.january(through), through)
    )
