"""With whom an activity was held: as it was written, and which organisation that is."""

from datetime import date

import pytest
from django.urls import reverse

from activities import services
from activities.enums import Kind
from activities.models import Activity
from stakeholders.models import Organisation
from tests import factories

SEPTEMBER = date(2024, 9, 1)


def recorded(library, librarian, partner_name: str, kind=Kind.INVOLVEMENT) -> Activity:
    content = factories.content(kind, month=SEPTEMBER)
    return services.record_in_its_month(
        library=library,
        kind=kind,
        content=content | {"partner_name": partner_name},
        photos=(),
        by=librarian,
    )


@pytest.fixture
def bank(db) -> Organisation:
    return Organisation.objects.create(name="Bank Jatim")


def test_a_name_of_the_register_is_that_organisation(library, librarian, bank):
    entry = recorded(library, librarian, "bank  JATIM")

    assert entry.organisation == bank
    assert entry.partner_name == "bank  JATIM"
    assert Organisation.objects.count() == 1


def test_another_name_is_a_local_supporter_of_the_village(library, librarian, other_library):
    first = recorded(library, librarian, "PKK Desa Labruk")
    again = recorded(library, librarian, "pkk desa labruk", kind=Kind.ADVOCACY)

    assert first.organisation.village == library.region
    assert again.organisation == first.organisation


def test_a_local_supporter_of_another_village_is_another(
    library, librarian, other_library, stranger
):
    here = recorded(library, librarian, "PKK")
    there = recorded(other_library, stranger, "PKK")

    assert here.organisation != there.organisation
    assert there.organisation.village == other_library.region


def test_naming_nobody_any_more_lets_go(library, librarian, bank):
    entry = recorded(library, librarian, "Bank Jatim")

    services.change(activity=entry, content={"partner_name": ""}, by=librarian)

    entry.refresh_from_db()
    assert (entry.partner_name, entry.organisation) == ("", None)


def test_a_seal_covers_the_name_and_not_the_blank(library, librarian, bank):
    named = recorded(library, librarian, "Bank Jatim").sealed_content()
    blank = recorded(library, librarian, "").sealed_content()

    assert named["partner_name"] == "Bank Jatim"
    assert "partner_name" not in blank  # seals from before there was any stay as they are


def test_the_form_keeps_the_name_and_offers_others(client, library, librarian, bank):
    client.force_login(librarian)
    address = reverse("activities:record_kind", kwargs={"kind": Kind.INVOLVEMENT})

    page = client.get(address).content.decode()
    assert 'list="lembaga"' in page
    offered = client.get(
        reverse("stakeholders:organisation_options"), {"partner_name": "jatim"}
    ).content.decode()
    assert offered.strip() == '<option value="Bank Jatim"></option>'
    refused = client.post(address, {"partner_name": "Bank Jatim"})

    assert refused.status_code == 422
    assert 'value="Bank Jatim"' in refused.content.decode()


@pytest.mark.parametrize("written", ["", "j", "x" * 300, "'; --"])
def test_little_or_nonsense_offers_nothing(client, librarian, bank, written):
    client.force_login(librarian)

    response = client.get(reverse("stakeholders:organisation_options"), {"partner_name": written})

    assert response.status_code == 200
    assert "option" not in response.content.decode()


def test_local_supporters_of_other_villages_are_not_offered(client, librarian, other_library):
    Organisation.objects.create(name="PKK Klemunan", village=other_library.region)
    client.force_login(librarian)

    response = client.get(reverse("stakeholders:organisation_options"), {"partner_name": "pkk"})

    assert "PKK" not in response.content.decode()


def test_what_was_approved_stands_on_the_organisations_page(
    client, library, librarian, pic, staff, bank
):
    report = factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=SEPTEMBER)
    report.activities.filter(kind=Kind.INVOLVEMENT).update(
        partner_name="Bank Jatim", organisation=bank, title="Kelas menabung"
    )
    waiting = recorded(library, librarian, "Bank Jatim")
    Activity.objects.filter(pk=waiting.pk).update(title="Belum diperiksa")
    client.force_login(staff)

    page = client.get(bank.get_absolute_url(), {"dari": "2024-01", "sampai": "2024-12"})

    text = page.content.decode()
    assert page.context["named"].entries == 1
    assert "Kelas menabung" in text
    assert "Belum diperiksa" not in text
