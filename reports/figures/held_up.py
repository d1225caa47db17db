"""What holds libraries up: a single component, or a review that has not been done yet.

**Lacks one component alone**: a red or yellow library that would have a higher colour were one
component complete (each of its targets reached, and for sustainability the signs that green asks
for), while no other component would do by itself. So each library lacks one component at most.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from activities.enums import State
from activities.models import MonthlyReport
from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour, Component
from kpi.models import RuleSet, Score
from libraries.querysets import LibraryQuerySet
from tpbis.core import periods

MOST_EXAMINED = 2_000  # libraries, above which a page does not count them while somebody waits


def lacking_one(
    libraries: LibraryQuerySet, through: date, *, scored: int | None = None
) -> dict[int, Component]:
    """The component that each of ``libraries`` lacks alone at the end of ``through``; the others
    are missing. ``scored``: how many are red or yellow, where somebody has counted them."""
    rule_sets = {one.pk: one for one in kpi.rule_sets_on(periods.last_day(through)).values()}
    found = {}
    for pk, rule_set, months_due, inputs in _scored(libraries, through, scored):
        if rule_set not in rule_sets:
            rule_sets[rule_set] = RuleSet.objects.get(pk=rule_set)
        component = component_lacking(inputs, rule_sets[rule_set].rules, months_due)
        if component is not None:
            found[pk] = component
    return found


def lacking_counts(
    libraries: LibraryQuerySet, through: date, *, scored: int | None = None
) -> dict[Component, int]:
    """How many lack which component alone; every component is named."""
    counted = Counter(lacking_one(libraries, through, scored=scored).values())
    return {component: counted[component] for component in Component}


def component_lacking(
    inputs: scoring.Inputs, rules: scoring.Rules, months_due: int
) -> Component | None:
    """The one component that alone keeps these counts from a higher colour."""
    now = scoring.score(inputs, rules, months_due).colour
    if now not in (Colour.RED, Colour.YELLOW):
        return None
    components = dict.fromkeys(indicator.component for indicator in rules.indicators)
    helping = [
        component
        for component in components
        if _colour_with(component, inputs, rules, months_due) > scoring.ORDER[now]
    ]
    return Component(helping[0]) if len(helping) == 1 else None


def awaited(libraries: LibraryQuerySet, through: date) -> LibraryQuerySet:
    """The partners with a report of the year up to ``through`` that waits for its review."""
    waiting = MonthlyReport.objects.from_portal().filter(
        state=State.SUBMITTED, month__range=(periods.january(through), through)
    )
    partners = libraries.partners_on(periods.last_day(through))
    return partners.filter(pk__in=waiting.order_by().values("library"))


def _colour_with(
    component: str, inputs: scoring.Inputs, rules: scoring.Rules, months_due: int
) -> int:
    """The rank of the colour if ``component`` were complete."""
    complete = list(inputs)
    for indicator in rules.indicators:
        if indicator.component == component:
            position, target = scoring.POSITION[indicator.measure], indicator.target(months_due)
            if component == Component.SUSTAINABILITY:
                target = max(target, rules.green_needs_signs)
            complete[position] = max(complete[position], target)
    return scoring.ORDER[scoring.score(scoring.Inputs(*complete), rules, months_due).colour]


_Row = tuple[int, int, int, scoring.Inputs]  # library, rule set, months due, counts


def _scored(libraries: LibraryQuerySet, through: date, scored: int | None) -> Iterator[_Row]:
    """The red and yellow ones: those that are stored, if these are all, else computed as well."""
    partners = libraries.partners_on(periods.last_day(through)).order_by()
    if scored is not None:
        stored = Score.objects.filter(
            library__in=partners.values("pk"),
            through=through,
            colour__in=(Colour.RED, Colour.YELLOW),
        )
        columns = ("library", "rule_set", "months_due", *scoring.Inputs._fields)
        rows = list(stored.order_by().values_list(*columns))
        if len(rows) == scored:
            for pk, rule_set, months_due, *inputs in rows:
                yield pk, rule_set, months_due, scoring.Inputs(*inputs)
            return
    for pk, score in kpi.scores_through(libraries, through).items():
        yield pk, score.rule_set_id, score.months_due, score.inputs
