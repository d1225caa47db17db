"""From a colour to the numbers of entries that give it, and from there to months. Pure: the colour
is asked of the engine's own :func:`kpi.scoring.score`, so that a plan promises what it will say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from random import Random

from kpi import scoring
from tpbis.demo.published import Sums

SUMMED = ("involvement", "advocacy", "service")
_TRIES = 2_000
_CROWD = 10**6  # more participants than any target


class Infeasible(Exception):
    """No numbers within the profile give this colour, or these sums."""


@dataclass(slots=True)
class Counts:
    """What a library enters in a span."""

    involvement: int = 0
    advocacy: int = 0
    service: int = 0
    publications: int = 0
    months: int = 0  # reports sent, each with its visits
    signs: int = 0  # advocacy entries that are a sign of sustainability

    def and_also(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of the engine's targets between which a library of this sort lies."""

    involvement: tuple[float, float]
    advocacy: tuple[float, float]
    service: tuple[float, float]
    publications: tuple[float, float]
    months: tuple[float, float]
    signs: float  # chance that an advocacy entry is a sign


PROFILES: dict[str, list[tuple[Profile, float]]] = {
    "green": [(Profile((1.7, 3.2), (0.95, 1.6), (0.9, 1.6), (0.55, 1.3), (1, 1), 0.5), 1)],
    "yellow": [(Profile((0.45, 1.75), (0.15, 0.85), (0.4, 1.4), (0, 0.4), (0.65, 1), 0.25), 1)],
    "red": [
        # No service entry: by far the most frequent reason.
        (Profile((0.2, 1.7), (0.05, 0.85), (0, 0), (0, 0.25), (0.3, 1), 0.2), 0.82),
        (Profile((0.1, 0.9), (0, 0), (0.3, 0.7), (0, 0.2), (0.2, 0.8), 0), 0.10),
        # A little of everything, too little of each.
        (Profile((0.05, 0.16), (0.05, 0.15), (0.05, 0.3), (0, 0), (0.1, 0.25), 0), 0.08),
    ],
}


@dataclass(slots=True)
class Plan:
    """One library in one span."""

    number: int
    colour: str | None  # None: no colour is promised at the end of this span
    months: Sequence[date]  # in which it can report
    due: int  # months due at the end of the span
    partnered: bool  # a partnership is in force in the span
    rules: scoring.Rules
    counts: Counts = field(default_factory=Counts)
    before: Counts = field(default_factory=Counts)  # entered earlier in the year
    pace: int = 0  # months of the span that set the pace; 0: those due
    calm: float = 1.0  # below 1: fewer involvement activities than its sort usually has

    def keeps_colour(self) -> bool:
        return self.colour is None or certain_colour(self) == self.colour


def certain_colour(plan: Plan) -> str | None:
    """The colour ``plan`` gives however many people come; None when that decides it."""
    counts = plan.before.and_also(plan.counts)
    colours = {
        scoring.score(
            scoring.Inputs(
                involvement=counts.involvement,
                participants=participants,
                advocacy=counts.advocacy,
                service=counts.service,
                visit_months=counts.months,
                publications=counts.publications,
                sustainability=counts.signs + plan.partnered,
            ),
            plan.rules,
            plan.due,
        ).colour
        for participants in (0, _CROWD)
    }
    return colours.pop() if len(colours) == 1 else None


def fill(plan: Plan, like: str, rng: Random) -> None:
    """Draw counts for a library that is ``like`` a colour; they keep the plan's colour for sure.
    Raises ``Infeasible``."""
    profiles = [profile for profile, _ in PROFILES[like]]
    weights = [weight for _, weight in PROFILES[like]]
    pace = plan.pace or plan.due
    targets = {i.measure: i.target(pace) for i in plan.rules.indicators}
    for _ in range(_TRIES):
        profile = rng.choices(profiles, weights)[0]
        plan.counts = _draw(profile, targets, len(plan.months), pace, rng)
        plan.counts.involvement = max(1, round(plan.counts.involvement * plan.calm))
        if plan.keeps_colour():
            return
    raise Infeasible(f"{like}: {plan.due} months due, {len(plan.months)} to report in")


def _draw(
    profile: Profile, targets: Mapping[str, int], available: int, pace: int, rng: Random
) -> Counts:
    advocacy = _between(profile.advocacy, targets["advocacy"], rng)
    return Counts(
        involvement=max(1, _between(profile.involvement, targets["involvement"], rng)),
        advocacy=advocacy,
        service=_between(profile.service, targets["service"], rng),
        publications=_between(profile.publications, targets["publications"], rng),
        months=max(1, min(available, _between(profile.months, pace, rng))),
        signs=sum(rng.random() < profile.signs for _ in range(advocacy)),
    )


