"""The chain: linked by the job, and broken by whatever is done to it behind the portal's back."""

import io
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from tpbis.accounts import audit, history, services, tasks
from tpbis.accounts.models import AuditEvent, AuditLink
from tpbis.accounts.services import chain
from tpbis.core.append_only import NeverChanged

pytestmark = pytest.mark.django_db


def happen(count: int) -> list[AuditEvent]:
    return [
        audit.record("libraries.change", by=None, changes={"name": ["Lama", f"Baru {number}"]})
        for number in range(count)
    ]


def behind_the_back(*statements: str) -> None:
    """As somebody with the database's password does it, who took the triggers away first."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("accounts_auditevent", "accounts_auditlink"):
                cursor.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        else:
            for table in ("accounts_auditevent", "accounts_auditlink"):
                for event in ("update", "delete"):
                    cursor.execute(f"DROP TRIGGER {table}_no_{event}")
        for statement in statements:
            cursor.execute(statement)


# --- Linking --------------------------------------------------------------------------------------


def test_each_event_gets_its_place():
    events = happen(3)

    linked = services.link_audit()

    links = AuditLink.objects.order_by("position")
    assert linked == 3
    assert [(link.position, link.event_id) for link in links] == [
        (number, event.pk) for number, event in enumerate(events, 1)
    ]
    assert history.check().is_sound


def test_the_job_goes_on_where_it_stopped(monkeypatch):
    monkeypatch.setattr(chain, "BATCH", 2)
    happen(5)
    services.link_audit()
    head = history.check().head
    happen(1)

    tasks.link_audit()

    verdict = history.check(known=head)
    assert (verdict.count, verdict.is_sound) == (6, True)
    assert services.link_audit() == 0


def test_an_event_that_comes_to_light_late_is_linked_too():
    """Its number was given when it was written, but its transaction ended after later ones."""
    late, early = happen(2)
    AuditLink.objects.create(event=early, position=1, hash=_hash_of(early))

    services.link_audit()

    assert late.link.position == 2
    assert history.check().is_sound


def _hash_of(event: AuditEvent) -> str:
    from tpbis.accounts import seals

    (said,) = AuditEvent.objects.filter(pk=event.pk).values_list(*seals.COVERED)
    return seals.link(seals.START, said)


def test_whoever_comes_second_leaves_it_to_the_first(monkeypatch):
    happen(1)

    def taken() -> int:
        raise IntegrityError

    monkeypatch.setattr(chain, "_link_batch", taken)

    assert services.link_audit() == 0


def test_one_position_is_taken_once():
    first, second = happen(2)
    AuditLink.objects.create(event=first, position=1, hash="a")

    with pytest.raises(IntegrityError), transaction.atomic():
        AuditLink.objects.create(event=second, position=1, hash="b")


def test_the_job_runs_each_minute_and_does_not_pile_up():
    (entry,) = [
        entry
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == tasks.link_audit.name
    ]

    assert entry["schedule"] == 60
    assert entry["options"]["expires"] < 60


# --- What the chain notices -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "assignment",
    [
        "action = 'libraries.register'",
        'changes = \'{"name": ["Lama", "Palsu"]}\'',
        "outcome = 'denied'",
        "subject = 'libraries.library:1'",
        "about = 'libraries.library:1'",
        "role = 'regency_pic'",
        "request_id = 'x'",
        "at = '2020-01-01 00:00:00+00:00'",
    ],
)
def test_a_changed_event_is_found(assignment):
    second = happen(4)[1]
    services.link_audit()

    behind_the_back(f"UPDATE accounts_auditevent SET {assignment} WHERE id = {second.pk}")

    assert history.check().broken == [2]


def test_another_name_in_an_event_is_found(librarian, pic):
    event = audit.record("activities.approve", by=librarian)
    services.link_audit()

    behind_the_back(f"UPDATE accounts_auditevent SET by_id = {pic.pk} WHERE id = {event.pk}")

    assert history.check().broken == [1]


def test_a_hash_written_anew_breaks_at_the_next():
    second = happen(4)[1]
    services.link_audit()

    behind_the_back(f"UPDATE accounts_auditlink SET hash = 'x' WHERE event_id = {second.pk}")

    assert history.check().broken == [2, 3]


def test_a_row_taken_out_of_the_middle_is_found():
    _first, second, third, _fourth = happen(4)
    services.link_audit()

    behind_the_back(
        f"DELETE FROM accounts_auditlink WHERE event_id IN ({second.pk}, {third.pk})",
        f"DELETE FROM accounts_auditevent WHERE id IN ({second.pk}, {third.pk})",
    )

    verdict = history.check()
    assert (verdict.gaps, verdict.broken) == ([(2, 3)], [])
    assert not verdict.is_sound


def test_closing_the_gap_does_not_hide_it():
    _first, second, third = happen(3)
    services.link_audit()

    behind_the_back(
        f"DELETE FROM accounts_auditlink WHERE event_id = {second.pk}",
        f"DELETE FROM accounts_auditevent WHERE id = {second.pk}",
        f"UPDATE accounts_auditlink SET position = 2 WHERE event_id = {third.pk}",
    )

    verdict = history.check()
    assert (verdict.gaps, verdict.broken) == ([], [2])


def test_an_end_cut_off_is_found_by_the_head_that_was_written_down():
    events = happen(3)
    services.link_audit()
    head = history.check().head

    behind_the_back(
        f"DELETE FROM accounts_auditlink WHERE event_id = {events[2].pk}",
        f"DELETE FROM accounts_auditevent WHERE id = {events[2].pk}",
    )

    assert history.check().is_sound
    assert not history.check(known=head).is_sound


def test_a_link_whose_event_is_gone_is_found():
    second = happen(3)[1]
    services.link_audit()

    behind_the_back(f"DELETE FROM accounts_auditevent WHERE id = {second.pk}")
    verdict = history.check()

    assert (verdict.without_event, verdict.gaps, verdict.broken) == ([2], [], [])
    with connection.cursor() as cursor:  # the reference is looked after when the test ends
        cursor.execute(f"DELETE FROM accounts_auditlink WHERE event_id = {second.pk}")


def test_events_that_wait_for_too_long_are_counted():
    happen(2)
    later = timezone.now() + timedelta(minutes=6)

    assert (history.check().unlinked, history.check(at=later).unlinked) == (0, 2)


def test_nothing_happened_yet():
    verdict = history.check()

    assert (verdict.count, verdict.is_sound) == (0, True)


# --- What the database and the portal refuse ------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_auditevent SET action = 'x'",
        "DELETE FROM accounts_auditevent",
        "UPDATE accounts_auditlink SET hash = 'x'",
        "DELETE FROM accounts_auditlink",
    ],
)
def test_the_database_refuses_it(statement):
    happen(1)
    services.link_audit()

    with (
        pytest.raises(Error, match="is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert history.check().is_sound


@pytest.mark.parametrize(
    "deed",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: event.link.delete(),
        lambda _event: AuditEvent.objects.update(action="x"),
        lambda _event: AuditEvent.objects.all().delete(),
        lambda _event: AuditLink.objects.all().delete(),
        lambda event: AuditEvent.objects.bulk_update([event], ["action"]),
    ],
)
def test_the_portal_refuses_it_before(deed):
    (event,) = happen(1)
    services.link_audit()

    with pytest.raises(NeverChanged, match=r"libraries\.change|accounts\.Audit|1: "):
        deed(event)


# --- The command ----------------------------------------------------------------------------------


def verify(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        return int(left.code), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_the_command_says_how_long_the_chain_is_and_how_it_ends():
    happen(3)
    services.link_audit()
    head = AuditLink.objects.get(position=3).hash

    code, out, err = verify()

    assert (code, err) == (0, "")
    assert out == f"3 kejadian tertaut, sidik terakhir {head}\nRantai utuh.\n"


def test_the_command_names_the_first_place_that_is_broken_and_fails():
    events = happen(14)
    services.link_audit()
    pks = ", ".join(str(event.pk) for event in events[1:13])
    behind_the_back(f"UPDATE accounts_auditevent SET action = 'x' WHERE id IN ({pks})")

    code, _out, err = verify()

    assert code == 1
    assert err == (
        "Sidik tidak cocok, isinya diubah: posisi 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, … "
        "(12 semuanya).\n"
    )


def test_the_command_names_what_is_missing():
    events = happen(5)
    services.link_audit()
    pks = ", ".join(str(event.pk) for event in (events[1], events[2]))
    behind_the_back(
        f"DELETE FROM accounts_auditlink WHERE event_id IN ({pks})",
        f"DELETE FROM accounts_auditevent WHERE id IN ({pks})",
    )

    code, _out, err = verify("--known", "f" * 64)

    assert code == 1
    assert err == (
        "Mata rantai hilang: posisi 2–3.\n"
        "Sidik yang dicatat dulu tidak ada di rantai: ujungnya dipotong atau diganti.\n"
    )
