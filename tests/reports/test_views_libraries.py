"""The list of libraries and a library's page: scope, search, the *rapor* in words."""

from datetime import date

import pytest
from django.urls import reverse

from activities.enums import Kind
from activities.models import OfficialScore
from kpi import services as kpi
from kpi.models import RuleSet
from libraries.enums import LibraryKind, SimState
from libraries.models import Library, LibraryAlias
from reports.filters import LibraryFilter
from stakeholders.models import Partnership
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role

SEPTEMBER = date(2024, 9, 1)
THROUGH_SEPTEMBER = {"sampai": "2024-09"}
LIST = "/perpustakaan/"
# A month that reaches every target but the visits.
PLENTY = (
    *[Kind.INVOLVEMENT] * 3,
    *[Kind.ADVOCACY] * 2,
    Kind.SERVICE,
    *[Kind.PUBLICATION] * 3,
)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


def shown(response) -> list[str]:
    return [one.row.library.name for one in response.context["listed"]]


# --- The list -------------------------------------------------------------------------------------


@pytest.fixture
def named(province):
    for name, code in (
        ("Mawar", "35.08.21.2004"),
        ("Anggrek", "35.08.20.2001"),
        ("Melati", "35.05.17.1006"),
    ):
        village(code, name=name)


def test_list_holds_the_libraries_somebody_may_see(client, named, staff, pic, strange_pic):
    seen = {}
    for user in (staff, pic, strange_pic):
        client.force_login(user)
        seen[user.username] = shown(client.get(LIST))

    assert seen == {
        "provinsi": ["Anggrek", "Mawar", "Melati"],
        "pic.lumajang": ["Anggrek", "Mawar"],
        "pic.blitar": ["Melati"],
    }


def test_librarian_is_led_to_its_own_page(client, librarian, named):
    client.force_login(librarian)

    assert client.get(LIST).url == reverse("reports:my_rapor")


@pytest.mark.parametrize(
    ("words_asked", "found"),
    [
        ("mawar", ["Mawar"]),
        ("MEL", ["Melati"]),
        ("klemunan", ["Melati"]),
        ("labruk kidul", ["Mawar"]),
        ("mawar labruk", ["Mawar"]),
        ("mawar klemunan", []),
        ("3508212D", ["Anggrek"]),
        ("pojok baca", ["Melati"]),
        ("%", []),
        ("", ["Anggrek", "Mawar", "Melati"]),
        ("   ", ["Anggrek", "Mawar", "Melati"]),
    ],
)
def test_search_reads_name_village_number_and_other_names(client, staff, named, words_asked, found):
    Library.objects.filter(name="Anggrek").update(npp="3508212D0000001")
    LibraryAlias.objects.create(library=Library.objects.get(name="Melati"), name="Pojok Baca Asri")
    client.force_login(staff)

    assert shown(client.get(LIST, {"cari": words_asked})) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"wilayah": "35.08"}, ["Anggrek", "Mawar"]),
        ({"wilayah": "35.08.21"}, ["Mawar"]),
        ({"wilayah": "35"}, ["Anggrek", "Mawar", "Melati"]),
        ({"jenis": "kelurahan"}, ["Melati"]),
        ({"warna": "red", **THROUGH_SEPTEMBER}, ["Mawar"]),
        ({"warna": "grey", **THROUGH_SEPTEMBER}, ["Anggrek", "Melati"]),
        ({"warna": "grey", "wilayah": "35.05", **THROUGH_SEPTEMBER}, ["Melati"]),
        ({"warna": "red", "sampai": "2024-08"}, []),
        ({"sampai": "2019-12"}, []),
    ],
)
def test_filters_narrow_the_list(client, staff, named, asked, found):
    Library.objects.filter(name="Melati").update(kind=LibraryKind.URBAN_VILLAGE)
    approve(Library.objects.get(name="Mawar"), Kind.INVOLVEMENT, month=SEPTEMBER)
    client.force_login(staff)

    assert shown(client.get(LIST, asked)) == found


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"warna": "biru"}, "Pilih warna yang ada di daftar."),
        ({"jenis": "toko"}, "Pilih jenis yang ada di daftar."),
        ({"wilayah": "99"}, "Pilih wilayah yang ada di daftar."),
        ({"sampai": "2026-12"}, "Bulan Desember 2026 belum tiba."),
        ({"dari": "2024-09", "sampai": "2024-01"}, "sesudah bulan akhir"),
    ],
)
def test_what_the_list_does_not_know_is_refused_in_words(client, staff, named, asked, said):
    client.force_login(staff)

    response = client.get(LIST, asked)

    assert response.status_code == 400
    assert said in words(response)


