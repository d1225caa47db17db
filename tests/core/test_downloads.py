"""A table as a file: what it is called, and what goes with it."""

import io
from datetime import date

import pytest
from django.http import Http404, QueryDict
from django.utils import translation
from openpyxl import load_workbook

from kpi.enums import Colour
from tests.reports.times import set_clock
from tpbis.core.downloads import table_file
from tpbis.core.spreadsheets import writing
from tpbis.core.templatetags.tpbis import besar_poin, selisih_poin

ROWS = [["Nama", "Skor", "Per"], ["Mawar", 72.5, date(2026, 5, 31)]]
ABOUT = [["Keterangan", ""], ["Mitra", 932]]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_called_after_its_content_and_the_day(monkeypatch, form):
    set_clock(monkeypatch, 2026, 11, 22)

    response = table_file(ROWS, form, name="skor", sheet="Skor", about=ABOUT)

    expected = f'attachment; filename="skor-2026-11-22.{form}"'
    assert response["Content-Disposition"] == expected


def test_a_workbook_brings_what_is_to_be_known_of_it_on_a_second_sheet():
    response = table_file(ROWS, "xlsx", name="skor", sheet="Skor", about=ABOUT)

    book = load_workbook(io.BytesIO(response.getvalue()))

    assert book.sheetnames == ["Skor", "Keterangan"]
    assert list(book["Skor"].values)[1][:2] == ("Mawar", 72.5)
    assert dict(book["Keterangan"].values)["Mitra"] == 932


def test_a_csv_file_holds_the_rows_alone():
    response = table_file(ROWS, "csv", name="skor", sheet="Skor", about=ABOUT)

    lines = response.getvalue().decode("utf-8-sig").splitlines()
    assert lines == ["Nama,Skor,Per", "Mawar,72.5,2026-05-31"]


def test_there_are_no_other_forms():
    with pytest.raises(Http404):
        table_file(ROWS, "pdf", name="skor", sheet="Skor")


def test_a_csv_file_may_do_without_the_mark_that_excel_needs():
    usual, plain, refused = (
        table_file(ROWS, "csv", name="skor", sheet="Skor", asked=QueryDict(asked))
        for asked in ("", "bom=0", "bom=mungkin")
    )

    assert usual.getvalue() == b"\xef\xbb\xbf" + plain.getvalue()
    assert (refused.status_code, refused["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "bom=mungkin" in refused.content.decode()


def test_more_rows_than_a_sheet_holds_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(writing, "LAST_ROW", 2)

    refused = table_file([*ROWS, *ROWS], "xlsx", name="skor", sheet="Skor")

    assert refused.status_code == 400
    assert "unduh sebagai CSV" in refused.content.decode()


def test_rows_are_told_in_the_language_of_the_request():
    with translation.override("en"):
        response = table_file(
            ([str(Colour.GREEN.label)] for _ in range(1)), "csv", name="warna", sheet="Warna"
        )

    assert "Green" in response.getvalue().decode()


@pytest.mark.parametrize(
    ("milli", "difference", "distance"),
    [
        (None, "–", "–"),
        (0, "0,0", "0,0"),
        (2_949, "+2,9", "2,9"),
        (2_960, "+3,0", "3,0"),
        (40, "0,0", "0,0"),
    ],
)
def test_differences_of_points_are_told_to_a_tenth(milli, difference, distance):
    assert (selisih_poin(milli), besar_poin(milli)) == (difference, distance)


def test_a_negative_difference_has_a_minus():
    assert selisih_poin(-23_040) == "−23,0"
