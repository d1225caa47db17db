"""Tables that people send in, as CSV or XLSX: opened carefully, handed on as rows of text.

What a file is, is decided by its bytes, never by its name. Limits come before parsing, so that a
small file cannot grow into a large one.
"""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, TYPE_CHECKING, Any

from defusedxml import DefusedXmlException
from django.utils.translation import gettext as _

from tpbis.core.spreadsheets.guards import unguarded
from tpbis.core.spreadsheets.limits import LAST_ROW, MAX_CELL
from tpbis.core.texts import plain

if TYPE_CHECKING:
    from openpyxl.workbook.workbook import Workbook

MAX_BYTES = 10 * 1024 * 1024
MAX_MEMBERS = 200
MAX_UNPACKED = 60 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 200
_MAX_CELLS_SEEN = 5_000_000  # empty ones count too: they cost time and say nothing

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of .xls, and of an XLSX with a password
_SEPARATORS = ",;\t"
# In Windows-1252 these are surely meant; any other byte above 127 may be another alphabet.
_CERTAIN = frozenset("\xa0‘’“”–—…•°áàâäãåçéèêëíìîïñóòôöõúùûü")


class BadSpreadsheet(Exception):
    """The file cannot be read as a table; the text says what to do instead. ``is_hostile``: no
    program writes such a file by itself, or none that people mean to send."""

    def __init__(self, text: str, *, is_hostile: bool = False) -> None:
        super().__init__(text)
        self.is_hostile = is_hostile


@dataclass(frozen=True, slots=True)
class Row:
    """``number`` is the one seen in Excel, or the line of a CSV file; cells are plain text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not empty."""

    rows: tuple[Row, ...]
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()


