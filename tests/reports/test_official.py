"""The SIM's official scores beside ours: read by the public thresholds, never added up."""

import io
import json
from datetime import date

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from activities.models import OfficialScore
from kpi import queries
from kpi import services as kpi
from kpi.enums import Colour
from libraries import services as libraries
from libraries.models import Library
from reports.figures import official as figures
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import set_clock
from tpbis.accounts.enums import Role
from tpbis.core.spreadsheets import read_table

pytestmark = pytest.mark.django_db

JANUARY = date(2024, 1, 1)
DAY = date(2024, 1, 20)


def official(library: Library, points: int | None, as_of: date = DAY) -> OfficialScore:
    return OfficialScore.objects.create(library=library, as_of=as_of, points=points)


def compare(**asked) -> figures.Comparison:
    return figures.official_comparison(Library.objects.all(), **asked)


@pytest.fixture
def ours(library) -> Library:
    """Sumber Ilmu with everything in January 2024: yellow."""
    world.approve(library, *world.GENERAL, month=JANUARY)
    return library


# --- The colour of official points ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "colour"),
    [
        (100_000, Colour.GREEN),
        (75_001, Colour.GREEN),
        (75_000, Colour.YELLOW),
        (25_001, Colour.YELLOW),
        (25_000, Colour.RED),
        (0, Colour.RED),
        (None, Colour.GREY),
    ],
)
def test_the_public_thresholds_colour_official_points(points, colour):
    assert figures.official_colour(points) == colour


# --- The comparison -------------------------------------------------------------------------------


def test_ours_is_of_the_month_that_the_official_day_lies_in(ours):
    official(ours, 80_000)

    (pair,) = compare().pairs

    assert (pair.as_of, pair.through) == (DAY, JANUARY)
    (score,) = queries.computed_scores(Library.objects.all(), JANUARY)
    assert (pair.points, pair.colour, pair.version) == (score.points, Colour.YELLOW, 1)
    assert pair.difference == score.points - 80_000
    assert not pair.agrees


def test_the_newest_official_score_is_compared_and_none_of_tomorrow(ours):
    official(ours, 10_000, date(2023, 12, 31))
    official(ours, 50_000)
    official(ours, 90_000, date(2024, 1, 31))

    (pair,) = compare(on=date(2024, 1, 25)).pairs

    assert (pair.official_points, pair.agrees) == (50_000, True)


def test_who_has_no_official_score_is_not_compared_and_is_counted(ours, other_library):
    official(ours, 50_000)

    found = compare()

    assert [pair.library for pair in found.pairs] == [ours.pk]
    assert (found.partners, found.without_official, found.without_ours) == (2, 1, 0)


def test_who_took_no_part_in_that_month_has_no_score_of_ours(library):
    Library.objects.filter(pk=library.pk).update(joined_on=date(2024, 2, 1))
    official(library, 50_000)

    found = compare()

    assert (found.pairs, found.partners, found.without_official, found.without_ours) == (
        (),
        1,
        0,
        1,
    )


def test_who_takes_no_part_today_is_not_compared(ours, staff):
    official(ours, 50_000)
    libraries.deactivate(library=ours, starts_on=timezone.localdate(), reason="Tutup", by=staff)

    assert compare() == figures.Comparison(0, 0, 0, ())


def test_grey_on_both_sides_agrees_without_a_difference(library):
    official(library, None)

    found = compare()

    assert found.agreement == figures.Agreement(1, 1, 0, None, None)
    assert found.matrix[Colour.GREY, Colour.GREY] == 1


