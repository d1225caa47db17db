"""Every page turns strangers away: whoever is not signed in goes to the sign-in page, a script is
told so in its own words. What lies outside somebody's places is asked by tests/authorisation."""

import pytest
from django.urls import reverse

from tests.architecture.conftest import any_arguments, routes

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
    "kpi:explained": "how the score works is no secret",
    "libraries:activate": "the code lets its holder in",
    "libraries:activation_start": "the code lets its holder in",
    "livez": "asked by machines",
    "readyz": "asked by machines",
    "reports:public": "a province's public page; 404 where it is off",
    "reports:public_photo": "of a story with consent for publication",
    "reports:public_start": "leads to the public page there is",
    "reports:verify": "whoever holds a certificate asks whether it counts",
    "reports:verify_start": "asks for a certificate's code",
    "stakeholders:door": "a guest says on the day of an event that they came",
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
        assert response.status_code == 401
        assert response.headers["Content-Type"] == "application/problem+json"
    elif getattr(ROUTES[name].callback, "speaks_json", False):
        assert response.status_code == 401
        assert response.json() == {"signed_in": False}
    else:
        assert response.status_code == 302
        assert response.url.startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", PUBLIC)
def test_no_exception_is_stale(name):
    assert name in ROUTES
