"""Accounts that change: profile, role, active or not; and the two who must stay."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from tests import factories
from tpbis.accounts import services
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(province) -> User:
    return factories.someone(Role.PROVINCE_STAFF, province, username="kedua")


@pytest.fixture
def third(province) -> User:
    return factories.someone(Role.PROVINCE_STAFF, province, username="ketiga")


# --- The last two ---------------------------------------------------------------------------------


def test_of_three_administrators_one_may_go(staff, second, third):
    services.deactivate(user=third, by=staff)

    third.refresh_from_db()
    assert not third.is_active


@pytest.mark.parametrize(
    "leave",
    [
        lambda user, by: services.deactivate(user=user, by=by),
        lambda user, by: services.change_role(user=user, role=Role.PROVINCE_VIEWER, by=by),
    ],
    ids=["deactivate", "change role"],
)
def test_of_the_last_two_none_may_go(staff, second, leave):
    for user, by in ((second, staff), (staff, second), (staff, None)):
        with pytest.raises(services.LastAdministrators, match="dua staf provinsi yang aktif"):
            leave(user, by)

    kept = User.objects.filter(role=Role.PROVINCE_STAFF, is_active=True)
    assert set(kept) == {staff, second}
    assert not AuditEvent.objects.exists()


def test_who_can_not_sign_in_does_not_count(staff, second, third):
    User.objects.filter(pk=third.pk).update(activated_at=None)

    with pytest.raises(services.LastAdministrators):
        services.deactivate(user=second, by=staff)
    services.deactivate(user=third, by=staff)

    third.refresh_from_db()
    assert not third.is_active


def test_others_go_as_they_like(staff, librarian, pic):
    services.deactivate(user=librarian, by=staff)
    services.change_role(user=pic, role=Role.FACILITATOR, by=staff)

    assert set(User.objects.filter(is_active=True).values_list("role", flat=True)) == {
        Role.PROVINCE_STAFF,
        Role.FACILITATOR,
    }


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_two_who_close_each_other_s_account_at_once_do_not_both_succeed(staff, second, third):
    """Of three, the first to come takes one away; the other is then one of the last two."""

    def close(user: User, by: User) -> str:
        try:
            services.deactivate(user=user, by=by)
        except services.LastAdministrators:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as both:
        answers = [both.submit(close, *pair) for pair in ((staff, second), (second, staff))]
        said = sorted(answer.result(timeout=30) for answer in answers)

    assert said == ["done", "refused"]
    assert User.objects.filter(role=Role.PROVINCE_STAFF, is_active=True).count() == 2


# --- Active, role ---------------------------------------------------------------------------------


def test_deactivated_and_back(librarian, pic):
    services.deactivate(user=librarian, by=pic)
    services.deactivate(user=librarian, by=pic)  # once more changes nothing
    services.reactivate(user=librarian, by=pic)

    librarian.refresh_from_db()
    assert librarian.is_active
    events = AuditEvent.objects.order_by("pk").values_list("action", "by", "changes")
    assert list(events) == [
        ("accounts.deactivate", pic.pk, {"is_active": [True, False]}),
        ("accounts.reactivate", pic.pk, {"is_active": [False, True]}),
    ]


def test_another_role_is_noted(librarian, staff):
    services.change_role(user=librarian, role=Role.FACILITATOR, by=staff)

    event = AuditEvent.objects.get()
    assert event.changes == {"role": ["librarian", "facilitator"]}


def test_a_role_nobody_knows_is_refused(librarian, staff):
    with pytest.raises(ValidationError) as refused:
        services.change_role(user=librarian, role="gubernur", by=staff)

    assert refused.value.message_dict == {"role": ["Peran ini tidak dikenal."]}


# --- Profile --------------------------------------------------------------------------------------


def test_a_profile_is_corrected(librarian, pic):
    services.change_profile(
        user=librarian, by=pic, full_name="  Siti   Aminah, S.Pd. ", phone="0812 3456 7890"
    )

    librarian.refresh_from_db()
    assert (librarian.full_name, librarian.phone) == ("Siti Aminah, S.Pd.", "+6281234567890")
    event = AuditEvent.objects.get()
    assert set(event.changes) == {"full_name", "phone"}
    assert "Siti" not in str(event.changes)  # hashes under her key


def test_nothing_changed_is_nothing_noted(librarian, pic):
    services.change_profile(user=librarian, by=pic, username="labruk")

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "PIC.Lumajang"}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"full_name": ""}, "full_name"),
        ({"phone": "12"}, "phone"),
        ({"phone": "nol delapan"}, "phone"),
        ({"phone": "0811-1111-1111"}, "phone"),
        ({"email": "bukan surel"}, "email"),
        ({"username": "0811-1111-1111"}, "username"),
        ({"full_name": "\x00\u200b"}, "full_name"),
    ],
)
def test_what_can_not_be_names_its_field(librarian, pic, fields, field):
    User.objects.filter(pk=pic.pk).update(phone="+6281111111111")

    with pytest.raises(ValidationError) as refused:
        services.change_profile(user=librarian, by=pic, **fields)

    assert set(refused.value.message_dict) == {field}
    assert not AuditEvent.objects.exists()


def test_one_s_own_name_in_other_letters_is_free(librarian, pic):
    services.change_profile(user=librarian, by=pic, username="Labruk")

    librarian.refresh_from_db()
    assert librarian.username == "Labruk"


def test_a_role_is_no_part_of_a_profile(librarian, pic):
    with pytest.raises(TypeError, match="role"):
        services.change_profile(user=librarian, by=pic, role=Role.PROVINCE_STAFF)
