"""Sumber Ilmu in the running year: below every cap, so that one more activity of any kind moves its
points. Pure."""

from collections.abc import Sequence
from datetime import date

from kpi import scoring
from tpbis.demo.planning import MonthPlan

# Of each target, about so much; what the draft of the running month holds comes on top.
_SHARES = {"involvement": 0.84, "advocacy": 0.7, "publications": 0.55}
DRAFT = {"involvement": 2, "publications": 1, "participants": 60}
_HALVES = (1, 7)


def below_every_cap(
    number: int, rules: scoring.Rules, *, due: int, months: Sequence[date]
) -> list[MonthPlan]:
    """A year of months sent in, ``due`` of them due, in which no indicator is full: neither now
    nor with the running month's draft. All but one month were reported (all of one or two)."""
    if not months:
        return []
    targets = {indicator.measure: indicator.target(due) for indicator in rules.indicators}
    found = [MonthPlan(number, month) for month in _reported(months, targets["visit_months"])]
    counts = {
        measure: max(
            0, min(round(share * targets[measure]), targets[measure] - 1 - DRAFT.get(measure, 0))
        )
        for measure, share in _SHARES.items()
    }
    for at in range(counts["involvement"]):
        found[at % len(found)].involvement += 1
    for at in range(counts["advocacy"]):
        found[at % len(found)].advocacy.append(False)
    for at in range(counts["publications"]):
        found[-1 - at % len(found)].publications += 1
    _place_service(found, targets["service"] - 1)
    _seat(found, _participants(found, targets, counts, rules, due))
    return found


def _reported(months: Sequence[date], target: int) -> list[date]:
    """One month fewer than would fill the indicator, the gap neither first, July nor recent."""
    spare = len(months) - max(1, min(len(months), target - 1))
    older = months[1:-2] or months[1:-1]
    gaps = [month for month in older if month.month not in _HALVES][:spare]
    return [month for month in months if month not in gaps]


def _place_service(found: list[MonthPlan], service: int) -> None:
    for month in [month for month in found if month.month.month in _HALVES][:service]:
        month.snapshot = True
        service -= 1
    for at in range(service):
        found[(3 * at + 2) % len(found)].improvements += 1


def _participants(
    found: Sequence[MonthPlan],
    targets: dict[str, int],
    counts: dict[str, int],
    rules: scoring.Rules,
    due: int,
) -> int:
    """So many people, between two thirds and nine tenths of the target, that the points stand just
    below a whole number: the next activity shows even where points are rounded down."""

    def rest(people: int) -> int:
        inputs = scoring.Inputs(
            involvement=counts["involvement"],
            participants=people,
            advocacy=counts["advocacy"],
            service=sum(month.service for month in found),
            visit_months=len(found),
            publications=counts["publications"],
        )
        return (scoring.score(inputs, rules, due).points or 0) % 1_000

    most = max(0, targets["participants"] - DRAFT["participants"] - 1)
    chosen = range(2 * most // 3, most + 1)
    return max(chosen, key=lambda people: (rest(people), people))


def _seat(found: Sequence[MonthPlan], people: int) -> None:
    """Share the people among the activities, a few more here than there."""
    activities = sum(month.involvement for month in found)
    at = 0
    for month in found:
        month.participants = []
        for _ in range(month.involvement):
            even = people * (at + 1) // activities - people * at // activities
            # Pairs of neighbours lend each other a few, so that the sum stays.
            lent = 3 if activities > 1 and at < activities - activities % 2 else 0
            month.participants.append(even + (lent if at % 2 else -lent))
            at += 1
