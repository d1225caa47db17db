"""Closed months: figures, pages and files say the same, to those who may see them."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from activities.enums import Kind
from kpi import services as kpi
from kpi.models import Closing, ClosingScore, DailyColours, Score
from libraries import services as library_services
from libraries.models import Library, Region
from reports import figures
from reports.documents import content, printing
from tests import factories
from tests.reports.figures_world import GENERAL, approve, village
from tests.reports.times import NOW, set_clock, wib
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2024, 9, 1)
NINE_MONTHS = {"dari": "2024-01", "sampai": "2024-09"}
CLOSING_DAY = wib(2024, 10, 15)
MONTH = {"month": "2024-09"}


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def closing(library, other_library) -> Closing:
    """Two grey libraries of September 2024, and a red one in Lumajang."""
    approve(village(name="Anggrek"), Kind.INVOLVEMENT, month=SEPTEMBER)
    for month in range(1, 10):
        kpi.rescore(Library.objects.all(), date(2024, month, 1))
    return kpi.close(SEPTEMBER, at=CLOSING_DAY)


@pytest.fixture
def late(closing, library) -> Library:
    """Labruk's report of September is approved today."""
    approve(library, *GENERAL, month=SEPTEMBER)
    return library


def everyone() -> figures.Closed:
    closed = figures.closed(Library.objects.all(), SEPTEMBER)
    assert closed is not None
    return closed


# --- Figures --------------------------------------------------------------------------------------


def test_month_that_is_not_closed_has_none(library):
    assert figures.closed(Library.objects.all(), SEPTEMBER) is None


def test_closed_month_says_what_was_and_that_nothing_moved(closing):
    closed = everyone()

    assert closed.colours.reconciliation == "3 = 0 + 0 + 1 + 2"
    assert (closed.as_of, closed.rule_versions) == (CLOSING_DAY, (1,))
    assert (closed.changed, closed.moves, closed.changes) == (0, (), ())


def test_later_approval_moves_the_running_score_only(late):
    closed = everyone()

    assert closed.colours.reconciliation == "3 = 0 + 0 + 1 + 2"
    assert closed.moves == (figures.ColourMove("grey", "red", 1),)
    assert closed.changes == (
        figures.ColourChange("red", 1, 2),
        figures.ColourChange("grey", 2, 1),
    )


def test_two_that_change_places_leave_the_numbers(closing, library):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    red = Library.objects.get(name="Anggrek")
    Score.objects.filter(library=red).update(colour="grey", points=None)

    closed = everyone()

    assert (closed.changed, closed.changes) == (2, ())


def test_merged_library_stays_in_its_closing_under_its_name(closing, library, staff):
    duplicate = Library.objects.get(name="Anggrek")
    library_services.merge(keep=library, duplicate=duplicate, by=staff)
    kpi.recount(library)

    found = figures.closing_figures(Library.objects.all(), closing)

    assert found.closed.colours.reconciliation == "3 = 0 + 0 + 1 + 2"
    assert set(found.closed.moves) == {
        figures.ColourMove("red", None, 1),
        figures.ColourMove("grey", "red", 1),
    }
    assert [(one.name, one.library) for one in found.moved] == [
        ("Anggrek", None),
        (library.name, library.pk),
    ]


def test_library_entered_later_was_not_counted_then(closing):
    new = village(name="Baru", joined_on=date(2024, 1, 1))

    found = figures.closing_figures(Library.objects.all(), closing)

    assert found.closed.moves == (figures.ColourMove(None, "grey", 1),)
    (one,) = figures.explained(found.moved, closing)
    assert (one.library.library, one.library.before, one.reasons) == (new.pk, None, ())


def test_reasons_are_what_the_score_is_made_of(late, closing):
    found = figures.closing_figures(Library.objects.all(), closing)

    (one,) = figures.explained(found.moved, closing)

    reasons = {(reason.measure, reason.before, reason.after) for reason in one.reasons}
    assert {("involvement", 0, 1), ("advocacy", 0, 1), ("service", 0, 1)} <= reasons
    assert "months_due" not in {reason.measure for reason in one.reasons}
    assert (one.points_before, one.is_clear) == (None, False)


@pytest.mark.parametrize(("gap", "is_clear"), [(5_000, True), (100_000, False)])
def test_movement_is_told_above_the_noise_gap_only(closing, gap, is_clear):
    anggrek = Library.objects.get(name="Anggrek")
    score = Score.objects.get(library=anggrek, through=SEPTEMBER)
    score.rule_set = factories.rule_set(valid_from=date(2030, 1, 1), noise_gap=gap)
    score.points, score.colour = 60_000, "yellow"
    score.save()

    found = figures.closing_figures(Library.objects.all(), closing)

    assert figures.explained(found.moved, closing)[0].is_clear is is_clear


