"""Needs, offers and commitments as people see them."""

import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from stakeholders.models import Commitment, Need, Offer, Organisation, Partnership
from tests import factories
from tests.activities.pictures import jpeg
from tests.stakeholders.needs_world import (
    came,
    day,
    matched,
    offered,
    opened,
    promised,
    stated,
    supporter_of,
)

ANSWERS = {
    "title": "Mesin jahit",
    "kind": "barang",
    "theme": "Ekonomi",
    "why": "Belajar bergantian",
    "quantity": "4",
    "unit": "mesin",
    "rupiah": "Rp1.500.000",
    "urgency": "tinggi",
}


@pytest.fixture
def bank(db) -> Organisation:
    return Organisation.objects.create(name="Bank Jatim")


def page(client, user, name: str, *args, **asked):
    client.force_login(user)
    return client.get(reverse(f"stakeholders:{name}", args=args), asked)


def send(client, user, name: str, *args, **said):
    client.force_login(user)
    return client.post(reverse(f"stakeholders:{name}", args=args), said)


def test_a_librarian_states_a_need_with_a_photo(client, librarian, library):
    reply = send(client, librarian, "need_add", library.pk, **ANSWERS, photo=jpeg())

    need = Need.objects.get()
    assert reply["Location"] == need.get_absolute_url()
    assert (need.rupiah, need.urgency) == (1_500_000, "tinggi")
    photo = page(client, librarian, "need_photo", need.pk)
    assert (photo["Content-Type"], b"".join(photo)[:2]) == ("image/jpeg", b"\xff\xd8")
    photo.close()


@pytest.mark.parametrize("written", ["-5", "abc", "Rp999.999.999.999"])
def test_an_absurd_amount_is_refused_and_the_form_kept(client, librarian, library, written):
    reply = send(client, librarian, "need_add", library.pk, **{**ANSWERS, "rupiah": written})

    assert reply.status_code == 422
    assert "Belajar bergantian" in reply.content.decode()
    assert not Need.objects.exists()


def test_who_does_not_see_a_need_does_not_see_its_photo(client, librarian, library, stranger):
    send(client, librarian, "need_add", library.pk, **ANSWERS, photo=jpeg())

    assert page(client, stranger, "need_photo", Need.objects.get().pk).status_code == 404


def test_the_board_has_a_column_for_each_state(client, pic, library, bank):
    opened(library, pic)
    matched(opened(library, pic, title="Rak"), bank, pic)
    promised(matched(opened(library, pic, title="Buku"), bank, pic), pic)
    came(matched(opened(library, pic, title="Meja"), bank, pic), pic)
    stated(library, pic, title="Belum dikonfirmasi")

    reply = page(client, pic, "needs")

    columns = [[need.title for need in column.needs] for column in reply.context["columns"]]
    assert columns == [["Mesin jahit untuk kelompok ibu"], ["Rak"], ["Buku"], ["Meja"]]
    assert reply.context["waiting"] == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, {"Mesin", "Kelas"}),
        ({"cari": "kelas"}, {"Kelas"}),
        ({"bidang": "Kesehatan"}, {"Kelas"}),
        ({"bentuk": "barang"}, {"Mesin"}),
        ({"mendesak": "tinggi"}, {"Kelas"}),
        ({"prioritas": "1"}, set()),
        ({"wilayah": "35.08"}, {"Mesin", "Kelas"}),
        ({"keadaan": "diajukan"}, {"Kelas"}),
    ],
)
def test_the_list_is_narrowed(client, pic, library, asked, found):
    opened(library, pic, title="Mesin")
    stated(library, pic, title="Kelas", theme="Kesehatan", kind="narasumber", urgency="tinggi")

    reply = page(client, pic, "needs", tampilan="daftar", **asked)

    assert {need.title for need in reply.context["page"]} == found


def test_an_unknown_choice_is_a_bad_request(client, pic):
    assert page(client, pic, "needs", keadaan="hilang").status_code == 400
    assert page(client, pic, "needs_export", "xlsx", keadaan="hilang").status_code == 400


def test_the_file_says_what_the_list_shows(client, pic, library):
    opened(library, pic)

    reply = page(client, pic, "needs_export", "xlsx")

    book = load_workbook(io.BytesIO(reply.content))
    rows = list(book.worksheets[0].values)
    assert rows[1][:2] == ("Mesin jahit untuk kelompok ibu", library.name)
    assert "Keterangan" in book.sheetnames


