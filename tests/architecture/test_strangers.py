"""Every page turns strangers away: whoever is not signed in goes to the sign-in page, and what
lies outside someone's places does not exist for them."""

import pytest
from django.urls import reverse

from activities.models import (
    Activity,
    Consent,
    Excuse,
    MentoringVisit,
    MonthlyReport,
    Photo,
    Reminder,
    ReviewEvent,
    Story,
    StoryPhoto,
)
from libraries.models import Activation, Assignment, LetterBatch, Library, RosterImport
from reports.models import Boundaries, Document
from tests.architecture.conftest import any_arguments, routes
from tpbis import policy
from tpbis.accounts.models import Device, Message, Session, User

pytestmark = pytest.mark.once

PUBLIC = {
    "accounts:sign_in": "nobody is signed in yet",
    "accounts:message_mute": "whoever holds the mail turns it off",
    "accounts:password_forgotten": "nobody can sign in",
    "accounts:password_reset": "whoever holds the link of the mail",
    "activities:manifest": "asked by browsers, without telling who",
    "activities:service_worker": "the same for everybody",
    "activities:shell": "the same for everybody: blank forms",
    "help": "also explains how to sign in",
    "libraries:activate": "the code lets its holder in",
    "libraries:activation_start": "the code lets its holder in",
    "livez": "asked by machines",
    "readyz": "asked by machines",
    "set_language": "chosen before signing in, too",
}
ROUTES = routes()
CLOSED = sorted(set(ROUTES) - set(PUBLIC))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", CLOSED)
def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, name, method):
    address = reverse(name, kwargs=any_arguments(ROUTES[name]))

    response = getattr(client, method)(address)

    if name.startswith("api:"):
        assert response.status_code == 403
    else:
        assert response.status_code == 302
        assert response.url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", PUBLIC)
def test_no_exception_is_stale(name):
    assert name in ROUTES


# --- What lies outside someone's places -----------------------------------------------------------

# Routes about one thing: what they are asked for. Each belongs to Sumber Ilmu in Lumajang.
OBJECTS = {
    "accounts:device_end": (Device, "pk"),
    "accounts:message_open": (Message, "pk"),
    "accounts:session_end": (Session, "handle"),
    "activities:edit": (Activity, "pk"),
    "activities:remove": (Activity, "pk"),
    "activities:report": (MonthlyReport, "pk"),
    "activities:visits": (MonthlyReport, "pk"),
    "activities:submit": (MonthlyReport, "pk"),
    "activities:reopen": (MonthlyReport, "pk"),
    "activities:review": (MonthlyReport, "pk"),
    "activities:approve": (MonthlyReport, "pk"),
    "activities:send_back": (MonthlyReport, "pk"),
    "activities:photo": (Photo, "uuid"),
    "activities:story": (Story, "pk"),
    "activities:story_change": (Story, "pk"),
    "activities:story_photos": (Story, "pk"),
    "activities:story_consent": (Story, "pk"),
    "activities:story_submit": (Story, "pk"),
    "activities:story_withdraw": (Story, "pk"),
    "activities:story_reopen": (Story, "pk"),
    "activities:story_review": (Story, "pk"),
    "activities:story_approve": (Story, "pk"),
    "activities:story_send_back": (Story, "pk"),
    "activities:consent_change": (Consent, "pk"),
    "activities:consent_withdraw": (Consent, "pk"),
    "activities:story_photo": (StoryPhoto, "uuid"),
    "activities:story_photo_remove": (StoryPhoto, "uuid"),
    "activities:photo_remove": (Photo, "uuid"),
    "activities:old_photo": (ReviewEvent, "pk"),
    "libraries:person": (User, "pk"),
    "libraries:person_change": (User, "pk"),
    "libraries:person_move": (User, "pk"),
    "libraries:person_deactivate": (User, "pk"),
    "libraries:person_reactivate": (User, "pk"),
    "libraries:person_code": (User, "pk"),
    "libraries:person_reset_factor": (User, "pk"),
    "libraries:assignment_end": (Assignment, "pk"),
    "libraries:delegation_end": (Assignment, "pk"),
    "libraries:handover": (Library, "pk"),
    "libraries:library_change": (Library, "pk"),
    "libraries:library_deactivate": (Library, "pk"),
    "libraries:library_reactivate": (Library, "pk"),
    "libraries:library_move": (Library, "pk"),
    "libraries:library_merge": (Library, "pk"),
    "libraries:code_revoke": (Activation, "pk"),
    "libraries:roster": (RosterImport, "pk"),
    "libraries:roster_columns": (RosterImport, "pk"),
    "libraries:roster_places": (RosterImport, "pk"),
    "libraries:roster_confirm": (RosterImport, "pk"),
    "libraries:roster_cancel": (RosterImport, "pk"),
    "libraries:roster_progress": (RosterImport, "pk"),
    "stakeholders:partnership_add": (Library, "pk"),
    "reports:library": (Library, "pk"),
    "reports:follow_up_month": (Library, "pk"),
    "reports:excuse_withdraw": (Excuse, "pk"),
    "reports:mentoring_library": (Library, "pk"),
    "reports:mentoring_done": (MentoringVisit, "pk"),
    "reports:reminder_mark": (Library, "pk"),
    "reports:reminder_undo": (Reminder, "pk"),
    "reports:region": (Library, "regency.code"),
    "reports:boundaries_activate": (Boundaries, "pk"),
    "reports:boundaries_withdraw": (Boundaries, "pk"),
    "reports:document": (Document, "pk"),
    "reports:document_progress": (Document, "pk"),
    "reports:document_download": (Document, "pk"),
    "reports:document_retry": (Document, "pk"),
    "reports:letter_batch": (LetterBatch, "pk"),
    "reports:letters_print": (LetterBatch, "pk"),
    "reports:letter_revoke": (Activation, "pk"),
    "api:figures": (Library, "regency.code"),
}
NOT_ABOUT_ONE_THING = {
    "accounts:message_mute": "an address of a mail, whoever holds it",
    "accounts:password_reset": "a link of a mail, whoever holds it",
    "reports:libraries_export": "a form of file, of all libraries that are one's own",
    "libraries:activate": "a code, whoever holds it",
    "activities:record_kind": "a kind of entry, for one's own library",
    "activities:month": "a month of one's own library",
    "activities:month_visits": "a month of one's own library",
}


