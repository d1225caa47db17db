"""What everybody may see of a province: only where it says so, and nothing about a person."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse

from activities.enums import ConsentScope
from activities.models import StoryPhoto
from activities.services import stories
from reports.models import ProvinceSettings
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words

OCTOBER = date(2026, 10, 1)
PAGE = "/publik/35/"


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    cache.clear()
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def decided(province) -> ProvinceSettings:
    return ProvinceSettings.objects.create(region=province, public_page=True)


@pytest.fixture
def told(library, librarian, pic):
    """A published story whose person agreed to be shown everywhere."""
    return factories.published_story(library, librarian, pic)


def agree(story, scope: ConsentScope) -> None:
    story.consents.update(scope=scope)


# --- On and off -----------------------------------------------------------------------------------


def test_off_it_does_not_exist(client, province, library, told):
    assert client.get(PAGE).status_code == 404
    assert client.get("/publik/").status_code == 404
    assert "Lihat capaian perpustakaan" not in words(client.get(reverse("accounts:sign_in")))


def test_on_it_is_there_for_strangers_and_linked_where_they_sign_in(client, decided, library):
    assert client.get(PAGE).status_code == 200
    assert client.get("/publik/").url == PAGE
    assert "Lihat capaian perpustakaan" in words(client.get(reverse("accounts:sign_in")))


def test_several_provinces_are_listed(client, decided, library):
    ProvinceSettings.objects.create(region=factories.region("33"), public_page=True)

    text = client.get("/publik/").text

    assert PAGE in text
    assert "/publik/33/" in text


@pytest.mark.parametrize("code", ["33", "35.08", "x", "99"])
def test_no_other_place_has_one(client, decided, library, code):
    assert client.get(f"/publik/{code}/").status_code == 404


def test_switching_it_off_works_at_once(client, decided, library):
    assert client.get(PAGE).status_code == 200

    ProvinceSettings.objects.update(public_page=False)

    assert client.get(PAGE).status_code == 404


# --- What it says ---------------------------------------------------------------------------------


def test_totals_colours_and_their_sum(client, decided, library, librarian):
    world.approve(library, *GENERAL, month=OCTOBER, by=librarian)
    village("35.05.17.1006")

    text = words(client.get(PAGE))

    assert "0 dari 2 perpustakaan hijau" in text
    assert "2 = 0 + " in text
    assert "Kabupaten Lumajang" in text


def test_intro_of_the_province_is_text_not_markup(client, decided, library):
    ProvinceSettings.objects.update(public_intro="Selamat <script>alert(1)</script> datang")

    page = client.get(PAGE).text

    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page


def test_nobody_is_named(client, decided, library, librarian, pic, told):
    library.contact_name, library.contact_phone = "Bu Wati", "+628123456789"
    library.save(update_fields=["contact_name", "contact_phone"])
    agree(told, ConsentScope.PUBLIC)

    page = client.get(PAGE).text

    consent = told.consents.get()
    for person in ("Bu Wati", "+628123456789", librarian.full_name, pic.full_name):
        assert person not in page
    assert consent.given_by not in page
    assert told.title in page


@pytest.mark.parametrize("scope", [ConsentScope.PORTAL, ConsentScope.PRINT])
def test_story_needs_consent_for_the_public(client, decided, told, scope):
    agree(told, scope)

    assert told.title not in client.get(PAGE).text


def test_one_careful_person_keeps_a_story_and_its_pictures_back(client, decided, told, librarian):
    agree(told, ConsentScope.PUBLIC)
    photo = StoryPhoto.objects.create(story=told, sha256="ab" * 32, width=640, height=480)
    picture = reverse("reports:public_photo", args=["35", photo.uuid])
    assert picture in client.get(PAGE).text

    told.consents.create(
        given_by="Pak B.",
        given_on=told.happened_on,
        scope=ConsentScope.PORTAL,
        recorded_by=librarian,
    )

    assert told.title not in client.get(PAGE).text
    assert client.get(picture).status_code == 404


def test_story_whose_consent_is_withdrawn_vanishes_at_once(client, decided, told, librarian):
    agree(told, ConsentScope.PUBLIC)
    assert told.title in client.get(PAGE).text

    stories.withdraw_consent(consent=told.consents.get(), by=librarian)

    assert told.title not in client.get(PAGE).text


# --- How it is answered ---------------------------------------------------------------------------


def test_it_may_be_kept_and_asked_again_for_nothing(client, decided, library):
    first = client.get(PAGE)
    again = client.get(PAGE, headers={"If-None-Match": first["ETag"]})

    assert "public" in first["Cache-Control"]
    assert "max-age=60" in first["Cache-Control"]
    assert (again.status_code, again.content) == (304, b"")
    assert not first.cookies


def test_second_visitor_costs_only_the_questions_of_what_must_vanish(
    client, decided, library, told, django_assert_max_num_queries
):
    client.get(PAGE)

    with django_assert_max_num_queries(4):
        client.get(PAGE)


def test_page_is_made_anew_every_hour(client, decided, library, monkeypatch):
    before = client.get(PAGE)["ETag"]
    set_clock(monkeypatch, 2026, 11, 22, 11, 0)

    assert client.get(PAGE)["ETag"] != before


def test_language_stands_in_the_address_alone(client, decided, library):
    client.cookies["django_language"] = "en"

    assert '<html lang="id">' in client.get(PAGE).text
    english = client.get(PAGE, {"bahasa": "en"})
    assert '<html lang="en">' in english.text
    assert english["Content-Language"] == "en"
    assert '<html lang="id">' in client.get(PAGE, {"bahasa": "xx"}).text


def test_it_is_the_same_for_who_is_signed_in(client, decided, library, librarian):
    stranger = client.get(PAGE).content
    client.force_login(librarian)

    assert client.get(PAGE).content == stranger


def test_first_visit_is_light(client, decided, province):
    """As a browser that never was here gets it, with every regency on the map."""
    for regency in (*range(1, 30), *range(71, 80)):
        village(f"35.{regency:02}.01")
    page = client.get(PAGE, headers={"Accept-Encoding": "gzip"})

    styles = re.findall(r'href="/static/([^"]+\.css)"', client.get(PAGE).text)

    sheets = [Path(settings.BASE_DIR, "static", name).stat().st_size for name in styles]
    assert len(page.content) + sum(sheets) < 60_000
