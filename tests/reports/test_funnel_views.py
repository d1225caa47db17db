"""The page of the way in, and the libraries behind each of its numbers."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from libraries import services as library_services
from libraries.enums import SimState
from reports.enums import Stage
from tests import factories
from tpbis.accounts.enums import Role

pytestmark = pytest.mark.django_db
FUNNEL, LIST = "reports:funnel", "reports:funnel_list"


def listed(client, **asked: str) -> list[str]:
    page = client.get(reverse(LIST), asked)
    assert page.status_code == 200
    return [library.name for library, _position in page.context["rows"]]


@pytest.mark.parametrize("who", ["staff", "leader", "pic", "facilitator"])
def test_who_looks_after_libraries_sees_the_way_in(client, request, library, who):
    client.force_login(request.getfixturevalue(who))

    assert client.get(reverse(FUNNEL)).context["funnel"].portal.total == 1
    assert listed(client) == [library.name]


@pytest.mark.parametrize("name", [FUNNEL, LIST])
def test_a_librarian_has_no_business_here(client, librarian, name):
    client.force_login(librarian)

    assert client.get(reverse(name)).status_code == 403


def test_only_ones_own_libraries_are_counted(client, library, other_library, pic):
    client.force_login(pic)

    assert client.get(reverse(FUNNEL)).context["funnel"].portal.total == 1
    assert listed(client) == [library.name]
    assert client.get(reverse(FUNNEL), {"wilayah": "35.05"}).status_code == 400
    assert client.get(reverse(LIST), {"wilayah": "35.05"}).status_code == 400


def test_an_observer_sees_libraries_and_nobodys_name(client, library, librarian, pic, province):
    library.contact_name, library.contact_phone = "Bu Sulastri", "+6281234567890"
    library.save()
    other = factories.LibraryFactory(contact_name="Pak Darmo")
    library_services.issue_letters(libraries=[other], by=pic)
    client.force_login(factories.someone(Role.OBSERVER, province))

    for name in (FUNNEL, LIST):
        text = client.get(reverse(name)).content.decode()
        for personal in ("Sulastri", "Darmo", "81234567890", librarian.full_name):
            assert personal not in text
        assert reverse("reports:letters") not in text


def test_behind_each_number_stand_its_libraries(client, library, librarian, pic):
    invited = factories.LibraryFactory()
    alone = factories.LibraryFactory()
    factories.region("35.08.20")
    library_services.issue_letters(libraries=[invited], by=pic)
    library_services.note_sim_state(
        library=alone, state=SimState.PROPOSED, since_on=timezone.localdate()
    )
    client.force_login(pic)

    page = client.get(reverse(FUNNEL)).content.decode()

    assert "3 = 1 + 1 + 1 + 0 + 0" in page
    assert listed(client, tahap=Stage.ACTIVE) == [library.name]
    assert listed(client, tahap=Stage.INVITED) == [invited.name]
    assert listed(client, tahap=Stage.NONE) == [alone.name]
    assert listed(client, sim=SimState.PROPOSED) == [alone.name]
    assert listed(client, wilayah="35.08.20") == []
    assert f"?perpustakaan={alone.pk}" in client.get(reverse(LIST)).content.decode()


def test_a_past_day_offers_no_letter(client, library, pic):
    client.force_login(pic)
    yesterday = timezone.localdate() - timedelta(days=1)

    page = client.get(reverse(LIST), {"per": yesterday.isoformat()}).content.decode()

    assert library.name in page
    assert reverse("reports:letters") not in page


@pytest.mark.parametrize("name", [FUNNEL, LIST])
@pytest.mark.parametrize(
    "asked", [{"per": "kemarin"}, {"per": "2999-01-01"}, {"per": "0001-01-01"}, {"tahap": "x"}]
)
def test_what_cannot_be_asked_is_400(client, library, pic, name, asked):
    client.force_login(pic)

    page = client.get(reverse(name), asked)

    assert page.status_code == 400
    assert "Pilihan ini tidak dikenal" in page.content.decode()


def test_a_day_without_partners_says_so(client, library, pic):
    client.force_login(pic)

    page = client.get(reverse(FUNNEL), {"per": "2019-01-01"})

    assert "Belum ada mitra pada tanggal ini" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("name", "queries"), [(FUNNEL, 14), (LIST, 14)])
def test_the_same_queries_however_many_rows(
    client, pic, rows, name, queries, django_assert_num_queries
):
    for code in ("35.08.21.2004", "35.08.20.2001", "35.08.10.2001")[:rows]:
        factories.LibraryFactory(region=factories.region(code))
    client.force_login(pic)
    client.get(reverse(name))

    with django_assert_num_queries(queries):
        client.get(reverse(name))
