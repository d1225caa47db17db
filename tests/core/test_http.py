"""What every answer keeps, whoever asks for whatever."""

import logging

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from libraries.models import Library
from tpbis import policy
from tpbis import urls as site
from tpbis.core.http import WroteWhileReading, reads
from tpbis.core.periods import Period

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' blob: data:",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


# --- A page that shows cannot change --------------------------------------------------------------


def _change(request):
    Library.objects.update(address="lain")
    return HttpResponse("changed")


def _show(request):
    return HttpResponse(Library.objects.count())


def _period(request):
    Period.parse(request.GET.get("dari", ""), request.GET.get("sampai", ""))
    return HttpResponse("understood")


urlpatterns = [
    *site.urlpatterns,
    path("changes/", reads(_change), name="changes"),
    path("shows/", reads(_show), name="shows"),
    path("period/", reads(_period), name="period"),
    path("crash/", lambda request: 1 / 0, name="crash"),
]


@pytest.fixture
def signed_in(client, settings, librarian, monkeypatch) -> Client:
    open_to_all = {"GET": {policy.ANY: "ok"}}
    ours = dict.fromkeys(("changes", "shows", "period", "crash"), open_to_all)
    known = {**policy.routes(), **ours}
    monkeypatch.setattr(policy, "routes", lambda: known)
    settings.ROOT_URLCONF = "tests.core.test_http"
    client.force_login(librarian)
    return client


def test_a_reader_that_writes_is_stopped(signed_in, library):
    with pytest.raises(WroteWhileReading), transaction.atomic():
        signed_in.get("/changes/")

    assert Library.objects.get().address == ""


def test_a_reader_reads(signed_in, library):
    assert signed_in.get("/shows/").content == b"1"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_reader_takes_nothing(signed_in, method):
    assert getattr(signed_in, method)("/shows/").status_code == 405


@pytest.mark.parametrize(
    "query", ["", "dari=2024-13&sampai=2024-09", "dari=2024-09&sampai=2024-01", "dari=x&sampai=y"]
)
def test_a_period_that_cannot_be_meant_is_the_askers_mistake(signed_in, query):
    assert signed_in.get(f"/period/?{query}").status_code == 400


def test_a_period_that_can_be_meant(signed_in):
    assert signed_in.get("/period/?dari=2024-01&sampai=2024-09").status_code == 200


# --- Headers --------------------------------------------------------------------------------------


def policy_of(response) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/masuk/", "/tidak-ada/", "/livez", "/?x=%00", "/static/x"])
def test_every_answer_says_what_a_browser_may_do(client, address):
    response = client.get(address)

    assert policy_of(response) == POLICY
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"


def test_a_crash_says_it_too(signed_in, settings, caplog):
    signed_in.raise_request_exception = False
    caplog.set_level(logging.CRITICAL)

    response = signed_in.get("/crash/")

    assert response.status_code == 500
    assert policy_of(response) == POLICY


def test_nothing_inline_is_ever_allowed():
    assert not any("unsafe" in value for value in POLICY.values())


def test_a_signed_in_page_is_stored_nowhere(signed_in):
    assert signed_in.get("/shows/").headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_crashed_or_missing_page_of_someone_signed_in_is_stored_nowhere(client, librarian):
    client.force_login(librarian)

    response = client.get("/tidak-ada/")

    assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")


# --- Bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/masuk/?next=%00",
        "/masuk/?%00=x",
        "/masuk/?a=1&a=%00",
        "/masuk%00/",
        "/%00",
    ],
)
@pytest.mark.django_db
def test_a_nul_character_is_400_and_noted(client, caplog, address):
    response = client.get(address)

    assert response.status_code == 400
    assert "NUL" in caplog.text


@pytest.mark.django_db
def test_a_nul_character_in_a_form_is_asked_again(client):
    response = client.post(reverse("accounts:sign_in"), {"username": "a\x00b", "password": "x"})

    assert response.status_code == 200
    assert response.context["form"].errors["username"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/masuk/?next=" + "x" * 5_000, 200),
        ("/masuk/?x=%ff%fe", 200),
        ("/masuk/?x=%ed%a0%80", 200),  # a lone surrogate
        ("/bahasa/?language=%00", 400),
        ("/" + "a" * 2_000, 404),
    ],
)
def test_odd_addresses_are_never_a_crash(client, address, code):
    assert client.get(address).status_code in {code, 302, 405}
