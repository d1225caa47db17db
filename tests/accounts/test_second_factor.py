"""Province staff and PICs need a code beside the password; everyone else may."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories
from tests.accounts.conftest import KEY, code_of, wrong_code
from tests.factories import PASSWORD
from tpbis.accounts import queries, services
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent, Session
from tpbis.accounts.sessions import NEW_KEY

pytestmark = pytest.mark.django_db

VERIFY = reverse("accounts:second_factor")
SET_UP = reverse("accounts:second_factor_set_up")
ACCOUNT = reverse("accounts:account")
HOME = reverse("home")


@pytest.fixture(autouse=True)
def switched_on(settings):
    settings.TPBIS_SECOND_FACTOR = True


def shown_key(client) -> str:
    client.get(SET_UP)
    return str(client.session[NEW_KEY])


# --- Who is asked ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_compulsory_for_those_who_see_other_peoples_work(client, province, role):
    client.force_login(factories.someone(role, province))

    response = client.get(ACCOUNT)

    if role in (Role.PROVINCE_STAFF, Role.REGENCY_PIC):
        assert (response.status_code, response.url) == (302, f"{VERIFY}?next=/akun/")
        assert client.get(response.url).url == SET_UP
    else:
        assert response.status_code == 200


def test_the_setting_switches_the_duty_off(client, staff, settings):
    settings.TPBIS_SECOND_FACTOR = False

    client.force_login(staff)

    assert client.get(ACCOUNT).status_code == 200


def test_switching_it_on_reaches_whoever_is_signed_in(client, staff, settings):
    settings.TPBIS_SECOND_FACTOR = False
    client.force_login(staff)
    settings.TPBIS_SECOND_FACTOR = True

    assert client.get(ACCOUNT).url.startswith(VERIFY)


def test_whoever_has_one_is_asked_even_where_nobody_has_to(client, librarian, with_app, settings):
    settings.TPBIS_SECOND_FACTOR = False
    with_app(librarian)

    client.force_login(librarian)

    assert client.get(ACCOUNT).url.startswith(VERIFY)


def test_half_way_in_only_the_way_on_is_open(client, staff, with_app):
    with_app(staff)
    client.force_login(staff)

    codes = {
        path: client.get(path).status_code
        for path in (VERIFY, SET_UP, reverse("help"), "/livez", HOME, "/dasbor/", "/dokumen/")
    }

    assert codes[VERIFY] == 200
    assert codes[reverse("help")] == codes["/livez"] == 200
    assert client.get(SET_UP).url == VERIFY  # not a way round: there is one already
    assert all(client.get(path).url.startswith(VERIFY) for path in (HOME, ACCOUNT))


def test_half_way_in_the_menu_offers_nothing(client, staff, with_app):
    with_app(staff)
    client.force_login(staff)

    shown = client.get(VERIFY).context["nav_items"]

    assert list(shown) == []


def test_half_way_in_nothing_is_written_either(client, staff):
    client.force_login(staff)
    before = AuditEvent.objects.count()

    response = client.post(reverse("accounts:sign_out_everywhere"))

    assert response.url == VERIFY
    assert AuditEvent.objects.count() == before


def test_half_way_in_the_api_says_no(client, staff, lumajang):
    client.force_login(staff)

    response = client.get(reverse("api:figures", kwargs={"code": lumajang.code}))

    assert response.status_code == 403
    assert response.json() == {"detail": "Masukkan kode langkah kedua dahulu."}


# --- Setting it up --------------------------------------------------------------------------------


def test_set_up_with_the_first_code(client, staff):
    client.force_login(staff)
    key = shown_key(client)

    response = client.post(SET_UP, {"code": code_of(key)})

    codes = response.context["codes"]
    assert response.status_code == 200
    assert len(set(codes)) == services.second_factor.RECOVERY_CODES == 10
    assert all(code in response.content.decode() for code in codes)
    assert client.get(ACCOUNT).status_code == 200
    assert TOTPDevice.objects.get(user=staff).key == key


def test_the_page_shows_the_same_secret_as_picture_and_text(client, staff):
    client.force_login(staff)

    pages = [client.get(SET_UP).context for _time in range(2)]

    assert pages[0]["secret"] == pages[1]["secret"]  # a reload is no new secret
    assert pages[0]["secret"].replace(" ", "") in pages[0]["address"]
    assert pages[0]["address"].startswith("otpauth://totp/Portal%20TPBIS%3Aprovinsi?secret=")
    assert pages[0]["qr"].startswith("data:image/svg+xml")


def test_a_wrong_first_code_sets_nothing_up(client, staff):
    client.force_login(staff)
    shown_key(client)

    for wrong in ("000000", "", "abc", "12345", "1234567", "１２３４５６", "\x00"):
        response = client.post(SET_UP, {"code": wrong})
        assert response.status_code == 422
        assert response.context["form"].errors["code"]

    assert not queries.has_second_factor(staff)


def test_setting_up_ends_the_other_sessions(client, librarian):
    other = client.__class__()
    other.force_login(librarian)
    client.force_login(librarian)

    client.post(SET_UP, {"code": code_of(shown_key(client))})

    assert client.get(ACCOUNT).status_code == 200
    assert other.get(ACCOUNT).status_code == 302


def test_the_codes_are_stored_as_hashes(librarian, with_app):
    codes = with_app(librarian)

    stored = set(StaticToken.objects.values_list("token", flat=True))

    assert len(stored) == 10
    assert not {code.replace("-", "") for code in codes} & {token.upper() for token in stored}


def test_another_phone_takes_the_password_and_replaces_the_first(
    client, enter, librarian, with_app
):
    with_app(librarian)
    enter(librarian)
    client.post(VERIFY, {"code": code_of()})
    key = shown_key(client)

    without = client.post(SET_UP, {"code": code_of(key), "current": "salah"})
    still = TOTPDevice.objects.get(user=librarian).key
    client.post(SET_UP, {"code": code_of(key), "current": PASSWORD})

    assert (without.status_code, still) == (422, KEY)
    assert TOTPDevice.objects.get(user=librarian).key == key


# --- Passing it -----------------------------------------------------------------------------------


def test_the_code_of_now_lets_in_and_leads_on(client, enter, staff, with_app):
    with_app(staff)
    enter(staff)
    before = client.session.session_key

    response = client.post(VERIFY, {"code": code_of(), "next": "/akun/"})

    assert (response.status_code, response.url) == (302, "/akun/")
    assert client.session.session_key != before
    assert client.get(ACCOUNT).status_code == 200


@pytest.mark.parametrize("written", ["{a} {b}", "{a}-{b}", " {a}{b} "])
def test_a_code_in_whatever_writing(client, enter, staff, with_app, written):
    with_app(staff)
    enter(staff)
    code = code_of()

    response = client.post(VERIFY, {"code": written.format(a=code[:3], b=code[3:])})

    assert response.status_code == 302


def test_passing_leads_nowhere_else(client, enter, staff, with_app):
    with_app(staff)
    enter(staff)

    response = client.post(VERIFY, {"code": code_of(), "next": "https://evil.example/"})

    assert response.url == HOME


def test_a_wrong_code_is_said_and_counted(client, enter, staff, with_app, caplog):
    with_app(staff)
    enter(staff)

    response = client.post(VERIFY, {"code": wrong_code()})

    (said,) = response.context["form"].errors["code"]
    assert response.status_code == 422
    assert said.startswith("Kode tidak cocok atau sudah dipakai.")
    assert client.get(ACCOUNT).status_code == 302
    assert TOTPDevice.objects.get(user=staff).throttling_failure_count == 1
    assert f"Wrong second factor for account {staff.pk}" in caplog.text


def test_after_a_wrong_code_the_next_has_to_wait(client, enter, staff, with_app):
    with_app(staff)
    enter(staff)
    now = timezone.now()
    TOTPDevice.objects.update(throttling_failure_count=7, throttling_failure_timestamp=now)

    soon = client.post(VERIFY, {"code": code_of()})
    TOTPDevice.objects.update(throttling_failure_timestamp=now - timedelta(seconds=65))
    later = client.post(VERIFY, {"code": code_of()})

    (said,) = soon.context["form"].errors["code"]
    assert said.startswith("Kode keliru berulang kali. Tunggu 6")
    assert (soon.status_code, later.status_code) == (422, 302)


def test_a_code_lets_in_once(client, enter, staff, with_app):
    with_app(staff)
    code = code_of()
    services.pass_second_factor(user=staff, code=code)
    enter(staff)

    assert client.post(VERIFY, {"code": code}).status_code == 422


@pytest.mark.parametrize("half_minutes", [-5, 5])
def test_a_code_of_another_time_does_not(client, enter, staff, with_app, half_minutes):
    with_app(staff)
    enter(staff)

    assert client.post(VERIFY, {"code": code_of(half_minutes=half_minutes)}).status_code == 422


def test_the_code_that_set_it_up_is_used(staff):
    code = code_of()
    services.confirm_second_factor(user=staff, key=KEY, code=code)

    with pytest.raises(services.WrongCode):
        services.pass_second_factor(user=staff, code=code)


def test_a_recovery_code_lets_in_once_in_whatever_writing(client, enter, staff, with_app):
    code = with_app(staff)[0]
    enter(staff)

    first = client.post(VERIFY, {"code": code.lower().replace("-", " ")}, follow=True)
    with pytest.raises(services.WrongCode):
        services.pass_second_factor(user=staff, code=code)

    assert "tersisa 9" in first.content.decode()
    assert queries.recovery_codes_left(staff) == 9


def test_somebody_elses_codes_do_not(staff, pic, with_app):
    theirs = with_app(pic)
    services.confirm_second_factor(user=staff, key="ff" * 20, code=code_of("ff" * 20))

    for code in (theirs[0], code_of()):
        with pytest.raises(services.WrongCode):
            services.pass_second_factor(user=staff, code=code)


def test_wrong_recovery_codes_have_to_wait_too(staff, with_app):
    with_app(staff)

    for _time in range(2):
        with pytest.raises((services.WrongCode, services.TooManyCodes)):
            services.pass_second_factor(user=staff, code="AAAAA-AAAAA")

    with pytest.raises(services.TooManyCodes):
        services.pass_second_factor(user=staff, code="AAAAA-AAAAA")


def test_each_sign_in_asks_anew(client, enter, staff, with_app):
    with_app(staff)
    enter(staff)
    client.post(VERIFY, {"code": code_of()})
    client.post(reverse("accounts:sign_out"))

    enter(staff)

    assert client.get(ACCOUNT).url.startswith(VERIFY)


# --- Codes anew, off, and lost --------------------------------------------------------------------


def test_new_recovery_codes_make_the_old_ones_worthless(client, librarian, with_app, enter):
    old = with_app(librarian)
    enter(librarian)
    client.post(VERIFY, {"code": code_of()})

    response = client.post(reverse("accounts:recovery_codes"))

    assert len(response.context["codes"]) == 10
    with pytest.raises(services.WrongCode):
        services.pass_second_factor(user=librarian, code=old[0])


def test_recovery_codes_go_with_a_second_factor_only(client, librarian):
    client.force_login(librarian)

    response = client.post(reverse("accounts:recovery_codes"))

    assert response.url == SET_UP
    assert not StaticDevice.objects.exists()


def test_turning_it_off_takes_the_password(client, librarian, with_app, enter):
    with_app(librarian)
    enter(librarian)
    client.post(VERIFY, {"code": code_of()})
    off = reverse("accounts:second_factor_off")

    wrong = client.post(off, {"current": "salah"})
    still = queries.has_second_factor(librarian)
    right = client.post(off, {"current": PASSWORD})

    assert (wrong.status_code, still) == (422, True)
    assert (right.status_code, right.url) == (302, ACCOUNT)
    assert not queries.has_second_factor(librarian)
    assert client.get(ACCOUNT).status_code == 200


def test_a_short_password_can_not_stand_alone(librarian, with_app):
    with_app(librarian)
    services.set_password(user=librarian, password="kopi pahit", by=librarian)

    with pytest.raises(ValidationError, match="minimal 15 huruf"):
        services.turn_off_second_factor(user=librarian, password="kopi pahit")

    assert queries.has_second_factor(librarian)


def test_who_has_to_have_one_can_not_turn_it_off(client, staff, with_app, enter):
    with_app(staff)
    enter(staff)
    client.post(VERIFY, {"code": code_of()})

    response = client.post(reverse("accounts:second_factor_off"), {"current": PASSWORD})

    assert response.status_code == 403
    assert queries.has_second_factor(staff)


def test_a_lost_one_is_reset_by_the_other_administrator(staff, pic, province, with_app, client):
    other = factories.someone(Role.PROVINCE_STAFF, province)
    with_app(pic)
    client.force_login(pic)

    services.reset_second_factor(user=pic, by=other)

    assert not queries.has_second_factor(pic)
    assert not StaticDevice.objects.exists()
    assert not Session.objects.filter(user=pic).exists()
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.by) == ("accounts.reset_second_factor", other)


def test_not_by_oneself_and_not_by_others(staff, pic, leader, librarian, with_app):
    with_app(staff)

    for somebody in (staff, pic, leader, librarian):
        with pytest.raises(PermissionDenied):
            services.reset_second_factor(user=staff, by=somebody)

    assert queries.has_second_factor(staff)


def test_the_console_helps_where_nobody_else_can(staff, with_app):
    with_app(staff)
    said = StringIO()

    call_command("reset_second_factor", "PROVINSI", stdout=said)

    assert not queries.has_second_factor(staff)
    assert said.getvalue().startswith("Langkah kedua provinsi dihapus")
    assert AuditEvent.objects.latest("pk").by is None


def test_the_console_knows_whom_it_does_not_know():
    with pytest.raises(CommandError, match="Tidak ada akun bernama siapa"):
        call_command("reset_second_factor", "siapa")
