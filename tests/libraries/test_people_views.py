"""The pages about people: what is listed for whom, and what their forms say and do."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from libraries import services
from libraries.models import Activation, Assignment
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


def address(name: str, **kwargs) -> str:
    return reverse(f"libraries:{name}", kwargs=kwargs)


# --- The list -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("actor", "queries"), [("pic", 12), ("staff", 12)])
def test_the_list_asks_the_same_number_of_queries_however_many_people(
    client, request, library, rows, django_assert_num_queries, actor, queries
):
    for _ in range(rows):
        factories.someone(Role.LIBRARIAN, library)
    client.force_login(request.getfixturevalue(actor))

    with django_assert_num_queries(queries):
        response = client.get(address("people"))

    listed = [one.user.role for one in response.context["people"]]
    assert listed.count(Role.LIBRARIAN) == rows


@pytest.fixture
def crowd(librarian, facilitator, stranger, strange_pic, pic) -> None:
    librarian.phone = "+6281234567890"
    librarian.save()
    User.objects.filter(pk=facilitator.pk).update(activated_at=None)
    User.objects.filter(pk=stranger.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"cari": "aminah siti"}, {"labruk"}),
        ({"cari": "LABRUK"}, {"labruk"}),
        ({"cari": "0812-3456 7890"}, {"labruk"}),
        ({"cari": "sumber ilmu"}, {"labruk"}),
        ({"cari": "nol' OR 1=1"}, set()),
        ({"peran": "facilitator"}, {"fasda.lumajang"}),
        ({"wilayah": "35.05"}, {"klemunan", "pic.blitar"}),
        ({"keadaan": "menunggu"}, {"fasda.lumajang"}),
        ({"keadaan": "nonaktif"}, {"klemunan"}),
        ({"keadaan": "aktif", "peran": "librarian"}, {"labruk"}),
    ],
)
def test_people_are_found(client, staff, crowd, asked, found):
    client.force_login(staff)

    response = client.get(address("people"), asked)

    assert {one.user.username for one in response.context["people"]} == found


@pytest.mark.parametrize("asked", [{"peran": "raja"}, {"wilayah": "99"}, {"keadaan": "x"}])
def test_an_unknown_choice_is_named(client, staff, asked):
    client.force_login(staff)

    response = client.get(address("people"), asked)

    assert response.status_code == 400
    assert "yang ada di daftar" in response.text


def test_a_pic_cannot_ask_for_another_regency(client, pic, crowd, blitar):
    client.force_login(pic)

    assert client.get(address("people"), {"wilayah": "35.05"}).status_code == 400


# --- One person -----------------------------------------------------------------------------------


def test_a_person_is_shown_with_places_and_state(client, pic, librarian):
    client.force_login(pic)

    response = client.get(address("person", pk=librarian.pk))

    assert "Siti Aminah" in response.text
    assert "Perpustakaan Desa Sumber Ilmu" in response.text
    assert "Nonaktifkan akun" in response.text
    assert "Hapus langkah kedua" not in response.text


def test_a_pic_sees_no_place_outside_its_own(client, pic, facilitator, blitar):
    services.assign(user=facilitator, region=blitar, starts_on=date(2024, 1, 1))
    client.force_login(pic)

    response = client.get(address("person", pk=facilitator.pk))

    assert "Blitar" not in response.text
    assert "Nonaktifkan akun" not in response.text
    assert (
        client.post(address("person_deactivate", pk=facilitator.pk)).status_code == 403
    )  # the province's to do


def test_ones_own_page_offers_nothing(client, staff):
    client.force_login(staff)

    response = client.get(address("person", pk=staff.pk))

    assert "Nonaktifkan akun" not in response.text
    assert client.get(address("person_change", pk=staff.pk)).status_code == 403


POSTED = ["person_deactivate", "person_reactivate", "person_code", "person_change"]


@pytest.mark.parametrize("name", POSTED)
@pytest.mark.parametrize("whose", ["stranger", "pic", "staff"])
def test_whom_a_pic_does_not_look_after_does_not_exist(client, request, pic, whose, name):
    other = request.getfixturevalue(whose)
    client.force_login(pic)

    response = client.post(address(name, pk=other.pk))

    assert response.status_code == 404


@pytest.mark.parametrize("actor", ["leader", "facilitator", "librarian"])
def test_people_are_not_for_others(client, request, librarian, library, actor):
    client.force_login(request.getfixturevalue(actor))

    found = [
        client.get(address("people")).status_code,
        client.get(address("person_add")).status_code,
        client.get(address("person", pk=librarian.pk)).status_code,
        client.get(address("handover", pk=library.pk)).status_code,
        client.get(address("delegations")).status_code,
        client.get(address("code")).status_code,
    ]

    assert found == [403] * 6


# --- Somebody new ---------------------------------------------------------------------------------


def test_role_and_place_are_asked_first(client, pic):
    client.force_login(pic)

    response = client.get(address("person_add"))

    roles = [value for value, _label in response.context["form"].fields["peran"].choices]
    assert roles == ["librarian", "facilitator"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"peran": "regency_pic", "wilayah": "35.08"}, "peran"),
        ({"peran": "raja", "wilayah": "35.08"}, "peran"),
        ({"peran": "librarian", "wilayah": "35.05"}, "wilayah"),
        ({"peran": "librarian"}, "wilayah"),
    ],
)
def test_what_is_not_theirs_is_named(client, pic, blitar, asked, field):
    client.force_login(pic)

    response = client.get(address("person_add"), asked)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}


def test_an_account_is_made_and_its_code_shown_once(client, pic):
    client.force_login(pic)
    where = address("person_add") + "?peran=facilitator&wilayah=35.08"

    response = client.post(where, {"full_name": "Budi Hartono", "phone": "0812 3456 7890"})
    shown = client.get(response.url)
    again = client.get(response.url)

    activation = Activation.objects.get()
    assert response.url == address("code")
    assert "Berlaku sampai" in shown.text
    assert shown.context["code"] in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert again.url == address("people")
    assert activation.user.username == "fasda.lumajang"


def test_a_librarians_account_can_begin_at_the_library(client, pic, library):
    client.force_login(pic)
    where = f"{address('person_add')}?perpustakaan={library.pk}"

    response = client.get(where)
    client.post(where, {"full_name": "Wulan Sari", "library": library.pk})

    assert response.context["form"].initial["library"] == library
    assert Assignment.objects.get(library=library).user.full_name == "Wulan Sari"


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"full_name": ""}, "full_name", "Isi nama lengkap."),
        ({"phone": "12"}, "phone", "0812-3456-7890"),
        ({"phone": "081111112222"}, "phone", "akun lain"),
        ({"username": "PIC.lumajang"}, "username", "sudah dipakai"),
        ({"username": "wulan sari"}, "username", "huruf kecil"),
        ({"email": "wulan"}, "email", "tidak lengkap"),
        ({"library": ""}, "library", "Pilih perpustakaan"),
        ({"library": "other"}, "library", "ada di daftar"),
        ({"library": "10" * 30}, "library", "ada di daftar"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(
    client, pic, library, other_library, given, field, said
):
    factories.UserFactory(phone="+6281111112222")
    if given.get("library") == "other":
        given = {"library": other_library.pk}
    client.force_login(pic)
    answers = {"full_name": "Wulan Sari", "library": library.pk, "phone": "", **given}

    response = client.post(address("person_add") + "?peran=librarian&wilayah=35.08", answers)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert said in response.context["form"].errors[field][0]
    assert not Activation.objects.exists()


# --- Changes --------------------------------------------------------------------------------------


def test_a_profile_is_changed(client, pic, librarian):
    client.force_login(pic)
    answers = {"full_name": "Siti A.", "username": "labruk", "phone": "081234567890", "email": ""}

    response = client.post(address("person_change", pk=librarian.pk), answers)

    librarian.refresh_from_db()
    assert response.url == address("person", pk=librarian.pk)
    assert (librarian.full_name, librarian.phone) == ("Siti A.", "+6281234567890")


def test_an_account_is_closed_and_opened_again(client, pic, librarian, library):
    client.force_login(pic)

    client.post(address("person_deactivate", pk=librarian.pk))
    librarian.refresh_from_db()
    was_active = librarian.is_active
    client.post(address("person_reactivate", pk=librarian.pk))
    client.post(
        address("person_move", pk=librarian.pk) + "?peran=librarian&wilayah=35.08",
        {"library": library.pk},
    )

    librarian.refresh_from_db()
    assert (was_active, librarian.is_active) == (False, True)
    assert Assignment.objects.lasting().get(user=librarian).library == library


def test_whoever_came_today_and_is_closed_leaves_the_pics_list(client, pic, librarian):
    Assignment.objects.filter(user=librarian).update(starts_on=timezone.localdate())
    client.force_login(pic)

    response = client.post(address("person_deactivate", pk=librarian.pk), follow=True)

    assert response.redirect_chain == [(address("people"), 302)]
    assert "nonaktif dan sudah keluar di semua perangkat" in response.text


def test_the_last_two_of_the_province_are_told_so(client, staff, province):
    other = factories.someone(Role.PROVINCE_STAFF, province)
    client.force_login(staff)

    response = client.post(address("person_deactivate", pk=other.pk), follow=True)

    assert "Harus tetap ada dua staf provinsi" in response.text


def test_a_new_code_is_given(client, pic, librarian):
    client.force_login(pic)

    response = client.post(address("person_code", pk=librarian.pk), follow=True)

    assert response.context["activation"].user == librarian


def test_a_move_to_where_somebody_is_is_a_conflict(client, pic, librarian, library):
    client.force_login(pic)
    where = address("person_move", pk=librarian.pk) + "?peran=librarian&wilayah=35.08"

    response = client.post(where, {"library": library.pk})

    assert response.status_code == 409
    assert "sudah bertugas di tempat itu" in response.text


def test_a_place_is_ended(client, pic, librarian):
    client.force_login(pic)

    client.post(address("assignment_end", pk=librarian.assignments.get().pk))

    librarian.refresh_from_db()
    assert librarian.is_active
    assert not Assignment.objects.lasting().filter(user=librarian).exists()


@pytest.mark.parametrize("whose", ["stranger", "strange_pic", "staff"])
def test_a_place_outside_does_not_exist(client, request, pic, whose):
    place = request.getfixturevalue(whose).assignments.get()
    client.force_login(pic)

    assert client.post(address("assignment_end", pk=place.pk)).status_code == 404


def test_a_second_factor_is_reset_by_the_province_only(client, staff, pic, librarian):
    client.force_login(pic)
    refused = client.post(address("person_reset_factor", pk=librarian.pk))
    client.force_login(staff)
    done = client.post(address("person_reset_factor", pk=pic.pk))

    assert (refused.status_code, done.status_code) == (403, 302)


# --- Handover and delegation ----------------------------------------------------------------------


def test_a_library_changes_hands(client, pic, library, librarian):
    client.force_login(pic)

    before = client.get(address("handover", pk=library.pk))
    response = client.post(
        address("handover", pk=library.pk), {"recipient_name": "Wulan"}, follow=True
    )

    librarian.refresh_from_db()
    assert "Siti Aminah" in before.text
    assert response.context["activation"].library == library
    assert not librarian.is_active


def test_a_library_without_anybody_gets_its_first(client, pic, library):
    client.force_login(pic)

    response = client.post(address("handover", pk=library.pk), follow=True)

    assert response.context["activation"].library == library


def test_a_wrong_number_keeps_the_librarian(client, pic, library, librarian):
    client.force_login(pic)

    response = client.post(address("handover", pk=library.pk), {"recipient_phone": "12"})

    librarian.refresh_from_db()
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"recipient_phone"}
    assert librarian.is_active


def test_an_open_code_is_revoked_there(client, pic, strange_pic, library):
    activation = services.issue(library=library, by=pic)
    client.force_login(strange_pic)
    absent = client.post(address("code_revoke", pk=activation.pk))
    client.force_login(pic)
    response = client.post(address("code_revoke", pk=activation.pk))

    activation.refresh_from_db()
    assert (absent.status_code, response.url) == (404, address("handover", pk=library.pk))
    assert activation.revoked_by == pic


def test_review_is_handed_over_and_taken_back(client, pic, facilitator):
    client.force_login(pic)
    until = timezone.localdate() + timedelta(days=30)

    client.post(
        address("delegations"),
        {"post": facilitator.assignments.get().pk, "ends_on": until.isoformat()},
    )
    (delegation,) = Assignment.objects.filter(may_review=True)
    page = client.get(address("delegations"))
    client.post(address("delegation_end", pk=delegation.pk))

    assert delegation.ends_on == until
    assert facilitator.full_name in page.text
    assert not Assignment.objects.lasting().filter(may_review=True).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"post": ""}, "post"),
        ({"post": "stranger"}, "post"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"ends_on": "9999-12-31"}, "ends_on"),
        ({"ends_on": "2026-02-31"}, "ends_on"),
    ],
)
def test_a_wrong_delegation_is_explained(client, pic, facilitator, blitar, given, field):
    elsewhere = factories.someone(Role.FACILITATOR, blitar).assignments.get()
    if given.get("post") == "stranger":
        given = {"post": elsewhere.pk}
    client.force_login(pic)
    answers = {
        "post": facilitator.assignments.get().pk,
        "ends_on": timezone.localdate().isoformat(),
    }

    response = client.post(address("delegations"), answers | given)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert not Assignment.objects.filter(may_review=True).exists()
