"""How long one stays signed in, where, and how that ends."""

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.accounts.conftest import KEY, code_of
from tests.factories import PASSWORD
from tpbis.accounts import services
from tpbis.accounts.enums import DeviceEnd, Role
from tpbis.accounts.http import COOKIE, keep_signed_in
from tpbis.accounts.models import AuditEvent, Device, Session, User
from tpbis.accounts.sessions import KEEP, STARTED, SessionStore, browser_of

pytestmark = pytest.mark.django_db

SIGN_IN = reverse("accounts:sign_in")
SIGN_OUT = reverse("accounts:sign_out")
ACCOUNT = reverse("accounts:account")
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/124.0.0.0 Mobile Safari/537.36"
)


def is_in(client) -> bool:
    return client.get(ACCOUNT).status_code == 200


def unseen(minutes: float) -> None:
    """As if nobody had been there for so long."""
    Session.objects.update(last_seen_at=timezone.now() - timedelta(minutes=minutes))


def began(client, hours: float) -> None:
    session = client.session
    session[STARTED] = (timezone.now() - timedelta(hours=hours)).isoformat()
    session.save()


def lose_session(client) -> None:
    """As a browser does that was closed."""
    del client.cookies["sessionid"]


@pytest.fixture
def phone(client, librarian) -> Client:
    """Siti's, on which she chose to stay signed in."""
    client.post(
        SIGN_IN,
        {"username": "labruk", "password": PASSWORD, "keep": "on"},
        headers={"User-Agent": PHONE},
    )
    return client


# --- Sessions -------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIBRARIAN])
def test_staff_is_out_after_an_hour_of_nothing(client, province, role):
    client.force_login(factories.someone(role, province))

    unseen(minutes=59)
    after_59 = is_in(client)
    unseen(minutes=61)
    after_61 = is_in(client)

    assert (after_59, after_61) == (True, False)
    assert not Session.objects.filter(user__isnull=False).exists()


def test_a_librarian_may_leave_the_phone_lying(client, librarian):
    client.force_login(librarian)
    unseen(minutes=11 * 60)

    assert is_in(client)


@pytest.mark.parametrize("who", ["librarian", "pic", "staff"])
def test_everyone_is_out_after_twelve_hours(client, request, who):
    client.force_login(request.getfixturevalue(who))

    began(client, hours=11.9)
    before = is_in(client)
    began(client, hours=12.1)
    after = is_in(client)

    assert (before, after) == (True, False)


def test_why_one_is_out_is_said_once(client, staff):
    client.force_login(staff)
    unseen(minutes=61)
    client.get(ACCOUNT)

    pages = [client.get(SIGN_IN).content.decode() for _time in range(2)]

    assert ["60 menit" in page for page in pages] == [True, False]