def test_areas_add_up_to_the_whole(late, closing):
    found = figures.closing_figures(Library.objects.all(), closing)

    assert [(row.area.code, row.colours.total, row.changed) for row in found.areas] == [
        ("35.05", 1, 0),
        ("35.08", 2, 1),
    ]
    assert figures.added_up(row.colours for row in found.areas) == found.closed.colours


def test_list_counts_in_the_database_what_one_closing_says(late):
    assert figures.closings_of(Library.objects.all(), 2024) == [everyone()]


def test_list_says_the_same_where_scores_are_not_stored_or_new(late):
    Score.objects.filter(through=SEPTEMBER, library=late).delete()
    assert figures.closings_of(Library.objects.all(), 2024) == [everyone()]

    new = village(joined_on=date(2024, 1, 1))
    kpi.rescore(Library.objects.all(), SEPTEMBER)
    assert figures.closings_of(Library.objects.all(), 2024) == [everyone()]
    assert Score.objects.filter(library=new).exists()
    assert everyone().changed == 2


def test_a_part_is_narrowed_to_what_one_may_see(late, blitar):
    closed = figures.closed(Library.objects.within(blitar.code), SEPTEMBER)

    assert (closed.colours.reconciliation, closed.changed) == ("1 = 0 + 0 + 0 + 1", 0)


# --- Last week ------------------------------------------------------------------------------------


def nights(*areas: Region, day: date = date(2026, 11, 15), **counts: int) -> None:
    for area in areas:
        DailyColours.objects.create(
            day=day, area=area, through=day.replace(day=1), **{"no_account": 1, **counts}
        )


def running(region: Region, **more) -> figures.Dashboard:
    period = Period(date(2026, 1, 1), date(2026, 11, 1))
    return figures.dashboard(region, Library.objects.within(region.code), period, **more)


def test_last_week_is_held_against_the_running_year(library, other_library, province):
    nights(library.regency, other_library.regency)
    approve(library, Kind.INVOLVEMENT, month=date(2026, 10, 1))
    kpi.rescore(Library.objects.all(), date(2026, 11, 1))

    week = running(province).week_ago

    assert (week.day, week.colours.reconciliation) == (date(2026, 11, 15), "2 = 0 + 0 + 0 + 2")
    assert week.changes == (
        figures.ColourChange("red", 0, 1),
        figures.ColourChange("grey", 2, 1),
    )


def test_a_regency_has_its_own_last_week(library, other_library, lumajang):
    nights(library.regency, day=date(2026, 11, 13))

    week = running(lumajang).week_ago

    assert (week.day, week.colours.total, week.changes) == (date(2026, 11, 13), 1, ())


def test_part_without_a_night_is_not_left_out_silently(library, other_library, province):
    nights(library.regency)

    assert running(province).week_ago is None


def test_old_nights_and_other_years_are_no_last_week(library, lumajang, monkeypatch):
    nights(library.regency, day=date(2026, 11, 7))
    assert running(lumajang).week_ago is None

    nights(library.regency, day=date(2026, 12, 28))
    set_clock(monkeypatch, 2027, 1, 5, 8, 0)
    january = Period(date(2027, 1, 1), date(2027, 1, 1))
    assert figures.dashboard(lumajang, Library.objects.all(), january).week_ago is None


def test_districts_closed_months_and_narrowed_lists_have_no_last_week(library, lumajang, province):
    nights(library.regency)

    assert running(Region.objects.get(code="35.08.21")).week_ago is None
    assert running(lumajang, is_narrowed=True).week_ago is None
    nine = Period(date(2024, 1, 1), SEPTEMBER)
    assert figures.dashboard(lumajang, Library.objects.all(), nine).week_ago is None


# --- New year -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "through", "is_closed"),
    [
        ((2027, 1, 1, 0, 0), date(2026, 12, 1), False),
        ((2027, 1, 14, 23, 59), date(2026, 12, 1), False),
        ((2027, 1, 15, 0, 2), date(2026, 12, 1), True),
        ((2027, 2, 14, 23, 59), date(2026, 12, 1), True),
        ((2027, 2, 15, 0, 2), date(2027, 2, 1), False),
    ],
)
def test_pages_open_on_december_until_the_year_has_a_closing(
    client, pic, library, monkeypatch, moment, through, is_closed
):
    """December closes on 15 January and stays what pages open on, closed, until January closes."""
    kpi.close(date(2026, 10, 1))
    set_clock(monkeypatch, *moment)
    kpi.close_months()
    client.force_login(pic)

    shown = client.get(reverse("reports:region", kwargs={"code": "35.08"})).context["dashboard"]

    assert shown.period.end == through
    assert (shown.closed is not None) is is_closed


