"""What an event says, what it never says, and which denials are noted."""

import uuid
from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from activities import services as activities
from activities.enums import Kind, ReturnReason
from activities.models import MonthlyReport
from tests import factories
from tests.factories import PASSWORD
from tpbis.accounts import audit
from tpbis.accounts.enums import Outcome
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("accounts:sign_in")


@pytest.fixture
def report(library, librarian) -> MonthlyReport:
    """Waits to be judged."""
    draft = factories.report(library, librarian, Kind.INVOLVEMENT)
    return activities.submit(report=draft, by=librarian)


def events(**narrowed) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(**narrowed).order_by("pk"))


# --- What a field may say -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (12, 12),
        (0, 0),
        (None, None),
        ("", ""),
        (True, True),
        (date(2026, 10, 5), "2026-10-05"),
        (ReturnReason.OTHER, ReturnReason.OTHER.value),
        (uuid.UUID(int=7), str(uuid.UUID(int=7))),
        ("Siti Aminah, RT 3", {"length": 17}),
        (["Siti Aminah"], {"length": 15}),
        ({"nama": "Siti"}, {"length": 16}),
    ],
)
def test_a_text_of_ones_own_is_told_by_its_length_alone(value, said):
    event = audit.record("x.y", by=None, changes={"note": [None, value]})

    event.refresh_from_db()
    assert event.changes == {"note": [None, said]}


def test_a_text_out_of_a_list_the_portal_knows_is_told(library):
    report = MonthlyReport(pk=1, library=library)
    changes = {"state": ["draft", "submitted"], "other": ["", "x"]}

    event = audit.record("x.y", by=None, subject=report, changes=changes)

    assert event.changes == {"state": ["draft", "submitted"], "other": ["", {"length": 1}]}


def test_names_of_libraries_are_told(library):
    event = audit.record("x.y", by=None, subject=library, changes={"name": ["Lama", "Baru"]})

    assert event.changes == {"name": ["Lama", "Baru"]}


def test_a_row_is_told_by_its_code_or_number(library, librarian):
    event = audit.record(
        "x.y", by=None, changes={"region": [None, library.region], "user": [None, librarian]}
    )

    assert event.changes == {"region": [None, "35.08.21.2004"], "user": [None, librarian.pk]}


@pytest.mark.parametrize("field", sorted(audit.PERSONAL))
def test_a_personal_value_is_a_hash_under_the_persons_key(librarian, pic, field):
    said = [
        audit.record("x.y", by=None, subject=person, changes={field: ["a", "Siti"]}).changes[field]
        for person in (librarian, librarian, pic)
    ]

    assert said[0] == said[1]
    assert len({*said[0], *said[2]}) == 4  # equal values of different people do not show as equal
    assert all(len(one) == 24 for pair in said for one in pair)


@pytest.mark.parametrize("field", sorted(audit.PERSONAL))
def test_of_nobodys_personal_value_only_the_change_is_told(library, field):
    event = audit.record("x.y", by=None, subject=library, changes={field: ["", "Siti"]})

    assert event.changes == {field: ["", audit.HIDDEN]}


def test_without_its_key_a_hash_can_not_be_made_again(librarian):
    librarian.personal_key = ""

    event = audit.record("x.y", by=None, subject=librarian, changes={"phone": ["", "+62812"]})

    assert event.changes == {"phone": ["", audit.HIDDEN]}


# --- Who, in which role, in which request ---------------------------------------------------------


def test_a_write_tells_who_did_it_in_which_role_and_request(client, librarian, library):
    client.force_login(librarian)
    this_month = factories.content(Kind.INVOLVEMENT)["held_on"].strftime("%Y-%m")

    response = client.post(
        reverse("activities:month_visits", kwargs={"month": this_month}), {"men": 3, "women": 4}
    )

    opened, entered = events(action__startswith="activities.")
    assert [opened.action, entered.action] == ["activities.open_month", "activities.enter_visits"]
    assert (entered.by, entered.role, entered.outcome) == (librarian, "librarian", Outcome.DONE)
    assert entered.about == subject_of(library)
    assert entered.changes == {"visits_men": [None, 3], "visits_women": [None, 4]}
    assert entered.request_id == opened.request_id == response["X-Request-ID"]


# --- Signing in and out ---------------------------------------------------------------------------


def test_signing_in_and_out_is_noted(client, librarian):
    client.post(SIGN_IN, {"username": "labruk", "password": PASSWORD})
    client.post(reverse("accounts:sign_out"))

    found = events(action__in=["accounts.sign_in", "accounts.sign_out"])
    assert [event.action for event in found] == ["accounts.sign_in", "accounts.sign_out"]
    assert {event.by for event in found} == {librarian}


