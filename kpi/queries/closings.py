"""What was closed, what is left to close, and whether a closed score can be made again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from activities.models import MonthlyReport
from kpi import scoring
from kpi.models import Closing, ClosingScore, RuleSet
from tpbis.core import periods


def last_closing() -> Closing | None:
    """The newest month that was closed."""
    return Closing.objects.order_by("-through").first()


def last_month_due(at: datetime) -> date:
    """The newest month whose closing moment has come at ``at``, closed or not."""
    month = periods.add_months(periods.first_of_month(timezone.localdate(at)), -1)
    return month if periods.closing(month) <= at else periods.add_months(month, -1)


def months_to_close(at: datetime) -> list[date]:
    """Months whose closing moment has come and that are not closed, in order.

    They begin with the first month that was ever closed; before there is one, with the first whose
    closing moment lies after the first approval (of a report, or of SIM entries by their import).
    So whoever starts today, with three years of entries brought along, closes none of those years:
    nobody looked at them on their closing days.
    """
    begin = _begin(at)
    if begin is None:
        return []
    closed = set(Closing.objects.values_list("through", flat=True))
    months = periods.months_from_to(begin, last_month_due(at))
    return [month for month in months if month not in closed]


def first_to_close(at: datetime) -> date:
    """The month that closings begin with: those before it stay open. While nothing is to be closed
    by itself, the newest whose closing moment has come."""
    return _begin(at) or last_month_due(at)


def _begin(at: datetime) -> date | None:
    return Closing.objects.aggregate(first=Min("through"))["first"] or _after_first_approval(at)


def _after_first_approval(at: datetime) -> date | None:
    known_at = Coalesce("decided_at", "updated_at")
    approvals = MonthlyReport.objects.approved().annotate(known_at=known_at)
    first = approvals.filter(known_at__lte=at).aggregate(first=Min("known_at"))["first"]
    return None if first is None else periods.add_months(last_month_due(first), 1)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A closed score beside what its stored inputs give today."""

    score: ClosingScore
    statement: str  # made again
    result: scoring.Result

    @property
    def is_same(self) -> bool:
        """Byte for byte; and colour and points are those that the statement speaks of."""
        return (
            self.statement.encode() == self.score.statement.encode()
            and self.result.colour == self.score.colour
            and self.result.points == self.score.points
        )


def reproduced(scores: Iterator[ClosingScore]) -> Iterator[Reproduction]:
    """Each of ``scores`` made again from its stored inputs, months due and version of the rules."""
    known: dict[int, scoring.Rules] = {}
    for score in scores:
        rules = known.get(score.rule_set_id)
        if rules is None:
            rules = RuleSet.objects.get(pk=score.rule_set_id).rules
            known[score.rule_set_id] = rules
        made_of = (score.inputs, rules, score.months_due)
        yield Reproduction(score, scoring.statement(*made_of), scoring.score(*made_of))
