"""Spans from 1 January to the end of a month: the rules that score them, the months due in them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from kpi import scoring
from kpi.enums import RULE_GROUP_OF, RuleGroup
from kpi.models import RuleSet
from kpi.queries.statements import Statement
from libraries import participation
from tpbis.core import periods


class Scorer(NamedTuple):
    """A version of the rules beside the row it comes from."""

    rule_set: RuleSet
    rules: scoring.Rules


def rule_sets_on(day: date) -> dict[RuleGroup, RuleSet]:
    """The version of each group that is valid on ``day``."""
    return {group: scorer.rule_set for group, scorer in _valid_on(day, _published()).items()}


# The database refuses every change of a published version, so a process reads each once.
_read: dict[tuple[Any, ...], Scorer] = {}


def _published() -> list[Scorer]:
    """All published versions, those that hold longest first."""
    keys = _identities(connection.vendor).rows()
    for key in keys:
        if key not in _read:
            rule_set = RuleSet.objects.get(pk=key[0])
            _read[key] = Scorer(rule_set, rule_set.rules)
    return [_read[key] for key in keys]


@lru_cache(maxsize=4)
def _identities(_vendor: str) -> Statement:
    """Which row it is, were its key ever given to another one."""
    moments = ("created_at", "changed_at", "published_at")
    published = RuleSet.objects.published().order_by("valid_from")
    return Statement.of(published.values_list("pk", *moments))


def _valid_on(day: date, by_age: Iterable[Scorer]) -> dict[RuleGroup, Scorer]:
    return {
        RuleGroup(scorer.rule_set.group): scorer
        for scorer in by_age
        if scorer.rule_set.valid_from and scorer.rule_set.valid_from <= day
    }


def months_due(
    joined_on: date, through: date, as_of: datetime, away: Sequence[participation.Span] = ()
) -> int:
    """Months of the span in which the library took part and whose closing day has passed at
    ``as_of``; at least 1."""
    span = periods.months_from_to(periods.january(through), through)
    closed = [month for month in span if periods.closing(month) <= as_of]
    return max(1, len(participation.months(closed, joined_on, away)))


class MonthsDue:
    """:func:`months_due` for many libraries of one span: a subtraction each, as months close one
    after another and hardly any library was ever away."""

    def __init__(self, through: date, as_of: datetime) -> None:
        self._through, self._as_of = through, as_of
        self._year = periods.january(through)
        self._closed = sum(
            periods.closing(month) <= as_of for month in periods.months_from_to(self._year, through)
        )

    def __call__(self, joined_on: date, away: Sequence[participation.Span] = ()) -> int:
        if away:
            return months_due(joined_on, self._through, self._as_of, away)
        if joined_on < self._year:
            return self._closed or 1
        return max(1, self._closed - joined_on.month + 1)


def _last_closed(as_of: datetime) -> date:
    """The last month whose closing day has passed: it lies in the month that follows."""
    month = periods.add_months(periods.first_of_month(timezone.localdate(as_of)), -1)
    return month if periods.closing(month) <= as_of else periods.add_months(month, -1)


class Span(NamedTuple):
    """1 January to the end of ``through``, and what scores it."""

    through: date
    first: date
    last: date
    scorers: dict[str, Scorer]  # by kind of library
    due: MonthsDue


def spans_through(months: Iterable[date], as_of: datetime) -> list[Span]:
    """The spans that end with each of ``months``, as they are at ``as_of``."""
    by_age = _published()
    return [_span(through, as_of, by_age) for through in months]


def _span(through: date, as_of: datetime, by_age: list[Scorer]) -> Span:
    last = periods.last_day(through)
    by_group = _valid_on(last, by_age)
    return Span(
        through=through,
        first=periods.january(through),
        last=last,
        scorers={
            kind: by_group[group] for kind, group in RULE_GROUP_OF.items() if group in by_group
        },
        due=MonthsDue(through, as_of),
    )
