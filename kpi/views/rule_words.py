"""Rules as pages word them."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from kpi import scoring
from kpi.enums import Component, Measure, Per
from kpi.models import RuleSet
from kpi.queries import rules as queries

TOLD_OF = (1, 6, 12)  # months due, for which targets are written out


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One indicator of a rule set, with what it asks for after some months due."""

    measure: Measure
    component: Component
    points: int
    rate: str
    targets: tuple[tuple[int, int], ...]  # months due, and what is asked for then
    is_general: bool


def indicator_rows(rules: scoring.Rules) -> list[IndicatorRow]:
    return [
        IndicatorRow(
            measure=Measure(one.measure),
            component=Component(one.component),
            points=one.points,
            rate=rate(one),
            targets=tuple((months, one.target(months)) for months in TOLD_OF),
            is_general=one.measure in rules.general,
        )
        for one in rules.indicators
    ]


def rate(one: scoring.Indicator) -> str:
    """“3 dalam dua bulan”."""
    known = one.per_months in Per.values
    per = Per(one.per_months).label if known else _("%(months)s bulan") % {"months": one.per_months}
    return _("%(count)s dalam %(per)s") % {"count": one.count, "per": per}


@dataclass(frozen=True, slots=True)
class Listed:
    """A published version in a list: ``now``, ``later`` or ``before``."""

    version: queries.Version
    when: str

    @property
    def rule_set(self) -> RuleSet:
        return self.version.rule_set


def listed(group: str, today: date) -> list[Listed]:
    return [Listed(one, when(one, today)) for one in queries.versions(group)]


def when(version: queries.Version, today: date) -> str:
    if version.holds_on(today):
        return "now"
    return "later" if version.begins_after(today) else "before"


def general_of(rule_set: RuleSet) -> list[Component]:
    """The general components, in the order of the catalogue."""
    return [Component(one) for one in Component.values if one in set(_components(rule_set))]


def _components(rule_set: RuleSet) -> list[str]:
    by_measure = {one.measure: one.component for one in rule_set.rules.indicators}
    return [by_measure.get(measure, measure) for measure in rule_set.general]
