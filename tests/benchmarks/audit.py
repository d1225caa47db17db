"""What the audit costs a write, how fast its chain is linked and verified, and how long the page of
a million events takes."""

from collections.abc import Callable
from unittest.mock import patch

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import reverse

from activities import services as activities
from activities.enums import Kind
from libraries import services as libraries
from tests import factories
from tests.benchmarks.measuring import say, seconds
from tpbis.accounts import audit, history, services
from tpbis.accounts.enums import Role

WRITES = 25
TURNS = 8
EVENTS = 2_000
LINKED = 100_000
MANY = 1_000_000

MORE = """
    INSERT INTO accounts_auditevent (at, by_id, role, outcome, action, subject, about, changes,
        request_id)
    SELECT now() - interval '1 second' * (%(count)s - n), %(by)s, 'librarian',
        CASE WHEN n %% 50 = 0 THEN 'denied' ELSE 'done' END,
        CASE WHEN n %% 1000 = 0 THEN 'libraries.merge' ELSE 'activities.change' END,
        'activities.activity:' || n / 3, 'libraries.library:' || n %% 932,
        '{"participants_total": [20, 25], "title": [{"length": 17}, {"length": 20}]}',
        gen_random_uuid()::text
    FROM generate_series(1, %(count)s) n
"""


def main() -> None:
    call_command("migrate", verbosity=0)
    libraries.load_regions("35")
    pic = factories.someone(Role.REGENCY_PIC, factories.region("35.08"))
    library = factories.LibraryFactory()
    librarian = factories.someone(Role.LIBRARIAN, library)

    def write() -> None:
        for _number in range(WRITES):
            report = activities.open_month(
                library=library, month=factories.content()["held_on"], by=librarian
            )
            activities.record(
                report=report, kind=Kind.INVOLVEMENT, content=factories.content(), by=librarian
            )
            activities.enter_visits(report=report, men=3, women=4, by=librarian)
            activities.submit(report=report, by=librarian)
            activities.approve(report=report, by=pic)

    # By turns, so that both meet the same machine.
    turns = [(seconds(_without_audit(write)), seconds(write)) for _turn in range(TURNS)]
    bare, whole = (min(taken) / WRITES for taken in zip(*turns, strict=True))
    say("month recorded and approved, no audit", 1_000 * bare, "ms")
    say(
        "month recorded and approved, 5 events",
        1_000 * whole,
        "ms",
        ratio=whole / bare,
        to="no audit",
    )

    @transaction.atomic
    def note() -> None:
        for _number in range(EVENTS):
            audit.record("libraries.change", by=pic, subject=library, changes={"npp": ["", "1"]})

    say("events in one transaction", EVENTS / seconds(note, times=3), "events/s")
    _chain()
    _page()


def _without_audit(work: Callable[[], None]) -> Callable[[], None]:
    def bare() -> None:
        with patch.object(audit, "record"):
            work()

    return bare


def _chain() -> None:
    services.link_audit()
    _more(LINKED)
    say(f"linking a backlog of {LINKED} events", seconds(services.link_audit), "s")
    say("linking when nothing is new", 1_000 * seconds(services.link_audit, times=3), "ms")
    verdict = []
    taken = seconds(lambda: verdict.append(history.check()))
    assert verdict[0].is_sound
    say(f"verifying {verdict[0].count} events", taken, "s")


def _page() -> None:
    _more(MANY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_auditevent")
    staff = factories.someone(Role.PROVINCE_STAFF, factories.region("35"))
    browser = Client(SERVER_NAME="localhost")
    with override_settings(TPBIS_SECOND_FACTOR=False):
        browser.force_login(get_user_model().objects.get(pk=staff.pk))
    for name, asked in [
        ("newest", {}),
        ("of one library", {"objek": "libraries.library:7"}),
        ("of one rare action", {"tindakan": "libraries.merge"}),
        ("of a request that never was", {"permintaan": "00000000-0000"}),
    ]:

        def read() -> None:
            with override_settings(TPBIS_SECOND_FACTOR=False):
                assert browser.get(reverse("accounts:audit"), asked).status_code == 200  # noqa: B023

        say(f"audit page among {MANY} events, {name}", 1_000 * seconds(read, times=3), "ms")


def _more(count: int) -> None:
    by = get_user_model().objects.order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(MORE, {"count": count, "by": by})


if __name__ == "__main__":
    main()
