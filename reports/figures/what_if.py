"""What the colours would be if libraries added entries: the span that pages open on, before and
after. Possibilities, no reports: nothing is written and nothing is kept.

Before is what :func:`reports.figures.colour_counts` says of the same libraries. After is the same
span with the additions approved now, by the months that are due and the rules that hold now. Where
libraries take their own path, what waits for review is taken as approved for those in the scenario,
as in their *rapor*.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from kpi import queries as kpi
from kpi.enums import Grey
from kpi.models import RuleSet, Score
from kpi.queries.simulation import Candidate, Change, Scenario, simulate
from kpi.scoring import ORDER, Additions, NotPossible, Plan, Standing, Step
from libraries import participation
from libraries.enums import Level
from libraries.models import Region
from libraries.querysets import LibraryQuerySet
from reports.figures.colouring import added_up, count_colours, greys
from reports.figures.results import ColourCounts
from tpbis.core import periods


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """One regency (or district) before and after."""

    area: Region
    before: ColourCounts
    after: ColourCounts
    libraries: int  # of those the scenario speaks of
    entries: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A scenario worked out."""

    through: date
    as_of: datetime
    rule_versions: tuple[int, ...]
    participants_each: tuple[int, ...]  # what the rules take one more activity to bring
    before: ColourCounts
    after: ColourCounts
    eligible: int  # libraries of the chosen colour, of which the closest are taken
    changes: tuple[Change, ...]  # closest first
    rows: tuple[WhatIfRow, ...]
    waiting: int  # reports that are taken as approved; 0 where all add alike
    months_ahead: tuple[date, ...]  # of the span's year; none once that is closed
    rules_ahead: Mapping[str, tuple[RuleSet, ...]]  # of those months, by kind of library

    @property
    def is_last_year(self) -> bool:
        """Whether nothing of the span's year can take place any more."""
        return self.through.year < timezone.localdate(self.as_of).year

    @property
    def closing(self) -> date | None:
        """The day last year is closed: what is approved before it still counts for that year."""
        return (
            periods.closing(self.through).date()
            if self.is_last_year and self.months_ahead
            else None
        )

    @property
    def touched(self) -> tuple[WhatIfRow, ...]:
        """Areas with a library of the scenario."""
        return tuple(row for row in self.rows if row.libraries)

    @property
    def untouched(self) -> ColourCounts:
        """All other areas as one."""
        return added_up(row.before for row in self.rows if not row.libraries)

    @property
    def added(self) -> tuple[Additions, ...]:
        """All additions together, by kind."""
        sums: Counter[Step] = Counter()
        for change in self.changes:
            for one in change.additions:
                sums[one.step] += one.count
        return tuple(Additions(step, sums[step]) for step in Step if sums[step])

    @property
    def entries(self) -> int:
        return sum(change.entries for change in self.changes)

    @property
    def risen(self) -> int:
        """Libraries whose colour is a better one."""
        return sum(1 for one in self.changes if ORDER[one.after.colour] > ORDER[one.before.colour])

    @property
    def out_of_reach(self) -> int:
        """Libraries that cannot get there in the span's year any more."""
        return sum(1 for one in self.changes if isinstance(one.way, NotPossible))


def what_if(
    libraries: LibraryQuerySet,
    through: date,
    kinds: Collection[str],
    scenario: Scenario,
    *,
    level: Level,
    as_of: datetime | None = None,
) -> WhatIf:
    """``scenario`` for those of ``libraries`` that are of one of ``kinds`` (a colour, of a grey one
    why it is grey) and have not reached the scenario's colour; the table is by areas of ``level``.
    """
    as_of = as_of or timezone.now()
    scores = kpi.scores_through(libraries, through)
    found = {pk: score.colour for pk, score in scores.items()}
    why = greys(libraries, through, found)
    chosen = {
        pk: score
        for pk, score in scores.items()
        if ORDER[score.colour] < ORDER[scenario.to] and why.get(pk, score.colour) in kinds
    }
    listed = _listed(libraries, scores)
    ahead = _Ahead.of(libraries, through, as_of, its_own=scenario.each is None)
    changes = simulate(_candidates(listed, chosen, ahead), scenario)
    after = found | {one.library: one.after.colour for one in changes}
    rule_sets = kpi.rule_sets_on(periods.last_day(through)).values()
    return WhatIf(
        through=through,
        as_of=as_of,
        rule_versions=tuple(sorted({one.version or 0 for one in rule_sets})),
        participants_each=tuple(sorted({one.participants_each for one in rule_sets})),
        before=count_colours(found, why),
        after=count_colours(after, why),
        eligible=len(chosen),
        changes=tuple(changes),
        rows=tuple(_rows(listed, changes, found, after, why, level)),
        waiting=sum(
            ahead.waiting[one.library].reports for one in changes if one.library in ahead.waiting
        ),
        months_ahead=kpi.months_ahead(as_of, through=through),
        rules_ahead=ahead.rules,
    )


