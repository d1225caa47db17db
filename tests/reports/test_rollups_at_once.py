"""Whoever counts regencies and whoever writes about them, at the same moment; PostgreSQL only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from activities.enums import Kind
from kpi.models import MonthlyTally, RuleSet
from libraries.models import Library
from reports import figures
from reports.models import AreaMonth, StaleArea
from reports.rollups import counting
from tests import factories
from tests.reports.figures_world import approve
from tests.reports.times import NOW, set_clock
from tpbis.core.periods import Period

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
OCTOBER = date(2026, 10, 1)
MOST = 20.0  # seconds: who still waits then, waits for the other


@pytest.fixture(autouse=True)
def clock(monkeypatch, settings):
    settings.TPBIS_FIRST_MONTH = "2026-09"
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def counted(library) -> MonthlyTally:
    """A month's tally of a regency of which everything is counted."""
    if not RuleSet.objects.exists():  # emptied by a test before
        factories.rule_set(valid_from=date(2020, 1, 1))
    approve(library, Kind.INVOLVEMENT, month=OCTOBER)
    counting.refresh()
    return MonthlyTally.objects.get(library=library, month=OCTOBER)


def write(tally: MonthlyTally) -> None:
    tally.involvement += 1
    tally.save()


def kept_of(tally: MonthlyTally) -> list[int]:
    found = AreaMonth.objects.filter(region=tally.library.regency, month=OCTOBER)
    return list(found.values_list("involvement", flat=True))


def in_another_connection(work):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '15s'")
        return work()
    finally:
        connection.close()


def says_what_libraries_say(province) -> bool:
    everything, span = Library.objects.within(province.code), Period(OCTOBER, OCTOBER)
    told = [
        figures.dashboard(province, everything, span, as_of=timezone.now(), is_whole=whole)
        for whole in (True, False)
    ]
    return told[0] == told[1]


def test_counting_waits_for_no_writer_and_loses_nothing_it_has_not_seen(counted, province):
    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        write(counted)  # and says so, which nobody else sees yet
        done = elsewhere.submit(in_another_connection, counting.refresh).result(MOST)

    assert done == 0
    assert kept_of(counted) == [counted.involvement - 1]
    assert StaleArea.objects.filter(region=counted.library.regency).exists()
    assert says_what_libraries_say(province)
    counting.refresh()
    assert kept_of(counted) == [counted.involvement]
    assert not StaleArea.objects.exists()


def test_a_writer_waits_for_no_counting_and_is_counted_the_next_time(
    counted, province, monkeypatch
):
    """It writes when everything that is counted has been read, and before that is kept."""
    write(counted)
    has_read, has_written = Event(), Event()
    keep = counting.keep

    def keep_later(rows):
        if rows[0].month == OCTOBER:
            has_read.set()
            assert has_written.wait(MOST)
        return keep(rows)

    monkeypatch.setattr(counting, "keep", keep_later)
    with ThreadPoolExecutor(1) as elsewhere:
        running = elsewhere.submit(in_another_connection, counting.refresh)
        assert has_read.wait(MOST)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '5s'")
        write(counted)
        has_written.set()
        assert running.result(MOST) > 0

    assert kept_of(counted) == [counted.involvement - 1]
    assert says_what_libraries_say(province)
    counting.refresh()
    assert kept_of(counted) == [counted.involvement]
    assert says_what_libraries_say(province)
    assert list(counting.differences()) == []


def test_of_two_that_count_one_waits_and_finds_it_done(counted, province):
    write(counted)
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(in_another_connection, counting.refresh) for _ in range(2)]
        done = sorted(one.result(2 * MOST) for one in asked)

    assert done[-1] > 0
    assert kept_of(counted) == [counted.involvement]
    assert not StaleArea.objects.exists()
    assert says_what_libraries_say(province)
