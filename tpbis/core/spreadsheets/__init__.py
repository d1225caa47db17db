"""Tables as CSV or XLSX: those that people send in, and those they take with them."""

from tpbis.core.spreadsheets.limits import LAST_ROW, MAX_CELL
from tpbis.core.spreadsheets.reading import (
    MAX_BYTES,
    MAX_COLUMNS,
    MAX_MEMBERS,
    MAX_ROWS,
    MAX_UNPACKED,
    BadSpreadsheet,
    Row,
    Table,
    read_table,
)
from tpbis.core.spreadsheets.writing import (
    XLSX,
    Cell,
    Kind,
    Sheet,
    TooManyRows,
    write_csv,
    write_xlsx,
)

__all__ = [
    "LAST_ROW",
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_MEMBERS",
    "MAX_ROWS",
    "MAX_UNPACKED",
    "XLSX",
    "BadSpreadsheet",
    "Cell",
    "Kind",
    "Row",
    "Sheet",
    "Table",
    "TooManyRows",
    "read_table",
    "write_csv",
    "write_xlsx",
]