def closest(
    libraries: LibraryQuerySet, through: date, to: str, most: int, *, as_of: datetime | None = None
) -> list[Change]:
    """The ``most`` libraries of another colour that have the fewest entries to go to ``to`` this
    year, each on its own path, what waits for review taken as approved."""
    as_of = as_of or timezone.now()
    scores = kpi.scores_through(libraries, through)
    chosen = {pk: score for pk, score in scores.items() if ORDER[score.colour] < ORDER[to]}
    ahead = _Ahead.of(libraries, through, as_of, its_own=True)
    found = simulate(
        _candidates(_listed(libraries, chosen), chosen, ahead), Scenario(to, closest=most)
    )
    return [change for change in found if isinstance(change.way, Plan)]


def _listed(libraries: LibraryQuerySet, scores: Mapping[int, Score]) -> "list[_Listed]":
    columns = ("pk", "name", "joined_on", "kind", "region__code")
    return [_Listed(*row) for row in libraries.order_by().values_list(*columns) if row[0] in scores]


class _Listed(NamedTuple):
    pk: int
    name: str
    joined_on: date
    kind: str
    code: str  # of its region


class _Dues:
    """:func:`kpi.queries.dues_ahead` for many libraries, most of which joined long ago. Of a year
    that is closed what is due now: nothing lies ahead of it."""

    def __init__(
        self, through: date, as_of: datetime, away: Mapping[int, list[participation.Span]]
    ) -> None:
        self._through, self._as_of, self._away = through, as_of, away
        self._known: dict[date, tuple[int, ...]] = {}

    def __call__(self, library: _Listed, score: Score) -> tuple[int, ...]:
        if away := self._away.get(library.pk):
            ahead = self._ahead(library.joined_on, away)
        else:
            since = max(library.joined_on.replace(day=1), periods.january(self._through))
            if since not in self._known:
                self._known[since] = self._ahead(since)
            ahead = self._known[since]
        return ahead or (score.months_due,)

    def _ahead(self, joined_on: date, away: Sequence[participation.Span] = ()) -> tuple[int, ...]:
        return kpi.dues_ahead(joined_on, self._as_of, away, through=self._through)


class _Ahead(NamedTuple):
    """What a library's own path is made of."""

    dues: _Dues
    rules: Mapping[str, tuple[RuleSet, ...]]  # by kind of library
    waiting: Mapping[int, kpi.Waiting]

    @classmethod
    def of(
        cls, libraries: LibraryQuerySet, through: date, as_of: datetime, *, its_own: bool
    ) -> "_Ahead":
        away = libraries.away_between(periods.january(through), date(through.year, 12, 31))
        return cls(
            _Dues(through, as_of, away),
            kpi.rule_sets_ahead(as_of, through=through),
            kpi.waiting_reports(libraries, through) if its_own else {},
        )


def _candidates(
    listed: Iterable[_Listed], chosen: Mapping[int, Score], ahead: _Ahead
) -> Iterator[Candidate]:
    rule_sets = RuleSet.objects.in_bulk({score.rule_set_id for score in chosen.values()})
    coming = {kind: tuple(one.rules for one in found) for kind, found in ahead.rules.items()}
    for library in listed:
        if score := chosen.get(library.pk):
            waiting = ahead.waiting.get(library.pk)
            yield Candidate(
                library.pk,
                library.name,
                Standing(score.inputs, rule_sets[score.rule_set_id].rules, score.months_due),
                ahead.dues(library, score),
                coming[library.kind],
                waiting.with_it(score.inputs) if waiting else None,
            )


def _rows(
    listed: Iterable[_Listed],
    changes: Iterable[Change],
    before: Mapping[int, str],
    after: Mapping[int, str],
    why: Mapping[int, Grey],
    level: Level,
) -> Iterator[WhatIfRow]:
    """By code; a library of a higher place (a regency's own) stands in that place's row."""
    changed = {one.library: one for one in changes}
    members: dict[str, list[int]] = defaultdict(list)
    for library in listed:
        members[".".join(library.code.split(".")[:level])].append(library.pk)
    for area in Region.objects.filter(code__in=members).order_by("code"):
        pks = members[area.code]
        concerned = [changed[pk] for pk in pks if pk in changed]
        yield WhatIfRow(
            area=area,
            before=count_colours({pk: before[pk] for pk in pks}, why),
            after=count_colours({pk: after[pk] for pk in pks}, why),
            libraries=len(concerned),
            entries=sum(one.entries for one in concerned),
        )