# --- One number, three surfaces -------------------------------------------------------------------


def test_page_api_and_document_say_the_same(client, staff, late, province):
    client.force_login(staff)
    told = everyone()

    page = client.get(reverse("reports:region", kwargs={"code": "35"}), NINE_MONTHS)
    api = client.get(reverse("api:figures", kwargs={"code": "35"}), NINE_MONTHS).json()
    report = content.progress(
        province,
        Library.objects.all(),
        Period(date(2024, 1, 1), SEPTEMBER),
        as_of=wib(2026, 11, 22),
    )
    paper = render_to_string(
        "reports/pdf/front.html", {"report": report, "piece": printing.Piece(report.headings)}
    )

    assert page.context["dashboard"].closed == report.dashboard.closed == told
    assert "Penutupan 15 Oktober 2024 3 = 0 + 0 + 1 + 2 aturan versi 1" in words(page)
    assert "Sejak penutupan 1 perpustakaan berubah: Merah 1 → 2 Abu-abu 2 → 1" in words(page)
    assert api["closed"] == {
        "through": "2024-09",
        "as_of": "2024-10-15T00:00:00+07:00",
        "rule_versions": [1],
        "colours": api["closed"]["colours"],
        "changed": 1,
        "changes": [
            {"colour": "red", "before": 1, "after": 2},
            {"colour": "grey", "before": 2, "after": 1},
        ],
        "moves": [{"before": "grey", "after": "red", "count": 1}],
    }
    assert api["closed"]["colours"]["reconciliation"] == "3 = 0 + 0 + 1 + 2"
    assert "Penutupan 15 Oktober 2024: 3 = 0 + 0 + 1 + 2" in " ".join(paper.split())
    assert "merah 1 menjadi 2, abu-abu 2 menjadi 1" in " ".join(paper.split())


def test_last_week_stands_on_page_and_in_api(client, pic, library):
    nights(library.regency, red=2, no_account=0)
    client.force_login(pic)
    year = {"dari": "2026-01", "sampai": "2026-11"}

    page = client.get(reverse("reports:region", kwargs={"code": "35.08"}), year)
    api = client.get(reverse("api:figures", kwargs={"code": "35.08"}), year).json()

    assert "Sejak minggu lalu (15 November 2026) Merah 2 → 0 Abu-abu 0 → 1" in words(page)
    assert api["closed"] is None
    assert api["week_ago"]["day"] == "2026-11-15"
    assert api["week_ago"]["changes"] == [
        {"colour": "red", "before": 2, "after": 0},
        {"colour": "grey", "before": 0, "after": 1},
    ]


# --- Pages ----------------------------------------------------------------------------------------


def closings_page(client, **asked: str):
    return client.get(reverse("reports:closings"), asked)


def test_closings_are_listed_newest_first_by_year(client, staff, late):
    for month in (10, 11):
        kpi.close(date(2024, month, 1))
    kpi.close(date(2025, 1, 1))
    client.force_login(staff)

    newest, asked = closings_page(client), closings_page(client, tahun="2024")

    assert (newest.context["years"], newest.context["year"]) == ([2025, 2024], 2025)
    assert [one.through.month for one in asked.context["closings"]] == [11, 10, 9]
    assert (
        "September 2024 3 0 0 1 2 15 Oktober 2024 00.00 WIB aturan versi 1 1 perpustakaan berubah"
    ) in words(asked)


@pytest.mark.parametrize("year", ["2023", "dua ribu", "20245", "٢٠٢٤", "-1"])
def test_year_without_closings_is_refused_in_words(client, staff, closing, year):
    client.force_login(staff)

    response = closings_page(client, tahun=year)

    assert response.status_code == 400
    assert "tidak punya penutupan" in words(response)


def test_before_the_first_closing_the_page_says_when_it_comes(client, staff, province):
    client.force_login(staff)

    response = closings_page(client)

    assert response.status_code == 200
    assert "Belum ada bulan yang ditutup" in words(response)


def test_closing_shows_what_was_and_who_changed_since(client, staff, late):
    client.force_login(staff)

    text = words(client.get(reverse("reports:closing", kwargs=MONTH)))

    assert "Keadaan per 15 Oktober 2024 00.00 WIB, dibekukan" in text
    assert "3 = 0 + 0 + 1 + 2 mitra = hijau + kuning + merah + abu-abu" in text
    assert "aturan KPI versi 1" in text
    assert f"{late.name} Kabupaten Lumajang Abu-abu Merah 19 poin kegiatan pelibatan" in text
    assert "kegiatan pelibatan masyarakat 0 → 1" in text
    assert "Jumlah 3 0 0 1 2 1" in text


