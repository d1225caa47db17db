"""Sumber Ilmu: whatever today is, the next activity of any kind raises its points."""

from datetime import date

import pytest

from kpi import scoring
from tests.demo.story import RULES
from tpbis.demo.showcase import DRAFT, below_every_cap


def inputs_of(months) -> scoring.Inputs:
    return scoring.Inputs(
        involvement=sum(month.involvement for month in months),
        participants=sum(sum(month.participants) for month in months),
        advocacy=sum(len(month.advocacy) for month in months),
        service=sum(month.service for month in months),
        visit_months=len(months),
        publications=sum(month.publications for month in months),
    )


@pytest.fixture(params=range(3, 13))
def due(request) -> int:
    return request.param


@pytest.fixture
def year(due):
    months = [date(2026, month, 1) for month in range(1, due + 1)]
    return below_every_cap(7, RULES, due=due, months=months)


def test_no_indicator_is_full(year, due):
    lines = scoring.lines(inputs_of(year), RULES, due)

    assert [line.measure for line in lines if line.value >= line.target] == []


@pytest.mark.parametrize("kind", ["involvement", "advocacy", "service", "publications"])
def test_one_more_raises_the_points_with_or_without_the_draft(year, due, kind):
    now = inputs_of(year)
    drafted = scoring.Inputs(
        **{name: now._asdict()[name] + DRAFT.get(name, 0) for name in now._fields}
    )

    for before in (now, drafted):
        more = before._replace(**{kind: getattr(before, kind) + 1})

        assert scoring.score(more, RULES, due).points > scoring.score(before, RULES, due).points


def test_it_is_yellow_from_april_on_and_about_to_show_another_point(year, due):
    found = scoring.score(inputs_of(year), RULES, due)

    if due >= 4:
        assert found.colour == scoring.YELLOW
        assert found.points % 1_000 > 800


def test_all_but_one_month_were_reported(year, due):
    assert len(year) == due - 1
    assert year[0].month.month == 1
    assert year[-1].month.month == due


def test_before_the_closing_day_last_month_is_sent_but_not_due():
    months = [date(2026, month, 1) for month in range(1, 11)]

    found = below_every_cap(7, RULES, due=9, months=months)

    lines = scoring.lines(inputs_of(found), RULES, 9)
    assert all(line.value < line.target for line in lines)
    assert found[-1].month == months[-1]


def test_every_activity_has_people(year):
    assert all(people > 0 for month in year for people in month.participants)


@pytest.mark.parametrize("months", [0, 1, 2])
def test_a_year_that_has_just_begun_is_no_problem(months):
    begun = [date(2027, month, 1) for month in range(1, months + 1)]

    found = below_every_cap(7, RULES, due=1, months=begun)

    assert len(found) <= months
