"""How the score works, for everybody: told from the rules themselves."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import number_format

from kpi import scoring
from kpi.enums import Measure, RuleGroup
from kpi.models import RuleSet
from kpi.queries import rules as queries
from kpi.views.rule_words import general_of, indicator_rows, listed, when
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.templatetags.tpbis import angka

if TYPE_CHECKING:
    from django.http import QueryDict

EXAMPLE_MONTHS = 6  # months due at the end of a first half-year
MOST_DIGITS = 9


@login_not_required
@reads
def explained(request: HttpRequest) -> HttpResponse:
    """The version that holds today, or the published one of ``?aturan=``."""
    today = timezone.localdate()
    shown = _asked(request.GET, today)
    version = queries.version_of(shown)
    first = RuleSet.objects.published().filter(group=shown.group).earliest("version")
    return render(
        request,
        "kpi/explained.html",
        {
            "rule_set": shown,
            "version": version,
            "when": when(version, today),
            "groups": [(group, group == shown.group) for group in RuleGroup],
            "versions": listed(shown.group, today),
            "rows": indicator_rows(shown.rules),
            "total": sum(one.points for one in shown.rules.indicators),
            "general": general_of(shown),
            "month": MonthOfAnExample.of(periods.add_months(periods.this_month(), -1)),
            "example": Example.of(shown.rules),
            "first": first,
        },
    )


def _asked(asked: "QueryDict", today: date) -> RuleSet:
    number = asked.get("aturan", "")
    if number:
        if not (number.isascii() and number.isdigit()) or len(number) > MOST_DIGITS:
            raise Http404
        return get_object_or_404(RuleSet.objects.published(), pk=int(number))
    group = asked.get("kelompok", RuleGroup.VILLAGE)
    if group not in RuleGroup.values:
        raise Http404
    return queries.rules_on(RuleGroup(group), today)


@dataclass(frozen=True, slots=True)
class MonthOfAnExample:
    """The days of one month's way into the score."""

    month: date
    deadline: date  # the last day to send it
    reviewed_by: date  # the day before it counts as due
    closing: date  # the first day on which it does

    @classmethod
    def of(cls, month: date) -> "MonthOfAnExample":
        deadline = timezone.localdate(periods.deadline(month)) - timedelta(days=1)
        closing = timezone.localdate(periods.closing(month))
        return cls(month, deadline, closing - timedelta(days=1), closing)


@dataclass(frozen=True, slots=True)
class ExampleLine:
    """An indicator of the example, its points to the thousandth so that they add up to the eye."""

    measure: Measure
    line: scoring.Line

    @property
    def counted(self) -> int:
        return min(self.line.value, self.line.target)

    @property
    def worth(self) -> str:
        return angka(self.line.points_possible // 1000)

    @property
    def points(self) -> str:
        return _exact(self.line.points)


@dataclass(frozen=True, slots=True)
class Example:
    """A library that reached three quarters of each target in half a year, and its way on."""

    months: int
    lines: tuple[ExampleLine, ...]
    result: scoring.Result
    gates: scoring.Gates
    way: scoring.Plan | scoring.NotPossible
    ahead: int  # months of the year that are left
    participants_each: int

    @classmethod
    def of(cls, rules: scoring.Rules) -> "Example":
        inputs = _three_quarters(rules)
        ahead = 12 - EXAMPLE_MONTHS
        # In the month that runs nothing more becomes due; each further one adds the one before it.
        dues = tuple(range(EXAMPLE_MONTHS, EXAMPLE_MONTHS + ahead))
        return cls(
            months=EXAMPLE_MONTHS,
            lines=tuple(
                ExampleLine(Measure(line.measure), line)
                for line in scoring.lines(inputs, rules, EXAMPLE_MONTHS)
            ),
            result=scoring.score(inputs, rules, EXAMPLE_MONTHS),
            gates=scoring.gates(inputs, rules, EXAMPLE_MONTHS),
            way=scoring.way_ahead(inputs, rules, dues),
            ahead=ahead,
            participants_each=rules.participants_each,
        )

    @property
    def points(self) -> str:
        return _exact(self.result.points or 0)

    @property
    def additions(self) -> tuple[scoring.Additions, ...]:
        return self.way.additions if isinstance(self.way, scoring.Plan) else ()

    @property
    def is_possible(self) -> bool:
        return isinstance(self.way, scoring.Plan)


def _three_quarters(rules: scoring.Rules) -> scoring.Inputs:
    """Of each target, rounded down; of a general component at least one entry, so that the example
    shows what the points do and not only the gate."""
    reached = {one.measure: one.target(EXAMPLE_MONTHS) * 3 // 4 for one in rules.indicators}
    for measure in rules.general:
        reached[measure] = max(1, reached.get(measure, 0))
    return scoring.Inputs(**reached)


def _exact(thousandths: int) -> str:
    return number_format(Decimal(thousandths) / 1000, 3, use_l10n=True)
