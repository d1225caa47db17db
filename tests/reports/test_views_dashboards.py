"""A region's page: who sees which, what it says, and what it answers to nonsense."""

import re
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.urls import reverse

from activities.enums import Kind
from activities.models import OfficialScore
from kpi import services as kpi
from kpi.models import Score
from libraries.enums import LibraryKind
from libraries.models import Library
from reports import figures, maps
from reports.models import AreaMonth
from reports.rollups import counting
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.squares import file, neighbours
from tests.reports.times import NOW, set_clock, wib
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

SEPTEMBER = date(2024, 9, 1)
NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def url(code: str = "35") -> str:
    return reverse("reports:region", kwargs={"code": code})


# --- Who sees what --------------------------------------------------------------------------------


@pytest.fixture
def cast(staff, leader, pic, facilitator, librarian, stranger, strange_pic, province):
    return {
        "staff": staff,
        "leader": leader,
        "observer": factories.someone(Role.OBSERVER, province),
        "pic": pic,
        "facilitator": facilitator,
        "librarian": librarian,
        "stranger": stranger,
        "strange pic": strange_pic,
    }


@pytest.mark.parametrize(
    ("code", "seen_by"),
    [
        ("35", {"staff", "leader", "observer"}),
        ("35.08", {"staff", "leader", "observer", "pic", "facilitator"}),
        ("35.08.21", {"staff", "leader", "observer", "pic", "facilitator"}),
        ("35.08.21.2004", {"staff", "leader", "observer", "pic", "facilitator"}),
        ("35.05", {"staff", "leader", "observer", "strange pic"}),
        ("35.99", set()),
        ("35.0", set()),
        ("nothing", set()),
    ],
)
def test_regions_exist_for_those_who_work_there(client, cast, code, seen_by):
    answers = {}
    for name, user in cast.items():
        client.force_login(user)
        answers[name] = client.get(url(code)).status_code

    assert answers == {name: 200 if name in seen_by else 404 for name in cast}


def test_regions_turn_anonymous_people_to_the_sign_in(client, province):
    response = client.get(url())

    assert response.status_code == 302
    assert reverse("accounts:sign_in") in response.url


def test_dashboard_leads_to_ones_own_region(client, cast):
    def lands_on(name: str) -> str:
        client.force_login(cast[name])
        return client.get(reverse("reports:dashboard")).url

    assert lands_on("staff") == url("35")
    assert lands_on("pic") == url("35.08")
    assert lands_on("librarian") == reverse("reports:my_rapor")


def test_account_without_a_place_is_told_whom_to_ask(client, db):
    client.force_login(factories.UserFactory(role=Role.OBSERVER))

    response = client.get(reverse("reports:dashboard"))

    assert response.status_code == 200
    assert "Akun ini belum ditempatkan" in words(response)


def test_regions_above_are_links_only_for_those_who_may_open_them(client, pic, staff, library):
    client.force_login(pic)
    of_pic = client.get(url("35.08.21")).context["crumbs"]
    client.force_login(staff)
    of_staff = client.get(url("35.08.21")).context["crumbs"]

    assert [region.code for region in of_pic] == ["35.08"]
    assert [region.code for region in of_staff] == ["35", "35.08"]


def test_figures_are_those_of_the_region_only(client, pic, library, other_library):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    approve(other_library, Kind.INVOLVEMENT, month=SEPTEMBER)
    client.force_login(pic)

    response = client.get(url("35.08"), NINE_MONTHS)

    assert response.context["dashboard"].totals.involvement == 1
    assert other_library.name not in words(response)


def test_menu_says_where_one_is(client, staff, librarian, library):
    def current(user, address: str) -> list[str]:
        client.force_login(user)
        return [item.label for item in client.get(address).context["nav_items"] if item.current]

    assert current(staff, url()) == ["Dasbor"]
    assert current(staff, library.get_absolute_url()) == ["Perpustakaan"]
    assert current(librarian, library.get_absolute_url()) == ["Rapor"]


# --- What it says ---------------------------------------------------------------------------------


@pytest.fixture
def september(client, staff, province):
    yellow, red, _silent = village(name="Kuning"), village("35.05.17.1006"), village()
    for month in range(1, 10):
        approve(yellow, *GENERAL, month=date(2024, month, 1), at=wib(2024, month + 1, 3))
    approve(red, Kind.INVOLVEMENT, month=SEPTEMBER)
    world.librarian_of(red)
    world.partnership(yellow, date(2024, 8, 1), date(2024, 12, 31))
    client.force_login(staff)
    return client.get(url(), NINE_MONTHS)


