"""The world is made once a module, in a transaction that every request is rolled back into.

(A fixture of scope "package" would live until the end of the session: without `__init__.py` there
is no package, and every later test of the worker would find the world in its tables.)
"""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from tests.authorisation import areas, cells, marks, things, world

assert things  # what it says of people, codes and rosters is registered by importing it
assert areas


@pytest.fixture(scope="module")
def the_world(django_db_setup, django_db_blocker) -> Iterator[world.World]:
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            made = world.build()
            cells.take_fingerprints(made)
            yield made
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
            connection.close() if connection.vendor == "postgresql" else None


@pytest.fixture(scope="module")
def the_sight(the_world) -> marks.Sight:
    return marks.Sight(the_world)


@pytest.fixture
def asker(the_world, the_sight, db) -> cells.Asker:
    return cells.Asker(the_world)
