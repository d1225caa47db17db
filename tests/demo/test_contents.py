from datetime import date, datetime, timedelta

import pytest

from activities.enums import AdvocacyResult, Kind, ReviewAction
from activities.models import Activity
from tests.demo import story
from tpbis.core import periods
from tpbis.demo.chance import stream
from tpbis.demo.contents import entries, visits
from tpbis.demo.offices import nip
from tpbis.demo.planning import MonthPlan
from tpbis.demo.timing import steps, written_down

MONTH = date(2024, 7, 1)


def busy(number: int, month: date = MONTH) -> MonthPlan:
    return MonthPlan(
        number, month, involvement=6, advocacy=[True, False], snapshot=True, improvements=1,
        publications=2,
    )  # fmt: skip


@pytest.mark.parametrize("number", range(1, 20))
def test_entries_are_what_the_plan_says_and_what_the_model_accepts(number):
    partner = story.partners()[number]

    made = entries(busy(number), partner)

    assert [sum(entry.kind == kind for entry in made) for kind in Kind] == [6, 2, 2, 2]
    for entry in made:
        activity = Activity(kind=entry.kind, uuid=entry.uuid, **entry.content)
        activity.audience_count = len(activity.audiences)
        activity.full_clean(exclude=["report"], validate_unique=False, validate_constraints=False)
        assert periods.first_of_month(activity.held_on) == MONTH


@pytest.mark.parametrize("number", range(1, 20))
def test_as_many_signs_of_sustainability_as_planned(number):
    plan = MonthPlan(number, MONTH, advocacy=[True, True, False])

    made = [entry.content for entry in entries(plan, story.partners()[number])]

    signs = [
        content["result"] in (AdvocacyResult.MONEY, AdvocacyResult.REGULATION)
        or len(content["audiences"]) > 1
        for content in made
    ]
    assert sum(signs) == 2


def test_the_same_month_is_the_same_every_time():
    partner = story.partners()[5]

    assert entries(busy(5), partner) == entries(busy(5), partner)


def test_nothing_happens_after_today():
    made = entries(busy(3), story.partners()[3], until=date(2024, 7, 4))

    assert max(entry.content["held_on"] for entry in made) <= date(2024, 7, 4)


def test_given_participants_are_kept():
    plan = MonthPlan(1, MONTH, involvement=3, participants=[5, 6, 7])

    made = entries(plan, story.partners()[1])

    assert sorted(entry.content["participants_total"] for entry in made) == [5, 6, 7]


def test_some_is_entered_twice_and_some_dated_the_first_of_january():
    january = date(2024, 1, 1)
    made = [
        entry.content
        for partner in story.partners()[:200]
        for entry in entries(busy(partner.number, january), partner)
    ]

    twins = len(made) - len({str(sorted(content.items(), key=str)) for content in made})
    assert twins > 10
    assert 0.05 < sum(content["held_on"] == january for content in made) / len(made) < 0.35


def test_visits_are_never_negative():
    for partner in story.partners()[:50]:
        men, women = visits(MonthPlan(partner.number, MONTH), partner)

        assert min(men, women) >= 0


# --- When ---


def test_steps_follow_each_other_and_end_with_the_approval():
    for number in range(300):
        taken = steps(number, MONTH)

        assert taken[0].action == ReviewAction.SUBMITTED
        assert taken[-1].action == ReviewAction.APPROVED
        assert [step.at for step in taken] == sorted({step.at for step in taken})
        assert taken[0].at.date() > periods.last_day(MONTH)
        assert taken[-1].at.date() < date(2025, 3, 1)


def test_the_published_months_are_decided_by_the_earliest_today():
    last = [steps(number, date(2025, 3, 1))[-1].at.date() for number in range(1, 963)]

    assert max(last) < date(2026, 1, 1)


def test_most_reports_come_in_time_and_the_punctual_always_do():
    sent = [steps(number, MONTH)[0].at < periods.deadline(MONTH) for number in range(500)]
    punctual = [steps(number, MONTH, punctual=True)[0].at for number in range(500)]

    assert 0.6 < sum(sent) / len(sent) < 0.8
    assert all(at < periods.deadline(MONTH) for at in punctual)


@pytest.mark.parametrize("in_one_go", [True, False])
def test_an_entry_is_written_down_between_the_day_and_the_sending(in_one_go):
    rng = stream("test")
    sent = periods.midnight(date(2024, 8, 3)) + timedelta(hours=20)

    for day in range(1, 32):
        at = written_down(rng, date(2024, 7, day), sent, in_one_go=in_one_go)

        assert date(2024, 7, day) <= at.date()
        assert at < sent


def test_a_nip_is_birth_appointment_sex_and_serial():
    number = nip(stream("test"), woman=True)

    assert len(number) == 18
    born, appointed = (
        datetime.strptime(number[:8], "%Y%m%d").date(),  # noqa: DTZ007
        datetime.strptime(number[8:14], "%Y%m").date(),  # noqa: DTZ007
    )
    assert 22 <= appointed.year - born.year <= 30
    assert number[14] == "2"
