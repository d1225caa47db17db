"""Indonesian unless somebody asks for English; what people typed stays as they typed it."""

import pytest
from django.urls import reverse

from activities.enums import Kind
from tests import factories

pytestmark = pytest.mark.django_db


def choose_english(client):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})


def test_the_portal_speaks_indonesian_until_english_is_chosen(client):
    before = client.get(reverse("accounts:sign_in")).content.decode()

    choose_english(client)

    after = client.get(reverse("accounts:sign_in")).content.decode()
    assert '<html lang="id">' in before
    assert "<h1>Masuk</h1>" in before
    assert '<html lang="en">' in after
    assert "<h1>Sign in</h1>" in after


def test_what_the_browser_asks_for_is_no_choice(client):
    page = client.get(reverse("accounts:sign_in"), headers={"accept-language": "en"})

    assert '<html lang="id">' in page.content.decode()
    assert page.headers["Content-Language"] == "id"


def test_what_a_librarian_typed_is_not_translated(client, library, librarian):
    library.name = "Perpustakaan"  # also a word of the catalogue
    library.save()
    client.force_login(librarian)
    choose_english(client)

    page = client.get(reverse("reports:librarian_home")).content.decode()

    assert ">Perpustakaan</h1>" in page
    assert "Record an activity" in page


def test_whom_an_advocacy_met_is_said_in_the_language_of_the_reader(client, library, librarian):
    report = factories.report(library, librarian, Kind.ADVOCACY)
    report.activities.update(audiences=["Kepala Desa", "Swasta"])
    client.force_login(librarian)
    indonesian = client.get(report.get_absolute_url()).content.decode()

    choose_english(client)

    english = client.get(report.get_absolute_url()).content.decode()
    assert "Kepala Desa, Swasta" in indonesian
    assert "Village head, Private sector" in english


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_missing_page_says_so_without_names_from_the_code(client, staff, language):
    client.force_login(staff)
    client.post(reverse("set_language"), {"language": language, "next": "/"})

    response = client.get(reverse("reports:region", kwargs={"code": "99.99"}))

    assert response.status_code == 404
    assert "matches the given query" not in response.content.decode()
