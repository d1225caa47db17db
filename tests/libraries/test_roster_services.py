"""Imports are taken up once, held by one worker, and end one way or the other."""

import io
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.utils import timezone

from libraries import receivers, services, tasks
from libraries.enums import ImportState, LibraryKind, ProgrammeSource, SimState
from libraries.imports import importing
from libraries.imports import roster as imports
from libraries.models import Library, LibraryAlias, RosterImport, SimAccount
from libraries.services import rosters
from tests import factories
from tpbis.accounts.models import AuditEvent
from tpbis.core.spreadsheets import read_table

pytestmark = pytest.mark.django_db

COLUMNS = {"name": 0, "code": 1, "source": 2, "joined_on": 3}
CSV = (
    "Nama,Kode,Sumber,Tahun\nMawar,35.08.21.2004,Mandiri,2023\nMelati,35.08.10.1011,Mandiri,2023\n"
)


@pytest.fixture(autouse=True)
def regions():
    for code in ("35.08.21.2004", "35.08.10.1011"):
        factories.region(code)


@pytest.fixture
def sent(pic) -> RosterImport:
    table = read_table(io.BytesIO(CSV.encode()))
    return rosters.receive(file_name="daftar.csv", table=table, by=pic)


@pytest.fixture
def mapped(sent, pic) -> RosterImport:
    return rosters.match_columns(roster=sent, heading_row=1, mapping=COLUMNS, by=pic)


@pytest.fixture
def planned(mapped) -> RosterImport:
    importing.work_on(roster_id=mapped.pk)
    mapped.refresh_from_db()
    return mapped


@pytest.fixture
def confirmed(planned, pic) -> RosterImport:
    return rosters.confirm(roster=planned, plan_hash=planned.plan_hash, by=pic)


def later(minutes: int = 4):
    return timezone.now() + timedelta(minutes=minutes)


# --- Taking up ------------------------------------------------------------------------------------


def test_waiting_work_is_visible_and_said_after_commit(
    sent, pic, django_capture_on_commit_callbacks, monkeypatch
):
    queued = []
    monkeypatch.setattr(receivers, "queue", lambda task, **kwargs: queued.append((task, kwargs)))

    with django_capture_on_commit_callbacks(execute=True):
        rosters.match_columns(roster=sent, heading_row=1, mapping=COLUMNS, by=pic)

    assert queued == [(tasks.work_on_roster, {"roster_id": sent.pk})]


def test_a_lost_message_is_found_by_the_sweep(mapped, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks, "queue", lambda task, **kwargs: queued.append(kwargs))
    RosterImport.objects.update(touched_at=timezone.now() - timedelta(minutes=1))

    tasks.sweep()

    assert queued == [{"roster_id": mapped.pk}]


def test_the_sweep_leaves_alone_what_is_at_work_or_needs_somebody(sent, planned):
    RosterImport.objects.update(touched_at=timezone.now() - timedelta(days=1))

    assert rosters.sweep() == []


def test_only_one_worker_holds_it(mapped):
    first = rosters.take(roster_id=mapped.pk)

    assert first is not None
    assert rosters.take(roster_id=mapped.pk) is None


def test_a_worker_that_fell_silent_is_followed_by_another(confirmed):
    first = rosters.take(roster_id=confirmed.pk)  # and killed

    assert rosters.sweep(at=later()) == [confirmed.pk]
    importing.work_on(roster_id=confirmed.pk, at=later())

    confirmed.refresh_from_db()
    assert (confirmed.state, confirmed.attempts) == (ImportState.DONE, 2)
    with pytest.raises(rosters.Superseded):
        rosters.tell(held=first, step=1, steps=2)