def test_a_lock_out_is_noted_once_by_the_number_of_the_account(client, librarian):
    for _attempt in range(settings.AXES_FAILURE_LIMIT + 3):
        client.post(SIGN_IN, {"username": "LABRUK", "password": "salah"})

    (event,) = events(action="accounts.locked_out")
    assert (event.outcome, event.by, event.subject) == (
        Outcome.DENIED,
        None,
        subject_of(librarian),
    )
    assert event.changes == {}


def test_what_was_typed_as_a_name_and_is_none_is_not_told(client, db):
    for _attempt in range(settings.AXES_FAILURE_LIMIT + 1):
        client.post(SIGN_IN, {"username": "kopi pagi sawah biru", "password": "salah"})

    (event,) = events(action="accounts.locked_out")
    assert (event.subject, event.changes) == ("", {})


# --- Denials --------------------------------------------------------------------------------------


def denied() -> list[tuple[str, dict]]:
    return [(event.action, event.changes) for event in events(outcome=Outcome.DENIED)]


def test_what_lies_elsewhere_is_a_denial_that_names_what_was_asked(client, stranger, report):
    client.force_login(stranger)

    response = client.get(reverse("activities:report", kwargs={"pk": report.pk}))

    assert response.status_code == 404
    assert denied() == [("GET activities:report", {"pk": [None, report.pk]})]
    (event,) = events(outcome=Outcome.DENIED)
    assert (event.by, event.role) == (stranger, "librarian")
    assert event.request_id == response["X-Request-ID"]


def test_what_does_not_exist_is_noted_just_so(client, stranger):
    client.force_login(stranger)

    client.get(reverse("activities:report", kwargs={"pk": 999_999}))

    assert denied() == [("GET activities:report", {"pk": [None, 999_999]})]


def test_a_forbidden_deed_is_a_denial(client, leader, report):
    client.force_login(leader)

    response = client.post(reverse("activities:approve", kwargs={"pk": report.pk}))

    assert response.status_code == 403
    assert denied() == [("POST activities:approve", {"pk": [None, report.pk]})]


def test_a_form_without_its_token_is_a_denial(librarian, report):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(librarian)

    response = browser.post(reverse("activities:submit", kwargs={"pk": report.pk}))

    assert response.status_code == 403
    assert denied() == [("POST activities:submit", {"pk": [None, report.pk]})]


def test_asking_for_the_head_alone_is_asking(client, stranger):
    client.force_login(stranger)

    client.head(reverse("activities:report", kwargs={"pk": 999_999}))

    assert denied() == [("HEAD activities:report", {"pk": [None, 999_999]})]


@pytest.mark.parametrize("address", ["/tidak-ada/", "/laporan/?hal=999"])
def test_a_slip_of_the_pen_is_none(client, stranger, address):
    client.force_login(stranger)

    client.get(address)

    assert denied() == []


def test_who_is_not_signed_in_is_nobody(client, db):
    client.get(reverse("activities:report", kwargs={"pk": 999_999}))
    Client(enforce_csrf_checks=True).post(SIGN_IN, {"username": "x", "password": "y"})

    assert denied() == []


def test_a_session_of_someone_deactivated_is_nobodys(client, stranger):
    client.force_login(stranger)
    stranger.is_active = False
    stranger.save()

    client.get(reverse("activities:report", kwargs={"pk": 999_999}))

    assert denied() == []
    assert not get_user(client).is_authenticated


def test_a_page_that_asks_by_itself_is_noted_once_a_minute(client, stranger):
    client.force_login(stranger)

    for pk in (999_998, 999_999, 999_999, 999_999):
        address = reverse("reports:document_progress", kwargs={"pk": pk})
        client.get(address, headers={"HX-Request": "true"})

    assert denied() == [
        ("GET reports:document_progress", {"pk": [None, 999_998]}),
        ("GET reports:document_progress", {"pk": [None, 999_999]}),
    ]


def test_a_person_who_asks_again_is_noted_again(client, stranger):
    client.force_login(stranger)

    for _time in range(2):
        client.get(reverse("activities:report", kwargs={"pk": 999_999}))

    assert len(denied()) == 2


def test_a_region_is_named_and_other_words_of_an_address_are_not(client, librarian, stranger):
    client.force_login(stranger)

    client.get(reverse("reports:region", kwargs={"code": "35.08"}))
    client.get(reverse("activities:record_kind", kwargs={"kind": "rahasia"}))

    found = dict(denied())
    assert found["GET reports:region"] == {"code": [None, "35.08"]}
    assert found["GET activities:record_kind"] == {}


def test_who_is_denied_hears_so_even_when_it_can_not_be_noted(client, stranger, monkeypatch):
    from django.db import DatabaseError

    def full(**_what):
        raise DatabaseError("disk full")

    monkeypatch.setattr(audit, "deny", full)
    client.force_login(stranger)

    response = client.get(reverse("activities:report", kwargs={"pk": 999_999}))

    assert response.status_code == 404