@pytest.mark.parametrize("order", ["nama", "-berubah", "abu", "-mitra", "sandi"])
def test_every_column_sorts(client, staff, closing, order):
    client.force_login(staff)

    response = client.get(reverse("reports:closing", kwargs=MONTH), {"urut": order})

    assert response.status_code == 200
    assert len(response.context["areas"]) == 2


def test_everyone_sees_the_libraries_of_their_places(client, pic, strange_pic, late):
    client.force_login(pic)
    mine = words(client.get(reverse("reports:closing", kwargs=MONTH)))
    client.force_login(strange_pic)
    theirs = words(client.get(reverse("reports:closing", kwargs=MONTH)))

    assert "2 = 0 + 0 + 1 + 1" in mine
    assert late.name in mine
    assert "1 = 0 + 0 + 0 + 1" in theirs
    assert late.name not in theirs


@pytest.mark.parametrize("month", ["2024-08", "2024-13", "kemarin", "0000-01"])
@pytest.mark.parametrize("route", ["reports:closing", "reports:closing_export"])
def test_month_that_is_not_closed_does_not_exist(client, staff, closing, route, month):
    client.force_login(staff)
    form = {"form": "csv"} if route.endswith("export") else {}

    assert client.get(reverse(route, kwargs={"month": month, **form})).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PROVINCE_VIEWER, 200),
        (Role.OBSERVER, 200),
        (Role.FACILITATOR, 200),
        (Role.SUPPORTER, 403),
    ],
)
def test_pages_are_for_those_who_look_after_libraries(client, province, closing, role, status):
    client.force_login(factories.someone(role, province))

    assert closings_page(client).status_code == status
    assert client.get(reverse("reports:closing", kwargs=MONTH)).status_code == status


# --- Files ----------------------------------------------------------------------------------------


def export(client, form: str) -> bytes:
    response = client.get(reverse("reports:closing_export", kwargs={**MONTH, "form": form}))
    assert response.status_code == 200
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="penutupan-2024-09-2026-11-22.{form}"'
    )
    return response.getvalue()


def test_file_holds_the_whole_closing_and_what_it_was_made_of(client, staff, late):
    client.force_login(staff)

    rows = list(csv.DictReader(io.StringIO(export(client, "csv").decode("utf-8-sig"))))

    assert [row["Perpustakaan"] for row in rows] == ["Perpustakaan Mawar", "Anggrek", late.name]
    labruk = rows[2]
    assert (labruk["Warna saat ditutup"], labruk["Sebab abu-abu"]) == ("Abu-abu", "Tanpa akun")
    assert (labruk["Poin saat ditutup"], labruk["Warna sekarang"]) == ("", "Merah")
    kept = ClosingScore.objects.get(library__name="Anggrek")
    anggrek = rows[1]
    assert anggrek["Nomor skor"] == str(kept.pk)
    assert anggrek["Poin saat ditutup"] == str(kept.points / 1000)
    assert (anggrek["Bulan yang dihitung"], anggrek["Versi aturan"]) == ("9", "1")


def test_workbook_says_what_it_is(client, pic, late):
    client.force_login(pic)

    book = load_workbook(io.BytesIO(export(client, "xlsx")))

    rows, about = book.worksheets
    assert rows.max_row == 3
    said = dict(about.values)
    assert said["Penutupan"] == "KPI portal s.d. September 2024"
    assert said["Keadaan per"] == "15 Oktober 2024 00.00 WIB"
    assert said["mitra = hijau + kuning + merah + abu-abu"] == "2 = 0 + 0 + 1 + 1"


def test_other_kinds_of_file_do_not_exist(client, staff, closing):
    client.force_login(staff)
    url = reverse("reports:closing_export", kwargs={**MONTH, "form": "pdf"})

    assert client.get(url).status_code == 404


# --- Cost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("route", "arguments"),
    [
        ("reports:closings", {}),
        ("reports:closing", MONTH),
        ("reports:closing_export", {**MONTH, "form": "csv"}),
    ],
)
def test_number_of_queries_does_not_grow(client, staff, late, route, arguments):
    client.force_login(staff)
    url = reverse(route, kwargs=arguments)
    client.get(url)  # once a session something is noted of it
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(3):
        approve(village(name=f"Terlambat {number}"), *GENERAL, month=SEPTEMBER)
    kpi.close(date(2024, 10, 1))
    kpi.rescore(Library.objects.all(), date(2024, 10, 1))

    with CaptureQueriesContext(connection) as many:
        client.get(url)

    assert len(many) == len(few)
