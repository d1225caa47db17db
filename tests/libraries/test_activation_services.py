"""Codes are given out, taken back, and used once."""

from datetime import timedelta

import pytest
from axes.models import AccessFailureLog
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from libraries import codes, services
from libraries.enums import LibraryKind
from libraries.models import Activation, Assignment, LetterBatch
from libraries.services import redeeming
from tests import factories
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent, Device, Session, User

ANSWERS = {
    "full_name": "Wulan Sari",
    "phone": "0812 3456 7890",
    "password": "kopi pagi sawah biru",
}


def code_of(activation: Activation) -> str:
    return codes.code_of(activation.uuid)


# --- Given out ------------------------------------------------------------------------------------


def test_a_code_is_good_for_thirty_whole_days(pic, library):
    activation = services.issue(library=library, by=pic)

    last = timezone.localtime(activation.expires_at)
    assert last.date() == timezone.localdate() + timedelta(days=30)
    assert (last.hour, last.minute) == (23, 59)


def test_of_a_code_only_its_hash_is_stored(pic, library):
    activation = services.issue(library=library, by=pic)

    code = code_of(activation)
    row = Activation.objects.filter(pk=activation.pk).values().get()
    assert code not in str(row)
    assert row["code_hash"] == codes.hash_of(code)
    assert code not in str(list(AuditEvent.objects.values()))


def test_a_new_code_kills_the_one_before(pic, library):
    first = services.issue(library=library, by=pic)
    second = services.reissue(activation=first, by=pic)

    with pytest.raises(redeeming.RevokedCode):
        services.find(code_of(first))
    assert services.find(code_of(second)) == second


def test_a_library_whose_librarian_is_in_gets_no_code(pic, library, librarian):
    with pytest.raises(services.HaveAccounts, match=library.name):
        services.issue(library=library, by=pic)


@pytest.mark.parametrize("actor", ["strange_pic", "facilitator", "leader", "librarian"])
def test_codes_are_not_theirs_to_give_or_take(request, pic, library, other_library, actor):
    by = request.getfixturevalue(actor)
    other = services.issue(library=factories.LibraryFactory(), by=pic)

    with pytest.raises(PermissionDenied):
        services.issue(library=library, by=by)
    with pytest.raises(PermissionDenied):
        services.issue_letters(libraries=[library], by=by)
    with pytest.raises(PermissionDenied):
        services.revoke(activation=other, by=by)


def test_letters_come_in_one_batch_a_regency(staff, library, other_library):
    second = factories.LibraryFactory(contact_name="Wulan Sari", contact_phone="+6281234567890")

    batches = services.issue_letters(libraries=[library, other_library, second], by=staff)

    assert [batch.region.code for batch in batches] == ["35.05", "35.08"]
    assert [batch.activations.count() for batch in batches] == [1, 2]
    letter = batches[1].activations.get(library=second)
    assert (letter.recipient_name, letter.recipient_phone) == ("Wulan Sari", "+6281234567890")
    assert services.find(code_of(letter)) == letter


def test_letters_replace_open_codes(pic, library):
    first = services.issue(library=library, by=pic)

    services.issue_letters(libraries=[library], by=pic)

    first.refresh_from_db()
    assert first.revoked_by == pic


def test_letters_are_refused_by_name_and_as_a_whole(pic, library, librarian):
    without = factories.LibraryFactory()

    with pytest.raises(services.HaveAccounts, match="Sumber Ilmu"):
        services.issue_letters(libraries=[without, library], by=pic)

    assert not LetterBatch.objects.exists()
    assert not Activation.objects.exists()


def test_a_library_of_elsewhere_among_them_refuses_all(pic, library, other_library):
    with pytest.raises(PermissionDenied):
        services.issue_letters(libraries=[library, other_library], by=pic)

    assert not Activation.objects.exists()


@pytest.mark.parametrize("many", [1, 30])
def test_letters_cost_the_same_queries_however_many(pic, many, django_assert_max_num_queries):
    libraries = factories.LibraryFactory.create_batch(many)

    with django_assert_max_num_queries(16):
        services.issue_letters(libraries=libraries, by=pic)


# --- Used -----------------------------------------------------------------------------------------