def test_page_shows_what_the_figures_say(september):
    shown = september.context["dashboard"]

    assert shown == figures.dashboard(
        shown.region,
        Library.objects.all(),
        Period(date(2024, 1, 1), SEPTEMBER),
        as_of=shown.as_of,
    )


def test_colours_are_reconciled_in_numbers_and_words(september):
    text = words(september)

    assert "KPI portal s.d. September 2024" in text
    assert "per 22 November 2026 10.00 WIB · aturan KPI versi 1" in text
    assert "3 = 0 + 1 + 1 + 1 mitra = hijau + kuning + merah + abu-abu" in text
    assert "1 = 1 + 0 + 0 abu-abu = tanpa akun + belum pernah melapor + berhenti melapor" in text
    assert "Status akun per 30 September 2024." in text


def test_headlines_stand_against_the_year_before_with_sign_and_base(september):
    text = words(september)

    assert "Kunjungan 220 +220 dari 0 pada Januari–September 2023" in text
    assert "Pelibatan masyarakat 10 +10 dari 0 pada Januari–September 2023" in text
    assert "Kemitraan 1 +1 dari 0 pada 30 September 2023 berlaku pada 30 September 2024" in text


def test_reports_are_counted_with_their_base(september):
    text = words(september)

    assert "Masuk 10 dari 27 (37,0%)" in text
    assert "Tepat waktu 9 dari 27 (33,3%)" in text


def test_map_and_table_lead_down_and_keep_the_months(september):
    page = september.content.decode()
    link = f"{url('35.08')}?dari=2024-01&amp;sampai=2024-09"

    assert [tile.code for tile in september.context["map"].drawing.tiles] == ["35.05", "35.08"]
    assert page.count(f'href="{link}"') == 2


def test_document_is_offered_for_the_same_region_and_months(september):
    link = f"{reverse('reports:documents')}?region=35&amp;dari=2024-01&amp;sampai=2024-09"

    assert f'href="{link}"' in september.content.decode()


def test_regency_lists_its_libraries_with_both_scores(client, pic, library):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    OfficialScore.objects.create(library=library, as_of=date(2024, 9, 15), points=41_500)
    client.force_login(pic)

    response = client.get(url("35.08"), NINE_MONTHS)

    (listed,) = response.context["listed"]
    assert listed.row.library == library
    text = words(response)
    assert "KPI portal per 30 Sep 2024" in text
    assert "KPI resmi SIM per 15 Sep 2024" in text
    assert f"{library.name} Desa Labruk Kidul, Kecamatan Sumbersuko Merah 2 poin 41" in text
    assert response.context["map"] is None


def test_strip_says_each_month_in_words(client, pic, library):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    client.force_login(pic)

    (listed,) = client.get(url("35.08.21"), NINE_MONTHS).context["listed"]

    assert len(listed.strip.marks) == 12
    assert listed.strip.words.endswith(
        "Agu 2024: abu-abu (belum pernah melapor), belum lapor; Sep 2024: merah"
    )
    assert listed.strip.marks[3].words.startswith("Jan 2024")
    assert [mark.is_january for mark in listed.strip.marks].index(True) == 3


def test_library_joined_in_between_has_no_colour_before(client, pic, lumajang):
    village(joined_on=date(2024, 3, 1))
    client.force_login(pic)

    (listed,) = client.get(url("35.08"), NINE_MONTHS).context["listed"]

    assert [mark.shape for mark in listed.strip.marks] == ["none"] * 5 + ["grey"] * 7


def test_district_has_no_parts_and_no_document(client, pic, library):
    client.force_login(pic)

    response = client.get(url("35.08.21"))

    assert response.context["parts"] == []
    assert reverse("reports:documents") + "?region" not in response.content.decode()


def test_region_without_partners_says_what_to_do(client, staff, province):
    client.force_login(staff)

    response = client.get(url())

    assert response.status_code == 200
    assert "Belum ada mitra pada periode ini" in words(response)


def test_nothing_expected_is_a_dash_and_not_zero(client, pic, library):
    client.force_login(pic)

    response = client.get(url("35.08"), {"dari": "2026-11", "sampai": "2026-11"})

    assert "Belum ada laporan yang diharapkan" in words(response)


# --- Order and pages ------------------------------------------------------------------------------


@pytest.fixture
def three_regencies(client, staff, province):
    for code, number in (("35.01.01.2001", 2), ("35.02.01.2001", 3), ("35.05.17.1006", 1)):
        factories.LibraryFactory.create_batch(number, region=factories.region(code))
    client.force_login(staff)


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ("", ["35.01", "35.02", "35.05"]),
        ("mitra", ["35.05", "35.01", "35.02"]),
        ("-mitra", ["35.02", "35.01", "35.05"]),
        ("nama", ["35.05", "35.01", "35.02"]),
        ("-nama", ["35.02", "35.01", "35.05"]),
        ("sandi", ["35.01", "35.02", "35.05"]),
    ],
)
def test_parts_stand_in_the_order_asked_for(client, three_regencies, order, codes):
    response = client.get(url(), {"urut": order})

    assert [row.area.code for row in response.context["parts"]] == codes


