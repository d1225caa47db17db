"""The whole story, planned without a database: the published figures are sums of the plans."""

from collections import Counter
from datetime import date

import pytest

from kpi import scoring
from tests.demo import story
from tpbis.demo import published
from tpbis.demo.published import TO_MARCH_2025, TO_SEPTEMBER_2024, YEAR_2023

TODAY = date(2026, 10, 1)


def months_of(diary, first: date, last: date):
    return [
        plan for month, plans in diary.months.items() if first <= month <= last for plan in plans
    ]


def sums(plans) -> tuple[int, int, int]:
    return (
        sum(plan.involvement for plan in plans),
        sum(len(plan.advocacy) for plan in plans),
        sum(plan.service for plan in plans),
    )


@pytest.fixture(scope="module")
def diary():
    return story.diary_to(TODAY)


def test_the_nine_months_of_2024_add_up(diary):
    assert sums(months_of(diary, TO_SEPTEMBER_2024.first, TO_SEPTEMBER_2024.last)) == (
        published.INVOLVEMENT,
        published.ADVOCACY,
        published.SERVICE,
    )


def test_the_replication_partners_two_years_add_up(diary):
    replication = {partner.number for partner in story.partners() if partner.is_replication}
    plans = months_of(diary, date(2023, 1, 1), date(2024, 12, 1))

    assert sums([plan for plan in plans if plan.number in replication]) == (
        published.REPLICATION_INVOLVEMENT,
        published.REPLICATION_ADVOCACY,
        published.REPLICATION_SERVICE,
    )


def test_colours_are_the_published_ones():
    careers = story.careers_to(TODAY.year)

    assert Counter(careers.colours[TO_SEPTEMBER_2024].values()) == {
        "green": published.GREEN,
        "yellow": published.YELLOW,
        "red": published.RED,
    }
    assert Counter(careers.colours[TO_MARCH_2025].values()) == published.COLOURS_MARCH_2025


def test_whoever_reported_in_2023_reports_in_2024():
    careers = story.careers_to(TODAY.year)

    assert careers.reporting_in(YEAR_2023) <= careers.reporting_in(TO_SEPTEMBER_2024)


def test_nobody_reports_before_joining(diary):
    joined = {partner.number: partner.joined_on for partner in story.partners()}

    assert all(joined[number] <= first for number, first in diary.first_month.items())


def test_the_published_months_do_not_depend_on_today(diary):
    march = date(2025, 3, 1)

    for other in (date(2026, 1, 1), date(2028, 5, 1)):
        story_then = story.diary_to(other)

        assert months_of(story_then, date(2023, 1, 1), march) == months_of(
            diary, date(2023, 1, 1), march
        )
        assert story.careers_to(other.year).never[:2] == story.careers_to(TODAY.year).never[:2]


def test_later_years_look_like_a_programme_that_grows(diary):
    year = Counter(story.careers_to(TODAY.year).colours[published.spans(2026)[-1]].values())

    assert year == {scoring.GREEN: 115, scoring.YELLOW: 433, scoring.RED: 240}
