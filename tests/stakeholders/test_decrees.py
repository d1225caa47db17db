"""The way of a decree: what may follow what, how long each stage took, when it rests too long."""

from dataclasses import dataclass
from datetime import date

import pytest

from stakeholders.decrees import FOLLOWS, rests_too_long, track
from stakeholders.enums import DecreeState

TODAY = date(2025, 3, 31)


@dataclass
class Step:
    pk: int
    state: str
    on: date
    held_by: str = ""
    note: str = ""
    file_name: str = ""
    original_name: str = ""


def test_every_state_can_be_reached_and_only_the_last_has_no_way_on():
    reached = {DecreeState.DRAFTED, *(state for after in FOLLOWS.values() for state in after)}

    assert reached == set(DecreeState)
    assert [state for state, after in FOLLOWS.items() if not after] == [DecreeState.ENDED]


def test_a_decree_that_was_sent_back_stands_there_twice():
    steps = [
        Step(1, "disusun", date(2025, 1, 6)),
        Step(2, "biro_hukum", date(2025, 1, 20)),
        Step(3, "dikembalikan", date(2025, 2, 3)),
        Step(4, "biro_hukum", date(2025, 3, 21)),
    ]

    stages = track(steps, today=TODAY)

    assert [(stage.state.value, stage.days) for stage in stages] == [
        ("disusun", 14),
        ("biro_hukum", 14),
        ("dikembalikan", 46),
        ("biro_hukum", 10),
        ("tanda_tangan", None),
        ("berlaku", None),
        ("dibagikan", None),
        ("berakhir", None),
    ]
    assert [stage.is_now for stage in stages].index(True) == 3
    assert [stage.is_ahead for stage in stages] == [False] * 4 + [True] * 4


def test_steps_of_one_day_stand_in_the_order_they_were_written():
    steps = [Step(2, "biro_hukum", TODAY), Step(1, "disusun", TODAY)]

    stages = track(steps, today=TODAY)

    assert [stage.state.value for stage in stages][:2] == ["disusun", "biro_hukum"]
    assert [stage.days for stage in stages][:2] == [0, 0]


def test_what_ended_is_done_and_nothing_follows():
    stages = track([Step(1, "berakhir", TODAY)], today=TODAY)

    assert [(stage.is_done, stage.is_now, stage.days) for stage in stages] == [(True, False, None)]


def test_without_a_step_there_is_no_way():
    assert track([], today=TODAY) == []


@pytest.mark.parametrize(
    ("state", "since", "late"),
    [
        ("biro_hukum", date(2025, 3, 17), False),  # 14 days
        ("biro_hukum", date(2025, 3, 16), True),
        ("disusun", date(2024, 1, 1), True),
        ("berlaku", date(2025, 1, 1), True),  # nobody has shared it
        ("dibagikan", date(2024, 1, 1), False),  # it works
        ("berakhir", date(2024, 1, 1), False),
    ],
)
def test_it_rests_too_long_where_somebody_has_to_act(state, since, late):
    assert rests_too_long(state, since, today=TODAY, days=14) is late
