"""A roster through the browser's path, against a bare bulk insert of the same libraries.

``in``: from the bytes of the file to the register, all new: read, looked at, agreed to, carried
out, with aliases, SIM states and an audit event for each. ``again``: the same file, nothing new.
``changed``: every library gets another contact.
"""

import io
import resource
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from openpyxl import Workbook

from libraries import services
from libraries.enums import LibraryKind, LineKind, ProgrammeSource
from libraries.forms.rosters import MOST_ROWS
from libraries.imports import importing
from libraries.imports.columns import HEADINGS
from libraries.models import Library, Region, RosterImport
from libraries.services import rosters
from tests import factories
from tests.benchmarks.measuring import say, seconds
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core.spreadsheets import read_table

PROVINCE = "35"
COLUMNS = {field: index for index, field in enumerate(HEADINGS)}


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    services.load_regions(PROVINCE)
    for size in sizes:
        bare = seconds(lambda size=size: _bare(size))
        _nothing_yet()
        staff = factories.someone(Role.PROVINCE_STAFF, Region.objects.get(code=PROVINCE))
        say(f"bare insert, {size} libraries", bare, "s")
        for name, phone, expected in (
            ("in", "0812", LineKind.ADDED),
            ("again", "0812", LineKind.UNCHANGED),
            ("changed", "0813", LineKind.CHANGED),
        ):
            content = _workbook(size, phone)
            done: list[RosterImport] = []
            busy = time.process_time()
            taken = seconds(partial(_into, done, content, staff))
            busy = time.process_time() - busy
            assert done[0].count(expected) == size, done[0].counts
            say(f"roster {name}, {size} rows", taken, "s", ratio=taken / bare, to="bare insert")
            say(f"roster {name}, processor alone", busy, "s")
        _nothing_yet()
    say("roster, peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


def _into(done: list[RosterImport], content: bytes, by: User) -> None:
    done.append(_import(content, by))


def _import(content: bytes, by: User) -> RosterImport:
    table = read_table(io.BytesIO(content), most_rows=MOST_ROWS)
    roster = rosters.receive(file_name="daftar.xlsx", table=table, by=by)
    rosters.match_columns(roster=roster, heading_row=1, mapping=COLUMNS, by=by)
    importing.work_on(roster_id=roster.pk)
    roster.refresh_from_db()
    if roster.count(LineKind.ADDED) or roster.count(LineKind.CHANGED):
        rosters.confirm(roster=roster, plan_hash=roster.plan_hash, by=by)
        importing.work_on(roster_id=roster.pk)
        roster.refresh_from_db()
        assert roster.is_done, roster.problem
    return roster


def _bare(size: int) -> None:
    regions = [village for village, _ in _villages(size)]
    Library.objects.bulk_create(
        [
            Library(
                name=f"Perpustakaan {number}",
                kind=LibraryKind.VILLAGE,
                region=region,
                regency_id=region.parent.parent_id,
                source=ProgrammeSource.REPLICATION,
                joined_on=date(2023, 1, 1),
            )
            for number, region in enumerate(regions)
        ],
        batch_size=1_000,
    )


def _villages(size: int) -> Iterator[tuple[Region, int]]:
    found = list(Region.objects.filter(level=4).select_related("parent__parent").order_by("code"))
    for number in range(size):
        yield found[number % len(found)], number


def _workbook(size: int, phone: str) -> bytes:
    """Half of them by code, half by district and village."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Daftar")
    sheet.append(list(HEADINGS.values()))
    for village, number in _villages(size):
        values = {
            "name": f"Perpustakaan Desa {number}",
            "code": village.code if number % 2 else "",
            "village": village.name,
            "district": village.parent.name,
            "regency": village.parent.parent.name,
            "npp": f"{number:07d}D{number:07d}",
            "source": "Replikasi daerah",
            "joined_on": "2023",
            "tags": "Literasi",
            "address": f"Jalan Raya {number}",
            "contact_name": f"Pengelola {number}",
            "contact_phone": f"{phone}{number:08d}",
            "sim_name": f"Perpusdes {number}",
            "sim_state": "Aktif",
            "sim_since": "01/03/2024",
        }
        sheet.append([values.get(field, "") for field in HEADINGS])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _nothing_yet() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE libraries_library RESTART IDENTITY CASCADE")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [8_500])