def _between(shares: tuple[float, float], target: int, rng: Random) -> int:
    """A whole number about ``shares`` of ``target``; at least 1 unless the shares are 0."""
    low, high = shares
    if not high:
        return 0
    drawn = round(rng.uniform(low * target, high * target))
    return max(drawn, 1) if low else drawn


def make_exact(plans: Sequence[Plan], sums: Sums, rng: Random) -> None:
    """Move single entries until ``plans`` add up to ``sums``, every colour kept. What a library
    lacks altogether it keeps lacking. Raises ``Infeasible``."""
    for measure in SUMMED:
        _move(plans, measure, getattr(sums, measure), rng)


def _move(plans: Sequence[Plan], measure: str, total: int, rng: Random) -> None:
    missing = total - sum(getattr(plan.counts, measure) for plan in plans)
    fruitless = 0
    while missing:
        step = 1 if missing > 0 else -1
        if _nudge(rng.choice(plans), measure, step):
            missing -= step
            fruitless = 0
        else:
            fruitless += 1
        if fruitless > 200 * len(plans):
            raise Infeasible(f"{measure}: {missing} left")


def _nudge(plan: Plan, measure: str, step: int) -> bool:
    """Add or take one entry; undone when the colour or the plan's sense would be lost."""
    value = getattr(plan.counts, measure)
    least = max(1, plan.counts.signs) if measure == "advocacy" else 1
    if plan.colour is None and measure == "service":
        least = 0
    elif not value:
        return False
    if value + step < least:
        return False
    setattr(plan.counts, measure, value + step)
    if plan.keeps_colour():
        return True
    setattr(plan.counts, measure, value)
    return False


# --- From counts to months -----------------------------------------------------------------------


@dataclass(slots=True)
class MonthPlan:
    """What one library enters in one month."""

    number: int
    month: date
    involvement: int = 0
    advocacy: list[bool] = field(default_factory=list)  # whether each is a sign of sustainability
    snapshot: bool = False
    improvements: int = 0
    publications: int = 0
    participants: list[int] | None = None  # None: as many as come

    @property
    def service(self) -> int:
        return self.snapshot + self.improvements

    @property
    def is_nihil(self) -> bool:
        return not (self.involvement or self.advocacy or self.service or self.publications)


def to_months(plan: Plan, rng: Random) -> list[MonthPlan]:
    """Spread the counts over the months reported, the first possible one among them."""
    counts = plan.counts
    skipped = len(plan.months) - counts.months
    gaps = set(rng.sample(range(1, len(plan.months)), skipped))
    found = [
        MonthPlan(plan.number, month) for at, month in enumerate(plan.months) if at not in gaps
    ]
    weights = [_SEASON[month.month.month] * rng.uniform(0.6, 1.4) for month in found]
    for month in rng.choices(found, weights, k=counts.involvement):
        month.involvement += 1
    signs = [True] * counts.signs + [False] * (counts.advocacy - counts.signs)
    rng.shuffle(signs)
    for month, sign in zip(rng.choices(found, weights, k=counts.advocacy), signs, strict=True):
        month.advocacy.append(sign)
    for month in rng.choices(found, weights, k=counts.publications):
        month.publications += 1
    _place_service(found, counts.service, rng)
    return found


# August (Independence Day) and November are busy; the fasting month is not, and it moves.
_SEASON = {1: 0.9, 2: 1.0, 3: 0.85, 4: 0.85, 5: 1.0, 6: 0.9, 7: 1.05}
_SEASON |= {8: 1.25, 9: 1.1, 10: 1.15, 11: 1.1, 12: 0.85}


def _place_service(found: list[MonthPlan], service: int, rng: Random) -> None:
    """The half-yearly snapshots first, then other improvements."""
    halves = [month for month in found if month.month.month in (1, 7)]
    if service == 1 and len(halves) == 2 and rng.random() < 0.35:
        halves.reverse()
    for month in halves[:service]:
        month.snapshot = True
    for month in rng.choices(found, k=max(0, service - len(halves))):
        month.improvements += 1


def totals(plans: Iterable[Plan]) -> Sums:
    chosen = list(plans)
    return Sums(*(sum(getattr(plan.counts, name) for plan in chosen) for name in SUMMED))