def test_heading_turns_the_order_round_and_keeps_the_months(client, three_regencies):
    response = client.get(url(), {**NINE_MONTHS, "urut": "-mitra"})

    name, number, *_ = response.context["part_headings"]
    assert (name.query, name.sort) == ("dari=2024-01&sampai=2024-09&urut=nama", "")
    assert number.sort == "descending"
    assert number.query == "dari=2024-01&sampai=2024-09&urut=mitra"


@pytest.mark.parametrize("column", ["lapor", "gerak", "abu", "kemitraan", "-kunjungan"])
def test_every_column_sorts(client, three_regencies, column):
    assert client.get(url(), {"urut": column}).status_code == 200


@pytest.mark.parametrize(
    "column", ["nama", "-warna", "-resmi", "-pelibatan", "advokasi", "peningkatan", "-kunjungan"]
)
def test_every_column_of_libraries_sorts(client, pic, library, column):
    scored = village(name="Anggrek")
    approve(scored, *GENERAL, month=date(2026, 10, 1))
    OfficialScore.objects.create(library=scored, as_of=date(2026, 10, 1), points=50_000)
    client.force_login(pic)

    response = client.get(url("35.08"), {"daftar": column})

    assert response.context["listed"][0].row.library in {
        "nama": {scored},
        "advokasi": {library},
        "peningkatan": {library},
    }.get(column, {scored})


def test_libraries_come_in_pages_of_fifty(client, pic, lumajang):
    factories.LibraryFactory.create_batch(51, region=factories.region("35.08.21.2004"))
    client.force_login(pic)

    first = client.get(url("35.08"))
    second = client.get(url("35.08"), {"hal": "2", "daftar": "-warna"})

    assert len(first.context["listed"]) == 50
    assert len(second.context["listed"]) == 1
    assert "daftar=-warna&amp;hal=1" in second.content.decode()


# --- Months ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, Period(date(2026, 1, 1), date(2026, 11, 1))),
        ({"sampai": "2024-09"}, Period(date(2024, 1, 1), SEPTEMBER)),
        ({"dari": "2026-03"}, Period(date(2026, 3, 1), date(2026, 11, 1))),
        ({"dari": "2023-10", "sampai": "2024-02"}, Period(date(2023, 10, 1), date(2024, 2, 1))),
    ],
)
def test_months_are_completed_to_the_year_to_date(client, staff, province, asked, shown):
    client.force_login(staff)

    assert client.get(url(), asked).context["dashboard"].period == shown


def test_new_year_opens_on_december_with_the_new_year_a_click_away(
    client, staff, province, monkeypatch
):
    set_clock(monkeypatch, 2027, 1, 10, 8, 0)
    client.force_login(staff)

    response = client.get(url())

    assert response.context["dashboard"].period == Period(date(2026, 1, 1), date(2026, 12, 1))
    assert ("Tahun berjalan", "dari=2027-01&sampai=2027-01") in [
        (preset.label, preset.query) for preset in response.context["picker"].presets
    ]


def test_presets_are_the_usual_spans(client, staff, province):
    client.force_login(staff)

    presets = client.get(url()).context["picker"].presets

    assert [(p.label, p.query, p.current) for p in presets] == [
        ("Bulan ini", "dari=2026-11&sampai=2026-11", False),
        ("Triwulan ini", "dari=2026-10&sampai=2026-11", False),
        ("Semester ini", "dari=2026-07&sampai=2026-11", False),
        ("Tahun berjalan", "dari=2026-01&sampai=2026-11", True),
        ("Tahun lalu", "dari=2025-01&sampai=2025-12", False),
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"sampai": "September"}, "Bulan “September” tidak dikenal"),
        ({"sampai": "2024-13"}, "Bulan “2024-13” tidak dikenal"),
        ({"dari": "2024-9"}, "Bulan “2024-9” tidak dikenal"),
        ({"sampai": "2026-12"}, "Bulan Desember 2026 belum tiba"),
        ({"sampai": "2017-12"}, "Bulan Desember 2017 sebelum program dimulai"),
        ({"dari": "2024-09", "sampai": "2024-01"}, "sesudah bulan akhir (Januari 2024)"),
        ({"sampai": "9999-12"}, "Bulan Desember 9999 belum tiba"),
        ({"sampai": "0000-01"}, "tidak dikenal"),
    ],
)
def test_months_that_cannot_be_meant_are_refused_in_words(client, staff, province, asked, said):
    client.force_login(staff)

    response = client.get(url(), asked)

    assert response.status_code == 400
    assert said in words(response)


