"""A cheap phone and a letter: the two public pages."""

import gzip
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import timezone

from libraries import codes, services
from libraries.models import Activation, Assignment
from tests import factories
from tpbis.accounts.models import Device, User

START = "/aktivasi/"
KB = 1024
ANSWERS = {
    "full_name": "Wulan Sari",
    "phone": "0812 3456 7890",
    "password": "kopi pagi sawah biru",
}


@pytest.fixture
def activation(pic, library) -> Activation:
    return services.issue(
        library=library, by=pic, recipient_name="Wulan Sari", recipient_phone="081234567890"
    )


def link_of(activation: Activation) -> str:
    return reverse("libraries:activate", kwargs={"code": codes.code_of(activation.uuid)})


# --- In -------------------------------------------------------------------------------------------


def test_the_page_says_for_which_library_and_has_everything_filled_in(client, activation):
    response = client.get(link_of(activation))

    form = response.context["form"]
    assert "Perpustakaan Desa Sumber Ilmu" in response.text
    assert "Desa Labruk Kidul, Kecamatan Sumbersuko" in response.text
    assert form.initial["full_name"] == "Wulan Sari"
    assert form.initial["phone"].replace("-", "").replace(" ", "") == "081234567890"
    assert len(form.initial["password"].split()) == 4


def test_nothing_keeps_the_page_or_tells_where_one_came_from(client, activation):
    response = client.get(link_of(activation))

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "strict-origin"


def test_the_offered_words_are_new_each_time(client, activation):
    offered = {
        client.get(link_of(activation)).context["form"].initial["password"] for _ in range(3)
    }

    assert len(offered) == 3


def test_one_button_and_the_phone_is_in(client, activation, library):
    page = client.get(link_of(activation))

    response = client.post(link_of(activation), page.context["form"].initial, follow=True)

    user = User.objects.get(username="labruk.kidul")
    assert response.request["PATH_INFO"] == reverse("reports:librarian_home")
    assert "Selamat datang, Wulan Sari" in response.text
    assert "labruk.kidul" in response.text
    assert Device.objects.alive().get().user == user
    assert Assignment.objects.get(user=user).library == library


def test_afterwards_the_phone_number_is_enough(client, activation):
    client.post(link_of(activation), ANSWERS)
    client.cookies.clear()

    response = client.post(
        reverse("accounts:sign_in"),
        {"username": "+62 812-3456-7890", "password": ANSWERS["password"]},
    )

    assert response.status_code == 302


def test_a_code_typed_by_hand_leads_to_the_same_page(client, activation):
    typed = codes.code_of(activation.uuid).lower().replace("-", " ")

    response = client.post(START, {"kode": typed})

    assert response.url == link_of(activation)


def test_whoever_is_signed_in_is_told_that_this_ends(client, pic, activation):
    client.force_login(pic)

    page = client.get(link_of(activation))
    client.post(link_of(activation), ANSWERS)

    assert "sedang dipakai" in page.text
    assert client.session["_auth_user_id"] == str(User.objects.get(username="labruk.kidul").pk)


def test_the_owner_of_an_account_sees_its_user_name(client, pic, librarian):
    activation = services.issue(user=librarian, by=pic)

    response = client.get(link_of(activation))

    assert "Nama pengguna: labruk" in response.text
    assert response.context["form"].initial["full_name"] == "Siti Aminah"


# --- Not in ---------------------------------------------------------------------------------------


def _unknown(activation, pic):
    return "/aktivasi/7KQ2M-94XTB/"


def _used(activation, pic):
    code = codes.code_of(activation.uuid)
    services.redeem(code=code, **ANSWERS)
    return link_of(activation)


def _revoked(activation, pic):
    services.revoke(activation=activation, by=pic)
    return link_of(activation)


def _expired(activation, pic):
    past = timezone.now() - timedelta(days=40)
    Activation.objects.filter(pk=activation.pk).update(
        issued_at=past, expires_at=past + timedelta(days=30)
    )
    return link_of(activation)