def test_a_worker_killed_while_writing_leaves_nothing_half_written(confirmed, monkeypatch):
    def killed(**_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(rosters, "finish", killed)
        with pytest.raises(SystemExit):
            importing.work_on(roster_id=confirmed.pk)

    assert not Library.objects.exists()
    importing.work_on(roster_id=confirmed.pk, at=later())
    assert Library.objects.count() == 2


def test_whoever_is_killed_three_times_is_given_up(mapped):
    for attempt in range(3):
        assert rosters.take(roster_id=mapped.pk, at=later(4 * attempt)) is not None

    assert rosters.sweep(at=later(20)) == []

    mapped.refresh_from_db()
    assert mapped.state == ImportState.FAILED
    assert mapped.problem == "Terhenti 3 kali tanpa kabar. Tidak ada yang disimpan."


def test_carrying_out_twice_writes_once(confirmed):
    importing.work_on(roster_id=confirmed.pk)
    events = AuditEvent.objects.count()

    importing.work_on(roster_id=confirmed.pk, at=later())

    assert (Library.objects.count(), AuditEvent.objects.count()) == (2, events)


def test_a_file_that_is_gone_fails_with_a_word(mapped):
    storages["rosters"].delete(mapped.stored_as)

    importing.work_on(roster_id=mapped.pk)

    mapped.refresh_from_db()
    assert (mapped.state, mapped.problem) == (
        ImportState.FAILED,
        "Berkasnya tidak ada lagi. Unggah sekali lagi.",
    )


def test_whatever_else_goes_wrong_is_its_problem_too(confirmed, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(imports, "carry_out", broken)

    importing.work_on(roster_id=confirmed.pk)

    confirmed.refresh_from_db()
    assert confirmed.state == ImportState.FAILED
    assert confirmed.problem.startswith("Ada kesalahan tak terduga")


def test_two_at_the_same_moment_do_not_write_twice(confirmed, monkeypatch):
    """Somebody else's row came in after comparing: the database itself refuses, and it is looked at
    anew."""
    write = imports.carry_out

    def late(made, **more):
        factories.LibraryFactory(name="Mawar")
        return write(made, **more)

    monkeypatch.setattr(imports, "carry_out", late)

    importing.work_on(roster_id=confirmed.pk)

    confirmed.refresh_from_db()
    assert confirmed.state == ImportState.PLANNED
    assert not Library.objects.exists()


def test_what_nobody_came_back_to_is_cleared(planned, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        rosters.sweep(at=timezone.now() + timedelta(days=31))

    shelf, stored = storages["rosters"], planned.stored_as
    planned.refresh_from_db()
    assert (planned.state, planned.lines.count()) == (ImportState.CANCELLED, 0)
    assert not shelf.exists(stored)


def test_what_is_being_written_can_no_longer_be_cancelled(confirmed, pic):
    rosters.take(roster_id=confirmed.pk)

    with pytest.raises(rosters.NotNow):
        rosters.cancel(roster=confirmed, by=pic)


def test_a_librarian_sends_in_nothing(librarian):
    with pytest.raises(PermissionDenied):
        rosters.receive(file_name="x.csv", table=read_table(io.BytesIO(CSV.encode())), by=librarian)


@pytest.mark.parametrize("state", [ImportState.CONFIRMED, ImportState.DONE, ImportState.CANCELLED])
def test_the_database_refuses_states_without_their_people_and_times(sent, state):
    with pytest.raises(IntegrityError), transaction.atomic():
        RosterImport.objects.filter(pk=sent.pk).update(state=state)


# --- Many at once ---------------------------------------------------------------------------------


def content(name: str = "Mawar", **more):
    return {
        "name": name,
        "kind": LibraryKind.VILLAGE,
        "region": factories.region("35.08.21.2004"),
        "source": ProgrammeSource.REPLICATION,
        "joined_on": date(2023, 1, 1),
        **more,
    }


def test_many_are_registered_like_one():
    one = services.register(**content("Satu", npp="3508212D0000001"))
    (other,) = services.register_many(contents=[content("Dua", npp="3508212D0000002")])

    other.refresh_from_db()
    fields = ("kind", "region_id", "regency_id", "source", "joined_on", "tags", "address")
    assert [getattr(one, name) for name in fields] == [getattr(other, name) for name in fields]
    events = AuditEvent.objects.filter(action="libraries.register").order_by("pk")
    assert [set(event.changes) for event in events] == [set(events[0].changes)] * 2


@pytest.mark.parametrize(
    ("contents", "field"),
    [
        ([("A", {}), ("a ", {})], "name"),
        ([("A", {"npp": "1"}), ("B", {"npp": "1"})], "npp"),
        ([("A", {}), ("B" * 201, {})], "name"),
        ([("A", {}), ("B", {"kind": "istana"})], "kind"),
    ],
)
def test_one_that_cannot_be_written_keeps_all_out(contents, field):
    with pytest.raises(services.NotAll) as caught:
        services.register_many(contents=[content(name, **more) for name, more in contents])

    assert (caught.value.place, list(caught.value.error.message_dict)) == (1, [field])
    assert not Library.objects.exists()


def test_many_are_changed_like_one():
    library = factories.LibraryFactory(name="Lama")

    services.change_many(
        changes=[(library, {"name": "Baru", "region": factories.region("35.08.10.1011")})]
    )

    library.refresh_from_db()
    assert (library.name, library.region.code) == ("Baru", "35.08.10.1011")
    assert LibraryAlias.objects.get().name == "Lama"
    assert AuditEvent.objects.get().changes == {
        "name": ["Lama", "Baru"],
        "region": ["35.08.21.2004", "35.08.10.1011"],
    }


def test_what_somebody_else_changed_meanwhile_is_not_overruled():
    library = factories.LibraryFactory(name="Lama")
    Library.objects.update(name="Lain")

    with pytest.raises(services.NotAll):
        services.change_many(changes=[(library, {"name": "Baru"})])


def test_many_elsewhere_are_refused(pic, blitar):
    elsewhere = factories.LibraryFactory(region=factories.region("35.05.17.1006"))

    with pytest.raises(PermissionDenied):
        services.register_many(contents=[content(region=elsewhere.region)], by=pic)
    with pytest.raises(PermissionDenied):
        services.change_many(changes=[(elsewhere, {"name": "Baru"})], by=pic)
    with pytest.raises(PermissionDenied):
        services.add_aliases(names=[(elsewhere, "Lain")], by=pic)
    note = services.SimNote(elsewhere, SimState.ACTIVE, date(2024, 1, 1))
    with pytest.raises(PermissionDenied):
        services.note_sim_states(notes=[note], by=pic)
    assert not SimAccount.objects.exists()


@pytest.mark.parametrize("rows", [1, 30])
def test_a_roster_is_written_in_as_many_statements_whatever_its_length(
    rows, django_assert_num_queries
):
    village = factories.region("35.08.21.2004")
    contents = [content(f"Perpustakaan {n}", region=village) for n in range(rows)]

    with django_assert_num_queries(7):
        services.register_many(contents=contents)
