import logging

import pytest
from django.contrib.auth import get_user
from django.contrib.auth.hashers import identify_hasher, make_password
from django.db import IntegrityError, transaction
from django.urls import reverse

from tests import factories
from tests.factories import PASSWORD
from tpbis.accounts.models import User
from tpbis.settings import base

SIGN_IN = reverse("accounts:sign_in")
DOES_NOT_MATCH = "Nama pengguna atau kata sandi tidak cocok. Periksa lalu coba lagi."


@pytest.fixture
def siti(librarian) -> User:
    librarian.phone = "+6281234567890"
    librarian.save()
    return librarian


def sign_in(client, name: str, password: str = PASSWORD, **more):
    return client.post(SIGN_IN, {"username": name, "password": password}, **more)


def signed_in(client) -> bool:
    return get_user(client).is_authenticated


@pytest.mark.parametrize("name", ["labruk", "LABRUK", "Labruk", " labruk "])
def test_a_user_name_in_whatever_letters(client, siti, name):
    response = sign_in(client, name)

    assert (response.status_code, response.url) == (302, reverse("home"))
    assert get_user(client) == siti


@pytest.mark.parametrize(
    "name", ["081234567890", "+6281234567890", "6281234567890", "0812-3456-7890", "0812 3456 7890"]
)
def test_a_phone_number_in_whatever_writing(client, siti, name):
    sign_in(client, name)

    assert get_user(client) == siti


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("labruk", "salah"),
        ("nobody", PASSWORD),
        ("081999999999", PASSWORD),
        ("labruk", PASSWORD.upper()),
        ("labruk%", PASSWORD),
        ("lab", PASSWORD),
    ],
)
def test_unknown_and_wrong_sound_the_same(client, siti, name, password):
    response = sign_in(client, name, password)

    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [DOES_NOT_MATCH]
    assert not signed_in(client)


def test_a_deactivated_account_sounds_the_same_too(client, siti):
    User.objects.filter(pk=siti.pk).update(is_active=False)

    response = sign_in(client, "labruk")

    assert response.context["form"].non_field_errors() == [DOES_NOT_MATCH]
    assert not signed_in(client)


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "lab\x00ruk"])
def test_a_name_that_cannot_be_one_is_asked_again(client, siti, name):
    response = sign_in(client, name)

    assert response.status_code == 200
    assert "username" in response.context["form"].errors


def test_an_account_without_a_password_lets_nobody_in(client, lumajang):
    User.objects.create_user("baru", role="regency_pic", full_name="Baru")

    for password in ("", "!", "None"):
        sign_in(client, "baru", password)

    assert not signed_in(client)


def test_deactivation_ends_a_running_session(client, siti):
    client.force_login(siti)
    User.objects.filter(pk=siti.pk).update(is_active=False)

    assert not signed_in(client)
    assert client.get(reverse("home")).status_code == 302


def test_a_changed_password_ends_the_other_sessions(client, siti):
    sign_in(client, "labruk")
    siti.set_password("sawah biru kopi pagi")
    siti.save()

    assert not signed_in(client)


def test_signing_in_changes_the_session(client, siti):
    client.get(SIGN_IN)
    before = client.session.session_key

    sign_in(client, "labruk")

    assert client.session.session_key != before


def test_signing_out_is_a_deliberate_act(client, siti):
    client.force_login(siti)

    by_link = client.get(reverse("accounts:sign_out"))
    still_there = signed_in(client)
    by_button = client.post(reverse("accounts:sign_out"))

    assert (by_link.status_code, still_there) == (405, True)
    assert (by_button.status_code, by_button.url) == (302, SIGN_IN)
    assert not signed_in(client)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_signing_in_leads_nowhere_else(client, siti, address):
    response = client.post(
        f"{SIGN_IN}?next={address}", {"username": "labruk", "password": PASSWORD, "next": address}
    )

    assert response.url == reverse("home")


# --- Locked out -----------------------------------------------------------------------------------


def fail(client, times: int, name: str = "labruk", **more) -> list[int]:
    return [sign_in(client, name, "salah", **more).status_code for _ in range(times)]


def test_ten_failures_lock_the_name_at_that_address(client, siti):
    codes = fail(client, 10)

    assert codes == [200] * 9 + [429]
    assert sign_in(client, "labruk").status_code == 429  # with the right password
    assert not signed_in(client)


def test_nine_failures_and_a_success_begin_anew(client, siti):
    fail(client, 9)
    sign_in(client, "labruk")
    client.logout()

    assert fail(client, 9) == [200] * 9


def test_a_village_that_shares_an_address_is_not_locked_out(client, siti, pic):
    fail(client, 10)

    sign_in(client, "pic.lumajang")

    assert get_user(client) == pic


def test_another_address_is_not_locked_out(client, siti):
    fail(client, 10)

    sign_in(client, "labruk", REMOTE_ADDR="10.1.2.3")

    assert get_user(client) == siti


def test_capitals_are_no_way_round_the_lock(client, siti):
    for name in ("labruk", "LABRUK", "Labruk", "lAbruk", "laBruk"):
        fail(client, 2, name)

    assert sign_in(client, "LaBrUk").status_code == 429


def test_a_name_nobody_has_locks_as_well(client, siti):
    assert fail(client, 10, "nobody")[-1] == 429


def test_the_lock_is_said_in_words_fit_for_the_person(client, siti):
    fail(client, 9)

    response = sign_in(client, "labruk", "salah")

    assert "<h1>Terkunci sementara</h1>" in response.content.decode()
    assert response.headers["Content-Security-Policy"]


# --- Passwords ------------------------------------------------------------------------------------


def test_passwords_are_kept_with_argon2(settings):
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS

    kept = make_password("kopi pagi sawah biru")

    assert identify_hasher(kept).algorithm == "argon2"


def test_a_password_is_never_logged(client, siti, caplog):
    caplog.set_level(logging.DEBUG)

    sign_in(client, "labruk", "rahasia-sekali-123")

    assert "rahasia-sekali-123" not in caplog.text


@pytest.mark.django_db
def test_user_names_do_not_tell_capitals_apart():
    factories.UserFactory(username="Siti")

    with (
        pytest.raises(IntegrityError, match="accounts_user_username_unique"),
        transaction.atomic(),
    ):
        factories.UserFactory(username="sITI")


@pytest.mark.django_db
def test_a_phone_is_one_persons_and_many_have_none():
    factories.UserFactory.create_batch(2, phone="")
    factories.UserFactory(phone="+62811")

    with pytest.raises(IntegrityError, match=r"(?s)accounts_user.*phone"), transaction.atomic():
        factories.UserFactory(phone="+62811")


@pytest.mark.django_db
def test_a_role_is_one_of_the_list():
    with pytest.raises(IntegrityError, match="accounts_user_role_known"), transaction.atomic():
        factories.UserFactory(role="gubernur")
