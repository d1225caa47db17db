"""Tables that people take with them: written row by row, however many, and no text is ever a
formula.

The kind of a column is declared once, so that nothing is asked of each cell; where it is not, every
cell says itself what it is.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tpbis.core.spreadsheets.guards import guarded
from tpbis.core.spreadsheets.limits import LAST_ROW, MAX_CELL

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = str | int | float | Decimal | date | None
# What neither the XML of a worksheet nor UTF-8 can hold.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE = 31  # characters, of a worksheet
_WIDEST = 60  # characters, of a column
_MEASURED = 200  # rows that say how wide a column is


class Kind(Enum):
    """What a column holds, and how a worksheet shows it."""

    TEXT = ""
    NUMBER = "#,##0"
    DECIMAL = "#,##0.0##"
    SHARE = "0.0%"
    MONEY = '"Rp"#,##0'
    DATE = "yyyy-mm-dd"
    MOMENT = "yyyy-mm-dd hh:mm"
    ANY = "@"  # each cell says itself what it is


class TooManyRows(Exception):
    """More rows than a worksheet holds; the text says what to do instead."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Lebih dari %(most)s baris tidak muat di satu lembar Excel. Persempit dulu "
                "saringannya, atau unduh sebagai CSV."
            )
            % {"most": f"{LAST_ROW - 1:,}".replace(",", ".")}
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows``, the headings first; ``kinds`` of its columns, or each cell says what it is."""

    title: str
    rows: Iterable[Sequence[Cell]]
    kinds: Sequence[Kind] = ()
    has_filter: bool = True  # arrows at the headings


# --- CSV ----------------------------------------------------------------------------------------


def write_csv(rows: Iterable[Sequence[Cell]], *, bom: bool = True) -> Iterator[bytes]:
    """The lines of a CSV file in UTF-8; with ``bom`` Excel, too, knows that it is. What
    :func:`tpbis.core.spreadsheets.read_table` reads is the same rows."""
    line = io.StringIO(newline="")
    writer = csv.writer(line)
    if bom:
        yield "\ufeff".encode()
    rows = iter(rows)
    while some := list(islice(rows, 500)):
        writer.writerows([_in_csv(cell) for cell in row] for row in some)
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _in_csv(cell: Cell) -> str:
    return guarded(_storable(cell)) if isinstance(cell, str) else _written(cell)


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return _local(cell).isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


# --- XLSX ---------------------------------------------------------------------------------------


def write_xlsx(sheets: Iterable[Sheet], file: IO[bytes]) -> None:
    """A workbook into ``file``, one row in memory at a time: headings in bold and kept in view.
    Raises :class:`TooManyRows`."""
    from xlsxwriter import Workbook  # slow to import

    with tempfile.TemporaryDirectory(prefix="tpbis-xlsx-") as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        formats = {kind: book.add_format({"num_format": kind.value}) for kind in Kind if kind.value}
        bold = book.add_format({"bold": True})
        taken: set[str] = set()
        try:
            for sheet in sheets:
                page = book.add_worksheet(_title(sheet.title, taken))
                _write_rows(page, sheet, _Cells(page, formats), bold)
            book.close()
        finally:
            for page in book.worksheets():  # those of a workbook that was given up half-way
                page.row_data_fh.close()


class _Cells:
    """How a value of each kind gets into its cell of a page."""

    def __init__(self, page: "Worksheet", formats: dict[Kind, Any]) -> None:
        self.page = page
        self.day_shown, self.moment_shown = formats[Kind.DATE], formats[Kind.MOMENT]
        self.writers: dict[Kind, Callable[[int, int, Any], Any]] = {
            Kind.TEXT: self.text,
            Kind.DATE: self.day,
            Kind.MOMENT: self.moment,
            Kind.ANY: self.anything,
        }
        for kind in (Kind.NUMBER, Kind.DECIMAL, Kind.SHARE, Kind.MONEY):
            self.writers[kind] = self.number(formats[kind])

    def number(self, shown: Any) -> Callable[[int, int, Any], Any]:
        write = self.page.write_number
        return lambda row, column, value: write(row, column, value, shown)

    def text(self, row: int, column: int, value: str) -> None:
        self.page.write_string(row, column, _storable(value))

    def day(self, row: int, column: int, value: date) -> None:
        self.page.write_datetime(row, column, value, self.day_shown)

    def moment(self, row: int, column: int, value: datetime) -> None:
        there = _local(value).replace(tzinfo=None)
        self.page.write_datetime(row, column, there, self.moment_shown)

    def anything(self, row: int, column: int, value: Any) -> None:
        if isinstance(value, str):
            self.text(row, column, value)
        elif isinstance(value, bool):
            self.text(row, column, _("ya") if value else _("tidak"))
        elif isinstance(value, datetime):
            self.moment(row, column, value)
        elif isinstance(value, date):
            self.day(row, column, value)
        else:
            self.page.write_number(row, column, value)


def _write_rows(page: "Worksheet", sheet: Sheet, cells: _Cells, bold: Any) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, _MEASURED))
    head = first[0] if first else ()
    page.freeze_panes(1, 0)
    for number, width in enumerate(_widths(first)):
        page.set_column(number, number, width + 2)
    for number, heading in enumerate(head):
        page.write_string(0, number, _storable(_written(heading)), bold)
    kinds = sheet.kinds or [Kind.ANY] * max(map(len, first), default=0)
    last = _write_cells(chain(first[1:], rows), [cells.writers[kind] for kind in kinds])
    if sheet.has_filter and head:
        page.autofilter(0, 0, last, len(head) - 1)


def _write_cells(
    rows: Iterable[Sequence[Cell]], writers: Sequence[Callable[[int, int, Any], Any]]
) -> int:
    """The number of the last row; the headings' is 0."""
    last = 0
    for last, row in enumerate(rows, start=1):
        if last >= LAST_ROW:
            raise TooManyRows
        for number, value in enumerate(row):
            if value is not None and value != "":
                writers[number](last, number, value)
    return last


def _storable(text: str) -> str:
    if not text.isprintable():
        text = _UNWRITABLE.sub("", text)
    return text[:MAX_CELL]


def _widths(rows: Sequence[Sequence[Cell]]) -> list[int]:
    columns = zip(*rows, strict=False)
    return [min(_WIDEST, max(len(_written(cell)) for cell in column)) for column in columns]


def _title(text: str, taken: set[str]) -> str:
    """As a worksheet may be called, unlike the others of its workbook."""
    plain = _NOT_IN_TITLES.sub(" ", text).strip("' ")[:_LONGEST_TITLE] or "-"
    title, number = plain, 1
    while title.casefold() in taken:
        number += 1
        ending = f" ({number})"
        title = plain[: _LONGEST_TITLE - len(ending)] + ending
    taken.add(title.casefold())
    return title
