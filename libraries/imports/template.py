"""The workbook to fill in: headings, one example, and on a second sheet what cells may say."""

import io
from typing import TYPE_CHECKING

from libraries.enums import LibraryKind, ProgrammeSource, SimState
from libraries.imports.columns import HEADINGS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

FILE_NAME = "templat-daftar-perpustakaan.xlsx"
EXAMPLE_NAME = "Contoh: Perpustakaan Desa Sumber Ilmu"  # left out when the file comes back
_EXAMPLE = {
    "name": EXAMPLE_NAME,
    "kind": "Desa",
    "code": "35.08.21.2004",
    "village": "Labruk Kidul",
    "district": "Sumbersuko",
    "regency": "Kabupaten Lumajang",
    "npp": "3508212D0000001",
    "source": "Replikasi daerah",
    "joined_on": "2021",
    "tags": "East Java Center of Literacy; Literasi Desa",
    "address": "Jalan Raya Labruk 12",
    "contact_name": "Siti Aminah",
    "contact_phone": "081234567890",
    "sim_name": "Perpusdes Labruk Kidul",
    "sim_state": "Aktif",
    "sim_since": "01/03/2024",
}
_NOTES = {
    "name": "Wajib.",
    "kind": "Boleh kosong: mengikuti wilayahnya.",
    "code": "Kode Kemendagri. Boleh kosong bila desa dan kecamatan diisi.",
    "village": "Dicari bersama kecamatannya, tidak pernah dari namanya saja.",
    "district": "Wajib bila kode desa kosong.",
    "regency": "Membantu bila nama kecamatan ada di beberapa kabupaten.",
    "npp": "15 huruf dan angka. Boleh kosong.",
    "source": "Wajib untuk perpustakaan baru.",
    "joined_on": "Wajib untuk perpustakaan baru. Tahun, atau tanggal seperti 17/07/2023.",
    "tags": "Bebas; pisahkan dengan titik koma.",
    "address": "Boleh kosong.",
    "contact_name": "Penerima surat aktivasi.",
    "contact_phone": "Nomor telepon pengelola, misalnya 081234567890.",
    "sim_name": "Nama perpustakaan ini di SIM, bila lain.",
    "sim_state": "Boleh kosong.",
    "sim_since": "Tanggal, misalnya 01/03/2024.",
}
_LISTS = {"kind": LibraryKind, "source": ProgrammeSource, "sim_state": SimState}
_READY_ROWS = 2_000  # with a list to choose from
_VALUES = "Isian yang dikenal"
_TEXT = "@"  # else Excel eats the 0 of a phone number and the dots of a code


def template() -> bytes:
    from openpyxl import Workbook  # slow to import

    book = Workbook()
    _write_roster(book.create_sheet("Daftar perpustakaan", 0))
    _write_values(book.worksheets[1])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_roster(sheet: "Worksheet") -> None:
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet.append(list(HEADINGS.values()))
    sheet.append([_EXAMPLE[name] for name in HEADINGS])
    _dress(sheet)
    sheet.freeze_panes = "B2"
    for place, name in enumerate(HEADINGS, start=1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].number_format = _TEXT
        sheet.column_dimensions[letter].width = max(16, len(HEADINGS[name]) + 4)
        sheet.cell(row=2, column=place).number_format = _TEXT
        sheet.cell(row=2, column=place).font = Font(italic=True, color="5A6472")
        if name in _LISTS:
            _offer(sheet, letter, list(_LISTS).index(name), len(_LISTS[name]))


def _offer(sheet: "Worksheet", letter: str, place: int, count: int) -> None:
    """A list to choose from in the column; other words are allowed, the import knows more."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    column = get_column_letter(place + 4)
    source = f"'{_VALUES}'!${column}$2:${column}${count + 1}"
    offered = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(offered)
    offered.add(f"{letter}2:{letter}{_READY_ROWS}")


def _write_values(sheet: "Worksheet") -> None:
    """What each column asks for; from the fourth column on, the words that are known."""
    sheet.title = _VALUES
    sheet.append(["Kolom", "Keterangan", None, *(HEADINGS[name] for name in _LISTS)])
    words = [[str(label) for label in choices.labels] for choices in _LISTS.values()]
    for row, (name, heading) in enumerate(HEADINGS.items()):
        known = [column[row] if row < len(column) else None for column in words]
        sheet.append([heading, _NOTES[name], None, *known])
    _dress(sheet)
    for letter, width in {"A": 22, "B": 62, "C": 4, "D": 20, "E": 26, "F": 20}.items():
        sheet.column_dimensions[letter].width = width


def _dress(sheet: "Worksheet") -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for cell in sheet[1]:
        if cell.value:
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = PatternFill("solid", fgColor="0F5C5C")
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 30
