"""What may be added to what is there, and what each number of entries would be worth."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kpi.scoring.colours import CEILING, EFFORT, POSITION, Inputs, Rules
from kpi.scoring.fewest import Choice, Group, without_worse

INVOLVEMENT, PARTICIPANTS, ADVOCACY, SERVICE, VISITS, PUBLICATIONS, SIGNS = range(len(POSITION))


class Step(StrEnum):
    """One more entry of a kind, and what it brings; in the order of :meth:`Room.groups`."""

    INVOLVEMENT = "involvement"  # an activity with ``rules.participants_each`` people
    ADVOCACY = "advocacy"
    ADVOCACY_WITH_SIGN = "advocacy_with_sign"  # of money, a regulation or two audiences
    SIGN = "sign"  # an approved impact story or a partnership
    SERVICE = "service"
    VISITS = "visits"  # the visits figure of a month that has none
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Additions:
    step: Step
    count: int


_BRINGS = {
    Step.INVOLVEMENT: (INVOLVEMENT,),  # and its participants
    Step.ADVOCACY: (ADVOCACY,),
    Step.ADVOCACY_WITH_SIGN: (ADVOCACY, SIGNS),
    Step.SIGN: (SIGNS,),
    Step.SERVICE: (SERVICE,),
    Step.VISITS: (VISITS,),
    Step.PUBLICATION: (PUBLICATIONS,),
}


def with_additions(inputs: Inputs, rules: Rules, additions: Iterable[Additions]) -> Inputs:
    """What would count if ``additions`` were there too."""
    sums = list(inputs)
    for one in additions:
        for position in _BRINGS[one.step]:
            sums[position] += one.count
        if one.step == Step.INVOLVEMENT:
            sums[PARTICIPANTS] += one.count * rules.participants_each
    return Inputs(*sums)


class Room:
    """What may be added to ``inputs``: of a measure its ceiling times ``months_left``, of visits a
    figure for each month due that lacks one. Advocacy with and without a sign share a ceiling."""

    def __init__(self, inputs: Inputs, rules: Rules, months_due: int, months_left: int) -> None:
        self._inputs, self._rules = inputs, rules
        self._plan = {row[0]: row for row in rules.plan(months_due)}
        indicators = {POSITION[one.measure]: one for one in rules.indicators}
        self._entries, self._effort = [], []
        for position in range(len(POSITION)):
            one = indicators.get(position)
            self._entries.append((one.ceiling if one else CEILING) * max(0, months_left))
            self._effort.append(one.effort if one else EFFORT)
        self._entries[VISITS] = max(0, months_due - inputs.visit_months)

    def everything(self) -> tuple[Additions, ...]:
        """All there is room for; every advocacy entry with its sign."""
        return tuple(
            Additions(step, self._entries[positions[0]])
            for step, positions in _BRINGS.items()
            if step != Step.ADVOCACY and self._entries[positions[0]]
        )

    def groups(self, needed: Mapping[int, int]) -> list[Group]:
        """What may be chosen, measures that go together in one group; at least as much of each as
        is ``needed``, and no more entries than can still raise a point."""
        return [
            self._activities(needed),
            self._advocacy_and_signs(needed),
            *(self._plain(position, needed) for position in (SERVICE, VISITS, PUBLICATIONS)),
        ]

    def _activities(self, needed: Mapping[int, int]) -> Group:
        each = self._rules.participants_each
        least = max(needed.get(INVOLVEMENT, 0), -(-needed.get(PARTICIPANTS, 0) // max(1, each)))
        useful = max(
            least, self._lacking(INVOLVEMENT), -(-self._lacking(PARTICIPANTS) // max(1, each))
        )
        most = min(useful, self._entries[INVOLVEMENT])
        activities = self._ladder(INVOLVEMENT, most)
        people = self._ladder(PARTICIPANTS, most, each)
        effort = self._effort[INVOLVEMENT]
        return [
            [Choice(one + other, n * effort, (n,))] if n >= least else []
            for n, (one, other) in enumerate(zip(activities, people, strict=True))
        ]

    def _plain(self, position: int, needed: Mapping[int, int]) -> Group:
        least = needed.get(position, 0)
        most = min(max(least, self._lacking(position)), self._entries[position])
        effort = self._effort[position]
        return [
            [Choice(points, n * effort, (n,))] if n >= least else []
            for n, points in enumerate(self._ladder(position, most))
        ]

    def _advocacy_and_signs(self, needed: Mapping[int, int]) -> Group:
        least, least_signs = needed.get(ADVOCACY, 0), needed.get(SIGNS, 0)
        signs = max(least_signs, self._lacking(SIGNS))
        most = min(max(least, self._lacking(ADVOCACY), signs), self._entries[ADVOCACY])
        most_alone = min(signs, self._entries[SIGNS])
        advocacy = self._ladder(ADVOCACY, most)
        worth = self._ladder(SIGNS, signs)
        effort, effort_alone = self._effort[ADVOCACY], self._effort[SIGNS]
        group: list[list[Choice]] = [[] for _ in range(most + most_alone + 1)]
        for n in range(least, most + 1):
            for alone in range(most_alone + 1):
                for along in range(max(0, least_signs - alone), min(n, signs - alone) + 1):
                    choice = Choice(
                        advocacy[n] + worth[along + alone],
                        n * effort + along + alone * effort_alone,
                        (n - along, along, alone),
                    )
                    group[n + alone].append(choice)
        return [without_worse(choices) for choices in group]

    def _lacking(self, position: int) -> int:
        """Of the target, if there is one."""
        row = self._plan.get(position)
        return max(0, row[2] - self._inputs[position]) if row else 0

    def _ladder(self, position: int, most: int, each: int = 1) -> list[int]:
        """Points of a measure with 0 to ``most`` more entries of which one brings ``each``."""
        row = self._plan.get(position)
        if row is None:
            return [0] * (most + 1)
        _, worth, target = row
        value = self._inputs[position]
        return [worth * min(target, value + n * each) // target for n in range(most + 1)]