def test_every_route_with_an_argument_is_listed():
    with_arguments = {name for name in ROUTES if any_arguments(ROUTES[name])}

    assert with_arguments == set(OBJECTS) | set(NOT_ABOUT_ONE_THING)


def ask(client, name: str, arguments: dict) -> int:
    """Show it, or where there is nothing to show, do it."""
    address = reverse(name, kwargs=arguments)
    code = client.get(address).status_code
    return client.post(address).status_code if code == 405 else code


def arguments_of(name: str, one_of_each) -> dict:
    model, path = OBJECTS[name]
    value = one_of_each[model]
    for step in path.split("."):
        value = getattr(value, step)
    (argument,) = [key for key in any_arguments(ROUTES[name]) if key not in ("size", "sha256")]
    return any_arguments(ROUTES[name]) | {argument: value}


@pytest.mark.parametrize("name", OBJECTS)
def test_what_lies_elsewhere_does_not_exist(client, one_of_each, stranger, strange_pic, name):
    arguments = arguments_of(name, one_of_each)

    found = []
    for someone in (stranger, strange_pic):
        client.force_login(someone)
        found.append(ask(client, name, arguments))

    # Whose role has no business there is told so before anything is looked for.
    allowed = [
        any(policy.permits(name, method, one.role) for method in policy.methods(name))
        for one in (stranger, strange_pic)
    ]
    assert found == [404 if may else 403 for may in allowed]


@pytest.mark.parametrize("name", OBJECTS)
def test_to_those_it_belongs_to_it_exists(client, one_of_each, librarian, pic, name):
    """Else the test above would prove nothing."""
    arguments = arguments_of(name, one_of_each)

    found = []
    for someone in (librarian, pic):
        client.force_login(someone)
        found.append(ask(client, name, arguments))

    missing_file = name in (
        "activities:photo",
        "activities:story_photo",
        "activities:old_photo",
        "reports:document_download",
    )
    assert missing_file or any(code != 404 for code in found)
    assert all(code < 500 for code in found)
