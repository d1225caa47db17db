"""A library's score with every reason: what counts, what waits, what moved, and the way ahead."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Grey
from kpi.models import ClosingScore, RuleSet, Score
from libraries import participation
from libraries.models import Library
from reports.figures.colouring import greys
from tpbis.core import periods

# One more entry of what each measure counts.
_ONE_MORE = {
    "involvement": scoring.Step.INVOLVEMENT,
    "participants": scoring.Step.INVOLVEMENT,  # people come with an activity
    "advocacy": scoring.Step.ADVOCACY,
    "service": scoring.Step.SERVICE,
    "visit_months": scoring.Step.VISITS,
    "publications": scoring.Step.PUBLICATION,
    "sustainability": scoring.Step.SIGN,
}


@dataclass(frozen=True, slots=True)
class Since:
    """An earlier score of a library and what has moved since; points in thousandths. Where
    ``targets_on`` is a day, it is read by the targets of that day and not by those of now."""

    colour: str
    points: int | None
    version: int
    months_due: int
    movements: tuple[scoring.Movement, ...]
    targets_on: date | None = None


@dataclass(frozen=True, slots=True)
class SinceClosing:
    """The score as its month was closed on the day ``on``, and what has moved since."""

    on: date
    since: Since


@dataclass(frozen=True, slots=True)
class Rapor:
    """A library's score with its reasons; points in thousandths."""

    through: date
    colour: str
    points: int | None
    months_due: int
    rule_set: RuleSet
    inputs: scoring.Inputs
    lines: tuple[scoring.Line, ...]
    one_more: tuple[scoring.Result | None, ...]  # beside each line; None: there can be no more
    gates: scoring.Gates
    grey: Grey | None
    awaiting: int  # reports of the year that wait for review and do not count yet
    expected: scoring.Inputs  # what counts, and what waits
    provisional: scoring.Result | None  # what that would make of it; None where none waits
    month_before: Since | None  # the same year through the month before
    closed: SinceClosing | None
    # The ways from here, what waits taken as approved; None once the year is closed, and for a
    # month that is not the running one.
    outlook: kpi.Outlook | None
    rules_ahead: tuple[RuleSet, ...]  # what scores each month of the outlook
    unaided: scoring.Result | None  # what the running month's closing makes of it as it stands


def rapor(library: Library, through: date, *, reasons: bool = True) -> Rapor:
    """The library's score from 1 January to the end of ``through``; without ``reasons`` nothing
    of earlier scores."""
    at = timezone.now()
    only = Library.objects.filter(pk=library.pk)
    away = tuple(library.inactivities.values_list("starts_on", "ends_on"))
    if not participation.on(periods.last_day(through), library.joined_on, away):
        raise NotAPartnerThen(library, through)
    before = _month_before(library, through, away) if reasons else None
    scores = _scores(library, [month for month in (before, through) if month])
    score = scores[through]
    due_before = _due_before(library, through, at, away)
    rules = score.rule_set.rules
    waiting = kpi.waiting_reports(only, through).get(library.pk)
    expected = waiting.with_it(score.inputs) if waiting else score.inputs
    dues, rules_ahead = _ahead(library, through, at, away)
    coming = [rule_set.rules for rule_set in rules_ahead]
    return Rapor(
        through=through,
        colour=score.colour,
        points=score.points,
        months_due=score.months_due,
        rule_set=score.rule_set,
        inputs=score.inputs,
        lines=scoring.lines(score.inputs, rules, score.months_due),
        one_more=_one_more(score, rules, _months_of(library, through, away)),
        gates=scoring.gates(score.inputs, rules, score.months_due),
        grey=greys(only, through, {library.pk: score.colour}).get(library.pk),
        awaiting=waiting.reports if waiting else 0,
        expected=expected,
        provisional=scoring.score(expected, rules, score.months_due) if waiting else None,
        month_before=_since(scores[before], score, due_before) if before else None,
        closed=_since_closing(library, score) if reasons else None,
        outlook=kpi.outlook(expected, coming, dues) if dues else None,
        rules_ahead=rules_ahead,
        unaided=scoring.score(expected, coming[0], dues[0]) if dues else None,
    )


