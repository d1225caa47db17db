"""One statement for many rows: the same on every database, whatever stands in the texts."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from kpi.models import MonthlyTally, RuleSet, Score
from kpi.queries import COUNTED_FIELDS
from kpi.services import bulk
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib

KEY = ("library_id", "month")
FIELDS = (*KEY, *COUNTED_FIELDS, "counted_at")
AT = wib(2024, 10, 1, 8, 30)
ODD = ['"', "\\", "a b", "{}", "NULL", "", "é – “ya”", "'; --", "a,b", "%s"]

# Arrays are PostgreSQL's: there it is both, elsewhere the one that works everywhere.
WAYS = {"objects": bulk._as_objects} | (
    {"arrays": bulk._as_arrays} if connection.vendor == "postgresql" else {}
)
BOTH = pytest.mark.parametrize("write", WAYS.values(), ids=WAYS.keys())


def tally(library: Library, month: date, seals: str, involvement: int, at: datetime = AT) -> tuple:
    """A row with everything else 0."""
    counts = dict.fromkeys(COUNTED_FIELDS, 0) | {"seals": seals, "involvement": involvement}
    return (library.pk, month, *counts.values(), at)


def stored() -> list[tuple]:
    return list(MonthlyTally.objects.order_by("library", "month").values_list(*FIELDS))


def test_rows_are_added_and_changed(library, other_library):
    first = [tally(library, SEPTEMBER, "x", 1), tally(other_library, SEPTEMBER, "y", 2)]
    bulk.upsert(MonthlyTally, FIELDS, first, unique=KEY)
    october, later = date(2024, 10, 1), AT + timedelta(days=1)

    second = [tally(library, SEPTEMBER, "z", 3, later), tally(library, october, "", 0, later)]
    bulk.upsert(MonthlyTally, FIELDS, second, unique=KEY)

    assert stored() == [*second, first[1]]


@BOTH
def test_every_text_comes_back_as_it_was(write, db):
    libraries = factories.LibraryFactory.create_batch(len(ODD))
    rows = [
        tally(library, SEPTEMBER, text, 1) for library, text in zip(libraries, ODD, strict=True)
    ]

    write(MonthlyTally, FIELDS, rows, KEY)

    assert stored() == rows


@BOTH
def test_empty_numbers_come_back_empty(write, library, other_library):
    rule_set = RuleSet.objects.get(group="village")
    fields = ("library_id", "through", "rule_set_id", "months_due", "points", "colour", "advocacy")
    fields = (*fields, "involvement", "participants", "service", "visit_months", "publications")
    fields = (*fields, "sustainability", "scored_at")
    nothing = (0,) * 6
    rows: list[tuple[int | str | date | datetime | None, ...]] = [
        (library.pk, SEPTEMBER, rule_set.pk, 9, None, "grey", *nothing, 0, AT),
        (other_library.pk, SEPTEMBER, rule_set.pk, 9, 99_999, "green", *nothing, 0, AT),
    ]

    write(Score, fields, rows, ("library_id", "through"))

    assert list(Score.objects.order_by("library").values_list(*fields)) == rows


def test_more_rows_than_go_at_once(library, monkeypatch):
    monkeypatch.setattr(bulk, "_BATCH", 2)
    rows = [tally(library, date(2024, month, 1), "", month) for month in range(1, 6)]

    bulk.upsert(MonthlyTally, FIELDS, rows, unique=KEY)

    assert stored() == rows


def test_nothing_to_write_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.upsert(MonthlyTally, FIELDS, [], unique=KEY)
