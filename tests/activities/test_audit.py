"""Each step of a report leaves one event, about its library; what is refused leaves none."""

import uuid
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from activities import services
from activities.enums import Kind, ReturnReason
from activities.models import Activity, MonthlyReport
from activities.photos import StoredPhoto
from tests import factories
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

SEPTEMBER = date(2024, 9, 1)
PICTURES = [
    StoredPhoto(sha256=two * 32, width=1, height=1, original_name="s") for two in ("ab", "cd")
]


@pytest.fixture
def draft(library, librarian) -> MonthlyReport:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


@pytest.fixture
def entry(draft) -> Activity:
    return draft.activities.get()


@pytest.fixture
def sent(draft, librarian) -> MonthlyReport:
    return services.submit(report=draft, by=librarian)


@pytest.fixture
def sealed(sent, pic) -> MonthlyReport:
    return services.approve(report=sent, by=pic)


@pytest.fixture
def noted():
    """What was noted since it was asked for last."""
    seen = AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def since() -> list[AuditEvent]:
        return list(AuditEvent.objects.filter(pk__gt=seen).order_by("pk"))

    return since


@pytest.fixture
def one_event(request):
    """The one event of a step, after checking who, in which role and about what."""

    def check(noted, action, *, by, subject, library) -> dict:
        (event,) = noted()
        assert (event.action, event.by, event.role) == (action, by, by.role)
        assert (event.subject, event.about) == (subject_of(subject), subject_of(library))
        return event.changes

    return check


def involvement(**more):
    return factories.content(Kind.INVOLVEMENT, month=SEPTEMBER, **more)


# --- Recording ------------------------------------------------------------------------------------


def test_a_month_is_noted_when_it_is_new(library, librarian, noted, one_event):
    opened = [
        services.open_month(library=library, month=SEPTEMBER, by=librarian) for _time in range(2)
    ]

    changes = one_event(
        noted, "activities.open_month", by=librarian, subject=opened[0], library=library
    )
    assert changes == {"month": [None, "2024-09-01"], "number": [None, 1]}


def test_recording_with_month_and_photos_is_one_event(library, librarian, noted, one_event):
    name = uuid.uuid4()
    for _time in range(2):
        entry = services.record_in_its_month(
            library=library,
            kind=Kind.INVOLVEMENT,
            content=involvement(place="Rumah Bu Siti"),
            photos=PICTURES,
            by=librarian,
            uuid=name,
        )

    changes = one_event(noted, "activities.record", by=librarian, subject=entry, library=library)
    assert changes == {
        "report": [None, entry.report_id],
        "kind": [None, "pelibatan"],
        "held_on": [None, "2024-09-01"],
        "title": [None, {"length": 17}],
        "theme": [None, "Ekonomi"],
        "format": [None, "Pelatihan"],
        "audience": [None, "Umum"],
        "participants_total": [None, 20],
        "place": [None, {"length": 13}],
        "photos": [None, 2],
    }


def test_a_record_is_noted_once(draft, library, librarian, request):
    noted = request.getfixturevalue("noted")
    name = uuid.uuid4()

    for _time in range(2):
        services.record(
            report=draft, kind=Kind.ADVOCACY, content=_advocacy(), by=librarian, uuid=name
        )

    (event,) = noted()
    assert event.action == "activities.record"
    assert event.changes["audiences"] == [None, ["Kepala Desa"]]
    assert event.changes["amount"] == [None, 1_500_000]


def _advocacy():
    return factories.content(Kind.ADVOCACY, month=SEPTEMBER)


def test_a_change_tells_the_fields_that_differ(entry, library, librarian, noted, one_event):
    services.change(
        activity=entry,
        content=involvement(title="Merajut bersama Siti", participants_total=25),
        photos=PICTURES,
        by=librarian,
    )

    changes = one_event(noted, "activities.change", by=librarian, subject=entry, library=library)
    assert changes == {
        "title": [{"length": 17}, {"length": 20}],
        "participants_total": [20, 25],
        "photos": [0, 2],
    }