class NotAPartnerThen(Exception):
    """The library joined the programme after the asked-for month, or took no part at its end."""

    def __init__(self, library: Library, through: date) -> None:
        super().__init__(f"{library} {through:%Y-%m}")


_Away = tuple[participation.Span, ...]


def _month_before(library: Library, through: date, away: _Away) -> date | None:
    """Of the same year; each year begins anew."""
    if through.month == 1:
        return None
    month = periods.add_months(through, -1)
    took_part = participation.on(periods.last_day(month), library.joined_on, away)
    return month if took_part else None


def _due_before(library: Library, through: date, at: datetime, away: _Away) -> int | None:
    """The months that were due in the month before when ``through`` began. ``None`` once it is
    closed itself: until then both would be read by the same months, and the one that was closed in
    between would not be seen."""
    if through.month == 1 or at >= periods.closing(through):
        return None
    began = periods.midnight(through)
    return kpi.months_due(library.joined_on, periods.add_months(through, -1), began, away)


def _scores(library: Library, months: list[date]) -> dict[date, Score]:
    """The stored ones, computed where none is stored. One version of the rules is one object."""
    stored = Score.objects.filter(library=library, through__in=months).select_related("rule_set")
    found = {score.through: score for score in stored}
    only = Library.objects.filter(pk=library.pk)
    for month in months:
        if month not in found:
            (found[month],) = kpi.computed_scores(only, month)
    versions: dict[int, RuleSet] = {}
    for score in found.values():
        score.rule_set = versions.setdefault(score.rule_set_id, score.rule_set)
    return found


def _ahead(
    library: Library, through: date, at: datetime, away: _Away
) -> tuple[tuple[int, ...], tuple[RuleSet, ...]]:
    """Months due and rules of the months to come: for the running month, and for last December
    while that is open; other months are past."""
    running = periods.first_of_month(timezone.localdate(at))
    if through not in (running, periods.add_months(periods.january(running), -1)):
        return (), ()
    dues = kpi.dues_ahead(library.joined_on, at, away, through=through)
    return dues, kpi.rule_sets_ahead(at, through=through)[library.kind] if dues else ()


def _months_of(library: Library, through: date, away: _Away) -> int:
    span = periods.months_from_to(periods.january(through), through)
    return len(participation.months(span, library.joined_on, away))


def _one_more(score: Score, rules: scoring.Rules, months: int) -> tuple[scoring.Result | None, ...]:
    """What one more entry would make of the score; a month has one visits figure."""
    found: list[scoring.Result | None] = []
    for indicator in rules.indicators:
        step = _ONE_MORE[indicator.measure]
        if step is scoring.Step.VISITS and score.visit_months >= months:
            found.append(None)
            continue
        more = scoring.with_additions(score.inputs, rules, [scoring.Additions(step, 1)])
        found.append(scoring.score(more, rules, score.months_due))
    return tuple(found)


def _since(before: Score | ClosingScore, now: Score, due: int | None = None) -> Since:
    """``before`` by as many months as were ``due`` then, else as it is stored."""
    same_rules = before.rule_set_id == now.rule_set_id
    rule_set = now.rule_set if same_rules else before.rule_set
    then = scoring.Standing(before.inputs, rule_set.rules, due or before.months_due)
    colour, points = before.colour, before.points
    if other_targets := then.months_due != before.months_due:
        colour, points = scoring.score(*then)
    return Since(
        colour=colour,
        points=points,
        version=rule_set.version or 0,
        months_due=then.months_due,
        movements=scoring.movements(
            then, scoring.Standing(now.inputs, now.rule_set.rules, now.months_due)
        ),
        targets_on=now.through if other_targets else None,
    )


def _since_closing(library: Library, score: Score) -> SinceClosing | None:
    closed = (
        ClosingScore.objects.filter(library_id=library.pk, closing__through=score.through)
        .select_related("closing", "rule_set")
        .first()
    )
    if closed is None:
        return None
    return SinceClosing(timezone.localdate(closed.closing.as_of), _since(closed, score))
