"""Every list as a file: the rows of its page, its headings and what is to be known of it."""

import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from activities.enums import Kind
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.core.exports import Column, Listing, about, label
from tpbis.core.spreadsheets import Kind as Cells

LISTS = [
    "activities:list_export",
    "activities:entries_export",
    "activities:queue_export",
    "activities:stories_export",
    "libraries:people_export",
    "reports:follow_up_export",
    "reports:not_reported_export",
    "reports:reviews_waiting_export",
    "reports:funnel_export",
]
OF_PROVINCE = ["kpi:runs_export", "accounts:audit_file"]


def ask(client, route: str, form: str = "xlsx", **asked: str):
    return client.get(reverse(route, kwargs={"form": form}), asked)


def sheets(response) -> dict[str, list[tuple]]:
    book = load_workbook(io.BytesIO(response.getvalue()))
    return {page.title: list(page.values) for page in book}


def rows(response) -> list[dict]:
    """Of the first sheet, by their headings."""
    headings, *found = next(iter(sheets(response).values()))
    return [dict(zip(headings, row, strict=True)) for row in found]


def test_the_second_sheet_says_what_satu_data_asks():
    columns = [Column("Skor", lambda row: row, Cells.NUMBER, "dari 0 sampai 100")]

    told = dict(row[:2] for row in about("Skor", "satu baris satu skor", [], columns).rows)

    assert told["Nama data"] == "Skor"
    assert told["Satuan"] == "satu baris satu skor"
    assert told["Keadaan per"].endswith("WIB")
    assert told["Produsen data"] == "Pemerintah Provinsi Jawa Timur, melalui Portal TPBIS"
    assert "Kepmendagri" in told["Rujukan kode wilayah"]
    assert told["Skor"] == "dari 0 sampai 100"


def test_rows_are_read_one_by_one():
    read = []

    def numbers():
        for number in range(3):
            read.append(number)
            yield number

    lines = iter(Listing("x", "x", "x", [Column("k", lambda row: row)], numbers()).sheet.rows)

    assert (next(lines), next(lines), read) == (["k"], [0], [0])


@pytest.fixture
def month(library, librarian, pic):
    return factories.approved(
        library, librarian, pic, Kind.INVOLVEMENT, Kind.ADVOCACY, month=date(2024, 3, 1)
    )


@pytest.mark.parametrize("route", LISTS)
def test_a_list_without_rows_is_a_file_of_headings(client, strange_pic, route):
    client.force_login(strange_pic)

    found = ask(client, route, cari="tidak ada yang bernama begini")

    (headings, *_), note = sheets(found).values()
    assert all(headings)
    assert dict(row[:2] for row in note)["Nama data"]


@pytest.mark.parametrize("route", LISTS + OF_PROVINCE)
def test_there_are_no_other_forms(client, staff, pic, route):
    client.force_login(pic if "queue" in route else staff)

    assert ask(client, route, "pdf").status_code == 404


@pytest.mark.parametrize(
    ("route", "asked"),
    [
        ("activities:list_export", {"status": "entah"}),
        ("activities:entries_export", {"bulan": "2999-01"}),
        ("activities:queue_export", {"tanda": "entah"}),
        ("activities:stories_export", {"bidang": "entah"}),
        ("libraries:people_export", {"peran": "raja"}),
        ("reports:follow_up_export", {"wilayah": "99"}),
        ("reports:funnel_export", {"tahap": "entah"}),
    ],
)
def test_what_is_not_understood_is_refused_in_words(client, pic, route, asked):
    client.force_login(pic)

    refused = ask(client, route, **asked)

    assert (refused.status_code, refused["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert refused.content


def test_reports_and_entries_are_those_of_the_list(client, pic, strange_pic, month):
    client.force_login(pic)
    (report,) = rows(ask(client, "activities:list_export", bulan="2024-03"))
    entries = rows(ask(client, "activities:entries_export", bulan="2024-03"))
    client.force_login(strange_pic)
    elsewhere = rows(ask(client, "activities:list_export"))

    assert (report["Perpustakaan"], report["Bulan"]) == (month.library.name, "2024-03")
    assert (report["Catatan"], report["Pengunjung"]) == (2, month.visits_total)
    assert report["Segel"] == month.seal
    assert {one["Jenis catatan"] for one in entries} == {
        str(kind.label) for kind in (Kind.INVOLVEMENT, Kind.ADVOCACY)
    }
    assert {one["Nominal (Rp)"] for one in entries} == {None, 1_500_000}
    assert elsewhere == []


def test_the_table_has_the_rows_of_the_workbook(client, pic, month):
    client.force_login(pic)

    lines = ask(client, "activities:entries_export", "csv").getvalue().decode("utf-8-sig")
    listed = rows(ask(client, "activities:entries_export"))

    assert len(lines.splitlines()) == len(listed) + 1 == 3


def test_who_takes_the_list_of_people_is_kept(client, pic, librarian):
    client.force_login(pic)

    found = rows(ask(client, "libraries:people_export", peran=Role.LIBRARIAN))

    assert [one["Nama"] for one in found] == [librarian.full_name]
    event = AuditEvent.objects.get(action="libraries.download_people")
    assert (event.by, event.changes) == (pic, {})


def test_a_refused_list_of_people_leaves_no_trace(client, pic):
    client.force_login(pic)

    ask(client, "libraries:people_export", peran="raja")

    assert not AuditEvent.objects.filter(action="libraries.download_people").exists()


@pytest.mark.parametrize("route", OF_PROVINCE)
def test_the_province_takes_its_own(client, staff, pic, route):
    client.force_login(staff)
    assert len(sheets(ask(client, route))) == 2
    client.force_login(pic)
    assert ask(client, route).status_code == 403


def test_codes_are_told_in_the_language_of_whoever_reads():
    told = label(Kind, lambda code: code)

    words = []
    for language in ("id", "en"):
        with translation.override(language):
            words.append((told(Kind.ADVOCACY.value), str(Kind.ADVOCACY.label)))

    assert all(said == meant for said, meant in words)
    assert words[0] != words[1]
    assert told("entah") == ""
