"""Who may make, move and close whose account, and what that does."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from libraries import permissions, queries, services
from libraries.models import Activation, Assignment, Library
from tests import factories
from tpbis.accounts import services as accounts
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent, Device, Session, User

NEW = {"full_name": "Wulan Sari"}


@pytest.fixture
def today() -> date:
    return timezone.localdate()


# --- Accounts that begin --------------------------------------------------------------------------

LIBRARY, LUMAJANG, BLITAR, PROVINCE = "library", "lumajang", "blitar", "province"
KEPT = [
    ("staff", Role.PROVINCE_STAFF, PROVINCE),
    ("staff", Role.PROVINCE_VIEWER, PROVINCE),
    ("staff", Role.OBSERVER, PROVINCE),
    ("staff", Role.OBSERVER, LUMAJANG),
    ("staff", Role.REGENCY_PIC, BLITAR),
    ("staff", Role.FACILITATOR, BLITAR),
    ("staff", Role.LIBRARIAN, "other_library"),
    ("pic", Role.FACILITATOR, LUMAJANG),
    ("pic", Role.LIBRARIAN, LIBRARY),
]
NOT_THEIRS = [
    ("pic", Role.REGENCY_PIC, LUMAJANG),
    ("pic", Role.PROVINCE_STAFF, PROVINCE),
    ("pic", Role.OBSERVER, LUMAJANG),
    ("facilitator", Role.LIBRARIAN, LIBRARY),
    ("leader", Role.LIBRARIAN, LIBRARY),
    ("librarian", Role.LIBRARIAN, LIBRARY),
    ("stranger", Role.LIBRARIAN, LIBRARY),
]
ELSEWHERE = [
    ("pic", Role.FACILITATOR, BLITAR, "region"),
    ("pic", Role.LIBRARIAN, "other_library", "library"),
    ("staff", Role.REGENCY_PIC, PROVINCE, "region"),
    ("staff", Role.PROVINCE_STAFF, LUMAJANG, "region"),
    ("staff", Role.SUPPORTER, PROVINCE, "region"),
    ("staff", Role.LIBRARIAN, LUMAJANG, "library"),
]


def at(request, place: str) -> dict:
    found = request.getfixturevalue(place)
    return {"library": found} if isinstance(found, Library) else {"region": found}


@pytest.mark.parametrize(("actor", "role", "place"), KEPT)
def test_an_account_is_made_with_its_place_and_its_code(request, today, actor, role, place):
    by, where = request.getfixturevalue(actor), at(request, place)

    activation = services.invite(role=role, by=by, phone="0812 3456 7890", **NEW, **where)

    user = activation.user
    assert (user.role, user.phone, user.is_activated) == (role, "+6281234567890", False)
    assert not user.has_usable_password()
    (assignment,) = user.assignments.all()
    assert {"library": assignment.library} == where or {"region": assignment.region} == where
    assert assignment.starts_on == today


@pytest.mark.parametrize(("actor", "role", "place"), NOT_THEIRS)
def test_other_roles_are_not_theirs_to_make(request, actor, role, place):
    by, where = request.getfixturevalue(actor), at(request, place)
    before = User.objects.count()

    with pytest.raises(PermissionDenied):
        services.invite(role=role, by=by, **NEW, **where)

    assert User.objects.count() == before


@pytest.mark.parametrize(("actor", "role", "place", "field"), ELSEWHERE)
def test_a_place_that_does_not_fit_is_named(request, actor, role, place, field):
    by, where = request.getfixturevalue(actor), at(request, place)
    before = User.objects.count()

    with pytest.raises(ValidationError) as refused:
        services.invite(role=role, by=by, **NEW, **where)

    assert set(refused.value.message_dict) == {field}
    assert User.objects.count() == before


@pytest.mark.parametrize(
    ("role", "place", "names"),
    [
        (Role.LIBRARIAN, LIBRARY, ["labruk.kidul", "labruk.kidul.2"]),
        (Role.REGENCY_PIC, BLITAR, ["pic.blitar", "pic.blitar.2"]),
        (Role.FACILITATOR, LUMAJANG, ["fasda.lumajang", "fasda.lumajang.2"]),
        (Role.PROVINCE_VIEWER, PROVINCE, ["wulan.sari", "wulan.sari.2"]),
    ],
)
def test_a_user_name_comes_from_the_place(request, staff, role, place, names):
    where = at(request, place)

    made = [services.invite(role=role, by=staff, **NEW, **where).user for _ in names]

    assert [user.username for user in made] == names


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "PIC.Lumajang"}, "username"),
        ({"username": "0812 3456 7890"}, "username"),
        ({"username": "081234567890"}, "username"),
        ({"username": "wulan sari"}, "username"),
        ({"phone": "08123"}, "phone"),
        ({"phone": "+62 812-3456-7890"}, "phone"),
        ({"email": "wulan@"}, "email"),
        ({"full_name": "\u200b "}, "full_name"),
        ({"full_name": "x" * 151}, "full_name"),
    ],
)
def test_what_is_wrong_is_named(staff, pic, lumajang, given, field):
    pic.phone = "+6281234567890"
    pic.save()

    with pytest.raises(ValidationError) as refused:
        services.invite(role=Role.FACILITATOR, region=lumajang, by=staff, **NEW | given)

    assert set(refused.value.message_dict) == {field}
    assert not Activation.objects.exists()


# --- Whom somebody sees ---------------------------------------------------------------------------


def seen(user: User) -> set[str]:
    return set(queries.people_of(user).values_list("username", flat=True))


def test_a_pic_sees_those_who_work_in_its_regency(
    pic, facilitator, librarian, stranger, strange_pic, staff
):
    assert seen(pic) == {facilitator.username, librarian.username}
    assert seen(strange_pic) == {stranger.username}


def test_the_province_sees_everyone(pic, facilitator, librarian, stranger, strange_pic, staff):
    assert len(seen(staff)) == 6


@pytest.mark.parametrize("actor", ["leader", "facilitator", "librarian"])
def test_others_see_nobody(request, actor):
    assert seen(request.getfixturevalue(actor)) == set()


def test_whoever_serves_nowhere_sees_nobody(staff, librarian):
    staff.assignments.update(ends_on=date(2024, 1, 1))

    assert seen(staff) == set()


def test_whoever_left_stays_visible_until_they_work_elsewhere(pic, librarian, other_library):
    librarian.assignments.update(ends_on=date(2024, 1, 1))
    left = seen(pic)
    services.assign(user=librarian, library=other_library, starts_on=date(2024, 1, 2))

    assert (left, seen(pic)) == ({librarian.username}, set())


def test_whoever_works_elsewhere_too_is_seen_but_kept_by_the_province(
    pic, staff, facilitator, blitar
):
    services.assign(user=facilitator, region=blitar, starts_on=date(2024, 1, 1))

    assert seen(pic) == {facilitator.username}
    assert not permissions.can_keep(pic, facilitator)
    assert permissions.can_keep(staff, facilitator)


def test_a_pic_reads_nothing_of_what_happened_elsewhere(
    staff, pic, strange_pic, stranger, library, other_library
):
    services.change_person(user=stranger, by=strange_pic, full_name="Dwi R.")
    services.move(user=stranger, role=Role.LIBRARIAN, library=library, by=staff)

    told = [(one.action, one.about) for one in queries.events_of(stranger, seen_by=pic)]
    assert ("libraries.assign", f"libraries.library:{library.pk}") in told
    assert not any(about == f"libraries.library:{other_library.pk}" for _action, about in told)
    assert len(queries.events_of(stranger, seen_by=staff)) == len(told) + 1


def test_a_pic_reads_of_no_other_regency(staff, pic, facilitator, blitar):
    services.move(
        user=facilitator, role=Role.FACILITATOR, region=blitar, in_addition=True, by=staff
    )

    assert queries.events_of(facilitator, seen_by=pic) == []


CHANGES = [
    lambda user, by, library: services.change_person(user=user, by=by, full_name="Lain"),
    lambda user, by, library: services.close_account(user=user, by=by),
    lambda user, by, library: services.reopen_account(user=user, by=by),
    lambda user, by, library: services.move(user=user, role=user.role, library=library, by=by),
    lambda user, by, library: services.issue(user=user, by=by),
    lambda user, by, library: services.end_assignment(
        assignment=Assignment.objects.select_related("user").get(user=user), by=by
    ),
]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("actor", ["strange_pic", "facilitator", "leader", "librarian"])
def test_nobody_elses_accounts_are_changed(request, librarian, library, actor, change):
    by = request.getfixturevalue(actor)

    with pytest.raises(PermissionDenied):
        change(librarian, by, library)

    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_keeps_their_own_account(staff, library, change):
    with pytest.raises(PermissionDenied):
        change(staff, staff, library)


# --- Changes --------------------------------------------------------------------------------------


def test_a_profile_is_corrected(pic, librarian):
    services.change_person(user=librarian, by=pic, phone="0812-3456-7890", full_name="Siti A.")

    librarian.refresh_from_db()
    assert (librarian.phone, librarian.full_name) == ("+6281234567890", "Siti A.")


def test_a_name_that_reads_as_a_number_is_refused(pic, librarian):
    with pytest.raises(ValidationError) as refused:
        services.change_person(user=librarian, by=pic, username="081234567890")

    assert set(refused.value.message_dict) == {"username"}


def test_a_closed_account_is_out_at_once_and_leaves_its_places(client, pic, librarian, today):
    client.force_login(librarian)
    accounts.bind_device(user=librarian, agent="Chrome")
    code = services.issue(user=librarian, by=pic)

    services.close_account(user=librarian, by=pic)

    librarian.refresh_from_db()
    code.refresh_from_db()
    assert not librarian.is_active
    assert not Session.objects.filter(user=librarian).exists()
    assert not Device.objects.alive().exists()
    assert code.revoked_by == pic
    assert librarian.assignments.get().ends_on == today - timedelta(days=1)
    assert client.get("/", follow=True).redirect_chain[-1][0].startswith("/masuk/")


def test_a_closed_account_opens_again_and_gets_its_place_anew(pic, librarian, library):
    services.close_account(user=librarian, by=pic)

    services.reopen_account(user=librarian, by=pic)
    services.move(user=librarian, role=Role.LIBRARIAN, library=library, by=pic)

    librarian.refresh_from_db()
    assert librarian.is_active
    assert list(Library.objects.visible_to(librarian)) == [library]
    assert librarian.assignments.count() == 2


def test_the_last_two_of_the_province_stay(staff, province):
    other = factories.someone(Role.PROVINCE_STAFF, province)
    third = factories.someone(Role.PROVINCE_STAFF, province)

    services.close_account(user=third, by=staff)
    with pytest.raises(accounts.LastAdministrators):
        services.close_account(user=other, by=staff)

    other.refresh_from_db()
    assert other.is_active
    assert other.assignments.get().ends_on is None


def test_province_staff_cannot_be_left_without_a_place(staff, province):
    other = factories.someone(Role.PROVINCE_STAFF, province)

    with pytest.raises(ValidationError, match="nonaktifkan saja"):
        services.end_assignment(assignment=other.assignments.get(), by=staff)


def test_whoever_moves_sees_the_new_place_at_once_and_the_old_one_no_more(
    staff, librarian, other_library, today
):
    services.move(user=librarian, role=Role.LIBRARIAN, library=other_library, by=staff)

    librarian.refresh_from_db()
    assert list(Library.objects.visible_to(librarian)) == [other_library]
    old, new = librarian.assignments.order_by("pk")
    assert (old.ends_on, new.starts_on) == (today - timedelta(days=1), today)


def test_a_place_taken_up_and_left_on_the_same_day_never_was(staff, librarian, library, blitar):
    services.move(user=librarian, role=Role.FACILITATOR, region=blitar, by=staff)
    librarian.refresh_from_db()
    services.move(user=librarian, role=Role.LIBRARIAN, library=library, by=staff)

    librarian.refresh_from_db()
    assert librarian.role == Role.LIBRARIAN
    assert list(Library.objects.visible_to(librarian)) == [library]
    assert not librarian.assignments.filter(region=blitar).exists()


def test_another_role_ends_what_is_open(client, staff, facilitator, blitar):
    client.force_login(facilitator)

    services.move(user=facilitator, role=Role.REGENCY_PIC, region=blitar, by=staff)

    facilitator.refresh_from_db()
    assert facilitator.role == Role.REGENCY_PIC
    assert not Session.objects.filter(user=facilitator).exists()


def test_a_place_may_come_in_addition(staff, facilitator, lumajang, blitar):
    services.move(
        user=facilitator, role=Role.FACILITATOR, region=blitar, in_addition=True, by=staff
    )

    places = Assignment.objects.in_force().filter(user=facilitator)
    assert {place.region for place in places} == {lumajang, blitar}


def test_a_pic_moves_nobody_out_of_its_regency(pic, librarian, other_library):
    with pytest.raises(ValidationError) as refused:
        services.move(user=librarian, role=Role.LIBRARIAN, library=other_library, by=pic)

    assert set(refused.value.message_dict) == {"library"}


def test_a_pic_makes_no_pic_of_anybody(pic, facilitator, lumajang):
    with pytest.raises(PermissionDenied):
        services.move(user=facilitator, role=Role.REGENCY_PIC, region=lumajang, by=pic)


def test_nobody_moves_to_where_they_are(pic, librarian, library):
    with pytest.raises(services.AlreadyThere):
        services.move(user=librarian, role=Role.LIBRARIAN, library=library, by=pic)


def test_the_second_factor_is_the_provinces_to_reset(staff, pic, strange_pic, librarian):
    services.reset_second_factor(user=pic, by=staff)

    with pytest.raises(PermissionDenied):
        services.reset_second_factor(user=librarian, by=pic)


# --- Handover -------------------------------------------------------------------------------------


def test_a_library_is_handed_over_in_one_step(client, pic, library, librarian, today):
    client.force_login(librarian)

    activation = services.hand_over(library=library, recipient_name="Wulan Sari", by=pic)

    librarian.refresh_from_db()
    assert not librarian.is_active
    assert not Session.objects.filter(user=librarian).exists()
    assert librarian.assignments.get().ends_on == today - timedelta(days=1)
    assert (activation.library, activation.recipient_name) == (library, "Wulan Sari")
    assert not queries.has_account(library)


def test_whoever_also_looks_after_another_library_keeps_the_account(
    staff, library, librarian, other_library
):
    services.assign(user=librarian, library=other_library, starts_on=date(2024, 1, 1))

    services.hand_over(library=library, by=staff)

    librarian.refresh_from_db()
    assert librarian.is_active
    assert list(Library.objects.visible_to(librarian)) == [other_library]


def test_a_handover_replaces_the_code_before(pic, library):
    first = services.hand_over(library=library, by=pic)
    second = services.hand_over(library=library, by=pic)

    first.refresh_from_db()
    assert (first.revoked_by, second.revoked_by) == (pic, None)


@pytest.mark.parametrize("actor", ["strange_pic", "facilitator", "leader", "librarian"])
def test_a_library_is_not_theirs_to_hand_over(request, library, librarian, actor):
    by = request.getfixturevalue(actor)

    with pytest.raises(PermissionDenied):
        services.hand_over(library=library, by=by)

    librarian.refresh_from_db()
    assert librarian.is_active


def test_a_wrong_number_hands_nothing_over(pic, library, librarian):
    with pytest.raises(ValidationError) as refused:
        services.hand_over(library=library, recipient_phone="12", by=pic)

    librarian.refresh_from_db()
    assert set(refused.value.message_dict) == {"recipient_phone"}
    assert librarian.is_active


# --- Judging for a PIC ----------------------------------------------------------------------------


def test_review_is_handed_over_until_a_day(pic, facilitator, library, today):
    post = facilitator.assignments.get()

    services.delegate_review(post=post, ends_on=today + timedelta(days=30), by=pic)

    assert list(Library.objects.handed_over_to(facilitator)) == [library]
    assert [one.user for one in queries.delegations(pic)] == [facilitator]


def test_a_delegation_ends_early(pic, facilitator, today):
    post = facilitator.assignments.get()
    delegation = services.delegate_review(post=post, ends_on=today, by=pic)

    services.end_delegation(delegation=delegation, by=pic)

    assert not Library.objects.handed_over_to(facilitator).exists()
    assert Library.objects.visible_to(facilitator).exists() == Library.objects.exists()


@pytest.mark.parametrize("days", [-1, 366])
def test_a_delegation_lasts_a_year_at_most(pic, facilitator, today, days):
    post = facilitator.assignments.get()

    with pytest.raises(ValidationError) as refused:
        services.delegate_review(post=post, ends_on=today + timedelta(days=days), by=pic)

    assert set(refused.value.message_dict) == {"ends_on"}


def test_a_second_delegation_waits_for_the_first_to_end(pic, facilitator, today):
    post = facilitator.assignments.get()
    services.delegate_review(post=post, ends_on=today, by=pic)

    with pytest.raises(ValidationError, match="Sudah dilimpahkan"):
        services.delegate_review(post=post, ends_on=today, by=pic)


@pytest.mark.parametrize("actor", ["strange_pic", "facilitator", "librarian"])
def test_delegations_are_not_theirs(request, pic, facilitator, today, actor):
    by = request.getfixturevalue(actor)
    post = facilitator.assignments.get()
    delegation = services.delegate_review(post=post, ends_on=today, by=pic)

    with pytest.raises(PermissionDenied):
        services.delegate_review(post=post, ends_on=today, by=by)
    with pytest.raises(PermissionDenied):
        services.end_delegation(delegation=delegation, by=by)


def test_only_facilitators_take_over_review(pic, librarian, today):
    with pytest.raises(PermissionDenied):
        services.delegate_review(post=librarian.assignments.get(), ends_on=today, by=pic)