@pytest.mark.parametrize("view", [{}, {"tampilan": "daftar"}])
def test_a_list_asks_the_same_however_many_needs(
    client, pic, library, view, django_assert_max_num_queries
):
    asked = []
    page(client, pic, "needs")  # the first page of a session asks more
    for count in (1, 3):
        for number in range(count):
            opened(library, pic, title=f"Kebutuhan {count}-{number}")
        with django_assert_max_num_queries(40) as queries:
            client.get(reverse("stakeholders:needs"), view)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def test_whoever_comes_second_gets_a_conflict(client, pic, library, bank):
    need = opened(library, pic)
    commitment = came(matched(need, bank, pic), pic)

    replies = [
        send(client, pic, "need_confirm", need.pk),
        send(client, pic, "commitment_lapse", commitment.pk, reason="Tidak jadi"),
        send(client, pic, "commitment_add", need.pk, organisation=bank.pk, due_on=day(3)),
    ]

    assert [reply.status_code for reply in replies] == [409, 409, 409]
    assert Commitment.objects.count() == 1


def test_staff_realise_with_evidence_that_can_be_taken(client, pic, library, bank):
    commitment = matched(opened(library, pic), bank, pic)
    said = {
        "given_on": day(0),
        "description": "Mesin jahit",
        "kind": "barang",
        "quantity": "4",
        "unit": "mesin",
    }
    incomplete = send(client, pic, "commitment_realise", commitment.pk, **said)
    tomorrow = {**said, "given_on": day(1), "evidence": jpeg()}
    early = send(client, pic, "commitment_realise", commitment.pk, **tomorrow)

    send(client, pic, "commitment_realise", commitment.pk, **said, evidence=jpeg())

    assert (incomplete.status_code, early.status_code) == (422, 422)
    assert Partnership.objects.get().organisation == bank
    paper = page(client, pic, "commitment_file", commitment.pk)
    assert (paper.status_code, b"".join(paper)[:2]) == (200, b"\xff\xd8")
    paper.close()


def test_overdue_commitments_are_found(client, pic, library, bank):
    late = matched(opened(library, pic), bank, pic)
    matched(opened(library, pic, title="Rak"), bank, pic)
    Commitment.objects.filter(pk=late.pk).update(due_on=day(-1))

    reply = page(client, pic, "commitments", lewat="on")

    assert [one.pk for one in reply.context["page"]] == [late.pk]
    assert reply.context["overdue"] == 1


# --- Supporters -----------------------------------------------------------------------------------


def test_two_supporters_never_see_each_others_amounts(client, pic, library, lumajang, bank):
    ours = supporter_of(bank, username="ours")
    theirs = supporter_of(Organisation.objects.create(name="IKAPI"), username="theirs")
    need = opened(library, pic)
    offer = offered(bank, lumajang, ours, description="Mesin Bank", quantity=77)
    commitment = matched(need, bank, pic, offer=offer)

    for name, key in (("offer", offer.pk), ("commitment", commitment.pk)):
        assert page(client, ours, name, key).status_code == 200
        assert page(client, theirs, name, key).status_code == 404
    for name in ("offers", "commitments"):
        assert page(client, theirs, name).context["page"].paginator.count == 0
    shown = page(client, theirs, "need", need.pk).content.decode()
    assert "Bank Jatim" not in shown
    promised(commitment, ours)
    assert page(client, theirs, "need", need.pk).status_code == 404
    assert page(client, ours, "need", need.pk).status_code == 200


def test_a_supporter_offers_for_its_own_organisation(client, lumajang, bank):
    supporter = supporter_of(bank)
    said = {
        "organisation": bank.pk,
        "description": "Dana usaha",
        "kind": "dana",
        "rupiah": "Rp1.500.000",
        "region": lumajang.code,
        "starts_on": day(0),
    }
    other = Organisation.objects.create(name="IKAPI")

    refused = send(client, supporter, "offer_add", **{**said, "organisation": other.pk})
    send(client, supporter, "offer_add", **said)

    assert refused.status_code == 422
    assert Offer.objects.get().rupiah == 1_500_000


def test_a_librarian_sees_no_offers(client, librarian, db):
    assert page(client, librarian, "offers").status_code == 403


def test_a_regency_states_what_its_libraries_need_together(client, pic, lumajang, blitar):
    factories.LibraryFactory()

    assert send(client, pic, "region_need_add", lumajang.code, **ANSWERS).status_code == 302
    assert send(client, pic, "region_need_add", blitar.code, **ANSWERS).status_code == 404
    assert Need.objects.get().region == lumajang
