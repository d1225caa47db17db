"""Names of the SIM that found no library: people say whose they are, once."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from activities import sim
from activities.imports import read_content, read_rows
from activities.models import Activity, SimName, SimRow
from libraries.models import Library
from tests import factories
from tests.activities.sim_rows import file, involvement
from tpbis.accounts.models import AuditEvent

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def jabung():
    for code in ("35.13.12.2008", "35.13.04.2010", "35.13.12.2011"):
        factories.region(code)
    return factories.LibraryFactory(
        name="Perpustakaan Sumber Baca", region=factories.region("35.13.12.2003")
    )


def take_in(*rows):
    content = read_content([("pelibatan.json", file("a", list(rows)).read())], today=NOW.date())
    return sim.store(read_rows(content, today=NOW.date()))


def melati(**changes):
    return involvement(perpus_nama="Perpustakaan Melati", **changes)


@pytest.fixture
def key():
    take_in(melati(), melati(tanggal="2026-04-20"))
    return SimRow.objects.values_list("spelling", flat=True).distinct().get()


def url(name, key):
    return reverse(f"activities:{name}", kwargs={"key": key})


def test_the_queue_shows_who_may_be_meant(client, staff, key, jabung):
    client.force_login(staff)

    response = client.get(reverse("activities:sim_names"))

    (spelling,) = response.context["spellings"]
    assert (spelling.where.library, spelling.rows) == ("Perpustakaan Melati", 2)
    assert spelling.reason == "belum terdaftar"
    assert [one.library for one in spelling.suggestions] == [jabung]
    assert spelling.suggestions[0].reasons == ("desa sama", "kecamatan sama")
    assert client.get("/sim/").context["names_waiting"] == 1


def test_a_choice_is_remembered_and_links_at_once(client, staff, key, jabung):
    client.force_login(staff)

    response = client.post(url("sim_name_link", key), {"perpustakaan": jabung.pk})

    assert response.status_code == 302
    assert Activity.objects.filter(report__library=jabung).count() == 2
    assert [alias.name for alias in jabung.aliases.all()] == ["Perpustakaan Melati"]
    assert "activities.link_sim_name" in AuditEvent.objects.values_list("action", flat=True)
    later = take_in(melati(tanggal="2026-05-01"))
    assert later.unmatched == []
    assert client.get(url("sim_name", key)).status_code == 404


def test_a_choice_holds_although_the_sim_writes_another_village(client, staff, jabung):
    take_in(melati(desa_name="Sidodadi"))
    key = SimRow.objects.get().spelling
    client.force_login(staff)

    client.post(url("sim_name_link", key), {"perpustakaan": jabung.pk})
    take_in(melati(desa_name="Sidodadi", tanggal="2026-05-01"))

    assert set(SimRow.objects.values_list("library", flat=True)) == {jabung.pk}


@pytest.mark.parametrize("number", ["", "abc", "-1", "999999999", str(10**30)])
def test_a_library_that_is_not_there_cannot_be_chosen(client, staff, key, number):
    client.force_login(staff)

    response = client.post(url("sim_name_link", key), {"perpustakaan": number})

    assert response.status_code == 422
    assert not SimName.objects.exists()


def test_another_library_is_found_by_its_name(client, staff, key, jabung):
    client.force_login(staff)

    found = client.get(url("sim_name", key), {"cari": "sumber"})
    nothing = client.get(url("sim_name", key), {"cari": "zz\u200b"})

    assert found.context["found"] == [jabung]
    assert nothing.context["found"] == []


def test_a_library_can_be_registered_from_here(client, staff):
    take_in(melati(desa_name="Sidodadi"))
    key = SimRow.objects.get().spelling
    client.force_login(staff)
    form = client.get(url("sim_name", key)).context["form"]
    assert form.initial["region"] == "35.13.12.2008"
    data = {**form.initial, "joined_on": "2026-01-01"}

    response = client.post(url("sim_name_register", key), data)

    assert response.status_code == 302
    library = Library.objects.get(name="Perpustakaan Melati")
    assert library.region.code == "35.13.12.2008"
    assert Activity.objects.get().report.library == library


def test_what_cannot_be_registered_says_why_and_links_nothing(client, staff, key):
    client.force_login(staff)
    data = {
        "name": "Perpustakaan Melati",
        "region": "99.99",
        "kind": "desa",
        "source": "national",
        "joined_on": "2027-01-01",
    }

    response = client.post(url("sim_name_register", key), data)
    duplicate = client.post(
        url("sim_name_register", key),
        {**data, "region": "35.13.12", "joined_on": "2026-01-01"},
    )

    assert set(response.context["form"].errors) == {"region", "joined_on"}
    assert 'value="99.99"' in response.content.decode()
    assert duplicate.status_code == 422
    assert not SimName.objects.exists()


def test_an_ignored_name_is_not_asked_about_again(client, staff, key):
    client.force_login(staff)

    client.post(url("sim_name_ignore", key))
    take_in(melati(tanggal="2026-05-01"))

    assert sim.waiting().count() == 0
    assert client.get("/sim/nama/?tampil=diabaikan").context["page"].paginator.count == 1
    client.post(url("sim_name_restore", key))
    assert sim.waiting().get()["rows"] == 3


def test_others_decide_nothing(client, pic, key, jabung):
    client.force_login(pic)

    assert client.get(reverse("activities:sim_names")).status_code == 403
    for name in ("sim_name_link", "sim_name_register", "sim_name_ignore", "sim_name_restore"):
        assert client.post(url(name, key), {"perpustakaan": jabung.pk}).status_code == 403
    with pytest.raises(PermissionDenied):
        sim.link_to(key=key, library=jabung, by=pic)
    with pytest.raises(PermissionDenied):
        sim.ignore(key=key, by=pic)


def test_a_merged_library_keeps_its_names(staff, key, jabung):
    from libraries import services as libraries

    twin = factories.LibraryFactory(
        name="Perpustakaan Melati Dua", region=factories.region("35.13.12.2008")
    )
    sim.link_to(key=key, library=twin, by=staff)

    libraries.merge(keep=jabung, duplicate=twin, by=staff)

    assert SimName.objects.get().library == jabung


def test_rows_from_before_spellings_were_kept_come_into_the_queue(key):
    SimRow.objects.update(spelling="")

    sim.link_unmatched()

    assert sim.waiting().get()["spelling"] == key


@pytest.mark.parametrize("names", [1, 3])
def test_the_queue_asks_the_same_number_of_queries_however_many_names(
    client, staff, names, django_assert_num_queries
):
    take_in(*(melati(desa_name=f"Desa {number}") for number in range(names)))
    client.force_login(staff)
    client.get(reverse("activities:sim_names"))

    with django_assert_num_queries(11):
        response = client.get(reverse("activities:sim_names"))

    assert len(response.context["spellings"]) == names
