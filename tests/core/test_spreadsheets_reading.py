"""Bombs are built here, byte by byte: a library would not write them."""

import io
import warnings
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from tpbis.core import spreadsheets
from tpbis.core.spreadsheets import BadSpreadsheet, read_table, reading

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
ROOT_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Target="xl/workbook.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/>'
    "</Relationships>"
)
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Daftar" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
WORKBOOK_RELS = ROOT_RELS.replace("xl/workbook.xml", "worksheets/sheet1.xml").replace(
    "officeDocument/2006/relationships/officeDocument",
    "officeDocument/2006/relationships/worksheet",
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, head: str = "") -> str:
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def archive(sheet_xml: str, **more: str | bytes) -> bytes:
    """A workbook with exactly this sheet; ``more`` adds or replaces members."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT_RELS,
        "xl/workbook.xml": WORKBOOK,
        "xl/_rels/workbook.xml.rels": WORKBOOK_RELS,
        "xl/worksheets/sheet1.xml": sheet_xml,
        **more,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return buffer.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(*rows: tuple, **other_sheets: str) -> bytes:
    book = Workbook()
    book.active.title = "Daftar"
    for row in rows:
        book.active.append(row)
    for title in other_sheets:
        book.create_sheet(title)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(content: bytes | str) -> list[tuple[str, ...]]:
    content = content.encode() if isinstance(content, str) else content
    return [row.cells for row in read_table(io.BytesIO(content)).rows]


def refused(content: bytes | str) -> str:
    with pytest.raises(BadSpreadsheet) as caught:
        read(content)
    return str(caught.value)


# --- XLSX ---------------------------------------------------------------------------------------


def test_cells_of_every_type_become_text():
    content = workbook(("Nama", 2023, 2023.0, 1.5, None, date(2026, 7, 17), True))

    assert read(content) == [("Nama", "2023", "2023", "1.5", "", "2026-07-17", "ya")]


def test_rows_keep_their_numbers_and_empty_ones_are_left_out():
    table = read_table(io.BytesIO(workbook(("Nama",), (None,), ("Mawar",))))

    assert [(row.number, row.cells) for row in table.rows] == [(1, ("Nama",)), (3, ("Mawar",))]


def test_says_which_sheet_was_read_and_which_were_not():
    table = read_table(io.BytesIO(workbook(("Nama",), Petunjuk="")))

    assert (table.sheet, table.other_sheets) == ("Daftar", ("Petunjuk",))


def test_the_hand_made_archive_is_a_workbook():
    assert read(archive(sheet(f'<row r="1">{cell("A1", "Nama")}</row>'))) == [("Nama",)]


def test_warnings_of_the_parser_stay_inside():
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        assert read(archive(sheet(f'<row r="1">{cell("A1", "Nama")}</row>'))) == [("Nama",)]


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = archive(sheet("<!--" + " " * spreadsheets.MAX_UNPACKED + "-->"))

    assert len(bomb) < 1024 * 1024
    assert "terlalu besar bila dibuka" in refused(bomb)


def test_too_many_members_are_refused():
    extra = {f"xl/media/{number}.xml": "" for number in range(300)}

    assert "terlalu besar bila dibuka" in refused(archive(sheet(""), **extra))


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml"])
def test_entities_are_refused(member):
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(9)
    )
    head = f'<?xml version="1.0"?><!DOCTYPE lolz [{laughs}]>'
    body = sheet(f'<row r="1">{cell("A1", "&l8;")}</row>')
    original = body if member.endswith("sheet1.xml") else WORKBOOK.replace("Daftar", "&l8;")

    assert "rusak atau tidak wajar" in refused(archive(body, **{member: head + original}))


def test_an_entity_that_reads_a_file_is_refused():
    head = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'

    assert "rusak atau tidak wajar" in refused(
        archive(sheet(f'<row r="1">{cell("A1", "&f;")}</row>', head=head))
    )


@pytest.mark.parametrize("place", ["XFD1", "XFD1048576"])
def test_a_cell_in_the_last_column_is_refused(place):
    row = place.removeprefix("XFD")

    assert "Tabel terlalu besar" in refused(
        archive(sheet(f'<row r="{row}">{cell(place, "x")}</row>'))
    )


def test_a_cell_in_the_last_row_does_no_harm():
    table = read_table(
        io.BytesIO(archive(sheet(f'<row r="1048576">{cell("A1048576", "x")}</row>')))
    )

    assert [row.number for row in table.rows] == [1_048_576]


def test_a_row_number_beyond_any_sheet_is_refused_at_once():
    assert "terlalu besar" in refused(
        archive(sheet(f'<row r="99999999999">{cell("A99999999999", "x")}</row>'))
    )


def test_many_empty_cells_far_out_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "_MAX_CELLS_SEEN", 100_000)
    rows = "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 20))

    assert "Tabel terlalu besar" in refused(archive(sheet(rows)))


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_ROWS", 3)

    assert "Tabel terlalu besar" in refused(workbook(*[("x",)] * 4))


def test_the_size_a_file_claims_is_not_believed():
    body = sheet(f'<row r="1">{cell("A1", "Nama")}</row>')
    lying = body.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')

    assert read(archive(lying)) == [("Nama",)]


def test_macros_are_refused():
    assert "makro" in refused(archive(sheet(""), **{"xl/vbaProject.bin": b"\xd0\xcf"}))
    assert "makro" in refused(archive(sheet(""), **{"xl/macrosheets/sheet1.xml": ""}))


def test_a_macro_type_is_refused():
    typed = CONTENT_TYPES.replace(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )

    assert "makro" in refused(archive(sheet(""), **{"[Content_Types].xml": typed}))


def test_a_password_is_named():
    locked = (
        bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )

    assert "kata sandi" in refused(locked)


def test_an_encrypted_member_is_named():
    content = bytearray(archive(sheet("")))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 0x1

    assert "kata sandi" in refused(bytes(content))


def test_an_old_workbook_is_named_whatever_it_is_called():
    assert "(.xls)" in refused(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600)


def test_another_archive_is_not_a_workbook():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        zipped.writestr("content.xml", "<x/>")

    assert "bukan berkas .xlsx" in refused(buffer.getvalue())


def test_half_a_workbook_is_named():
    content = workbook(("Nama",), ("Mawar",))

    assert "terpotong atau rusak" in refused(content[: len(content) // 2])


def test_a_damaged_sheet_is_named():
    assert "rusak atau tidak wajar" in refused(archive("<worksheet><sheetData><row"))


def test_a_file_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MAX_BYTES", 1024 * 1024)

    assert "lebih besar dari 1 MB" in refused(b"x" * (1024 * 1024 + 1))


# --- CSV ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_reads_separators_and_encodings(separator, encoding):
    text = f"Nama{separator}Desa\r\nPustaka “Ilmu”{separator}Ra'as\r\n"

    assert read(text.encode(encoding)) == [("Nama", "Desa"), ("Pustaka “Ilmu”", "Ra'as")]


def test_windows_1252_is_read_when_nothing_is_doubtful():
    assert read("Nama\nPustaka “Ilmu” – café".encode("cp1252")) == [
        ("Nama",),
        ("Pustaka “Ilmu” – café",),
    ]


@pytest.mark.parametrize("doubtful", [b"\xd0\xe5\xea\xe0", b"\x8e", b"\x81"])
def test_other_alphabets_are_refused(doubtful):
    assert "CSV UTF-8" in refused(b"Nama\n" + doubtful)


def test_the_separator_line_of_excel_is_obeyed():
    table = read_table(io.BytesIO(b"sep=;\nNama;Alamat\nMawar;Jl. A, B, C, D\n"))

    assert [(row.number, row.cells) for row in table.rows] == [
        (2, ("Nama", "Alamat")),
        (3, ("Mawar", "Jl. A, B, C, D")),
    ]


def test_rows_with_line_breaks_keep_the_number_of_their_first_line():
    table = read_table(io.BytesIO(b'Nama,Alamat\n"Mawar","Jl. A\nRT 2"\nMelati,B\n'))

    assert [(row.number, row.cells) for row in table.rows] == [
        (1, ("Nama", "Alamat")),
        (2, ("Mawar", "Jl. A RT 2")),
        (4, ("Melati", "B")),
    ]


def test_an_unusual_line_separator_does_not_split_a_row():
    assert read("Nama,Desa\nMawar\u2028Indah,Ra'as\n") == [
        ("Nama", "Desa"),
        ("Mawar Indah", "Ra'as"),
    ]


@pytest.mark.parametrize("line", ['"Mawar,Desa', '"Mawar" lama,Desa'])
def test_quotes_without_a_partner_are_named_by_line(line):
    assert "Baris 3: tanda kutip" in refused(f"Nama,Desa\nMelati,B\n{line}\n")


def test_a_cell_of_a_megabyte_is_named_by_line():
    assert "Baris 2" in refused("Nama\n" + "x" * 1_000_000)


def test_a_cell_longer_than_excel_allows_is_named_by_line():
    assert "Baris 2: isi selnya terlalu panjang" in refused("Nama\n" + "x" * 40_000)


def test_a_web_page_is_named():
    assert "halaman web" in refused("<html><body><table></table></body></html>")


@pytest.mark.parametrize("content", [b"", b" \r\n ", b"%PDF-1.7 ...", b"ab\x00cd\x00\x00"])
def test_what_is_no_table_is_refused(content):
    assert refused(content)