@pytest.mark.parametrize(
    ("make", "status", "said"),
    [
        (_unknown, 404, "Kode ini tidak dikenal"),
        (_used, 409, "Kode ini sudah dipakai"),
        (_revoked, 409, "sudah tidak berlaku lagi"),
        (_expired, 409, "Kode ini berlaku sampai"),
    ],
)
def test_a_dead_code_says_why_and_nothing_else(client, pic, activation, make, status, said):
    where = make(activation, pic)
    before = User.objects.count()

    shown = client.get(where)
    sent = client.post(where, ANSWERS | {"phone": "0813 1111 2222"})

    assert (shown.status_code, sent.status_code) == (status, status)
    assert said in shown.text
    assert "Sumber Ilmu" not in shown.text
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert User.objects.count() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Isi kode"),
        ("12", "sepuluh huruf dan angka"),
        ("x" * 10_000, "40"),
        ("\x00\u200b", "Isi kode"),
        ("７KQ2M94XTB", "sepuluh huruf dan angka"),
        ("<script>ab", "sepuluh huruf dan angka"),
        ("7KQ2M-94XTB", "tidak dikenal"),
    ],
)
def test_a_wrong_code_is_explained_at_its_field(client, typed, said):
    response = client.post(START, {"kode": typed})

    assert response.status_code == 422
    assert said in response.context["form"].errors["kode"][0]


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"full_name": ""}, "full_name", "Isi nama lengkap."),
        ({"phone": ""}, "phone", "Isi nomor telepon."),
        ({"phone": "0812"}, "phone", "0812-3456-7890"),
        ({"phone": "0811-2222-3333"}, "phone", "akun lain"),
        ({"password": ""}, "password", "Isi kata sandi."),
        ({"password": "kopi"}, "password", "8"),
        ({"password": "12345678"}, "password", ""),
        ({"password": "wulansari"}, "password", ""),
        ({"password": "x" * 201}, "password", "200"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(client, activation, given, field, said):
    factories.UserFactory(phone="+6281122223333")

    response = client.post(link_of(activation), ANSWERS | given)

    form = response.context["form"]
    assert response.status_code == 422
    assert set(form.errors) == {field}
    assert said in form.errors[field][0]
    assert form.data["full_name"] == (ANSWERS | given)["full_name"]
    activation.refresh_from_db()
    assert activation.used_at is None


def test_guessing_ends_after_twenty_wrong_codes(client, activation):
    for number in range(10):
        client.get(f"/aktivasi/AAAAA-AAA{number}A/")
        client.post(START, {"kode": f"BBBBBBBB{number}B"})

    shown = client.get(link_of(activation))
    typed = client.post(START, {"kode": codes.code_of(activation.uuid)})
    elsewhere = client.get(link_of(activation), REMOTE_ADDR="10.0.0.9")

    assert (shown.status_code, typed.status_code, elsewhere.status_code) == (429, 429, 200)
    assert "Tunggu 15 menit" in shown.text
    assert "Sumber Ilmu" not in shown.text


# --- Kept quiet, and light ------------------------------------------------------------------------


def test_no_log_holds_a_code(client, activation, caplog):
    code = codes.code_of(activation.uuid)
    caplog.handler.addFilter(codes.HidesCodes())

    with caplog.at_level(logging.INFO):
        client.post(link_of(activation), {})

    assert "/aktivasi/•/" in caplog.text
    assert code not in caplog.text


def test_the_console_hides_codes():
    assert settings.LOGGING["handlers"]["console"]["filters"] == ["codes"]


def test_the_page_is_light(client, activation):
    """Everything a first visit fetches, compressed."""
    response = client.get(link_of(activation))

    names = set(re.findall(r'(?:src|href)="/static/([^"#?]+)"', response.text))
    files = [Path(finders.find(name)).read_bytes() for name in names]
    assert len(gzip.compress(response.content)) <= 5 * KB
    assert sum(len(gzip.compress(one)) for one in [response.content, *files]) <= 35 * KB
