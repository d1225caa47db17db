"""Documents are asked for once, made once, and end one way or the other."""

import errno
import hashlib
import os
import signal
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError
from django.utils import timezone

from libraries.models import Assignment
from reports import pdf, receivers, services, tasks
from reports.documents import content, printing
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.querysets import DocumentQuerySet
from reports.services import making
from tests import factories
from tests.reports.worlds import QUARTER
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(lumajang, pic) -> Document:
    return services.request(region=lumajang, period=QUARTER, by=pic)


@pytest.fixture
def no_press(monkeypatch):
    monkeypatch.setattr(pdf, "Press", nullcontext)
    monkeypatch.setattr(printing, "begin_opening", lambda *_, **__: None)
    monkeypatch.setattr(printing, "begin_chapter", lambda *_, **__: None)


@pytest.fixture
def quick(no_press, monkeypatch):
    """Printing without a press: every report is the same two pages."""
    made = printing.Printed(content=b"%PDF-1.7 dua halaman", pages=2)

    def print_progress(report, *, press, told):
        told(0, 3, "Kabupaten Lumajang")
        return made

    monkeypatch.setattr(printing, "print_progress", print_progress)
    return made


def failed(document: Document) -> Document:
    Document.objects.filter(pk=document.pk).update(
        state=DocumentState.FAILED, problem="Kertas habis.", attempts=2
    )
    document.refresh_from_db()
    return document


# --- Asking ---------------------------------------------------------------------------------------


def test_asking_leaves_visible_work_and_says_so_after_commit(
    lumajang, pic, django_capture_on_commit_callbacks, monkeypatch
):
    queued = []
    monkeypatch.setattr(receivers, "queue", lambda task, **kwargs: queued.append((task, kwargs)))

    with django_capture_on_commit_callbacks(execute=True):
        document = services.request(region=lumajang, period=QUARTER, by=pic)

    assert (document.state, document.period) == (DocumentState.REQUESTED, QUARTER)
    assert queued == [(tasks.render, {"document_id": document.pk})]


def test_asking_again_while_the_first_waits_gives_the_first(asked, lumajang, pic):
    again = services.request(region=lumajang, period=QUARTER, by=pic)

    assert again == asked
    assert Document.objects.count() == 1


def test_two_clicks_at_one_moment_give_one_document(asked, lumajang, pic, monkeypatch):
    """Both looked before either had written: the database decides."""
    monkeypatch.setattr(DocumentQuerySet, "first", lambda self: None)

    again = services.request(region=lumajang, period=QUARTER, by=pic)

    assert again == asked


def test_database_refuses_a_second_open_request(asked, lumajang, pic):
    with pytest.raises(IntegrityError, match="document"):
        Document.objects.create(
            kind=DocumentKind.PROGRESS,
            region=lumajang,
            start=QUARTER.start,
            end=QUARTER.end,
            asked=asked.asked,
            requested_by=pic,
        )


def test_asking_and_asking_again_are_events_and_making_it_is_none(
    asked, lumajang, pic, staff, quick
):
    services.request(region=lumajang, period=QUARTER, by=pic)  # gives the first
    services.render(document_id=asked.pk)
    services.retry(document=failed(asked), by=staff)
    services.sweep()

    events = list(AuditEvent.objects.order_by("pk"))
    assert [(event.action, event.by) for event in events] == [
        ("reports.request", pic),
        ("reports.retry", staff),
    ]
    assert {(event.subject, event.about) for event in events} == {
        (subject_of(asked), subject_of(lumajang))
    }
    assert [event.changes for event in events] == [
        {
            "kind": [None, "progress"],
            "start": [None, QUARTER.start.isoformat()],
            "end": [None, QUARTER.end.isoformat()],
        },
        {"state": ["failed", "requested"]},
    ]


def test_another_period_is_another_document(asked, lumajang, pic):
    other = Period(date(2024, 1, 1), date(2024, 2, 1))

    assert services.request(region=lumajang, period=other, by=pic) != asked


def test_done_document_may_be_asked_for_anew(asked, lumajang, pic, quick):
    services.render(document_id=asked.pk)

    assert services.request(region=lumajang, period=QUARTER, by=pic) != asked


@pytest.mark.parametrize(
    ("who", "where", "allowed"),
    [
        ("pic", "lumajang", True),
        ("facilitator", "lumajang", True),
        ("staff", "lumajang", True),
        ("staff", "province", True),
        ("leader", "province", True),
        ("pic", "province", False),
        ("pic", "blitar", False),
        ("strange_pic", "lumajang", False),
        ("librarian", "lumajang", False),
        ("stranger", "lumajang", False),
    ],
)
def test_only_who_works_for_a_region_may_ask(request, who, where, allowed):
    person, region = request.getfixturevalue(who), request.getfixturevalue(where)

    if allowed:
        assert services.request(region=region, period=QUARTER, by=person).region == region
    else:
        with pytest.raises(services.NotForThisRegion):
            services.request(region=region, period=QUARTER, by=person)
        assert not Document.objects.exists()