def test_a_form_that_comes_too_late_leads_back_to_its_page(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    unseen(minutes=61)

    response = client.post(
        reverse("accounts:sign_out_everywhere"),
        headers={"Referer": f"http://testserver{ACCOUNT}?a=1"},
    )

    assert (response.status_code, response.url) == (302, f"{SIGN_IN}?next=/akun/%3Fa%3D1")


def test_a_session_that_was_swept_away_leads_to_sign_in_too(staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff)
    Session.objects.all().delete()

    response = client.post(ACCOUNT, headers={"Referer": "https://evil.example/akun/"})

    assert response.url == f"{SIGN_IN}?next=/akun/"


def test_being_there_is_written_at_most_once_a_minute(client, staff, django_assert_num_queries):
    client.force_login(staff)
    client.get("/livez")
    with django_assert_num_queries(2):  # the session, the user
        client.get("/livez")
    unseen(minutes=2)
    with django_assert_num_queries(3):
        client.get("/livez")

    assert timezone.now() - Session.objects.get().last_seen_at < timedelta(seconds=30)


def test_a_session_begins_when_somebody_signs_in(client, librarian):
    client.force_login(librarian)
    began(client, hours=3)

    session = client.session
    session["something"] = 1
    session.save()

    age = timezone.now() - Session.objects.get().started_at
    assert timedelta(hours=2.9) < age < timedelta(hours=3.1)


@pytest.mark.parametrize(
    "end",
    [
        lambda user: services.deactivate(user=user, by=None),
        lambda user: services.change_role(user=user, role=Role.FACILITATOR, by=None),
        lambda user: services.set_password(user=user, password="sawah biru kopi pagi", by=None),
        lambda user: services.reset_second_factor(user=user, by=None),
        lambda user: services.sign_out_everywhere(user=user, by=None),
    ],
    ids=["deactivated", "other role", "password", "second factor", "everywhere"],
)
def test_whatever_ends_an_account_s_work_ends_sessions_and_phones(phone, librarian, end):
    end(librarian)

    assert not Session.objects.filter(user=librarian).exists()
    assert not Device.objects.alive().exists()
    assert not is_in(phone)
    assert not is_in(phone)  # the phone does not come back by itself


def test_other_people_stay(client, phone, librarian, pic):
    other = Client()
    other.force_login(pic)

    services.deactivate(user=librarian, by=pic)

    assert is_in(other)


# --- Phones that stay signed in -------------------------------------------------------------------


def test_a_librarian_s_phone_signs_in_again(phone, librarian):
    old = phone.session.session_key
    lose_session(phone)

    assert is_in(phone)
    assert get_user(phone) == librarian
    device = Device.objects.get()
    assert (device.agent, device.ended_at) == ("Chrome di Android", None)
    assert phone.session.session_key != old
    assert Session.objects.get(session_key=phone.session.session_key).device == device


def test_after_twelve_hours_it_does_so_in_a_new_session(phone, librarian):
    old = phone.session.session_key
    began(phone, hours=13)

    assert is_in(phone)
    assert phone.session.session_key != old
    assert not Session.objects.filter(session_key=old).exists()


def test_a_form_filled_in_yesterday_can_be_sent_today(librarian):
    client = Client(enforce_csrf_checks=True)
    token = client.get(SIGN_IN).context["csrf_token"]
    entry = {"username": "labruk", "password": PASSWORD, "keep": "on"}
    client.post(SIGN_IN, entry | {"csrfmiddlewaretoken": str(token)})
    token = client.get(ACCOUNT).context["csrf_token"]
    began(client, hours=13)

    response = client.post(reverse("accounts:password"), {"csrfmiddlewaretoken": str(token)})

    assert response.status_code == 422  # looked at, and found empty


def test_the_cookie_is_for_the_server_alone(phone, settings):
    cookie = phone.cookies[COOKIE]

    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 180 * 24 * 60 * 60
    assert Device.objects.get().secret_hash not in cookie.value


def test_over_https_the_cookie_is_for_https(client, librarian, settings):
    settings.SESSION_COOKIE_SECURE = True

    client.post(SIGN_IN, {"username": "labruk", "password": PASSWORD, "keep": "on"})

    assert client.cookies[COOKIE]["secure"] is True


def test_the_180_days_begin_anew_with_each_use(phone):
    Device.objects.update(last_seen_at=timezone.now() - timedelta(days=179))
    lose_session(phone)

    response = phone.get(ACCOUNT)

    assert COOKIE in response.cookies
    assert timezone.now() - Device.objects.get().last_seen_at < timedelta(minutes=1)


def test_a_phone_unused_for_too_long_is_forgotten(phone):
    Device.objects.update(last_seen_at=timezone.now() - timedelta(days=181))
    lose_session(phone)

    response = phone.get(ACCOUNT)

    assert response.status_code == 302
    assert response.cookies[COOKIE].value == ""


def test_without_asking_no_phone_stays(client, librarian):
    client.post(SIGN_IN, {"username": "labruk", "password": PASSWORD})

    assert COOKIE not in client.cookies
    assert not Device.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.LIBRARIAN])
def test_nobody_but_librarians_stays(client, province, role):
    user = factories.someone(role, province)

    client.post(SIGN_IN, {"username": user.username, "password": PASSWORD, "keep": "on"})

    assert get_user(client) == user
    assert COOKIE not in client.cookies


@pytest.mark.parametrize(
    "value",
    ["", "x", "abc:def", "a" * 5000, signing.get_cookie_signer(salt="other").sign("secret")],
    ids=["empty", "short", "torn", "long", "signed for something else"],
)
def test_a_forged_cookie_is_noted_and_taken_away(client, librarian, caplog, value):
    client.cookies[COOKIE] = value

    response = client.get(ACCOUNT)

    assert response.status_code == 302
    assert response.cookies[COOKIE].value == ""
    assert "Forged device cookie from 127.0.0.1" in caplog.text


