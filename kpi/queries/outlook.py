"""What lies ahead of a library this year: how far targets still grow, and the way from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from kpi import scoring
from kpi.enums import RULE_GROUP_OF
from kpi.models import RuleSet
from kpi.queries.spans import months_due, spans_through
from libraries import participation
from tpbis.core import periods

Way = scoring.Plan | scoring.NotPossible


@dataclass(frozen=True, slots=True)
class Outlook:
    """``onward`` leads to the next colour above the one that is left when the running month closes
    without another entry (from grey to yellow, as any entry ends the grey), ``green`` to green: for
    a green library that is what keeps it green."""

    onward: Way
    green: Way
    dues: tuple[int, ...]  # months due when each month from the running one on is closed


def outlook(
    inputs: scoring.Inputs, rules: scoring.Rules | Sequence[scoring.Rules], dues: Sequence[int]
) -> Outlook:
    """The ways that ``dues`` (see :func:`dues_ahead`, not empty) leave open; ``rules`` are those of
    the same months (see :func:`rule_sets_ahead`), or one version for all."""
    first = rules if isinstance(rules, scoring.Rules) else rules[0]
    colour = scoring.score(inputs, first, dues[0]).colour
    green = scoring.way_ahead(inputs, rules, dues, scoring.GREEN)
    if scoring.ORDER[colour] >= scoring.ORDER[scoring.YELLOW]:
        return Outlook(green, green, tuple(dues))
    return Outlook(scoring.way_ahead(inputs, rules, dues, scoring.YELLOW), green, tuple(dues))


def months_ahead(at: datetime, *, through: date | None = None) -> tuple[date, ...]:
    """The months that will still be closed, from the running one to December.

    ``through`` asks for the year of that month instead: last year's December while it is open,
    nothing once a year is closed.
    """
    running = periods.first_of_month(timezone.localdate(at))
    through = through or running
    december = date(through.year, 12, 1)
    if through.year == running.year:
        return tuple(periods.months_from_to(running, december))
    if running > december and at < periods.closing(december):
        return (december,)
    return ()


def dues_ahead(
    joined_on: date,
    at: datetime,
    away: Sequence[participation.Span] = (),
    *,
    through: date | None = None,
) -> tuple[int, ...]:
    """How many months are due once each of :func:`months_ahead` is closed: what is done by the end
    of a month must still be enough on its closing day, when it is frozen."""
    ahead = months_ahead(at, through=through)
    return tuple(months_due(joined_on, month, periods.closing(month), away) for month in ahead)


def rule_sets_ahead(at: datetime, *, through: date | None = None) -> dict[str, tuple[RuleSet, ...]]:
    """What will score each of :func:`months_ahead`, by kind of library: the versions published so
    far that are valid on its last day."""
    spans = spans_through(months_ahead(at, through=through), at)
    return {
        kind: tuple(span.scorers[kind].rule_set for span in spans)
        for kind in RULE_GROUP_OF
        if all(kind in span.scorers for span in spans)
    }
