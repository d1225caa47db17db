"""What leaves as a file: never a formula, numbers as numbers, however many rows."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tpbis.core.spreadsheets import (
    MAX_CELL,
    Kind,
    Sheet,
    TooManyRows,
    limits,
    read_table,
    write_csv,
    write_xlsx,
    writing,
)

HOSTILE = [
    ['=HYPERLINK("http://x")', "\t=1+1", " @sum(A1)", "-2+3+cmd|' /C calc'!A0"],
    ["+6281234567890", "-8.65,121", "Perpustakaan Desa “Mbah Koneng”", "a,b;c"],
    ["'kutip", "", "baris", "+62 mulai"],
]
SENT = datetime(2026, 5, 31, 18, 5, 9, tzinfo=UTC)  # the first of June in Jakarta


def workbook(*sheets: Sheet) -> bytes:
    file = io.BytesIO()
    write_xlsx(sheets, file)
    return file.getvalue()


def opened(rows, kinds=()):
    return load_workbook(io.BytesIO(workbook(Sheet("Mitra", rows, kinds)))).active


def test_no_cell_of_a_workbook_is_a_formula():
    sheet = opened([["=judul", "b", "c", "d"], *HOSTILE])

    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert [cell.value for cell in sheet[2]] == HOSTILE[0]


def test_no_cell_of_a_csv_begins_like_a_formula():
    lines = b"".join(write_csv(HOSTILE)).decode("utf-8-sig").splitlines()

    assert (
        lines[0] == "\"'=HYPERLINK(\"\"http://x\"\")\",'\t=1+1,' @sum(A1),'-2+3+cmd|' /C calc'!A0"
    )
    assert lines[1].startswith('+6281234567890,"-8.65,121"')
    assert lines[2].endswith("'+62 mulai")


def test_a_guard_cannot_be_passed_with_what_is_left_out_afterwards():
    assert b"".join(write_csv([["\x00=1+1"]], bom=False)) == b"'=1+1\r\n"


@pytest.mark.parametrize(("bom", "first"), [(True, b"\xef\xbb\xbfNama"), (False, b"Nama")])
def test_a_mark_tells_excel_that_it_is_utf_8(bom, first):
    assert b"".join(write_csv([["Nama"]], bom=bom)) == first + b"\r\n"


@pytest.mark.parametrize("form", [0, 1])
def test_what_is_written_is_read_again(form):
    rows = [["Nama", "Sejak"], *[[row[0], row[2]] for row in HOSTILE], ["Desa", date(2024, 4, 1)]]
    files = [b"".join(write_csv(rows)), workbook(Sheet("Mitra", rows))]

    table = read_table(io.BytesIO(files[form]))

    plain = [tuple(str(cell).strip() for cell in row) for row in rows]
    assert [row.cells for row in table.rows] == plain


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_no_text_whatsoever_becomes_a_formula(texts):
    sheet = opened([["kolom"], *[[text] for text in texts]], [Kind.TEXT])

    assert all(cell.data_type in ("s", "n", "inlineStr") for cell in sheet["A"])
    assert all(cell.value is None or isinstance(cell.value, str) for cell in sheet["A"])


def test_what_no_worksheet_can_hold_is_left_out():
    sheet = opened([["a\x0bb"], ["=\x01"], ["\ud800c\uffff"]])

    assert [cell.value for cell in sheet["A"]] == ["ab", "=", "c"]


def test_a_text_ends_where_a_cell_does():
    assert len(opened([["Catatan"], ["x" * 40_000]])["A2"].value) == MAX_CELL


def test_each_kind_is_what_it_is():
    kinds = [Kind.TEXT, Kind.NUMBER, Kind.DECIMAL, Kind.MONEY, Kind.DATE, Kind.MOMENT, Kind.SHARE]
    row = ["35.08", 1200, Decimal("72.5"), 1_500_000, date(2026, 5, 31), SENT, 0.706]

    sheet = opened([[kind.name for kind in kinds], row], kinds)

    cells = list(sheet[2])
    told = [str(cell.value) for cell in cells]
    assert told == [
        *("35.08", "1200", "72.5", "1500000"),
        *("2026-05-31 00:00:00", "2026-06-01 01:05:09", "0.706"),
    ]
    assert [cell.number_format for cell in cells[3:]] == [
        *('"Rp"#,##0', "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0.0%")
    ]


def test_the_same_moment_in_a_csv_is_told_with_its_zone():
    (line,) = b"".join(write_csv([[SENT, 3, None]], bom=False)).decode().splitlines()

    assert line == "2026-06-01 01:05:09+07:00,3,"


def test_the_headings_stay_in_view_and_narrow_the_list():
    sheet = opened([["Nama", "Desa"], ["x" * 90, "Labruk"]])

    assert (sheet.freeze_panes, sheet["A1"].font.bold) == ("A2", True)
    assert sheet.auto_filter.ref == "A1:B2"
    assert 61 < sheet.column_dimensions["A"].width < 64


def test_headings_alone_are_a_table():
    assert list(opened([["Nama", "Desa"]], [Kind.TEXT, Kind.TEXT]).values) == [("Nama", "Desa")]


def test_sheets_are_told_apart_by_names_that_may_stand_there():
    names = ["Kab/kota: [semua]", "'a'", "A", "x" * 40, ""]

    book = load_workbook(io.BytesIO(workbook(*[Sheet(name, [["k"]]) for name in names])))

    assert book.sheetnames == ["Kab kota   semua", "a", "A (2)", "x" * 31, "-"]


@pytest.mark.parametrize(("rows", "fits"), [(5, True), (6, False)])
def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch, rows, fits):
    monkeypatch.setattr(writing, "LAST_ROW", 5)
    table = Sheet("Mitra", ([str(number)] for number in range(rows)))

    if fits:
        workbook(table)
    else:
        with pytest.raises(TooManyRows, match="unduh sebagai CSV"):
            workbook(table)


def test_a_sheet_has_1_048_576_rows():
    assert limits.LAST_ROW == 2**20