def test_a_signed_cookie_of_no_device_lets_nobody_in(client, librarian):
    signer = signing.get_cookie_signer(salt=COOKIE + COOKIE)
    client.cookies[COOKIE] = signer.sign("nobody's secret")

    assert not is_in(client)


def test_a_revoked_phone_is_out(phone, librarian):
    services.end_device(device=Device.objects.get(), why=DeviceEnd.REVOKED, by=librarian)

    assert not is_in(phone)
    assert COOKIE not in phone.cookies or phone.cookies[COOKIE].value == ""


@pytest.mark.parametrize(
    "changed", [{"is_active": False}, {"role": Role.FACILITATOR}], ids=["inactive", "other role"]
)
def test_even_what_no_service_did_is_seen(phone, librarian, changed):
    User.objects.filter(pk=librarian.pk).update(**changed)
    lose_session(phone)

    assert not is_in(phone)


def test_signing_out_ends_the_phone_too(phone):
    phone.post(SIGN_OUT)

    assert Device.objects.get().end == DeviceEnd.SIGNED_OUT
    assert not is_in(phone)


def test_a_stolen_copy_of_the_cookie_is_worth_nothing_after_sign_out(phone):
    copy = phone.cookies[COOKIE].value
    phone.post(SIGN_OUT)
    thief = Client()
    thief.cookies[COOKIE] = copy

    assert not is_in(thief)


def test_whoever_signs_in_next_takes_the_phone_over(phone, librarian, stranger):
    """It does not sign its former owner in again when the new one's time is up."""
    phone.force_login(stranger)

    phone.post(SIGN_OUT)

    assert not Device.objects.alive().filter(user=librarian).exists()
    assert not is_in(phone)


def test_a_phone_with_a_second_factor_stays_after_it_was_passed(client, librarian):
    services.confirm_second_factor(user=librarian, key=KEY, code=code_of(half_minutes=-1))
    client.post(SIGN_IN, {"username": "labruk", "password": PASSWORD, "keep": "on"})
    half_way = COOKIE in client.cookies

    client.post(reverse("accounts:second_factor"), {"code": code_of()})
    lose_session(client)

    assert (half_way, is_in(client)) == (False, True)


def test_a_code_of_a_letter_is_no_way_round_the_second_factor(rf, librarian):
    """Whoever signs in by it owes the second factor all the same, and no phone stays before."""
    services.confirm_second_factor(user=librarian, key=KEY, code=code_of())
    request = rf.get("/aktivasi/7KQ2M-94XTB/")
    request.session, request.user = SessionStore(), librarian
    services.sign_in(request, librarian)
    response = HttpResponse()

    keep_signed_in(request, response, librarian)

    assert COOKIE not in response.cookies
    assert not Device.objects.exists()
    assert request.session[KEEP] is True


def test_sessions_and_phones_past_their_time_are_swept(phone, librarian):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    Device.objects.update(last_seen_at=timezone.now() - timedelta(days=181))

    swept = services.clear_expired()

    assert swept == 2
    assert not Session.objects.exists()
    assert Device.objects.get().end == DeviceEnd.EXPIRED


def test_each_step_is_noted(phone, librarian):
    phone.post(SIGN_OUT)

    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))

    assert actions == [
        "accounts.sign_in",
        "accounts.bind_device",
        "accounts.end_device",
        "accounts.sign_out",
    ]


# --- What a browser calls itself ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (PHONE, "Chrome di Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/128.0",
            "Firefox di Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "Safari di iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/124.0 Safari/537.36 Edg/124.0", "Edge di Windows"),
        ("curl/8.5", "curl"),
        ("<script>alert(1)</script>", "scriptalert1"),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_a_few_words(said, told):
    assert browser_of(said) == told


def test_a_piece_of_a_page_asks_for_the_whole_page_instead_of_a_sign_in_form(client, db):
    response = client.get(reverse("reports:documents"), headers={"hx-request": "true"})

    assert (response.status_code, response.headers["HX-Refresh"]) == (200, "true")
    assert response.content == b""
