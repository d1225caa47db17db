"""What lies ahead, and that the ways there keep what they promise."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from activities import services as activities
from activities.enums import AdvocacyAudience, AdvocacyResult, Kind, State
from activities.models import MonthlyReport
from kpi import queries, scoring, services
from kpi.enums import RuleGroup
from kpi.models import RuleSet
from kpi.scoring import GREEN, GREY, RED, YELLOW, Inputs, NotPossible, Plan, Step
from libraries.enums import LibraryKind
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import wib
from tpbis.accounts.models import User
from tpbis.core import periods

LONG_AGO = date(2020, 1, 1)
RULES = scoring.rules_from(
    version=1,
    indicators=[
        dict(zip(("component", "measure", "points", "count", "per_months"), row, strict=True))
        for row in factories.FIRST_INDICATORS
    ],
    general=["involvement", "advocacy", "service"],
    yellow_above=25_000,
    green_above=75_000,
)

# --- Months due -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joined_on", "at", "dues"),
    [
        (LONG_AGO, wib(2026, 1, 3), tuple(range(1, 13))),
        (LONG_AGO, wib(2026, 9, 1), (9, 10, 11, 12)),
        (LONG_AGO, wib(2026, 9, 30, 23, 59), (9, 10, 11, 12)),
        (LONG_AGO, wib(2026, 12, 31, 23, 59), (12,)),
        (date(2026, 3, 31), wib(2026, 9, 10), (7, 8, 9, 10)),
        (date(2026, 9, 9), wib(2026, 9, 10), (1, 2, 3, 4)),
    ],
)
def test_every_month_to_december_will_be_closed(joined_on, at, dues):
    assert queries.dues_ahead(joined_on, at) == dues


def test_months_away_do_not_become_due():
    away = [(date(2026, 2, 1), date(2026, 3, 31)), (date(2026, 11, 1), date(2026, 11, 30))]

    assert queries.dues_ahead(LONG_AGO, wib(2026, 9, 10), away) == (7, 8, 8, 9)


@pytest.mark.parametrize(
    ("at", "through", "dues"),
    [
        (wib(2027, 1, 3), date(2026, 12, 1), (12,)),
        (wib(2027, 1, 14, 23, 59), date(2026, 10, 1), (12,)),
        (wib(2027, 1, 15), date(2026, 12, 1), ()),
        (wib(2027, 2, 1), date(2026, 12, 1), ()),
        (wib(2027, 1, 3), date(2025, 12, 1), ()),
        (wib(2026, 12, 20), date(2026, 4, 1), (12,)),
        (wib(2026, 11, 20), date(2026, 11, 1), (11, 12)),
    ],
)
def test_last_december_is_ahead_until_it_is_closed(at, through, dues):
    assert queries.dues_ahead(LONG_AGO, at, through=through) == dues


# --- Which colours there are ways to --------------------------------------------------------------

PLENTY = Inputs(*[400] * 7)
MIDDLING = Inputs(12, 200, 6, 2, 8, 4, 1)


def test_red_and_grey_have_a_way_to_yellow_and_one_to_green():
    for inputs in (Inputs(), Inputs(involvement=3)):
        found = queries.outlook(inputs, RULES, (9, 10, 11, 12))

        assert (found.onward.to, found.green.to) == (YELLOW, GREEN)


def test_yellow_has_the_way_to_green_alone():
    found = queries.outlook(MIDDLING, RULES, (9, 10, 11, 12))

    assert found.onward is found.green
    assert found.green.to == GREEN


def test_what_closing_would_take_away_comes_first():
    """Green by one month due, red by all of the year."""
    inputs = Inputs(3, 40, 2, 2, 1, 0, 1)
    assert scoring.score(inputs, RULES, 1).colour == GREEN

    assert queries.outlook(inputs, RULES, (12,)).onward.to == YELLOW


def test_green_that_lasts_needs_nothing():
    found = queries.outlook(PLENTY, RULES, (9, 10))

    assert isinstance(found.green, Plan)
    assert (found.green.months, found.green.additions) == (0, ())


def test_what_cannot_be_reached_says_how_far_it_goes():
    found = queries.outlook(Inputs(involvement=1), RULES, (12,))

    assert isinstance(found.green, NotPossible)
    assert found.green.best.colour in {RED, YELLOW}


# --- Rules that will be in force ------------------------------------------------------------------


@pytest.mark.django_db
def test_each_month_ahead_has_the_version_of_its_last_day():
    first = queries.rule_sets_on(date(2026, 9, 1))[RuleGroup.VILLAGE]
    second = factories.rule_set(valid_from=date(2026, 10, 31))
    third = factories.rule_set(valid_from=date(2026, 12, 1))
    factories.rule_set(valid_from=date(2027, 1, 1))

    found = queries.rule_sets_ahead(wib(2026, 9, 10))

    assert found[LibraryKind.VILLAGE] == (first, second, second, third)
    assert found[LibraryKind.URBAN_VILLAGE] == found[LibraryKind.VILLAGE]
    assert len(set(found[LibraryKind.REGENCY])) == 1
    last = queries.rule_sets_ahead(wib(2027, 1, 3), through=date(2026, 12, 1))
    assert last[LibraryKind.VILLAGE] == (third,)
    assert (
        queries.rule_sets_ahead(wib(2027, 1, 15), through=date(2026, 12, 1))[LibraryKind.VILLAGE]
        == ()
    )


@pytest.mark.django_db
@pytest.mark.parametrize("green_above", [50_000, 90_000])
@pytest.mark.parametrize("involvement", range(0, 30, 3))
def test_promise_is_kept_by_the_rules_of_its_month(involvement, green_above):
    at = wib(2024, 10, 20, 12)
    factories.rule_set(valid_from=date(2024, 11, 1), green_above=green_above)
    inputs = Inputs(involvement, involvement * 12, 9, 2, 8, 10, 0)
    ahead = queries.rule_sets_ahead(at)[LibraryKind.VILLAGE]
    rules = [rule_set.rules for rule_set in ahead]
    dues = queries.dues_ahead(LONG_AGO, at)

    way = queries.outlook(inputs, rules, dues).green

    if isinstance(way, NotPossible):
        assert way.best == scoring.score(way.inputs, rules[-1], dues[-1])
        return
    month = max(1, way.months) - 1
    assert scoring.score(way.inputs, rules[month], dues[month]) == way.result
    assert way.result.colour == GREEN
    for earlier in range(month):
        shortest = scoring.shortest_path(inputs, rules[earlier], dues[earlier], earlier + 1)
        assert isinstance(shortest, NotPossible)


def test_colour_that_other_rules_bring_says_when():
    never_green = replace(RULES, version=2, green_above=100_000)

    stays = queries.outlook(PLENTY, (RULES, never_green), (9, 10)).green
    comes = queries.outlook(PLENTY, (never_green, RULES), (9, 10)).green

    assert (stays.months, stays.additions) == (0, ())
    assert (comes.months, comes.additions) == (2, ())


# --- Following a way in months that are lived through ---------------------------------------------


class Life:
    """A library that does what its plan says, in the months of the plan, through the services."""

    def __init__(self, library: Library, by: User, pic: User) -> None:
        self.library, self.by, self.pic = library, by, pic

    def record(self, kind: Kind, month: date, **more: object) -> None:
        content = factories.content(kind, month=month, **more)
        activities.record_in_its_month(
            library=self.library, kind=kind, content=content, photos=(), by=self.by
        )

    def visits(self, month: date) -> None:
        report = activities.open_month(library=self.library, month=month, by=self.by)
        activities.enter_visits(report=report, men=3, women=4, by=self.by)

    def take(self, step: Step, month: date, rules: scoring.Rules) -> None:
        if step is Step.SIGN:
            factories.published_story(self.library, self.by, self.pic, happened_on=month)
        elif step is Step.INVOLVEMENT:
            self.record(Kind.INVOLVEMENT, month, participants_total=rules.participants_each)
        elif step is Step.ADVOCACY:
            self.record(Kind.ADVOCACY, month, result=AdvocacyResult.IN_KIND)
        elif step is Step.ADVOCACY_WITH_SIGN:
            both = [AdvocacyAudience.VILLAGE_HEAD, AdvocacyAudience.PRIVATE]
            self.record(Kind.ADVOCACY, month, result=AdvocacyResult.IN_KIND, audiences=both)
        else:
            kind = Kind.SERVICE if step is Step.SERVICE else Kind.PUBLICATION
            self.record(kind, month)

    def send_and_have_approved(self) -> None:
        for report in MonthlyReport.objects.filter(library=self.library, state=State.DRAFT):
            if report.visits_total is None and report.number == 1:
                activities.enter_visits(report=report, men=3, women=4, by=self.by)
            empty = not report.activities.exists()
            sent = activities.submit(report=report, by=self.by, nihil=empty)
            activities.approve(report=sent, by=self.pic)
            services.count_and_rescore(library=self.library, month=report.month)

    def follow(self, plan: Plan, months: list[date], rules: scoring.Rules) -> None:
        for one in plan.additions:
            if one.step is Step.VISITS:
                for month in self.months_without_visits(months[-1])[: one.count]:
                    self.visits(month)
                continue
            for number in range(one.count):
                self.take(one.step, months[number % len(months)], rules)
        self.send_and_have_approved()

    def months_without_visits(self, through: date) -> list[date]:
        entered = set(
            MonthlyReport.objects.filter(
                library=self.library, visits_total__isnull=False
            ).values_list("month", flat=True)
        )
        span = periods.months_from_to(periods.january(through), through)
        return [month for month in span if month not in entered]


def computed(library: Library, through: date, as_of: datetime) -> scoring.Result:
    only = Library.objects.filter(pk=library.pk)
    (score,) = queries.computed_scores(only, through, as_of=as_of)
    return scoring.Result(score.colour, score.points)


GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
# What was approved before, by month.
PASTS: dict[str, dict[int, tuple[Kind, ...]]] = {
    "grey": {},
    "red: no advocacy": {1: (Kind.INVOLVEMENT, Kind.SERVICE), 3: (Kind.INVOLVEMENT,)},
    "red: too few points": {2: GENERAL},
    "yellow": dict.fromkeys((1, 2, 4, 5, 6, 7), GENERAL),
    "nearly green": dict.fromkeys(range(1, 7), (*GENERAL, Kind.INVOLVEMENT)),
}
MOMENTS = {
    "early": wib(2024, 9, 3, 9, 0),
    "late in the month": wib(2024, 9, 28, 9, 0),
    "nearly over": wib(2024, 12, 20, 9, 0),
    "last December": wib(2025, 1, 10, 9, 0),
}


@pytest.mark.parametrize("to", [YELLOW, GREEN])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("past", PASTS)
def test_following_a_plan_gives_its_colour_and_its_closing_keeps_it(
    library, librarian, pic, monkeypatch, past, moment, to
):
    at = MOMENTS[moment]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    life = Life(library, librarian, pic)
    for number, kinds in PASTS[past].items():
        for kind in kinds:
            life.record(kind, date(2024, number, 1))
    life.send_and_have_approved()
    through = date(2024, 12, 1) if at.year == 2025 else periods.first_of_month(at.date())
    rules = RuleSet.objects.get(group="village").rules
    (score,) = queries.computed_scores(Library.objects.all(), through, as_of=at)
    dues = queries.dues_ahead(library.joined_on, at, through=through)

    way = scoring.way_ahead(score.inputs, rules, dues, to)

    if isinstance(way, NotPossible):
        assert scoring.ORDER[way.best.colour] < scoring.ORDER[to]
        return
    months = [periods.add_months(through, step) for step in range(max(1, way.months))]
    end = periods.midnight(periods.add_months(months[-1], 1)) - timedelta(minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: max(end, at))
    life.follow(way, months, rules)
    promised = scoring.ORDER[way.result.colour]
    for moment_ in (max(end, at), periods.closing(months[-1])):
        then = computed(library, months[-1], moment_)
        assert scoring.ORDER[then.colour] >= promised
        assert (then.points or 0) >= (way.result.points or 0)


def test_the_pasts_are_what_they_are_called(library, librarian, pic, monkeypatch):
    """Or the test above would prove less than it says."""
    at = MOMENTS["early"]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    found = Counter()
    for past, months in PASTS.items():
        one = factories.LibraryFactory(region=library.region)
        life = Life(one, factories.someone(librarian.role, one), pic)
        for number, kinds in months.items():
            for kind in kinds:
                life.record(kind, date(2024, number, 1))
        life.send_and_have_approved()
        found[past.partition(":")[0], computed(one, date(2024, 9, 1), at).colour] += 1

    assert found == {
        ("grey", GREY): 1,
        ("red", RED): 2,
        ("yellow", YELLOW): 1,
        ("nearly green", YELLOW): 1,
    }
