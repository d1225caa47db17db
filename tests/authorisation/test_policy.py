"""The file against the routes: none unlisted, none stale, every word known."""

import pytest

from activities.enums import State
from reports.enums import DocumentState
from tests.authorisation import bodies, cells, marks, world
from tpbis import policy
from tpbis.accounts.enums import Role

pytestmark = pytest.mark.once

ANSWERS = set(cells.STATUS) - {"sign_in", "refused"}
WHO = {policy.EVERYONE, policy.ANY, policy.DELEGATE, *Role.values}


def test_every_route_is_listed():
    assert set(cells.ROUTES) - set(policy.routes()) == set(), (
        "closed until tpbis/policy.yaml lists it"
    )


def test_no_entry_is_stale():
    assert set(policy.routes()) - set(cells.ROUTES) == set()


@pytest.mark.parametrize("route", sorted(policy.routes()))
def test_an_entry_speaks_the_languages_words(route):
    entry = policy.routes()[route]

    methods = policy.methods(route)

    assert methods
    assert methods <= {"GET", "POST", "PUT", "PATCH", "DELETE"}
    assert set(entry) - methods <= {"object"}
    for method in methods:
        assert set(entry[method]) <= WHO, f"unknown role in {method}"
        for role in entry[method]:
            by_state = policy.answers(route, method, role)
            assert set(by_state.values()) <= ANSWERS, f"unknown answer for {role} in {method}"
            assert list(by_state)[-1] == policy.ELSE, f"{role} in {method} does not end with else"


@pytest.mark.parametrize("route", sorted(policy.routes()))
def test_a_route_about_a_thing_says_which(route):
    takes = bool(route in cells.ROUTES and cells.ROUTES[route].pattern.regex.groups)

    kind = policy.routes()[route].get("object")

    assert (kind is not None) == takes, "object: is missing, or too much"
    assert kind is None or kind in world.THINGS, (
        f"the world has no {kind!r}: add it to tests/authorisation/world.py"
    )


def test_there_is_a_recipe_for_every_post():
    posts = {route for route in policy.routes() if "POST" in policy.routes()[route]}

    assert posts - set(bodies.BODIES) == set(), "add recipes to tests/authorisation/bodies.py"
    assert set(bodies.BODIES) - posts == set(), "stale recipes"


def test_no_exception_is_stale():
    assert set(cells.NOT_AUDITED) | cells.CHANGES_NO_TABLE <= set(policy.routes())
    assert set(bodies.QUERIES) <= set(policy.routes())
    known = {model._meta.label for model in marks.MODELS}
    assert set(marks.PLACED) <= known
    assert {
        name.removesuffix("." + name.split(".")[-1]) if name.count(".") == 2 else name
        for name in set(marks.ONLY_FOR) - {marks.LETTERS}
    } <= known


@pytest.mark.django_db  # else nobody makes the tables when this module runs alone
def test_every_state_is_asked_of(the_world):
    reports = {thing.state for thing in the_world.things_of("report")}
    documents = {thing.state for thing in the_world.things_of("document")}

    assert set(State.values) <= reports
    assert set(DocumentState.values) <= documents