def test_agreement_is_counted_for_all_and_by_regency(ours, other_library):
    third = world.village("35.05.17.1001")
    for library, points in ((ours, 50_000), (other_library, None), (third, 60_000)):
        official(library, points)

    found = compare()
    by_regency = figures.agreement_by_regency(found.pairs)

    (mine,) = [pair for pair in found.pairs if pair.library == ours.pk]
    assert (found.agreement.compared, found.agreement.agreed, found.agreement.measured) == (3, 2, 1)
    assert found.agreement.mean_difference == mine.difference
    assert found.agreement.mean_distance == abs(mine.difference)
    assert (by_regency[ours.regency_id].agreed, by_regency[ours.regency_id].compared) == (1, 1)
    blitar = by_regency[other_library.regency_id]
    assert (blitar.agreed, blitar.compared, blitar.mean_difference) == (1, 2, None)
    assert sum(found.matrix.values()) == 3
    assert found.matrix[Colour.YELLOW, Colour.GREY] == 1


# --- The page -------------------------------------------------------------------------------------


@pytest.fixture
def show(client, staff):
    def show(user=staff, **asked):
        client.force_login(user)
        return client.get(reverse("reports:official"), asked)

    return show


def listed(response) -> list[str]:
    return [pair.name for pair, _library in response.context["rows"]]


def test_the_page_names_both_scores_with_their_days(show, ours):
    official(ours, 80_000)

    text = show().content.decode()

    assert "KPI resmi SIM (per 20 Januari 2024)" in text
    assert "KPI portal (s.d. Januari 2024)" in text
    assert "aturan versi 1" in text
    assert "0 dari 1 warnanya sama" in text


def test_its_summary_keeps_both_scores_apart_with_days_and_source(show, pic, strange_pic, ours):
    official(ours, 80_000)

    page, mine, elsewhere = show(), show(pic), show(strange_pic)

    said = page.context["summary"]
    assert said.startswith("Provinsi Jawa Timur: skor resmi SIM dan KPI portal dibandingkan pada 1")
    assert "warnanya sama pada 0, berbeda pada 1." in said
    assert "Sumber: Portal TPBIS, keadaan " in said
    assert "skor resmi SIM per 20 Januari 2024, aturan portal versi 1." in said
    assert said in page.content.decode()
    assert mine.context["summary"].startswith("Kabupaten Lumajang: ")
    assert elsewhere.context["summary"] == ""
    assert "Salin ringkasan" not in elsewhere.content.decode()


def test_without_official_scores_it_says_what_to_do(show, library):
    text = show().content.decode()

    assert "Belum ada skor resmi di sini" in text
    assert "import_sim" in text


def test_each_sees_their_places_only(show, ours, other_library, pic, strange_pic):
    official(ours, 50_000)
    official(other_library, 50_000)

    assert listed(show()) == [ours.name, other_library.name]
    assert listed(show(pic)) == [ours.name]
    assert listed(show(strange_pic)) == [other_library.name]
    assert show(pic, wilayah="35.05").status_code == 400


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 2),
        ({"cocok": "sama"}, 1),
        ({"cocok": "beda"}, 1),
        ({"resmi": "green"}, 1),
        ({"portal": "yellow"}, 1),
        ({"resmi": "green", "portal": "yellow"}, 0),
        ({"wilayah": "35.05"}, 1),
    ],
)
def test_it_is_narrowed_by_colours_agreement_and_place(show, ours, other_library, asked, count):
    official(ours, 50_000)
    official(other_library, 90_000)

    assert len(listed(show(**asked))) == count


@pytest.mark.parametrize("asked", [{"cocok": "x"}, {"resmi": "biru"}, {"wilayah": "35.99"}])
def test_an_unknown_choice_is_refused_with_a_reason(show, ours, asked):
    official(ours, 50_000)

    response = show(**asked)

    assert response.status_code == 400
    assert "yang ada di daftar" in response.content.decode()