def read_table(file: IO[bytes], *, most_rows: int | None = None) -> Table:
    """The first sheet of a workbook, or a CSV file. Raises :class:`BadSpreadsheet`."""
    most_rows = most_rows or MAX_ROWS
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise BadSpreadsheet(
            _("Berkas lebih besar dari %d MB. Bagi menjadi beberapa berkas.")
            % (MAX_BYTES // 1024 // 1024)
        )
    if not content.strip():
        raise BadSpreadsheet(_("Berkas kosong."))
    if content.startswith(_OLE):
        raise BadSpreadsheet(_about_ole(content))
    if content.startswith(b"PK"):
        return _read_xlsx(content, most_rows)
    return Table(rows=tuple(_within_limits(_csv_rows(_decode(content)), most_rows)))


# --- XLSX ---------------------------------------------------------------------------------------


def _about_ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _("Berkas dikunci kata sandi. Buka kuncinya, simpan, lalu coba lagi.")
    return _("Berkas Excel lama (.xls). Simpan sebagai .xlsx atau CSV, lalu coba lagi.")


def _read_xlsx(content: bytes, most_rows: int) -> Table:
    _inspect_archive(content)
    from openpyxl import load_workbook  # slow to import

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions that nobody asked for
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            return _first_sheet(book, most_rows)
    except BadSpreadsheet:
        raise
    except Exception as error:  # the parser raises whatever it stumbles on
        raise BadSpreadsheet(
            _("Berkas Excel rusak atau tidak wajar. Buka di Excel, simpan ulang sebagai .xlsx."),
            is_hostile=_has_entities(error),
        ) from error


def _has_entities(error: BaseException | None) -> bool:
    """Whether that is what the parser stumbled on; openpyxl wraps it in errors of its own."""
    while error is not None:
        if isinstance(error, DefusedXmlException):
            return True
        error = error.__cause__ or error.__context__
    return False


def _inspect_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _refuse_bombs(members)
            names = {member.filename.lower() for member in members}
            if "xl/workbook.xml" not in names:
                raise BadSpreadsheet(_("Ini bukan berkas .xlsx. Simpan sebagai .xlsx atau CSV."))
            types = archive.read("[Content_Types].xml").lower()
    except BadSpreadsheet:
        raise
    except Exception as error:  # truncated, unknown compression, wrong checksum …
        raise BadSpreadsheet(_("Berkas Excel terpotong atau rusak. Kirim ulang.")) from error
    if b"macroenabled" in types or any("vbaproject" in n or "macrosheets/" in n for n in names):
        raise BadSpreadsheet(
            _("Berkas berisi makro. Simpan sebagai .xlsx tanpa makro."), is_hostile=True
        )


def _refuse_bombs(members: Sequence[zipfile.ZipInfo]) -> None:
    # The declared sizes can be trusted: zipfile never unpacks more of a member than it declares.
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise BadSpreadsheet(
            _("Isi berkas terlalu besar bila dibuka. Salin datanya ke CSV."), is_hostile=True
        )
    if any(member.flag_bits & 0x1 for member in members):
        raise BadSpreadsheet(_("Berkas dikunci kata sandi. Buka kuncinya, simpan, lalu coba lagi."))


def _first_sheet(book: "Workbook", most_rows: int) -> Table:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise BadSpreadsheet(_("Berkas Excel ini tidak punya lembar tabel."))
    sheet = sheets[0]
    sheet.reset_dimensions()  # what the file claims may be a lie
    values = ((number, row) for number, row in enumerate(sheet.iter_rows(values_only=True), 1))
    rows = tuple(_within_limits(_text_rows(values, most_rows), most_rows))
    return Table(
        rows=rows,
        sheet=str(sheet.title),
        other_sheets=tuple(str(other.title) for other in sheets[1:]),
    )


def _text_rows(values: Iterable[tuple[int, tuple[Any, ...]]], most_rows: int) -> Iterator[Row]:
    seen = 0
    for number, row in values:
        seen += len(row)
        if seen > _MAX_CELLS_SEEN or number > LAST_ROW:
            raise BadSpreadsheet(_too_many(most_rows))
        yield Row(number, tuple(_text(value) for value in row))


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


# --- CSV ----------------------------------------------------------------------------------------


def _decode(content: bytes) -> str:
    """UTF-8, else UTF-16, else Windows-1252 when nothing in it is doubtful."""
    for encoding in _candidates(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "cp1252" or _is_certain(text):
            return _refuse_other_formats(text)
    raise BadSpreadsheet(
        _("Huruf di dalam berkas tidak terbaca. Simpan ulang sebagai “CSV UTF-8” atau .xlsx.")
    )


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if b"\x00" in content:  # UTF-16 without its mark: every other byte of plain text is zero
        return ("utf-16-le",) if content[1:2] == b"\x00" else ("utf-16-be",)
    return ("utf-8-sig", "cp1252")


def _is_certain(text: str) -> bool:
    return all(character.isascii() or character in _CERTAIN for character in text)


def _refuse_other_formats(text: str) -> str:
    if "\x00" in text or text.startswith("%PDF"):
        raise BadSpreadsheet(_("Ini bukan tabel. Simpan sebagai .xlsx atau CSV."))
    if text.lstrip()[:20].lower().startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise BadSpreadsheet(
            _("Ini halaman web, bukan tabel. Buka di Excel, lalu simpan sebagai .xlsx.")
        )
    return text


def _csv_rows(text: str) -> Iterator[Row]:
    lines = list(io.StringIO(text, newline=""))  # splitlines() would also split at U+2028
    separator = _separator(lines)
    skipped = 1 if lines[0].lower().startswith("sep=") else 0
    reader = csv.reader(lines[skipped:], delimiter=separator, strict=True)
    while True:
        number = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadSpreadsheet(
                _("Baris %d: tanda kutip tidak berpasangan, atau isi selnya terlalu panjang.")
                % number
            ) from error
        yield Row(number, tuple(unguarded(cell) for cell in cells))


def _separator(lines: Sequence[str]) -> str:
    """The one that stands most often in the first lines."""
    if lines[0].lower().startswith("sep=") and lines[0][4:5] in _SEPARATORS:
        return lines[0][4]
    sample = "".join(lines[:10])
    return max(_SEPARATORS, key=sample.count)


# --- Both ---------------------------------------------------------------------------------------


def _within_limits(rows: Iterable[Row], most_rows: int) -> Iterator[Row]:
    """Rows with something in them, cleaned; anything beyond the limits is refused by its place."""
    count = 0
    for row in rows:
        if any(len(cell) > MAX_CELL for cell in row.cells):
            raise BadSpreadsheet(
                _("Baris %d: isi selnya terlalu panjang (lebih dari %d huruf).")
                % (row.number, MAX_CELL)
            )
        cells = tuple(plain(cell) for cell in row.cells)
        if not any(cells):
            continue
        count += 1
        if count > most_rows or any(cells[MAX_COLUMNS:]) or row.number > LAST_ROW:
            raise BadSpreadsheet(_too_many(most_rows))
        yield Row(row.number, cells[:MAX_COLUMNS])


def _too_many(most_rows: int) -> str:
    return _(
        "Tabel terlalu besar: paling banyak %(rows)d baris dan %(columns)d kolom. "
        "Hapus sel isian yang jauh dari tabel, atau bagi berkasnya."
    ) % {"rows": most_rows, "columns": MAX_COLUMNS}