def test_region_of_others_is_no_choice(client, pic, named):
    client.force_login(pic)

    response = client.get(LIST, {"wilayah": "35.05"})

    assert response.status_code == 400
    assert "Melati" not in words(response)


def test_regions_offered_are_the_parts_of_ones_own(client, staff, pic, facilitator, named):
    def offered(user):
        client.force_login(user)
        places = client.get(LIST).context["places"]
        return [[r.code for r in part] for part in (places.regencies, places.districts)]

    assert offered(staff) == [["35.05", "35.08"], []]
    assert offered(pic) == [[], ["35.08.20", "35.08.21"]]


def test_account_without_a_place_sees_an_empty_list(client, named):
    client.force_login(factories.UserFactory(role=Role.OBSERVER))

    response = client.get(LIST)

    assert (shown(response), response.context["places"].regencies) == ([], ())


def test_filter_without_a_person_knows_no_region(named):
    asked = LibraryFilter({"wilayah": "35"}, Library.objects.all(), through=date(2026, 11, 1))

    assert asked.errors == {"wilayah": ["Pilih wilayah yang ada di daftar."]}


def test_nothing_found_says_what_to_try(client, staff, named):
    client.force_login(staff)

    assert "Tidak ada perpustakaan yang cocok" in words(client.get(LIST, {"cari": "zzz"}))


def test_grey_library_whose_report_waits_is_said_to_wait(client, pic, lumajang):
    world.submit(village(name="Anggrek"), Kind.INVOLVEMENT, month=SEPTEMBER)
    village(name="Mawar")
    client.force_login(pic)

    text = words(client.get(LIST, THROUGH_SEPTEMBER))

    assert "Abu-abu menunggu pemeriksaan" in text
    assert "Abu-abu tanpa akun" in text


def test_official_scores_of_several_days_bear_their_own(client, pic, lumajang):
    for name, day in (("Anggrek", 5), ("Mawar", 6)):
        OfficialScore.objects.create(
            library=village(name=name), as_of=date(2024, 9, day), points=50_000
        )
    client.force_login(pic)

    response = client.get(LIST, THROUGH_SEPTEMBER)

    assert [one.official_note for one in response.context["listed"]] == ["5 Sep 2024", "6 Sep 2024"]
    assert "KPI resmi SIM per" not in words(response)


def test_list_comes_in_pages_of_fifty_and_keeps_the_question(client, staff, province):
    factories.LibraryFactory.create_batch(51, region=factories.region("35.08.21.2004"))
    client.force_login(staff)

    first = client.get(LIST, {"cari": "cahaya"})
    last = client.get(LIST, {"cari": "cahaya", "hal": "99"})

    assert (len(shown(first)), len(shown(last))) == (50, 1)
    assert "?cari=cahaya&amp;hal=2" in first.content.decode()
    assert "51 mitra" in words(first)


@pytest.mark.parametrize("rows", [1, 30])
def test_list_asks_the_same_queries_however_many_libraries(
    client, staff, province, rows, django_assert_num_queries
):
    approve(village(), *GENERAL, month=date(2026, 10, 1))
    factories.region("35.05.17.1006")  # the places to choose from are the same in both runs
    for number in range(rows):
        silent = village(("35.08.21.2004", "35.05.17.1006")[number % 2])
        OfficialScore.objects.create(library=silent, as_of=date(2026, 10, 1), points=number)
    for month in (date(2025, 12, 1), *(date(2026, month, 1) for month in range(1, 12))):
        kpi.rescore(Library.objects.all(), month)
    client.force_login(staff)

    with django_assert_num_queries(38):
        response = client.get(LIST, {"cari": "cahaya", "warna": "grey"})

    assert len(shown(response)) == rows


# --- A library's page -----------------------------------------------------------------------------


def page(client, library, **asked):
    return client.get(library.get_absolute_url(), asked)


