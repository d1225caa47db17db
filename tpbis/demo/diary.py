"""All months of all libraries: careers turned into plans, made exact where a figure was published,
and spread over months. Pure but for the engine's rules, which it is given."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from kpi import scoring
from tpbis.demo import published
from tpbis.demo.careers import GREEN, RED, YELLOW, Careers
from tpbis.demo.cast import Partner
from tpbis.demo.chance import stream
from tpbis.demo.planning import (
    Counts,
    MonthPlan,
    Plan,
    certain_colour,
    fill,
    make_exact,
    to_months,
)
from tpbis.demo.published import (
    END_OF_2024,
    REST_OF_2025,
    TO_MARCH_2025,
    TO_SEPTEMBER_2024,
    YEAR_2023,
    Span,
    Sums,
)

RulesOf = Callable[[Partner, date], scoring.Rules]
Partnered = Callable[[int, date, date], bool]

# Spans that end a year begun earlier: a colour cannot be promised there, only that a library does
# not become green by accident.
_ENDINGS = {END_OF_2024: TO_SEPTEMBER_2024, REST_OF_2025: TO_MARCH_2025}
_TRIES = 40
# The libraries that come in later do less than those of the first hour.
_CALM = 0.72


@dataclass
class Diary:
    """What every library enters, month by month."""

    months: dict[date, list[MonthPlan]] = field(default_factory=lambda: defaultdict(list))
    first_month: dict[int, date] = field(default_factory=dict)  # of each library's first report
    last_month: dict[int, date] = field(default_factory=dict)

    def add(self, months: Sequence[MonthPlan]) -> None:
        for plan in months:
            self.months[plan.month].append(plan)
            self.first_month.setdefault(plan.number, plan.month)
            self.last_month[plan.number] = plan.month


def write(
    partners: Sequence[Partner],
    careers: Careers,
    *,
    rules_of: RulesOf,
    partnered: Partnered,
    last_month: date,
    instead: Sequence[MonthPlan] = (),
) -> Diary:
    """The diary up to ``last_month``. ``instead`` replaces what its library would enter in the year
    of its first month."""
    by_number = {partner.number: partner for partner in partners}
    replaced = {(plan.number, plan.month.year) for plan in instead}
    diary = Diary()
    entered: dict[tuple[Span, int], Counts] = {}
    for span, colours in careers.colours.items():
        newcomers = careers.newcomers(span)
        plans = []
        for number, colour in sorted(colours.items()):
            plan = _blank(by_number[number], span, colour, rules_of, partnered)
            if number in newcomers:
                _begin_some_time(plan, colour)
            if span in _ENDINGS:
                plan.before = entered.get((_ENDINGS[span], number), Counts())
                _end_year(plan, span, colour)
            else:
                fill(plan, colour, _chance(plan, span))
            plans.append(plan)
        for group, sums in _sums(span, plans, by_number):
            make_exact(group, sums, stream("exact", span.key, sums))
        for plan in plans:
            entered[span, plan.number] = plan.counts
            if (plan.number, span.first.year) not in replaced:
                months = to_months(plan, stream("months", span.key, plan.number))
                diary.add([month for month in months if month.month <= last_month])
    diary.add(list(instead))
    return diary


def _blank(
    partner: Partner, span: Span, colour: str, rules_of: RulesOf, partnered: Partnered
) -> Plan:
    return Plan(
        number=partner.number,
        colour=colour,
        months=[month for month in span.months if month >= partner.joined_on],
        due=sum(1 for month in span.months if month >= partner.joined_on.replace(day=1)),
        partnered=partnered(partner.number, span.first, span.last),
        rules=rules_of(partner, span.last),
        calm=_CALM if span.first.year > 2024 else 1.0,
    )


def _chance(plan: Plan, span: Span) -> Random:
    return stream("plan", span.key, plan.number)


def _begin_some_time(plan: Plan, colour: str) -> None:
    """A newcomer starts some time in the first half of the span."""
    if colour != GREEN:
        rng = stream("begin", plan.months[0], plan.number)
        plan.months = plan.months[rng.randrange(1 + len(plan.months) // 2) :]


def _end_year(plan: Plan, span: Span, colour: str) -> None:
    """The rest of a year, at the pace of ``colour``; green only where that is aimed at."""
    rng = _chance(plan, span)
    plan.pace, plan.colour = plan.due, None
    plan.due += _ENDINGS[span].last.month
    for _ in range(_TRIES):
        fill(plan, colour, rng)
        if span == END_OF_2024:
            # A snapshot is half-yearly and none falls into this quarter.
            plan.counts.service = int(rng.random() < 0.12)
        if colour == GREEN or certain_colour(plan) in (YELLOW, RED):
            return


def _sums(
    span: Span, plans: Sequence[Plan], by_number: dict[int, Partner]
) -> list[tuple[list[Plan], Sums]]:
    """The groups whose sums are published for ``span``."""
    replication = [plan for plan in plans if by_number[plan.number].is_replication]
    others = [plan for plan in plans if not by_number[plan.number].is_replication]
    if span == YEAR_2023:
        return [(replication, published.REPLICATION_2023)]
    if span == TO_SEPTEMBER_2024:
        return [
            (replication, published.REPLICATION_TO_SEPTEMBER),
            (others, published.OTHERS_TO_SEPTEMBER),
        ]
    if span == END_OF_2024:
        return [(replication, published.REPLICATION_END_OF_2024)]
    return []
