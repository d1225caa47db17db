"""A list of people as a table: which column says what, line by line."""

from django.utils.translation import gettext as _

from stakeholders.services.attendance_lists import MOST_LINES, Written
from tpbis.core import texts
from tpbis.core.spreadsheets import BadSpreadsheet, Row, Table

HEADINGS = {
    "name": ("nama", "nama lengkap", "nama peserta", "peserta", "name"),
    "origin": (
        *("asal", "instansi", "lembaga", "perpustakaan", "asal instansi", "asal lembaga"),
        *("instansi lembaga", "unit kerja", "institution", "organisation"),
    ),
    "position": ("jabatan", "posisi", "position"),
    "group": ("kuota", "kelompok", "unsur", "group"),
    "phone": ("telepon", "no hp", "nomor hp", "hp", "no telepon", "nomor telepon", "whatsapp"),
    "email": ("surel", "email", "e mail"),
    "code": ("kode", "kode undangan"),
}
_LONGEST = {"name": 150, "origin": 200, "position": 150, "group": 60, "phone": 20, "email": 254}
_ROWS_ABOVE = 10  # a letterhead, a title


def lines_of(table: Table) -> list[Written]:
    """Below the headings, wherever those are. Raises ``BadSpreadsheet``."""
    for index, row in enumerate(table.rows[:_ROWS_ABOVE]):
        columns = _columns(row)
        if "name" in columns:
            lines = [_line(one, columns) for one in table.rows[index + 1 :]]
            return _sound([one for one in lines if one.name or one.origin])
    raise BadSpreadsheet(
        _("Tidak ada kolom “Nama”. Tulis judul kolom: Nama, Asal, Jabatan, Kuota.")
    )


def _columns(row: Row) -> dict[str, int]:
    found: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        word = texts.key(cell)
        for field, names in HEADINGS.items():
            if word in names and field not in found:
                found[field] = index
    return found


def _line(row: Row, columns: dict[str, int]) -> Written:
    cells = {
        field: texts.plain(row.cells[index])[: _LONGEST.get(field, 40)]
        for field, index in columns.items()
        if index < len(row.cells)
    }
    return Written(row=row.number, **{"name": "", **cells})


def _sound(lines: list[Written]) -> list[Written]:
    if not lines:
        raise BadSpreadsheet(_("Di bawah judul kolom tidak ada satu nama pun."))
    if len(lines) > MOST_LINES:
        raise BadSpreadsheet(
            _("Daftar ini lebih dari %(most)s baris. Bagi menjadi beberapa berkas.")
            % {"most": MOST_LINES}
        )
    return lines