def test_month_with_a_nul_is_refused(client, staff, province):
    client.force_login(staff)

    assert client.get(url(), {"sampai": "2024-09\x00"}).status_code == 400


def test_page_only_reads(client, staff, province):
    client.force_login(staff)

    assert client.post(url()).status_code == 405


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 30])
def test_province_asks_the_same_queries_however_many_libraries(
    client, staff, province, rows, django_assert_num_queries
):
    fill(rows)
    client.force_login(staff)

    with django_assert_num_queries(40):
        response = client.get(url())

    assert response.context["dashboard"].colours.total == rows + 1


@pytest.mark.parametrize("rows", [1, 30])
def test_regency_asks_the_same_queries_however_many_libraries(
    client, pic, lumajang, rows, django_assert_num_queries
):
    fill(rows)
    client.force_login(pic)

    with django_assert_num_queries(60):
        response = client.get(url("35.08"))

    assert len(response.context["listed"]) == rows + 1


@pytest.fixture
def counted_province(client, staff, province, settings):
    """Every month of the page's is counted, and nothing was written since."""
    settings.TPBIS_FIRST_MONTH = "2026-01"
    fill(1)
    counting.refresh()
    client.force_login(staff)
    client.get(url())  # a process reads each version of the rules once
    cache.clear()


@pytest.mark.parametrize("has_boundaries", [False, True])
def test_counted_province_asks_few_queries_the_first_time_and_fewer_again(
    client,
    staff,
    province,
    lumajang,
    blitar,
    counted_province,
    has_boundaries,
    django_assert_num_queries,
):
    if has_boundaries:
        data = file(neighbours())
        given = maps.upload(region=province, file_name="batas.geojson", data=data, by=staff)
        maps.activate(boundaries=given, by=staff)

    with django_assert_num_queries(12 if has_boundaries else 11):
        first = client.get(url())
    with django_assert_num_queries(7):
        again = client.get(url())

    assert again.context["body"] == first.context["body"]


def test_a_write_is_seen_at_once_and_after_it_was_counted(client, counted_province):
    def shown() -> str:
        """Without what is above the tabs, a token stands there, and without the minute."""
        body = client.get(url(), SPAN).content.decode().partition('class="tabs"')[2]
        return re.sub(r"\d\d\.\d\d WIB", "", body)

    first = shown()
    approve(village(), *GENERAL, month=date(2026, 11, 1))
    changed = shown()
    counting.refresh()

    assert changed != first
    assert shown() == changed


def test_what_is_shown_is_of_the_database_that_is_there(client, counted_province):
    """It was restored from a copy and written to again: the same keys stand for other rows."""
    copy = transaction.savepoint()
    approve(village(name="Mawar"), *GENERAL, month=date(2026, 11, 1))
    counting.refresh()
    keys = set(AreaMonth.objects.values_list("pk", flat=True))
    lost = client.get(url()).context["body"]
    transaction.savepoint_rollback(copy)
    _count_keys_from_here()
    approve(village(name="Melati"), Kind.INVOLVEMENT, month=date(2026, 11, 1))
    counting.refresh()

    here = client.get(url()).context["body"]

    assert set(AreaMonth.objects.values_list("pk", flat=True)) == keys
    assert here != lost
    cache.clear()
    assert client.get(url()).context["body"] == here


def _count_keys_from_here() -> None:
    """As a restored database does; a rollback leaves PostgreSQL's sequences where they are."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('reports_areamonth', 'id'), max(id)) "
                "FROM reports_areamonth"
            )


SPAN = {"dari": "2026-11", "sampai": "2026-11"}


def fill(rows: int) -> None:
    """One library that reported and ``rows`` that did not, scored as at night."""
    approve(village(), *GENERAL, month=date(2026, 10, 1))
    for number in range(rows):
        silent = village(("35.08.21.2004", "35.08.20.2001")[number % 2])
        OfficialScore.objects.create(library=silent, as_of=date(2026, 10, 1), points=number)
    village_kinds = Library.objects.filter(kind=LibraryKind.VILLAGE)
    for month in range(1, 12):
        kpi.rescore(village_kinds, date(2026, month, 1))
    kpi.rescore(village_kinds, date(2025, 11, 1))
    kpi.rescore(village_kinds, date(2025, 12, 1))
    assert Score.objects.count() == 13 * (rows + 1)
