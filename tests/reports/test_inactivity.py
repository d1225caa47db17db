"""Months without a library leave every denominator; what it did stays."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import queries as kpi_queries
from kpi import services as kpi
from kpi.models import MonthlyTally, Score
from libraries.models import Inactivity, Library
from reports import figures
from reports.figures import Completeness
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock, wib
from tpbis.core import periods
from tpbis.core.periods import Period

YEAR = Period(date(2024, 1, 1), date(2024, 12, 1))
SEPTEMBER = date(2024, 9, 1)
LATER = wib(2025, 3, 1, 9, 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def everyone(province):
    return Library.objects.all()


def away(library: Library, starts_on: date, ends_on: date | None = None) -> Inactivity:
    return Inactivity.objects.create(
        library=library, starts_on=starts_on, ends_on=ends_on, reason="Gedung diperbaiki"
    )


# --- By hand --------------------------------------------------------------------------------------


def test_library_that_left_is_in_no_colour_count_but_what_it_did_stays(everyone):
    stays, left = village(), village()
    for library in (stays, left):
        approve(library, *GENERAL, month=date(2024, 3, 1))
    away(left, date(2024, 6, 10))

    assert figures.colours(everyone, date(2024, 5, 1)).keys() == {stays.pk, left.pk}
    assert figures.colours(everyone, date(2024, 6, 1)).keys() == {stays.pk}
    assert figures.colour_counts(everyone, SEPTEMBER).total == 1
    assert [month.total for month in figures.colour_trend(everyone, SEPTEMBER)[-5:]] == [
        2,
        1,
        1,
        1,
        1,
    ]
    assert figures.totals(everyone, YEAR).involvement == 2
    assert [row.library for row in figures.library_rows(everyone, YEAR)] == [stays]


def test_library_that_came_back_has_a_colour_and_a_smaller_target(everyone):
    library = village()
    approve(library, *GENERAL, month=date(2024, 1, 1))
    away(library, date(2024, 3, 1), date(2024, 6, 15))
    kpi.rescore_library(library)

    found = figures.rapor(library, SEPTEMBER)

    assert found.months_due == 6  # nine but March, April, May; June has days of its own


def test_months_away_are_neither_expected_nor_reported(everyone):
    library = village()
    by = world.librarian_of(library)
    for month in (2, 5, 9):
        approve(library, Kind.INVOLVEMENT, month=date(2024, month, 1), by=by)
    away(library, date(2024, 4, 20), date(2024, 7, 31))

    found = figures.completeness(everyone, YEAR, as_of=LATER)

    assert found == Completeness(expected=9, reported=2, on_time=0)  # without May, June, July


def test_what_was_expected_before_a_library_left_stays_expected(everyone):
    away(village(), date(2024, 4, 1))

    assert figures.completeness(everyone, YEAR, as_of=LATER).expected == 3


def test_strip_says_when_a_library_was_away(everyone):
    library = village(joined_on=date(2024, 2, 10))
    approve(library, *GENERAL, month=date(2024, 5, 1))
    away(library, date(2024, 4, 1), date(2024, 6, 30))
    away(library, date(2024, 8, 20))

    strip = figures.months_strip(library, SEPTEMBER, length=9)

    assert [(cell.month.month, cell.state, cell.colour is None) for cell in strip] == [
        (1, "not_expected", True),
        (2, "not_reported", False),
        (3, "not_reported", False),
        (4, "inactive", True),
        (5, "approved", True),  # a report is welcome all the same
        (6, "inactive", True),
        (7, "not_reported", False),
        (8, "not_reported", True),
        (9, "inactive", True),
    ]


def test_stored_scores_of_a_month_away_are_not_shown_before_they_are_gone(everyone):
    library, stays = village(), village()
    kpi.rescore(everyone, SEPTEMBER)
    Score.objects.filter(library=stays).delete()  # so that the number of scores is right
    away(library, date(2024, 9, 1))

    assert figures.colours(everyone, SEPTEMBER).keys() == {stays.pk}
    assert figures.colour_trend(everyone, SEPTEMBER)[-1].grey == 1
    with pytest.raises(figures.NotAPartnerThen):
        figures.rapor(library, SEPTEMBER)


def test_months_away_cost_the_same_queries_however_many(everyone, django_assert_num_queries):
    def counted() -> int:
        with django_assert_num_queries(6):
            return figures.completeness(everyone, YEAR, as_of=LATER).expected

    away(village(), date(2024, 4, 1))
    one = counted()
    for _ in range(3):
        away(village(), date(2024, 4, 1))

    assert (one, counted()) == (3, 12)


# --- Any at all, against counting by hand ---------------------------------------------------------


def random_world(dice: random.Random) -> None:
    """Eight libraries that come and go, some months of each."""
    for code in ("35.08.21.2004", "35.08.20.2001", "35.08.21", "35.05.17.1006") * 2:
        joined_on = date(2024, 1, 1) + timedelta(days=dice.randint(-200, 300))
        library = village(code, joined_on=joined_on)
        by = world.librarian_of(library)
        for month in periods.months_from_to(date(2024, 1, 1), date(2024, 12, 1)):
            if dice.random() < 0.3:
                at = periods.deadline(month) + timedelta(days=dice.choice([-2, 2]))
                approve(library, *GENERAL, month=month, at=at, by=by, counted=False)
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            starts_on = date(2024, 1, 1) + timedelta(days=dice.randint(-60, 380))
            days = dice.choice([0, 10, 31, 45, 90, 400, None])
            ends_on = None if days is None else starts_on + timedelta(days=days)
            if ends_on or not library.inactivities.filter(ends_on=None).exists():
                away(library, starts_on, ends_on)
    kpi.count(MonthlyReport.objects.all())


def there_on(library: Library, day: date) -> bool:
    return day >= library.joined_on and not any(
        span.starts_on <= day and (span.ends_on is None or day <= span.ends_on)
        for span in library.inactivities.all()
    )


def there_in(library: Library, month: date) -> bool:
    days = range(periods.last_day(month).day)
    return any(there_on(library, month + timedelta(days=day)) for day in days)


@pytest.mark.parametrize("seed", range(6))
def test_figures_equal_a_plain_count(everyone, seed):
    dice = random.Random(seed)
    random_world(dice)
    libraries = list(everyone.prefetch_related("inactivities"))
    stored = dice.sample(YEAR.months, 6)
    for month in stored:
        kpi.rescore(everyone, month, as_of=LATER)

    partners = {
        month: {one.pk for one in libraries if there_on(one, periods.last_day(month))}
        for month in YEAR.months
    }
    assert figures.colours_by_month(everyone, YEAR.months).keys() == partners.keys()
    for month, found in figures.colours_by_month(everyone, YEAR.months).items():
        assert found.keys() == partners[month]
        assert (
            set(everyone.partners_on(periods.last_day(month)).values_list("pk", flat=True))
            == (partners[month])
        )
        one_by_one = {s.library_id: s for s in kpi_queries.computed_scores(everyone, month)}
        assert found == {pk: score.colour for pk, score in one_by_one.items()}
        assert {pk: score.months_due for pk, score in one_by_one.items()} == {
            one.pk: max(1, sum(there_in(one, m) for m in periods.months_from_to(YEAR.start, month)))
            for one in libraries
            if one.pk in partners[month]
        }
    trend = {cell.month: cell.total for cell in figures.colour_trend(everyone, YEAR.end)}
    assert trend == {month: len(there) for month, there in partners.items()}
    for month in stored:
        assert (
            set(Score.objects.filter(through=month).values_list("library", flat=True))
            == (partners[month])
        )


@pytest.mark.parametrize("seed", range(6))
def test_completeness_equals_a_plain_count(everyone, seed):
    random_world(random.Random(seed))
    expected, reported, on_time = Counter(), Counter(), Counter()
    for library in everyone.prefetch_related("inactivities"):
        sent = {one.month: one.first_submitted_at for one in library.reports.filter(number=1)}
        for month in filter(lambda one: there_in(library, one), YEAR.months):
            expected[library.regency_id] += 1
            if month in sent:
                reported[library.regency_id] += 1
                on_time[library.regency_id] += sent[month] < periods.deadline(month)
    dashboard = figures.dashboard(world.factories.region("35"), everyone, YEAR, as_of=LATER)

    found = {row.area.pk: row.completeness for row in dashboard.rows if row.completeness.expected}

    assert found == {
        area: Completeness(count, reported[area], on_time[area]) for area, count in expected.items()
    }
    tallies = MonthlyTally.objects.filter(month__year=2024)
    assert dashboard.totals.involvement == sum(tally.involvement for tally in tallies)
