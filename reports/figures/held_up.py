"""What holds libraries up: a single component, or a review that has not been done yet.

**Lacks one component alone**: a red or yellow library that would have a higher colour were one
component complete (each of its targets reached, and for sustainability the signs that green asks
for), while no other component would do by itself. So each library lacks one component at most.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from activities.enums import State
from activities.models import MonthlyReport
from kpi import queries as kpi
from kpi import scoring
from kpi.enums import Colour, Component
from kpi.models import RuleSet, Score
from libraries.querysets import LibraryQuerySet
from reports.figures import kept
from reports.figures.colouring import added_up
from reports.figures.results import ColourCounts
from tpbis.core import periods

MOST_EXAMINED = 2_000  # libraries, above which a page does not count them while somebody waits


def lacking_one(
    libraries: LibraryQuerySet, through: date, *, scored: int | None = None
) -> dict[int, Component]:
    """The component that each of ``libraries`` lacks alone at the end of ``through``; the others
    are missing. ``scored``: how many are red or yellow, where somebody has counted them."""
    rule_sets = {one.pk: one for one in kpi.rule_sets_on(periods.last_day(through)).values()}
    found = {}
    examined: dict[tuple[int, int, scoring.Inputs], Component | None] = {}
    for pk, rule_set, months_due, inputs in _scored(libraries, through, scored):
        alike = (rule_set, months_due, inputs)  # as many others
        if rule_set not in rule_sets:
            rule_sets[rule_set] = RuleSet.objects.get(pk=rule_set)
        if alike not in examined:
            rules = rule_sets[rule_set].rules
            examined[alike] = component_lacking(inputs, rules, months_due)
        if (component := examined[alike]) is not None:
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


def lacking_counts_by(
    libraries: LibraryQuerySet, through: date, found: Mapping[int, str]
) -> dict[int, dict[str, int]]:
    """:func:`lacking_counts` of each regency where a library lacks one, by component; ``found`` are
    the colours at the end of ``through``."""
    scored = sum(1 for colour in found.values() if colour in (Colour.RED, Colour.YELLOW))
    if not scored:
        return {}
    lacking = lacking_one(libraries, through, scored=scored)
    place = dict(libraries.order_by().values_list("pk", "regency"))
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for pk, component in lacking.items():
        counted[place[pk]][component.value] += 1
    return {regency: dict(sorted(counts.items())) for regency, counts in counted.items()}


def awaited_by(libraries: LibraryQuerySet, through: date) -> dict[int, int]:
    """How many of :func:`awaited` there are in each regency."""
    rows = awaited(libraries, through).order_by().values_list("regency")
    return dict(rows.annotate(count=Count("pk")))


@dataclass(frozen=True, slots=True)
class HeldUp:
    """``awaiting`` libraries have a report that waits for its review; how many lack which component
    alone (``None``: too many to count while somebody waits)."""

    awaiting: int
    lacking: Mapping[Component, int] | None


def held_up(
    libraries: LibraryQuerySet,
    through: date,
    colours: ColourCounts,
    *,
    counted: kept.KeptRegion | None = None,
) -> HeldUp:
    """Of ``libraries``, which have ``colours`` at the end of ``through``; ``counted`` is what was
    counted before, where they are all of a province's."""
    known = counted.of([through]) if counted else {}
    ends = [found[through] for found in known.values()]
    awaiting = sum(one.awaiting for one in ends)
    lacking: Counter[str] = Counter()
    for one in ends:
        lacking.update(one.lacking)
    left = counted.areas.keys() - known.keys() if counted and known else None
    if left is None or left:
        rest = libraries.filter(regency__in=left) if left else libraries
        there = added_up(kept.colours_of(one) for one in ends)
        scored = colours.scored - colours.green - (there.scored - there.green)
        awaiting += awaited(rest, through).count()
        if scored > MOST_EXAMINED:
            return HeldUp(awaiting, None)
        lacking.update(lacking_counts(rest, through, scored=scored))
    return HeldUp(awaiting, {component: lacking[component] for component in Component})


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