def test_libraries_exist_for_those_who_work_there(
    client, library, librarian, pic, facilitator, staff, leader, stranger, strange_pic
):
    answers = {}
    for user in (librarian, pic, facilitator, staff, leader, stranger, strange_pic):
        client.force_login(user)
        answers[user.username] = page(client, library).status_code

    assert answers == {
        "labruk": 200,
        "pic.lumajang": 200,
        "fasda.lumajang": 200,
        "provinsi": 200,
        "pimpinan": 200,
        "klemunan": 404,
        "pic.blitar": 404,
    }


@pytest.mark.parametrize("pk", ["999999", "9" * 19, "1" + "0" * 30])
def test_libraries_that_are_not_there_are_not_found(client, staff, pk):
    client.force_login(staff)

    assert client.get(f"/perpustakaan/{pk}/").status_code == 404


def test_librarian_sees_no_region_above(client, library, librarian, pic):
    client.force_login(librarian)
    of_librarian = page(client, library).context["crumbs"]
    client.force_login(pic)
    of_pic = page(client, library).context["crumbs"]

    assert of_librarian == []
    assert [region.code for region in of_pic] == ["35.08", "35.08.21"]


def test_missing_component_is_named_as_what_holds_the_colour_back(client, library, librarian):
    approve(library, Kind.INVOLVEMENT, Kind.SERVICE, month=SEPTEMBER)
    client.force_login(librarian)

    text = words(page(client, library, **THROUGH_SEPTEMBER))

    assert "Rapor s.d. September 2024" in text
    assert "Merah 7 dari 100 poin" in text
    assert "Advokasi belum ada, jadi warnanya merah berapa pun poinnya." in text
    assert "Peningkatan layanan informasi belum ada" not in text
    assert "kegiatan pelibatan masyarakat wajib ada untuk kuning 1 dari 27 0 dari 25" in text


def test_points_still_needed_are_rounded_up(client, library, librarian):
    approve(library, *GENERAL, month=SEPTEMBER)
    client.force_login(librarian)

    text = words(page(client, library, **THROUGH_SEPTEMBER))

    assert "Merah 19 dari 100 poin" in text  # 19.018
    assert "Kurang 6 poin ke kuning (perlu lebih dari 25)." in text


def test_enough_points_without_a_sign_of_sustainability(client, library, librarian):
    for month in (1, 2, 3):
        world.sim_entries(library, *PLENTY, month=date(2024, month, 1))
    world.take_away_signs()
    client.force_login(librarian)

    text = words(page(client, library, sampai="2024-03"))

    assert "Kuning 80 dari 100 poin" in text
    assert "Poinnya cukup untuk hijau, tinggal tanda keberlanjutan." in text
    assert "kemitraan yang berlaku, atau cerita dampak yang terbit." in text


def test_green_says_to_go_on(client, library, librarian):
    for month in (1, 2, 3):
        world.sim_entries(library, *PLENTY, month=date(2024, month, 1))
    client.force_login(librarian)

    text = words(page(client, library, sampai="2024-03"))

    assert "Hijau 90 dari 100 poin" in text
    assert "Semua syarat hijau terpenuhi." in text


@pytest.mark.parametrize(
    ("prepare", "word", "said"),
    [
        (lambda library: None, "belum pernah melapor", "Belum ada data yang disetujui."),
        (
            lambda library: approve(library, Kind.INVOLVEMENT, month=date(2023, 5, 1)),
            "berhenti melapor",
            "Pernah melapor pada tahun sebelumnya; tahun ini belum ada data yang disetujui.",
        ),
        (
            lambda library: world.submit(library, Kind.INVOLVEMENT, month=date(2024, 5, 1)),
            "menunggu pemeriksaan",
            "Ada yang sudah dikirim, tinggal menunggu pemeriksaan.",
        ),
    ],
)
def test_grey_says_which_grey(client, library, librarian, prepare, word, said):
    prepare(library)
    client.force_login(librarian)

    text = words(page(client, library, **THROUGH_SEPTEMBER))

    assert f"Abu-abu {word}" in text
    assert said in text


def test_grey_without_any_account(client, pic, lumajang):
    library = village()
    world.sim_account(library, SimState.PROPOSED, date(2024, 1, 1))
    client.force_login(pic)

    text = words(page(client, library, **THROUGH_SEPTEMBER))

    assert "belum punya akun SIM maupun akun portal" in text


def test_reports_that_wait_are_counted_beside_what_counts(client, library, librarian):
    world.submit(library, Kind.INVOLVEMENT, month=SEPTEMBER, by=librarian)
    client.force_login(librarian)

    text = words(page(client, library, **THROUGH_SEPTEMBER))

    assert "Sementara Merah 2 poin kalau 1 laporan yang menunggu pemeriksaan disetujui" in text