def test_a_change_tells_what_was_stored_before_not_what_was_in_hand(entry, librarian, noted):
    entry.participants_total = 99

    services.change(activity=entry, content=involvement(participants_total=25), by=librarian)

    (event,) = noted()
    assert event.changes == {"participants_total": [20, 25]}


def test_removing_tells_what_is_gone(entry, library, librarian, noted, one_event):
    gone = Activity(pk=entry.pk)

    services.remove(activity=entry, by=librarian)

    changes = one_event(noted, "activities.remove", by=librarian, subject=gone, library=library)
    assert changes == {
        "report": [entry.report_id, None],
        "kind": ["pelibatan", None],
        "held_on": ["2024-09-01", None],
    }


def test_visits_are_told_before_and_after(draft, library, librarian, noted, one_event):
    services.enter_visits(report=draft, men=11, women=12, by=librarian)

    changes = one_event(
        noted, "activities.enter_visits", by=librarian, subject=draft, library=library
    )
    assert changes == {"visits_men": [10, 11]}


def test_a_photo_is_told_by_its_hash_once(entry, library, librarian, noted, one_event):
    for _time in range(2):
        services.attach_photo(activity=entry, stored=PICTURES[0], by=librarian)

    changes = one_event(
        noted, "activities.attach_photo", by=librarian, subject=entry, library=library
    )
    assert changes == {"sha256": [None, "ab" * 32]}


def test_a_photo_taken_off_is_told(entry, library, librarian, request, one_event):
    photo = services.attach_photo(activity=entry, stored=PICTURES[0], by=librarian)
    noted = request.getfixturevalue("noted")

    services.remove_photo(photo=photo, by=librarian)

    changes = one_event(
        noted, "activities.remove_photo", by=librarian, subject=entry, library=library
    )
    assert changes == {"sha256": ["ab" * 32, None]}


# --- Sending and judging --------------------------------------------------------------------------


def test_sending_is_told(draft, library, librarian, noted, one_event):
    services.submit(report=draft, by=librarian)

    changes = one_event(noted, "activities.submit", by=librarian, subject=draft, library=library)
    assert changes == {"state": ["draft", "submitted"]}


def test_approving_tells_the_seal(sent, library, pic, noted, one_event):
    sealed = services.approve(report=sent, by=pic)

    changes = one_event(noted, "activities.approve", by=pic, subject=sent, library=library)
    assert changes == {"state": ["submitted", "approved"], "seal": ["", sealed.seal]}


def test_sending_back_tells_the_reason_and_not_the_words(sent, library, pic, noted, one_event):
    services.send_back(report=sent, reason=ReturnReason.OTHER, comment="Bu Siti, lengkapi", by=pic)

    changes = one_event(noted, "activities.send_back", by=pic, subject=sent, library=library)
    assert changes == {
        "state": ["submitted", "returned"],
        "reason": [None, ReturnReason.OTHER.value],
        "comment": [None, {"length": 17}],
    }


def test_reopening_tells_the_seal_that_was_broken(sealed, library, pic, noted, one_event):
    services.reopen(report=sealed, comment="Bu Siti salah tulis", by=pic)

    changes = one_event(noted, "activities.reopen", by=pic, subject=sealed, library=library)
    assert changes == {
        "state": ["approved", "returned"],
        "seal": [sealed.seal, ""],
        "comment": [None, {"length": 19}],
    }


# --- What is refused ------------------------------------------------------------------------------


def test_what_is_refused_leaves_nothing(sent, stranger, librarian, pic, noted):
    refused = [
        lambda: services.submit(report=sent, by=stranger),
        lambda: services.enter_visits(report=sent, men=1, women=1, by=librarian),
        lambda: services.send_back(report=sent, reason=ReturnReason.OTHER, comment=" ", by=pic),
        lambda: services.approve(report=sent, by=librarian),
    ]

    for deed in refused:
        with pytest.raises((services.Locked, PermissionDenied, ValidationError)):
            deed()

    assert noted() == []