def test_a_code_makes_the_librarians_account(pic, library):
    activation = services.issue(library=library, by=pic)

    user = services.redeem(code=code_of(activation).lower().replace("-", " "), **ANSWERS)

    assert (user.username, user.full_name) == ("labruk.kidul", "Wulan Sari")
    assert (user.phone, user.role) == ("+6281234567890", Role.LIBRARIAN)
    assert user.check_password(ANSWERS["password"])
    assert user.is_activated
    place = Assignment.objects.get(user=user)
    assert (place.library, place.starts_on) == (library, timezone.localdate())
    activation.refresh_from_db()
    assert activation.used_by == user


def test_a_village_with_two_librarians_has_two_names(pic, library):
    factories.UserFactory(username="Labruk.Kidul")
    activation = services.issue(library=library, by=pic)

    user = services.redeem(code=code_of(activation), **ANSWERS)

    assert user.username == "labruk.kidul.2"


def test_a_regencys_own_library_is_named_after_it(staff, lumajang):
    library = factories.LibraryFactory(kind=LibraryKind.REGENCY, region=lumajang)
    activation = services.issue(library=library, by=staff)

    assert services.redeem(code=code_of(activation), **ANSWERS).username == "lumajang"


def test_a_new_account_begins_to_work_when_it_is_first_used(staff, lumajang):
    long_ago = timezone.now() - timedelta(days=10)
    activation = services.invite(
        role=Role.FACILITATOR, full_name="Budi", region=lumajang, by=staff, at=long_ago
    )

    user = services.redeem(code=code_of(activation), **ANSWERS)

    assert (user.username, user.full_name) == ("fasda.lumajang", "Wulan Sari")
    assert user.assignments.get().starts_on == timezone.localdate()


def test_a_code_for_an_account_sets_its_password_and_ends_the_rest(client, pic, librarian):
    client.force_login(librarian)
    accounts.bind_device(user=librarian, agent="Chrome")
    before = librarian.assignments.get().starts_on
    activation = services.issue(user=librarian, by=pic)

    services.redeem(code=code_of(activation), **ANSWERS)

    librarian.refresh_from_db()
    assert librarian.check_password(ANSWERS["password"])
    assert librarian.username == "labruk"
    assert librarian.assignments.get().starts_on == before
    assert not Session.objects.filter(user=librarian).exists()
    assert not Device.objects.alive().exists()


def test_what_happened_is_noted_without_what_is_personal(pic, library):
    activation = services.issue(library=library, by=pic)

    services.redeem(code=code_of(activation), **ANSWERS)

    noted = str(list(AuditEvent.objects.values("action", "changes")))
    assert AuditEvent.objects.filter(action="libraries.redeem_code").count() == 1
    assert not any(text in noted for text in ("Wulan", "81234567890", "kopi pagi"))


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"full_name": " \u200b"}, "full_name", "Isi nama"),
        ({"full_name": "x" * 151}, "full_name", "150"),
        ({"phone": ""}, "phone", "Isi nomor"),
        ({"phone": "0812"}, "phone", "tidak dikenal"),
        ({"phone": "0811-2222-3333"}, "phone", "akun lain"),
        ({"password": "kopi"}, "password", "8"),
        ({"password": "perpustakaan"}, "password", "mudah ditebak"),
    ],
)
def test_a_wrong_answer_is_named_and_the_code_stays_good(pic, library, given, field, said):
    factories.UserFactory(phone="+6281122223333")
    activation = services.issue(library=library, by=pic)
    before = User.objects.count()

    with pytest.raises(ValidationError) as refused:
        services.redeem(code=code_of(activation), **ANSWERS | given)

    assert set(refused.value.message_dict) == {field}
    assert said in str(refused.value.message_dict[field])
    assert User.objects.count() == before
    assert services.find(code_of(activation)) == activation


def test_eight_characters_do_beside_a_phone_but_not_alone(staff, library, blitar):
    short = ANSWERS | {"password": "kopi sawah"}
    phone = services.issue(library=library, by=staff)
    alone = services.invite(role=Role.REGENCY_PIC, full_name="Budi", region=blitar, by=staff)

    services.redeem(code=code_of(phone), **short)
    with pytest.raises(ValidationError, match="15"):
        services.redeem(code=code_of(alone), **short | {"phone": "0813 1111 2222"})


# --- Not used -------------------------------------------------------------------------------------