def test_it_is_sorted_by_the_difference(show, ours, library):
    second = world.village("35.08.21.2001", name="Perpustakaan Kedua")
    world.approve(second, *world.GENERAL, month=JANUARY)
    third = world.village("35.08.21.2002", name="Perpustakaan Tanpa Skor")
    for one, points in ((ours, 90_000), (second, 10_000), (third, None)):
        official(one, points)

    assert listed(show(urut="-selisih")) == [second.name, ours.name, third.name]
    assert listed(show(urut="selisih")) == [third.name, ours.name, second.name]
    assert listed(show(urut="entah")) == [ours.name, second.name, third.name]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many_rows(
    client, staff, library, rows, django_assert_num_queries
):
    made = [world.village("35.08.21.2001") for _ in range(rows)]
    for one in made:
        official(one, 50_000)
    kpi.rescore(Library.objects.all(), JANUARY)
    client.force_login(staff)

    with django_assert_num_queries(17):
        response = client.get(reverse("reports:official"))

    assert set(listed(response)) == {one.name for one in made}


def test_librarians_do_not_see_it(show, ours, librarian):
    assert show(librarian).status_code == 403


# --- The file -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_holds_what_the_list_shows(client, pic, ours, other_library, form):
    official(ours, 80_000)
    official(other_library, None)
    client.force_login(pic)

    response = client.get(reverse("reports:official_export", kwargs={"form": form}))

    head, row = [row.cells for row in read_table(io.BytesIO(response.getvalue())).rows]
    said = dict(zip(head, row, strict=False))
    assert said["Perpustakaan"] == ours.name
    assert said["KPI resmi SIM: tanggal"] == "2024-01-20"
    assert float(said["KPI resmi SIM: skor"]) == 80
    assert said["KPI resmi SIM: warna"] == "Hijau"
    assert said["KPI portal: s.d. bulan"] == "2024-01"
    assert said["KPI portal: warna"] == "Kuning"
    assert said["KPI portal: versi aturan"] == "1"
    assert said["Warnanya sama"] == "tidak"


def test_the_workbook_says_of_whom_and_as_of_when(client, staff, ours, other_library):
    from openpyxl import load_workbook

    official(ours, 80_000)
    client.force_login(staff)
    response = client.get(
        reverse("reports:official_export", kwargs={"form": "xlsx"}), {"resmi": "green"}
    )

    book = load_workbook(io.BytesIO(response.getvalue()))
    about = {row[0]: row[1] for row in book["Keterangan"].iter_rows(values_only=True)}

    assert (about["Mitra"], about["Dibandingkan"], about["Tanpa skor resmi"]) == (2, 1, 1)
    assert about["KPI resmi SIM"] == "Hijau"


def test_an_unknown_form_or_choice_is_no_file(client, staff, ours):
    client.force_login(staff)

    unknown = client.get(reverse("reports:official_export", kwargs={"form": "pdf"}))
    refused = client.get(
        reverse("reports:official_export", kwargs={"form": "csv"}), {"cocok": "entah"}
    )

    assert (unknown.status_code, refused.status_code) == (404, 400)
    assert "yang ada di daftar" in refused.content.decode()


# --- From the feed to the page --------------------------------------------------------------------


def test_what_the_feed_brings_is_compared(client, monkeypatch, tmp_path):
    set_clock(monkeypatch, 2026, 6, 15)
    jabung = world.village("35.13.12.2003", name="Perpustakaan Desa Jabung Wetan")
    row = {
        "nama_perpustakaan": jabung.name,
        "provinsi": "Jawa Timur",
        "kabupaten_kota": "Kab. Probolinggo",
        "desa_kelurahan": "Jabung Wetan",
        "skor": "66.25",
    }
    feed = json.dumps({"status": "success", "data": [row]})
    (tmp_path / "iku.json").write_text(feed, encoding="utf-8")
    call_command("import_sim", str(tmp_path), "--as-of", "2026-05-31")
    client.force_login(factories.someone(Role.REGENCY_PIC, jabung.regency))

    response = client.get(reverse("reports:official"))

    ((pair, _library),) = response.context["rows"]
    assert (pair.library, pair.official_points, pair.as_of) == (
        jabung.pk,
        66_250,
        date(2026, 5, 31),
    )
    assert "KPI resmi SIM (per 31 Mei 2026)" in response.content.decode()
