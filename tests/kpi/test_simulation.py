"""What would be if, of libraries that are only numbers: who is closest, and what is added."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi import scoring
from kpi.queries.simulation import Candidate, Each, Scenario, simulate
from kpi.scoring import Additions, Inputs, NotPossible, Plan, Standing, Step
from tests.factories import FIRST_INDICATORS

RULES = scoring.rules_from(
    version=1,
    indicators=[
        {"measure": measure, "component": component, "points": points, "count": count,
         "per_months": per_months}
        for component, measure, points, count, per_months in FIRST_INDICATORS
    ],
    general=["involvement", "advocacy", "service"],
    yellow_above=25_000,
    green_above=75_000,
)  # fmt: skip
# Nine months due: 27 activities, 360 participants, 14 advocacy, 3 service, 9 visits, 27
# publications and a sign are all there is to reach.
PERFECT = Inputs(27, 360, 14, 3, 9, 27, 1)
counts = st.builds(
    Inputs,
    involvement=st.integers(0, 40),
    participants=st.integers(0, 500),
    advocacy=st.integers(0, 20),
    service=st.integers(0, 5),
    visit_months=st.integers(0, 9),
    publications=st.integers(0, 40),
    sustainability=st.integers(0, 2),
)


def library(
    number: int, inputs: Inputs, *, name: str = "", dues: tuple[int, ...] = (10, 11, 12)
) -> Candidate:
    return Candidate(number, name or f"Perpustakaan {number}", Standing(inputs, RULES, 9), dues)


def without(**less: int) -> Inputs:
    """Perfect but for this."""
    return PERFECT._replace(**{name: getattr(PERFECT, name) - by for name, by in less.items()})


NO_SIGN = without(sustainability=1)  # yellow: one entry is lacking
FEW_SERVICES = without(service=2, publications=27, visit_months=8)  # yellow: 71 points
FAR = Inputs(3, 40, 1, 1, 3, 0, 0)


def numbers(changes) -> list[int]:
    return [one.library for one in changes]


def test_the_closest_lack_the_fewest_entries():
    there = [library(1, FAR), library(2, NO_SIGN), library(3, FEW_SERVICES)]

    found = simulate(there, Scenario("green", closest=2, each=Each({Step.SIGN: 1})))

    ways = [scoring.shortest_path(one, RULES, 9, 3) for one in (NO_SIGN, FEW_SERVICES, FAR)]
    assert [way.entries for way in ways if isinstance(way, Plan)] == sorted(
        way.entries for way in ways if isinstance(way, Plan)
    )
    assert numbers(found) == [2, 3]
    assert [one.after.colour for one in found] == ["green", "yellow"]


def test_of_as_many_entries_the_fewer_points_lacking_then_the_name_decide():
    more_points = without(service=2, publications=27, visit_months=5)  # 74 points, a service short
    fewer_points = more_points._replace(visit_months=3)
    there = [
        library(1, fewer_points),
        library(2, more_points, name="Perpustakaan Wijaya"),
        library(3, more_points, name="perpustakaan anggrek"),
    ]

    found = simulate(there, Scenario("green", closest=3, each=Each({Step.SERVICE: 1})))

    assert numbers(found) == [3, 2, 1]
    assert {one.way.entries for one in found if isinstance(one.way, Plan)} == {1}


def test_who_cannot_get_there_comes_last_and_adds_nothing():
    there = [library(1, FAR, dues=(12,)), library(2, NO_SIGN, dues=(9,))]

    found = simulate(there, Scenario("green"))

    assert numbers(found) == [2, 1]
    assert found[0].additions == (Additions(Step.SIGN, 1),)
    assert isinstance(found[1].way, NotPossible)
    assert found[1].additions == ()
    assert found[1].after == found[1].before


def test_ones_own_way_is_that_of_the_rapor():
    (found,) = simulate([library(1, FEW_SERVICES)], Scenario("green"))

    way = scoring.way_ahead(FEW_SERVICES, RULES, (10, 11, 12), "green")
    assert isinstance(way, Plan)
    assert found.additions == way.additions
    assert found.entries == way.entries
    assert found.after == scoring.score(way.inputs, RULES, 9)
    assert found.after.colour == "green"


def test_ones_own_way_begins_with_what_waits_and_goes_by_the_rules_to_come():
    expected = FEW_SERVICES._replace(service=2)
    coming = tuple(replace(RULES, version=2, green_above=above) for above in (99_000, 60_000))
    one = library(1, FEW_SERVICES, dues=(10, 11))._replace(rules=coming, expected=expected)

    (found,) = simulate([one], Scenario("green"))

    assert found.way == scoring.way_ahead(expected, coming, (10, 11), "green")
    assert found.before == scoring.score(FEW_SERVICES, RULES, 9)
    assert found.after == scoring.score(found.way.inputs, RULES, 9)


def test_what_waits_counts_without_a_way_and_not_where_all_add_alike():
    one = library(1, Inputs(), dues=(12,))._replace(expected=FAR)

    (own,) = simulate([one], Scenario("green"))
    (alike,) = simulate([one], Scenario("green", each=Each({Step.SERVICE: 1})))

    assert isinstance(own.way, NotPossible)
    assert own.after == scoring.score(FAR, RULES, 9)
    assert alike.after == scoring.score(Inputs(service=1), RULES, 9)


def test_nobody_is_asked_for_a_way_where_all_add_alike():
    (found,) = simulate([library(1, FAR)], Scenario("green", each=Each({Step.SERVICE: 1})))

    assert found.way is None


def test_a_month_has_one_figure_of_visits():
    lacking_two = library(1, without(visit_months=2))
    lacking_none = library(2, PERFECT)
    five = Scenario("green", each=Each({Step.VISITS: 5}))

    found = {one.library: one for one in simulate([lacking_two, lacking_none], five)}

    assert found[1].additions == (Additions(Step.VISITS, 2),)
    assert found[2].additions == ()


@pytest.mark.parametrize(("said", "people"), [(None, 15), (25, 25)])
def test_an_activity_brings_as_many_people_as_is_said_or_as_the_rules_assume(said, people):
    each = Each({Step.INVOLVEMENT: 2}, participants=said)

    _additions, inputs = each.added(Standing(Inputs(), RULES, 9))

    assert inputs == Inputs(involvement=2, participants=2 * people)


@given(
    there=st.lists(counts, min_size=1, max_size=6),
    added=st.dictionaries(st.sampled_from(list(Step)), st.integers(1, 9), min_size=1),
    to=st.sampled_from(["green", "yellow"]),
    closest=st.none() | st.integers(1, 8),
)
def test_nobody_falls_and_nobody_is_lost(there, added, to, closest):
    libraries = [library(number, inputs) for number, inputs in enumerate(there)]

    alike = simulate(libraries, Scenario(to, closest, Each(added)))
    own = simulate(libraries, Scenario(to, closest))

    for found in (alike, own):
        assert len(found) == min(len(libraries), closest or len(libraries))
        assert len(set(numbers(found))) == len(found)
        for one in found:
            assert scoring.ORDER[one.after.colour] >= scoring.ORDER[one.before.colour]
            assert one.before == scoring.score(there[one.library], RULES, 9)
    for one in own:
        if isinstance(one.way, Plan):
            assert scoring.ORDER[one.after.colour] >= scoring.ORDER[to]
