"""What happens when two requests come at the same moment; PostgreSQL only."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from activities import services
from activities.enums import Kind
from activities.models import Activity, EntryDraft, MonthlyReport, Photo
from activities.photos import StoredPhoto
from tests import factories
from tests.waiting import wait_until

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
SEPTEMBER = date(2024, 9, 1)
NUMBER = uuid.UUID(int=7)
MANY = 4


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of each, the exception included; all begin together."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=30)
            return deed()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return [told.result(timeout=60) for told in [pool.submit(run, deed) for deed in deeds]]


def entry_of(library, librarian, *, title="Pelatihan merajut"):
    content = factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, title=title)
    return services.receive(
        library=library, kind=Kind.INVOLVEMENT, content=content, by=librarian, uuid=NUMBER
    )


def test_an_entry_that_comes_several_times_at_once_is_stored_once(library, librarian):
    told = at_once(*[lambda: entry_of(library, librarian)] * MANY)

    assert sorted(one.is_new for one in told) == [False] * (MANY - 1) + [True]
    assert (Activity.objects.count(), MonthlyReport.objects.count()) == (1, 1)


def test_two_contents_that_come_at_once_are_one_entry_and_one_refusal(library, librarian):
    told = at_once(
        lambda: entry_of(library, librarian, title="Merajut"),
        lambda: entry_of(library, librarian, title="Bazar"),
    )

    stored = Activity.objects.get()
    refused = [one for one in told if isinstance(one, services.AlreadyRecorded)]
    assert len(refused) == 1
    assert stored.title in ("Merajut", "Bazar")


def test_two_libraries_that_send_one_number_at_once(library, librarian, other_library, stranger):
    told = at_once(lambda: entry_of(library, librarian), lambda: entry_of(other_library, stranger))

    kinds = sorted(type(one).__name__ for one in told)
    assert kinds == ["AlreadyRecorded", "Received"]
    assert Activity.objects.count() == 1


def test_what_comes_while_its_month_is_being_submitted_goes_into_the_supplement(library, librarian):
    report = factories.report(library, librarian, Kind.ADVOCACY, month=SEPTEMBER)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            services.submit(report=report, by=librarian)
            told = pool.submit(lambda: at_once(lambda: entry_of(library, librarian))[0])
            wait_until(_somebody_waits_for_a_lock, within=30)
        received = told.result(timeout=30)

    assert received.is_new
    assert received.entry.report.number == 2


def _somebody_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # one look a transaction otherwise
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_second_content_that_comes_twice_at_once_is_kept_once(library, librarian):
    entry_of(library, librarian)

    def keep():
        return services.keep_twin(
            library=library,
            uuid=NUMBER,
            kind=Kind.INVOLVEMENT,
            is_snapshot=False,
            fields={"title": ["Bazar"]},
            by=librarian,
        )

    told = at_once(*[keep] * MANY)

    assert len({twin.pk for twin in told}) == 1


def test_two_who_mend_an_entry_at_once_do_not_write_over_each_other(library, librarian):
    entry = entry_of(library, librarian).entry

    told = at_once(
        *[
            lambda title=title: services.change(
                activity=entry, content={"title": title}, by=librarian, seen=1
            )
            for title in ("Merajut", "Bazar")
        ]
    )

    entry.refresh_from_db()
    assert sorted(type(one).__name__ for one in told) == ["Activity", "EntryChanged"]
    assert entry.version == 2


def test_a_photo_that_comes_several_times_at_once_is_stored_once(library, librarian):
    entry = entry_of(library, librarian).entry
    picture = StoredPhoto(sha256="ab" * 32, width=4, height=3, original_name="a.jpg")

    told = at_once(
        *[
            lambda: services.attach_photo(
                activity=entry, stored=picture, by=librarian, uuid=uuid.UUID(int=9)
            )
        ]
        * MANY
    )

    assert {photo.pk for photo in told} == {Photo.objects.get().pk}


def test_a_text_that_is_kept_while_its_entry_is_stored_leaves_no_draft(library, librarian):
    def keep():
        return services.keep_draft(
            library=library,
            uuid=NUMBER,
            kind=Kind.INVOLVEMENT,
            is_snapshot=False,
            fields={},
            by=librarian,
        )

    told = at_once(lambda: entry_of(library, librarian), keep, keep)

    assert not [one for one in told if isinstance(one, Exception)]
    assert not EntryDraft.objects.exists()


def test_a_nihil_month_that_is_sent_twice_at_once_is_sent_once(library, librarian):
    def send():
        return services.submit_nihil(library=library, month=SEPTEMBER, men=3, women=4, by=librarian)

    told = at_once(send, send)

    report = MonthlyReport.objects.get()
    assert told == [report, report]
    assert (report.nihil, report.events.count()) == (True, 1)
