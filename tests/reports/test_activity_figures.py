"""The entries behind the totals: each division adds up to what the overview says."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import services as reporting
from activities.enums import Audience, Kind, ReturnReason
from activities.models import Activity
from activities.services import Exclusion
from kpi import services as kpi
from libraries.enums import Theme
from libraries.models import Library
from reports import figures
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock
from tpbis.core.periods import Period

SEPTEMBER = date(2024, 9, 1)
SPAN = Period(date(2024, 7, 1), SEPTEMBER)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def everything() -> Library:
    return Library.objects.all()


def by_value(parts: tuple[figures.Part, ...]) -> dict[str, int]:
    return {part.value: part.entries for part in parts if part.entries}


@pytest.fixture
def months(library, other_library):
    """Approved, from the SIM, waiting, returned and begun; in the span and outside it."""
    approve(library, *Kind, Kind.INVOLVEMENT, month=date(2024, 8, 1))
    approve(other_library, Kind.INVOLVEMENT, Kind.ADVOCACY, month=SEPTEMBER)
    world.sim_entries(other_library, Kind.INVOLVEMENT, Kind.PUBLICATION, month=SEPTEMBER, visits=7)
    approve(library, *GENERAL, month=date(2024, 6, 1))
    world.submit(library, *GENERAL, month=SEPTEMBER)
    world.draft(village(), *GENERAL, month=SEPTEMBER)


def test_divisions_add_up_to_the_totals(months):
    found = figures.activities(everything(), SPAN)
    totals = figures.totals(everything(), SPAN)

    assert by_value(found.kinds) == {
        "pelibatan": totals.involvement,
        "advokasi": totals.advocacy,
        "peningkatan": totals.service,
        "publikasi": totals.publications,
    }
    for name, kind in {
        "theme": totals.involvement,
        "audience": totals.involvement,
        "format": totals.involvement,
        "result": totals.advocacy,
        "service_form": totals.service,
        "medium": totals.publications,
    }.items():
        assert sum(part.entries for part in found.divided[name]) == kind, name
    assert totals.involvement == 4
    assert found.entries == figures.entries(everything(), SPAN).count()


def test_participants_are_those_of_the_totals(months):
    found = figures.activities(everything(), SPAN)
    totals = figures.totals(everything(), SPAN)

    assert found.attendance.participants == totals.participants
    assert (found.attendance.women, found.attendance.men) == (
        totals.participants_women,
        totals.participants_men,
    )
    assert found.attendance.disabled == totals.participants_disabled
    for name in ("theme", "audience", "format"):
        assert sum(part.participants for part in found.divided[name]) == totals.participants


def test_women_and_men_are_told_apart_only_where_an_entry_does(library):
    approve(library, Kind.INVOLVEMENT, Kind.INVOLVEMENT, month=SEPTEMBER)
    silent, telling = Activity.objects.order_by("pk")
    Activity.objects.filter(pk=silent.pk).update(
        participants_total=40, participants_women=None, participants_men=None
    )
    Activity.objects.filter(pk=telling.pk).update(
        participants_total=10, participants_women=7, participants_men=3, participants_disabled=1
    )

    people = figures.activities(everything(), SPAN).attendance

    assert (people.entries, people.participants) == (2, 50)
    assert (people.told_entries, people.told, people.women, people.men) == (1, 10, 7, 3)
    assert (people.disabled_entries, people.disabled) == (1, 1)


def test_entry_left_out_at_approval_counts_nowhere(library, librarian, pic):
    sent = world.submit(library, Kind.INVOLVEMENT, Kind.INVOLVEMENT, month=SEPTEMBER, by=librarian)
    double = sent.activities.first()
    reporting.approve(
        report=sent,
        by=pic,
        exclusions={double.pk: Exclusion(ReturnReason.DOUBLE, "Sudah tercatat.")},
    )
    kpi.count_and_rescore(library=library, month=SEPTEMBER)

    found = figures.activities(everything(), SPAN)

    assert by_value(found.kinds) == {"pelibatan": 1}
    assert figures.totals(everything(), SPAN).involvement == 1
    assert double not in figures.entries(everything(), SPAN)


def test_library_that_joined_later_is_left_out_as_of_the_totals(library):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    Library.objects.filter(pk=library.pk).update(joined_on=date(2024, 10, 1))

    assert figures.activities(everything(), SPAN).entries == 0
    assert figures.totals(everything(), SPAN).involvement == 0


def test_parts_are_named_even_where_nothing_was_done_largest_first(months):
    found = figures.activities(everything(), SPAN)

    assert {part.value for part in found.divided["theme"]} == set(Theme.values)
    assert {part.value for part in found.divided["audience"]} == set(Audience.values)
    counts = [part.entries for part in found.divided["theme"]]
    assert counts == sorted(counts, reverse=True)


def test_queries_do_not_grow_with_the_entries(library, other_library):
    approve(library, *Kind, month=SEPTEMBER)
    with CaptureQueriesContext(connection) as few:
        figures.activities(everything(), SPAN)
    for month in SPAN.months[:2]:
        approve(other_library, *Kind, *Kind, month=month)
    with CaptureQueriesContext(connection) as many:
        figures.activities(everything(), SPAN)

    assert len(few) == len(many) == 1