def test_rules_are_explained_with_their_version_and_honest_note(client, library, librarian):
    client.force_login(librarian)

    text = words(page(client, library))

    assert "Aturan versi 1, berlaku sejak 1 Januari 2018." in text
    assert RuleSet.objects.get(group="village").note in text


def test_month_before_joining_has_no_rapor_but_a_profile(client, pic, lumajang):
    library = village(joined_on=date(2024, 10, 1), npp="3508212D0000001")
    client.force_login(pic)

    response = page(client, library, **THROUGH_SEPTEMBER)

    assert response.status_code == 200
    assert "Belum menjadi mitra pada September 2024" in words(response)
    assert "3508212D0000001" in words(response)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-12", "Bulan Desember 2026 belum tiba."),
        ("kemarin", "Bulan “kemarin” tidak dikenal."),
        ("2017-01", "sebelum program dimulai"),
    ],
)
def test_month_that_cannot_be_meant_is_refused(client, library, librarian, asked, said):
    client.force_login(librarian)

    response = page(client, library, sampai=asked)

    assert response.status_code == 400
    assert said in words(response)


def test_months_lead_to_their_reports_but_never_to_somebody_elses_draft(
    client, library, librarian, pic
):
    sent = approve(library, Kind.INVOLVEMENT, month=date(2026, 10, 1), by=librarian)
    draft = world.draft(library, Kind.INVOLVEMENT, month=date(2026, 11, 1), by=librarian)

    def links(user):
        client.force_login(user)
        content = page(client, library).content.decode()
        return [f'href="{report.get_absolute_url()}"' in content for report in (sent, draft)]

    assert links(librarian) == [True, True]
    assert links(pic) == [True, False]


def test_partnerships_are_listed_with_what_is_in_force(client, library, librarian):
    world.partnership(library, date(2026, 1, 1))
    world.partnership(library, date(2025, 1, 1), date(2025, 12, 31))
    world.partnership(library, date(2026, 12, 1))
    client.force_login(librarian)

    text = words(page(client, library))

    assert "1 berlaku pada 22 November 2026" in text
    assert "sudah berakhir" in text
    assert "belum mulai" in text
    assert Partnership.objects.count() == 3


def test_partnerships_are_added_by_those_who_may(
    client, library, librarian, pic, staff, leader, facilitator
):
    link = reverse("stakeholders:partnership_add", kwargs={"pk": library.pk})
    offered = {}
    for user in (librarian, pic, staff, leader, facilitator):
        client.force_login(user)
        offered[user.username] = link in page(client, library).content.decode()

    assert offered == {
        "labruk": True,
        "pic.lumajang": True,
        "provinsi": True,
        "pimpinan": False,
        "fasda.lumajang": False,
    }


def test_official_scores_stand_apart_with_their_days(client, library, librarian):
    OfficialScore.objects.create(library=library, as_of=date(2026, 5, 5), points=41_900)
    OfficialScore.objects.create(library=library, as_of=date(2026, 6, 5), points=None)
    client.force_login(librarian)

    text = words(page(client, library))

    assert "KPI resmi SIM per 5 Juni 2026 belum ada skor per 5 Mei 2026 41" in text
    assert "tidak dicampur dengan KPI portal" in text


def test_observer_reads_the_page(client, library, province):
    client.force_login(factories.someone(Role.OBSERVER, province))

    response = page(client, library)

    assert response.status_code == 200
    assert not response.context["may_add_partnership"]


@pytest.mark.parametrize("rows", [1, 30])
def test_page_asks_the_same_queries_however_much_there_is(
    client, library, librarian, rows, django_assert_num_queries
):
    approve(library, *[Kind.INVOLVEMENT] * rows, month=date(2026, 10, 1), by=librarian)
    for number in range(rows):
        world.partnership(library, date(2026, 1, 1))
        LibraryAlias.objects.create(library=library, name=f"Nama {number}")
        OfficialScore.objects.create(library=library, as_of=date(2026, 5, number + 1))
    kpi.rescore(Library.objects.all(), date(2025, 12, 1))
    for month in range(1, 12):
        kpi.rescore(Library.objects.all(), date(2026, month, 1))
    client.force_login(librarian)

    with django_assert_num_queries(43):
        page(client, library)
