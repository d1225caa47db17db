"""A feed of the SIM taken in, against parsing its JSON and a bare bulk insert of the same rows.

``in``: every row new, from the bytes of the file to sealed reports. ``again``: the same feed.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

import django

django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection

from activities import sim
from activities.imports import read_content, read_rows
from activities.models import SimRow
from libraries.models import Library
from tests.benchmarks.measuring import say, seconds
from tests.benchmarks.worlds import make_world

LIBRARIES = 932
TODAY = date(2026, 11, 1)


def main(size: int = 100_000) -> None:
    call_command("migrate", verbosity=0)
    make_world(LIBRARIES)
    content = json.dumps({"status": "success", "data": list(_rows(size))}).encode()
    bare = seconds(partial(_bare, content), times=1)
    _nothing_yet()
    say(f"parsing and bare insert, {size} rows", bare, "s")
    first = seconds(partial(_into, content, size), times=1)
    say(f"SIM in, {size} rows", first, "s", ratio=first / bare, to="parsing and bare insert")
    again = seconds(partial(_into, content, 0), times=1)
    say(f"SIM again, {size} rows", again, "s", ratio=again / first, to="the first import")
    say("SIM, peak memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")


def _into(content: bytes, new: int) -> None:
    files = [("pelibatan.json", SimpleUploadedFile("pelibatan.json", content).read())]
    outcome = sim.store(read_rows(read_content(files, today=TODAY), today=TODAY))
    counts = outcome.counts.values()
    assert sum(one.new for one in counts) == new, outcome.counts
    assert not outcome.unmatched, outcome.unmatched[:3]


def _bare(content: bytes) -> None:
    rows = json.loads(content)["data"]
    SimRow.objects.bulk_create(
        [
            SimRow(
                kind="pelibatan",
                key=f"{number:064d}",
                content_hash=f"{number:064d}",
                raw=row,
                library_name=row["perpus_nama"],
                regency_name=row["kabupaten_name"],
                village_name=row["desa_name"],
            )
            for number, row in enumerate(rows)
        ],
        batch_size=1_000,
    )


def _rows(size: int) -> Iterator[dict[str, object]]:
    libraries = Library.objects.select_related("region__parent__parent").order_by("pk")
    places = [
        {
            "perpus_nama": library.name,
            "provinsi_name": "Jawa Timur",
            "kabupaten_name": library.regency.title,
            "kecamatan_name": library.region.parent.name if library.region.parent else " - ",
            "desa_name": library.region.name,
        }
        for library in libraries.select_related("regency")
    ]
    for number in range(size):
        turn = number // len(places)
        yield {
            **places[number % len(places)],
            "tanggal": (date(2026, 1, 1) + timedelta(days=turn % 270)).isoformat(),
            "nama_kegiatan": f"Pelatihan ke-{turn}",
            "bidang_kegiatan": "Ekonomi",
            "jenis": "Pelatihan",
            "sasaran": "Umum",
            "jumlah_peserta": 10 + number % 40,
        }


def _nothing_yet() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE activities_simrow RESTART IDENTITY CASCADE")


if __name__ == "__main__":
    main(*(int(size) for size in sys.argv[1:]))
