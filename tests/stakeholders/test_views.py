"""The form for a partnership; and who may not fill it in."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse

from stakeholders import services
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership
from tests import factories
from tpbis.accounts.enums import Role

ANSWERS = {
    "organisation_name": "PKK Desa Labruk Kidul",
    "kind": PartnershipKind.MONEY,
    "starts_on": "2024-03-01",
    "ends_on": "",
}


@pytest.fixture
def address(library) -> str:
    return reverse("stakeholders:partnership_add", kwargs={"pk": library.pk})


@pytest.mark.parametrize("actor", ["librarian", "pic", "staff"])
def test_a_partnership_is_recorded(client, request, library, address, actor):
    client.force_login(request.getfixturevalue(actor))

    response = client.post(address, ANSWERS)

    partnership = Partnership.objects.get()
    assert (partnership.library, str(partnership.organisation)) == (
        library,
        "PKK Desa Labruk Kidul",
    )
    assert (partnership.starts_on, partnership.ends_on) == (date(2024, 3, 1), None)
    assert response.url == library.get_absolute_url()


def test_the_form_offers_the_names_there_are(client, librarian, address):
    Organisation.objects.create(name="Bank <Jatim>")
    client.force_login(librarian)

    response = client.get(address)

    assert '<option value="Bank &lt;Jatim&gt;">' in response.text


def test_an_organisation_is_known_by_its_name_however_it_is_typed(client, librarian, address):
    client.force_login(librarian)

    client.post(address, ANSWERS)
    client.post(
        address, {**ANSWERS, "organisation_name": " pkk  desa labruk kidul ", "kind": "barang"}
    )

    assert Organisation.objects.count() == 1
    assert Partnership.objects.count() == 2


def test_the_same_partnership_twice_is_one(client, librarian, address):
    client.force_login(librarian)
    client.post(address, ANSWERS)

    response = client.post(address, ANSWERS)

    assert response.status_code == 409
    assert "Kemitraan ini sudah tercatat." in response.text
    assert Partnership.objects.count() == 1


def test_two_people_at_the_same_moment_record_it_once(client, librarian, address, monkeypatch):
    def collide(**_told):
        raise IntegrityError

    monkeypatch.setattr(services, "record_partnership", collide)
    client.force_login(librarian)

    response = client.post(address, ANSWERS)

    assert response.status_code == 409
    assert "baru saja dicatat orang lain" in response.text


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"organisation_name": ""}, "organisation_name", "Isi nama lembaga."),
        ({"organisation_name": "\u200b \x00"}, "organisation_name", "Isi nama lembaga."),
        ({"organisation_name": "a" * 10_000}, "organisation_name", "200"),
        ({"kind": ""}, "kind", "Pilih bentuk dukungan."),
        ({"kind": "sihir"}, "kind", "sihir"),
        ({"starts_on": ""}, "starts_on", "Isi mulai."),
        ({"starts_on": "2024-02-31"}, "starts_on", "tidak ada di kalender"),
        ({"starts_on": "0001-01-01"}, "starts_on", "antara 1 Januari 2000"),
        ({"ends_on": "9999-12-31"}, "ends_on", "antara 1 Januari 2000"),
        ({"ends_on": "2024-02-28"}, "ends_on", "tidak bisa sebelum tanggal mulai"),
    ],
)
def test_a_wrong_answer_is_explained_and_kept(client, librarian, address, given, field, said):
    client.force_login(librarian)

    response = client.post(address, {**ANSWERS, **given})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert said in response.context["form"].errors[field][0]
    assert not Partnership.objects.exists()


@pytest.mark.parametrize("actor", ["stranger", "strange_pic"])
def test_somebody_elses_library_does_not_exist(client, request, address, actor):
    client.force_login(request.getfixturevalue(actor))

    assert client.get(address).status_code == 404
    assert client.post(address, ANSWERS).status_code == 404


@pytest.mark.parametrize("role", [Role.PROVINCE_VIEWER, Role.OBSERVER, Role.FACILITATOR])
def test_readers_record_no_partnership(client, province, address, role):
    client.force_login(factories.someone(role, province))

    assert client.get(address).status_code == 403
    assert client.post(address, ANSWERS).status_code == 403
    assert not Partnership.objects.exists()
