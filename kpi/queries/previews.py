"""Who would move from which colour to which, were a draft in force: computed, never stored."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kpi import scoring
from kpi.enums import RULE_GROUP_OF
from kpi.models import RuleSet, Score
from kpi.queries.scores import scores_through
from libraries.querysets import LibraryQuerySet

Pair = tuple[str, str]  # the colour there is, and the one there would be


@dataclass(frozen=True, slots=True)
class Move:
    """A library that would have another colour; points in thousandths, never of a grey one."""

    library: int
    before: str
    after: str
    points_before: int
    points_after: int

    @property
    def is_up(self) -> bool:
        return scoring.ORDER[self.after] > scoring.ORDER[self.before]

    @property
    def change(self) -> int:
        return self.points_after - self.points_before


@dataclass(frozen=True, slots=True)
class Preview:
    """Every library that takes part at the end of ``through`` and is scored by these rules, counted
    by its regency and both colours; and those that move."""

    through: date
    pairs: Mapping[int, Mapping[Pair, int]]  # by regency
    moves: tuple[Move, ...]
    rule_sets: tuple[RuleSet, ...]  # that score them now

    @property
    def all_pairs(self) -> Counter[Pair]:
        total: Counter[Pair] = Counter()
        for counted in self.pairs.values():
            total.update(counted)
        return total

    @property
    def libraries(self) -> int:
        return self.all_pairs.total()


def preview(rule_set: RuleSet, libraries: LibraryQuerySet, through: date) -> Preview:
    """``libraries`` scored from 1 January to the end of ``through`` by ``rule_set``, beside the
    score there is: the stored one, and one computed where none is stored."""
    kinds = [kind for kind, group in RULE_GROUP_OF.items() if group == rule_set.group]
    chosen = libraries.filter(kind__in=kinds)
    scores = scores_through(chosen, through)
    pairs: dict[int, Counter[Pair]] = {}
    moves = []
    by = set()
    for pk, regency in chosen.order_by("regency__code", "pk").values_list("pk", "regency"):
        score = scores.get(pk)
        if score is None:  # took no part on the last day
            continue
        by.add(score.rule_set_id)
        move = _moved(score, rule_set.rules)
        pairs.setdefault(regency, Counter())[move.before, move.after] += 1
        if move.before != move.after:
            moves.append(move)
    return Preview(
        through=through,
        pairs=pairs,
        moves=tuple(moves),
        rule_sets=tuple(RuleSet.objects.filter(pk__in=by).order_by("version")),
    )


def _moved(score: Score, rules: scoring.Rules) -> Move:
    result = scoring.score(score.inputs, rules, score.months_due)
    points = score.points or 0, result.points or 0
    return Move(score.library_id, score.colour, result.colour, *points)