def test_supporting_body_with_a_region_may_not_ask(lumajang):
    supporter = factories.someone(Role.SUPPORTER, lumajang)

    with pytest.raises(services.NotForThisRegion):
        services.request(region=lumajang, period=QUARTER, by=supporter)


def test_districts_have_no_documents(staff):
    with pytest.raises(services.NotForThisRegion, match="provinsi atau kabupaten"):
        services.request(region=factories.region("35.08.21"), period=QUARTER, by=staff)


# --- Making ---------------------------------------------------------------------------------------


def test_document_is_made_and_kept_under_a_name_of_its_own(asked, library, quick):
    document = services.render(document_id=asked.pk)

    assert (document.state, document.pages, document.problem) == (DocumentState.DONE, 2, "")
    assert document.sha256 == hashlib.sha256(quick.content).hexdigest()
    assert document.finished_at
    with storages["documents"].open(document.file_name) as file:
        assert file.read() == quick.content
    assert "lumajang" not in document.file_name.lower()


def test_making_it_twice_makes_it_once(asked, quick):
    services.render(document_id=asked.pk)

    assert services.render(document_id=asked.pk) is None
    asked.refresh_from_db()
    assert asked.attempts == 1


def test_progress_is_visible_while_it_is_made(asked, no_press, monkeypatch):
    seen = []

    def print_progress(report, *, press, told):
        for step, doing in enumerate(["Kabupaten Lumajang", "Ringkasan"]):
            told(step, 3, doing)
            row = Document.objects.get(pk=asked.pk)
            seen.append((row.state, row.step, row.steps, row.doing))
        return printing.Printed(b"%PDF", 1)

    monkeypatch.setattr(printing, "print_progress", print_progress)

    services.render(document_id=asked.pk)

    assert seen == [
        (DocumentState.RUNNING, 0, 3, "Kabupaten Lumajang"),
        (DocumentState.RUNNING, 1, 3, "Ringkasan"),
    ]


def test_figures_are_those_the_asker_may_see(lumajang, library, pic, quick, monkeypatch):
    """A province's document asked for by someone of one regency would show that regency only."""
    shown = []
    progress = content.progress
    monkeypatch.setattr(
        content,
        "progress",
        lambda region, libraries, period, *, as_of, brief, opened, read: (
            shown.append(set(libraries)) or progress(region, libraries, period, as_of=as_of)
        ),
    )
    factories.LibraryFactory(region=factories.region("35.05.17.1006"))

    services.render(document_id=services.request(region=lumajang, period=QUARTER, by=pic).pk)

    assert shown == [{library}]


def test_asker_who_left_the_region_gets_no_document(asked, pic, quick):
    Assignment.objects.filter(user=pic).update(ends_on=timezone.localdate() - timedelta(days=1))

    document = services.render(document_id=asked.pk)

    assert document.state == DocumentState.FAILED
    assert "tidak lagi bertugas" in document.problem


def test_killed_child_fails_the_document_with_a_reason(asked, library, monkeypatch):
    class Doomed(pdf.Press):
        def __init__(self, limits: pdf.Limits | None = None) -> None:
            super().__init__(limits)
            for pid in self.pids:
                os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(pdf, "Press", Doomed)

    document = services.render(document_id=asked.pk)

    assert document.state == DocumentState.FAILED
    # Both children are dead; which part notices first is chance.
    assert document.problem in {
        "Bagian “Kabupaten Lumajang” tidak jadi: proses pembuat PDF berhenti (kode -9).",
        "Bagian “Ringkasan” tidak jadi: proses pembuat PDF berhenti (kode -9).",
        "Bagian “Sampul” tidak jadi: proses pembuat PDF berhenti (kode -9).",
        "Bagian “Ringkasan dan isi” tidak jadi: proses pembuat PDF berhenti (kode -9).",
    }


def test_surprise_fails_the_document_without_its_details(asked, no_press, monkeypatch, caplog):
    def surprise(*_args, **_kwargs):
        raise ZeroDivisionError("rahasia")

    monkeypatch.setattr(printing, "print_progress", surprise)

    document = services.render(document_id=asked.pk)

    assert document.state == DocumentState.FAILED
    assert "rahasia" not in document.problem
    assert "ZeroDivisionError" in caplog.text


def test_figures_that_never_stand_still_fail_the_document(asked, no_press, monkeypatch):
    monkeypatch.setattr(content, "_adds_up", lambda *_: False)

    document = services.render(document_id=asked.pk)

    assert document.state == DocumentState.FAILED
    assert "terus berubah" in document.problem


def test_slow_attempt_that_was_taken_over_leaves_nothing(asked, no_press, monkeypatch):
    """The sweep thought it dead; another attempt holds the document now."""

    def print_progress(report, *, press, told):
        Document.objects.filter(pk=asked.pk).update(attempts=2)
        told(1, 3, "Kabupaten Lumajang")

    monkeypatch.setattr(printing, "print_progress", print_progress)

    assert services.render(document_id=asked.pk) is None
    asked.refresh_from_db()
    assert (asked.state, asked.doing) == (DocumentState.RUNNING, "Menghitung angka")


