"""Account states are historic: at 30 September 2024, 658 of 932 partners had neither account."""

from datetime import date

import pytest

from libraries.enums import SimState
from tests.demo import story
from tpbis.demo import live, people, support
from tpbis.demo.cast import BLITAR, LABRUK, LUMAJANG
from tpbis.demo.people import COUNT_DAY

TODAY = date(2026, 10, 20)


@pytest.fixture(scope="module")
def diary():
    return story.diary_to(TODAY.replace(day=1))


@pytest.fixture(scope="module")
def never():
    return story.careers_to(TODAY.year).never


@pytest.fixture(scope="module")
def posts(diary, never):
    return people.posts(story.partners(), diary, never, TODAY)


@pytest.fixture(scope="module")
def states(diary, never):
    return people.sim_states(story.partners(), diary, never, TODAY)


def test_658_partners_had_neither_account(posts, states):
    partners = {p.number for p in story.partners() if p.joined_on <= COUNT_DAY}
    staffed = {
        post.number
        for post in posts
        if post.starts_on <= COUNT_DAY and (post.ends_on is None or post.ends_on >= COUNT_DAY)
    }
    latest = {
        number: state
        for number, state, since in sorted(states, key=lambda row: row[2])
        if since <= COUNT_DAY
    }
    active = {number for number, state in latest.items() if state == SimState.ACTIVE}

    assert len(partners) == 932
    assert len(partners - staffed - active) == 658


def test_the_two_that_never_reported_have_one_account_each(posts, states, never):
    sim = {number for number, state, _since in states if state == SimState.ACTIVE}
    portal = {post.number for post in posts}

    assert [(number in sim, number in portal) for number in never[:2]] == [
        (True, False),
        (False, True),
    ]


def test_whoever_reports_has_a_librarian_from_then_on(posts, diary):
    first = {}
    for post in posts:
        first.setdefault(post.number, post.starts_on)

    for number, month in diary.first_month.items():
        assert first[number] <= month.replace(day=9)


def test_posts_of_one_library_follow_each_other(posts):
    by_library = {}
    for post in posts:
        by_library.setdefault(post.number, []).append(post)

    changed = [found for found in by_library.values() if len(found) > 1]
    assert len(changed) > 30
    for before, after in changed:
        assert before.starts_on < before.ends_on < after.starts_on


def test_a_dozen_reports_wait_in_the_two_regencies_with_a_demo_account(diary):
    by_number = {partner.number: partner for partner in story.partners()}
    last = diary.months[date(2026, 9, 1)]

    found = live.choose(last, story.partners())

    where = [by_number[plan.number].regency for plan in found.waiting]
    assert where.count(LUMAJANG) == 7
    assert where.count(BLITAR) == 6
    assert len(found.numbers) == len(found.waiting) + len(found.returned)
    assert LABRUK not in {by_number[number].code for number in found.numbers}


def test_many_partnerships_and_none_of_sumber_ilmu_in_the_running_year():
    planned = story.careers_to(TODAY.year)
    names = {partner.regency: f"Kabupaten {partner.regency}" for partner in story.partners()}
    found = support.partnerships(story.partners(), planned, names)
    labruk = next(p.number for p in story.partners() if p.code == LABRUK)
    in_force = support.InForce(found)

    assert len(found) > 150
    assert in_force(labruk, date(2024, 1, 1), date(2024, 9, 1))
    assert not in_force(labruk, date(2026, 1, 1), date(2026, 12, 1))