def dead_codes(library, librarian, pic):
    now = timezone.now()
    yield "unknown", "7KQ2M-94XTB"
    yield "nothing", ""
    empty = factories.LibraryFactory()
    expired = services.issue(library=empty, by=pic, at=now - timedelta(days=32))
    yield "expired", code_of(expired)
    revoked = services.issue(library=factories.LibraryFactory(), by=pic)
    services.revoke(activation=revoked, by=pic)
    yield "revoked", code_of(revoked)


@pytest.mark.parametrize(
    ("which", "error"),
    [
        ("unknown", redeeming.WrongCode),
        ("nothing", redeeming.WrongCode),
        ("expired", redeeming.ExpiredCode),
        ("revoked", redeeming.RevokedCode),
    ],
)
def test_a_dead_code_lets_nobody_in(pic, library, librarian, which, error):
    code = dict(dead_codes(library, librarian, pic))[which]

    with pytest.raises(error):
        services.find(code)
    with pytest.raises(error):
        services.redeem(code=code, **ANSWERS)


def test_a_code_is_used_once(pic, library):
    code = code_of(services.issue(library=library, by=pic))
    services.redeem(code=code, **ANSWERS)

    with pytest.raises(redeeming.UsedCode):
        services.redeem(code=code, **ANSWERS | {"phone": "0813 1111 2222"})

    assert Assignment.objects.filter(library=library).count() == 1


def test_a_code_is_dead_once_somebody_looks_after_the_library(pic, library):
    code = code_of(services.issue(library=library, by=pic))
    factories.someone(Role.LIBRARIAN, library)

    with pytest.raises(redeeming.RevokedCode):
        services.redeem(code=code, **ANSWERS)


def test_the_code_of_a_closed_account_is_dead(staff, pic, facilitator):
    activation = services.issue(user=facilitator, by=pic)
    accounts.deactivate(user=facilitator, by=staff)

    with pytest.raises(redeeming.RevokedCode):
        services.find(code_of(activation))


def test_a_closed_account_gets_no_code(pic, facilitator):
    services.close_account(user=facilitator, by=pic)

    with pytest.raises(ValidationError, match="nonaktif"):
        services.issue(user=facilitator, by=pic)


def test_what_was_used_cannot_be_revoked(pic, library):
    activation = services.issue(library=library, by=pic)
    services.redeem(code=code_of(activation), **ANSWERS)

    services.revoke(activation=activation, by=pic)

    activation.refresh_from_db()
    assert (activation.revoked_at, activation.used_at is None) == (None, False)


def test_of_two_at_the_same_moment_one_gets_in(pic, library, monkeypatch):
    code = code_of(services.issue(library=library, by=pic))
    found = redeeming._by_code

    def somebody_is_faster(typed):
        activation = found(typed)
        monkeypatch.setattr(redeeming, "_by_code", found)
        services.redeem(code=code, **ANSWERS)
        return activation

    monkeypatch.setattr(redeeming, "_by_code", somebody_is_faster)

    with pytest.raises(redeeming.UsedCode):
        services.redeem(code=code, **ANSWERS | {"phone": "0813 1111 2222"})


def test_a_name_taken_a_moment_ago_is_not_taken_twice(pic, library, monkeypatch):
    activation = services.issue(library=library, by=pic)
    free = redeeming.queries.free_username

    def somebody_is_faster(wanted):
        name = free(wanted)
        monkeypatch.setattr(redeeming.queries, "free_username", free)
        monkeypatch.setattr(redeeming, "refuse_taken", lambda user: None)
        factories.UserFactory(username=name)
        return name

    monkeypatch.setattr(redeeming.queries, "free_username", somebody_is_faster)

    user = services.redeem(code=code_of(activation), **ANSWERS)

    assert user.username == "labruk.kidul"  # the other one went with the first attempt


# --- Guessing -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_twenty_wrong_codes_from_an_address_are_enough():
    for _ in range(20):
        services.refuse_guessing(address="10.0.0.1")
        services.note_wrong_code(address="10.0.0.1")

    with pytest.raises(services.TooManyWrong):
        services.refuse_guessing(address="10.0.0.1")
    services.refuse_guessing(address="10.0.0.2")


@pytest.mark.django_db
def test_after_a_quarter_of_an_hour_they_are_forgotten():
    for _ in range(20):
        services.note_wrong_code(address="10.0.0.1")
    AccessFailureLog.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))

    services.refuse_guessing(address="10.0.0.1")
    services.note_wrong_code(address="10.0.0.1")

    assert AccessFailureLog.objects.count() == 1
