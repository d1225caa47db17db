"""A long list as a workbook, beside what the barest writers take for the same rows.

    python -m tests.benchmarks export [ROWS]

Each is written by a process of its own, so that its peak memory is its own; time is that of the
processor, since others share the machine.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta

from tests.benchmarks.measuring import say

ROWS = 200_000
MOST_MEMORY = 150  # MB
Row = tuple[int, str, str, str, str, date, float, int, str, int]
FIRST = date(2024, 1, 1)
HEADINGS = tuple(f"Kolom {number}" for number in range(1, 11))


def rows(count: int) -> Iterator[Row]:
    """As a list of reports has them: texts, numbers and a day."""
    for number in range(count):
        yield (
            number,
            f"Perpustakaan Desa Sumber Ilmu {number}",
            "35.08.21.2004",
            "Kabupaten Lumajang",
            "Desa",
            FIRST + timedelta(days=number % 365),
            number * 1.5,
            number % 7,
            "disetujui",
            number % 100,
        )


def portal(count: int, file: str) -> None:
    import django

    django.setup()
    from tpbis.core.exports import Column, Listing, about
    from tpbis.core.spreadsheets import Kind, write_xlsx

    kinds = [
        *(Kind.NUMBER, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.TEXT),
        *(Kind.DATE, Kind.DECIMAL, Kind.NUMBER, Kind.TEXT, Kind.NUMBER),
    ]
    columns = [
        Column(heading, lambda row, place=place: row[place], kind)
        for place, (heading, kind) in enumerate(zip(HEADINGS, kinds, strict=True))
    ]
    listing = Listing("laporan", "Laporan", "laporan", columns, rows(count))
    with open(file, "wb") as into:
        write_xlsx([listing.sheet, about("Laporan", "laporan", [], columns)], into)


def openpyxl(count: int, file: str) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet("Laporan")
    page.append(HEADINGS)
    for row in rows(count):
        page.append(row)
    book.save(file)


def xlsxwriter(count: int, file: str) -> None:
    from xlsxwriter import Workbook

    book = Workbook(file, {"constant_memory": True})
    shown = book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet("Laporan")
    page.write_row(0, 0, HEADINGS)
    for number, row in enumerate(rows(count), start=1):
        for place, value in enumerate(row):
            if place == 5:
                page.write_datetime(number, place, value, shown)
            else:
                page.write(number, place, value)
    book.close()


WRITERS = {"portal": portal, "openpyxl": openpyxl, "xlsxwriter": xlsxwriter}


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--of"]:
        return _write(arguments[1], int(arguments[2]))
    count = int(arguments[0]) if arguments else ROWS
    measured = {name: _measure(name, count) for name in WRITERS}
    _, half = _measure("portal", count // 2)
    took, peak = measured["portal"]
    for name in ("openpyxl", "xlsxwriter"):
        ratio = took / measured[name][0]
        say(f"export of {count} rows, processor", took, "s", ratio=ratio, to=f"bare {name}")
    say(
        f"export of {count} rows, peak memory",
        peak,
        "MB",
        ratio=peak / half,
        to="that of half the rows",
    )
    return int(peak > MOST_MEMORY)


def _measure(name: str, count: int) -> tuple[float, float]:
    """Seconds of the processor, and megabytes at the peak."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.export", "--of", name, str(count)],
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, peak = map(float, told.stdout.split())
    return seconds, peak


def _write(name: str, count: int) -> int:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        begin = time.process_time()
        WRITERS[name](count, file.name)
        took = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{took} {peak}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
