"""Tokens of programs: given out by the province, shown once, kept as a hash, taken back."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from libraries import queries, services
from libraries.models import Library, Region
from tpbis.accounts.enums import Role, TokenRight
from tpbis.accounts.models import ApiToken, AuditEvent, User
from tpbis.accounts.services import note_use, revoke_token, token_of

pytestmark = pytest.mark.django_db


def a_program(by, region, right=TokenRight.READ, days=30) -> tuple[ApiToken, str]:
    return services.let_program_in(
        name="Dasbor Bappeda",
        purpose="Peta capaian",
        region=region,
        right=right,
        last_day=timezone.localdate() + timedelta(days=days),
        by=by,
    )


def typed(**changed: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=30)
    fields = {"name": "Dasbor Bappeda", "purpose": "Peta capaian", "region": "35.08"}
    return fields | {"right": "read", "last_day": day.isoformat()} | changed


def test_the_secret_is_kept_as_a_hash_only(staff, lumajang):
    token, secret = a_program(staff, lumajang)

    assert secret.startswith("tpbis_")
    assert len(secret) == len("tpbis_") + 43
    stored = ApiToken.objects.values().get()
    assert secret not in str(stored)
    assert token_of(secret) == token
    assert token_of(secret + "x") is None


def test_a_program_sees_its_region_and_cannot_sign_in(staff, lumajang, library, other_library):
    token, _secret = a_program(staff, lumajang)

    user = token.user
    assert list(Library.objects.visible_to(user)) == [library]
    assert user.role == Role.OBSERVER
    assert not user.has_usable_password()
    assert user not in queries.people_of(staff)


@pytest.mark.parametrize("right", [TokenRight.RECORD, TokenRight.SUBMIT])
def test_who_records_works_as_a_librarian(staff, lumajang, right):
    token, _secret = a_program(staff, lumajang, right)

    assert token.user.role == Role.LIBRARIAN
    assert token.may_record
    assert token.may_submit == (right == TokenRight.SUBMIT)


@pytest.mark.parametrize("days", [-1, 366])
def test_it_ends_within_a_year(staff, lumajang, days):
    with pytest.raises(ValidationError) as wrong:
        a_program(staff, lumajang, days=days)

    assert list(wrong.value.message_dict) == ["last_day"]
    assert not ApiToken.objects.exists()
    assert not User.objects.filter(username__startswith="program-").exists()


def test_only_the_province_gives_them_out(pic, lumajang):
    with pytest.raises(PermissionDenied):
        a_program(pic, lumajang)


def test_its_use_is_written_down_once_in_five_minutes(staff, lumajang):
    token, _secret = a_program(staff, lumajang)
    at = timezone.now()

    for minutes in (0, 4, 6):
        note_use(token=token, at=at + timedelta(minutes=minutes))
        token.refresh_from_db()
        assert token.last_used_at == at + timedelta(minutes=6 if minutes == 6 else 0)


def test_a_revoked_token_sees_nothing_and_the_audit_says_so(staff, lumajang, library):
    token, _secret = a_program(staff, lumajang)

    revoke_token(token=token, by=staff)

    user = User.objects.get(pk=token.user_id)
    assert not Library.objects.visible_to(user).exists()
    actions = AuditEvent.objects.concerning(token).values_list("action", flat=True)
    assert list(actions) == ["accounts.revoke_token", "accounts.issue_token"]


def test_the_page_shows_the_secret_once(client, staff, lumajang):
    client.force_login(staff)

    made = client.post(reverse("libraries:tokens"), typed())
    afterwards = client.get(reverse("libraries:tokens"))

    assert made.status_code == 200
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert made.headers["Cache-Control"] == "no-store"
    assert secret not in afterwards.content.decode()
    assert [row.token.name for row in afterwards.context["tokens"]] == ["Dasbor Bappeda"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("purpose", ""),
        ("region", "35.08.21"),
        ("region", "99"),
        ("right", "all"),
        ("right", "record"),
        ("last_day", "2020-01-01"),
        ("last_day", "31/02/2026"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_made(client, staff, lumajang, field, value):
    client.force_login(staff)

    answer = client.post(reverse("libraries:tokens"), typed(**{field: value}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not ApiToken.objects.exists()


def test_revoking_by_the_page(client, staff, lumajang):
    token, secret = a_program(staff, lumajang)
    client.force_login(staff)

    answer = client.post(reverse("libraries:token_revoke", kwargs={"pk": token.pk}))

    assert answer.status_code == 302
    assert token_of(secret).is_revoked


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_does_not_ask_more_with_more_rows(
    client, staff, lumajang, rows, django_assert_num_queries
):
    for _row in range(rows):
        a_program(staff, Region.objects.get(pk=lumajang.pk))
    client.force_login(staff)

    with django_assert_num_queries(11):
        client.get(reverse("libraries:tokens"))