def test_file_that_comes_too_late_is_taken_away(asked, no_press, monkeypatch):
    def print_progress(report, *, press, told):
        Document.objects.filter(pk=asked.pk).update(attempts=2)
        return printing.Printed(b"%PDF terlambat", 1)

    monkeypatch.setattr(printing, "print_progress", print_progress)
    before = set(storages["documents"].listdir("")[1]) if _has_shelf() else set()

    services.render(document_id=asked.pk)

    assert set(storages["documents"].listdir("")[1]) == before


def _has_shelf() -> bool:
    return storages["documents"].exists("")


def test_cancelled_while_it_was_made_it_leaves_nothing(asked, pic, no_press, monkeypatch):
    def print_progress(report, *, press, told):
        services.cancel(document=asked, by=pic)
        told(1, 3, "Kabupaten Lumajang")
        pytest.fail("it was told to stop")

    monkeypatch.setattr(printing, "print_progress", print_progress)

    assert services.render(document_id=asked.pk) is None
    asked.refresh_from_db()
    assert (asked.state, asked.file_name) == (DocumentState.CANCELLED, "")
    assert services.sweep(at=timezone.now() + timedelta(hours=1)) == []


def test_full_disk_fails_the_document_with_a_reason_and_leaves_no_half_file(
    asked, pic, quick, monkeypatch
):
    shelf = storages["documents"]
    saved = []

    def save(name, content):
        saved.append(name)
        Path(shelf.path(name)).write_bytes(b"%PDF-1.7 sete")
        raise OSError(errno.ENOSPC, "No space left on device")

    Path(shelf.path("x")).parent.mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(shelf, "save", save)

    document = services.render(document_id=asked.pk)

    assert document.state == DocumentState.FAILED
    assert "Ruang simpan di server penuh" in document.problem
    assert not shelf.exists(saved[0])
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "Press", nullcontext)
    monkeypatch.setattr(printing, "begin_opening", lambda *_, **__: None)
    monkeypatch.setattr(printing, "begin_chapter", lambda *_, **__: None)
    monkeypatch.setattr(printing, "print_progress", lambda report, *, press, told: quick)
    services.retry(document=document, by=pic)
    assert services.render(document_id=asked.pk).state == DocumentState.DONE


# --- Again ----------------------------------------------------------------------------------------


def test_failed_document_can_be_made_again(asked, pic, quick):
    document = services.retry(document=failed(asked), by=pic)
    assert (document.state, document.problem, document.attempts) == (DocumentState.REQUESTED, "", 0)

    assert services.render(document_id=asked.pk).state == DocumentState.DONE


def test_who_asks_again_is_whose_scope_it_shows(asked, staff):
    assert services.retry(document=failed(asked), by=staff).requested_by == staff


def test_stranger_may_not_ask_again(asked, strange_pic):
    with pytest.raises(services.NotForThisRegion):
        services.retry(document=failed(asked), by=strange_pic)


def test_document_that_did_not_fail_is_not_made_again(asked, pic):
    with pytest.raises(services.NotFailed):
        services.retry(document=asked, by=pic)


# --- The sweep ------------------------------------------------------------------------------------


def test_lost_message_is_found(asked):
    now = timezone.now()

    assert services.sweep(at=now) == []
    assert services.sweep(at=now + 2 * services.UNHEARD_AFTER) == [asked.pk]


def test_silent_worker_is_replaced(asked, quick):
    begun = timezone.now()
    making._take(asked.pk, begun)

    assert services.sweep(at=begun + services.SILENT_AFTER / 2) == []
    later = begun + 2 * services.SILENT_AFTER
    assert services.sweep(at=later) == [asked.pk]
    assert services.render(document_id=asked.pk, at=later).state == DocumentState.DONE


def test_document_under_way_is_left_alone(asked, quick):
    making._take(asked.pk, timezone.now())

    assert services.render(document_id=asked.pk) is None


def test_document_that_broke_off_too_often_is_given_up(asked):
    at = timezone.now()
    for _attempt in range(services.MOST_ATTEMPTS):
        making._take(asked.pk, at)
        at += 2 * services.SILENT_AFTER

    assert services.sweep(at=at) == []
    asked.refresh_from_db()
    assert asked.state == DocumentState.FAILED
    assert "3 kali" in asked.problem


def test_sweep_task_queues_what_it_found(asked, monkeypatch):
    queued = []
    monkeypatch.setattr(tasks, "queue", lambda task, **kwargs: queued.append((task, kwargs)))
    Document.objects.update(touched_at=timezone.now() - timedelta(minutes=5))

    tasks.sweep()

    assert queued == [(tasks.render, {"document_id": asked.pk})]


def test_render_task_makes_the_document(asked, quick):
    tasks.render(document_id=asked.pk)

    asked.refresh_from_db()
    assert asked.state == DocumentState.DONE
