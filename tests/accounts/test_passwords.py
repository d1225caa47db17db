"""What makes a password good enough, and how a forgotten one is replaced."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.accounts.conftest import KEY, code_of
from tests.factories import PASSWORD
from tpbis.accounts import passwords, services
from tpbis.accounts.models import AuditEvent, Device, User
from tpbis.accounts.tasks import send_password_link

FORGOTTEN = reverse("accounts:password_forgotten")
CHANGE = reverse("accounts:password")
ACCOUNT = reverse("accounts:account")
SIGN_IN = reverse("accounts:sign_in")
GOOD = "sawah biru kopi pagi"


# --- Four words -----------------------------------------------------------------------------------


def test_the_words_are_many_distinct_and_short():
    words = passwords.words()

    assert len(words) >= 1_024
    assert len(set(words)) == len(words)
    assert list(words) == sorted(words)
    assert all(re.fullmatch(r"[a-z]{4,8}", word) for word in words)


def test_four_words_are_four_of_them_and_others_each_time():
    drawn = [passwords.four_words() for _time in range(50)]

    assert all(set(four.split(" ")) <= set(passwords.words()) for four in drawn)
    assert all(len(four.split(" ")) == 4 for four in drawn)
    assert len(set(drawn)) == 50


@pytest.mark.django_db
def test_four_words_are_always_good_enough(librarian):
    for _time in range(30):
        services.check_password(passwords.four_words(), librarian)


# --- Rules ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("kopi pagi", "minimal 15 huruf"),
        ("", "minimal 15 huruf"),
        ("aaaaaaaaaaaaaaaaaaaa", "itu-itu saja"),
        ("123456789012345678", "mudah ditebak: hanya angka"),
        ("perpustakaan2026!", "mudah ditebak: hanya angka"),
        ("PerpustakaanDesa2026", "mudah ditebak: hanya angka"),
        ("siti.aminah.labruk", "mudah ditebak: hanya angka"),
        ("lumajang lumajang", "hanya nama daerah"),
        ("Perpustakaan-Lumajang-1", "hanya nama daerah"),
        ("kabupatenprobolinggo", "hanya nama daerah"),
        ("jawatimur jawabarat", "hanya nama daerah"),
        ("kopi pagi\x00sawah biru", "tidak bisa disimpan"),
    ],
)
def test_what_everybody_would_try_is_refused(librarian, password, why):
    with pytest.raises(ValidationError) as weak:
        services.set_password(user=librarian, password=password, by=librarian)

    assert why in " ".join(weak.value.message_dict["password"])
    librarian.refresh_from_db()
    assert librarian.check_password(PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", [GOOD, "perpustakaan ramai sekali", "lumajang hujan deras", "ääkköset ja öylätti"]
)
def test_a_long_one_needs_nothing_else(librarian, password):
    services.set_password(user=librarian, password=password, by=librarian)

    librarian.refresh_from_db()
    assert librarian.check_password(password)


@pytest.mark.django_db
def test_eight_are_enough_beside_a_device_or_a_second_factor(librarian, pic):
    services.set_password(user=librarian, password="kopi ubi", by=librarian, strengthened=True)
    services.confirm_second_factor(user=pic, key=KEY, code=code_of())
    services.set_password(user=pic, password="ubi kopi", by=pic)

    for user in (librarian, pic):
        with pytest.raises(ValidationError, match="minimal 8 huruf"):
            services.set_password(user=user, password="kopiubi", by=user, strengthened=True)


@pytest.mark.django_db
def test_the_common_list_holds_for_short_ones_too(librarian):
    with pytest.raises(ValidationError):
        services.set_password(user=librarian, password="sunshine", by=None, strengthened=True)


@pytest.mark.django_db
def test_a_first_password_activates_the_account(pic):
    user = User.objects.create_user("baru", role="librarian", full_name="Baru")

    services.set_password(user=user, password=GOOD, by=pic)

    user.refresh_from_db()
    assert user.is_activated


# --- Changing it ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_changing_it_keeps_this_browser_and_ends_the_others(client, librarian):
    other = Client()
    other.force_login(librarian)
    client.force_login(librarian)

    response = client.post(CHANGE, {"current": PASSWORD, "password": GOOD})

    assert (response.status_code, response.url) == (302, ACCOUNT)
    assert client.get(ACCOUNT).status_code == 200
    assert other.get(ACCOUNT).status_code == 302


@pytest.mark.django_db
def test_changing_it_on_one_s_own_phone_keeps_the_phone(client, librarian):
    client.post(SIGN_IN, {"username": "labruk", "password": PASSWORD, "keep": "on"})
    services.bind_device(user=librarian, agent="HP lama")

    client.post(CHANGE, {"current": PASSWORD, "password": "kopi ubi"})  # 8 beside a device

    assert Device.objects.alive().count() == 1
    del client.cookies["sessionid"]
    assert client.get(ACCOUNT).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"current": "salah", "password": GOOD}, "current"),
        ({"current": "", "password": GOOD}, "current"),
        ({"current": PASSWORD, "password": "pendek"}, "password"),
        ({"current": PASSWORD, "password": ""}, "password"),
        ({"current": PASSWORD, "password": "x" * 201}, "password"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client, librarian, typed, field):
    client.force_login(librarian)

    response = client.post(CHANGE, typed)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    librarian.refresh_from_db()
    assert librarian.check_password(PASSWORD)


@pytest.mark.django_db
def test_guessing_the_old_one_locks_as_guessing_at_the_door_does(client, librarian):
    client.force_login(librarian)

    codes = [
        client.post(CHANGE, {"current": "salah", "password": GOOD}).status_code for _n in range(10)
    ]

    assert codes == [422] * 9 + [429]


# --- Forgotten ------------------------------------------------------------------------------------


@pytest.fixture
def endah(pic) -> User:
    pic.email = "endah@example.go.id"
    pic.save()
    return pic


@pytest.fixture
def link(endah) -> str:
    send_password_link(user_id=endah.pk)
    (address,) = re.findall(r"https?://[^/\s]+(/\S+)", mail.outbox[-1].body)
    return str(address)


@pytest.fixture
def queued(monkeypatch) -> list[int]:
    """Whom the worker was told to mail."""
    told: list[int] = []
    monkeypatch.setattr(
        send_password_link, "apply_async", lambda kwargs: told.append(kwargs["user_id"])
    )
    return told


@pytest.mark.django_db
def test_known_or_not_the_answer_is_the_same(
    client, endah, queued, django_capture_on_commit_callbacks
):
    pages = []
    for email in ("ENDAH@example.go.id", "nobody@example.go.id"):
        with django_capture_on_commit_callbacks(execute=True):
            response = client.post(FORGOTTEN, {"email": email})
        pages.append(
            (response.status_code, re.sub(r'value="\w{64}"', "", response.content.decode()))
        )

    assert pages[0] == pages[1]
    assert "Periksa surel Anda." in pages[0][1]
    assert queued == [endah.pk, 0]


@pytest.mark.django_db
def test_somebody_without_an_address_is_not_found_by_nothing(client, librarian, queued):
    assert client.post(FORGOTTEN, {"email": ""}).status_code == 422
    assert client.post(FORGOTTEN, {"email": "bukan surel"}).status_code == 422
    assert queued == []


@pytest.mark.django_db
def test_the_mail_says_what_to_do(link, settings):
    (sent,) = mail.outbox

    assert sent.to == ["endah@example.go.id"]
    assert sent.subject == "Kata sandi baru untuk Portal TPBIS"
    assert f"{settings.TPBIS_PUBLIC_URL}{link}" in sent.body
    assert "1 jam" in sent.body


@pytest.mark.django_db
def test_at_most_one_mail_in_five_minutes(link, endah):
    soon = services.send_password_link(user_id=endah.pk)
    later = services.send_password_link(user_id=endah.pk, at=timezone.now() + timedelta(minutes=6))

    assert (soon, later) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed", [{"email": ""}, {"is_active": False}, {"activated_at": None}], ids=str
)
def test_no_mail_to_whom_it_does_not_help(endah, changed):
    User.objects.filter(pk=endah.pk).update(**changed)

    assert not services.send_password_link(user_id=endah.pk)
    assert mail.outbox == []


@pytest.mark.django_db
def test_nobody_is_mailed_nothing():
    assert not services.send_password_link(user_id=0)


@pytest.mark.django_db
def test_the_link_sets_a_password_once(client, link, endah):
    services.bind_device(user=endah, agent="HP")
    shown = client.get(link)

    done = client.post(link, {"password": GOOD})
    again = client.get(link)

    assert (shown.status_code, shown.headers["Cache-Control"][:7]) == (200, "max-age")
    assert (done.status_code, done.url) == (302, SIGN_IN)
    assert again.status_code == 404
    assert "Tautan tidak berlaku lagi" in again.content.decode()
    endah.refresh_from_db()
    assert endah.check_password(GOOD)
    assert not Device.objects.alive().exists()
    assert AuditEvent.objects.filter(action="accounts.set_password", by=endah).exists()


@pytest.mark.django_db
def test_a_weak_one_is_asked_again(client, link, endah):
    response = client.post(link, {"password": "lumajang"})

    assert response.status_code == 422
    assert "password" in response.context["form"].errors


@pytest.mark.django_db
def test_the_link_is_good_for_an_hour(client, link, settings):
    settings.PASSWORD_RESET_TIMEOUT = -1

    assert client.get(link).status_code == 404


def test_an_hour_it_is(settings):
    assert settings.PASSWORD_RESET_TIMEOUT == 3600


@pytest.mark.django_db
@pytest.mark.parametrize("uid", ["MQ", "x", "%00", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "4pyT"])
def test_a_made_up_link_opens_nothing(client, endah, uid):
    assert client.get(f"/masuk/lupa/{uid}/abc-def/").status_code in (400, 404)


@pytest.mark.django_db
def test_somebody_else_s_link_does_not_fit(client, link, librarian):
    from django.utils.http import urlsafe_base64_encode

    token = link.rstrip("/").rpartition("/")[2]
    theirs = urlsafe_base64_encode(str(librarian.pk).encode())

    assert client.get(f"/masuk/lupa/{theirs}/{token}/").status_code == 404


@pytest.mark.django_db
def test_a_deactivated_account_s_link_is_dead(client, link, endah):
    User.objects.filter(pk=endah.pk).update(is_active=False)

    assert client.get(link).status_code == 404


@pytest.mark.django_db
def test_without_mail_the_page_names_the_pic(client, endah, settings, queued):
    settings.TPBIS_CAN_MAIL = False

    page = client.get(FORGOTTEN).content.decode()
    client.post(FORGOTTEN, {"email": "endah@example.go.id"})

    assert "Minta kode baru kepada PIC" in page
    assert 'name="email"' not in page
    assert queued == []
