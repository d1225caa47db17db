"""Scoring everything for one span, against the bare SQL aggregate over the same activities.

A run is split by regency over two processes, as two Celery workers would share it (on SQLite, which
has one writer, over one). ``all changed``: every score is another than the stored one. ``nothing
changed``: everything is compared, nothing written. ``night``: the seals of all months are compared
too. ``recount``: every month is counted anew, as after a restore, and every score written.
"""

import math
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from activities.models import Activity
from kpi import services
from kpi.services.rescoring import rescore_regency
from libraries.models import Region
from tests.benchmarks.measuring import say, seconds
from tests.benchmarks.worlds import AS_OF, DECEMBER, copy_to_sqlite, make_world, settle
from tpbis.core import periods

if TYPE_CHECKING:
    from multiprocessing.pool import Pool

# All months but December are due: every score differs from that of AS_OF, when all are.
BEFORE_CLOSING = periods.midnight(date(2025, 1, 10))
ON_SQLITE = 8_500  # libraries: more than that is no case for SQLite

BARE = """
    SELECT r.library_id,
        count(*) FILTER (WHERE a.kind = 'pelibatan'),
        sum(a.participants_total) FILTER (WHERE a.kind = 'pelibatan'),
        count(*) FILTER (WHERE a.kind = 'advokasi'),
        count(*) FILTER (WHERE a.kind = 'peningkatan'),
        count(*) FILTER (WHERE a.kind = 'publikasi'),
        count(*) FILTER (WHERE a.kind = 'advokasi'
            AND (a.result IN ('Dana', 'Regulasi') OR a.audience_count >= 2))
    FROM activities_activity a JOIN activities_monthlyreport r ON r.id = a.report_id
    WHERE r.state = 'approved' AND r.month BETWEEN '2024-01-01' AND '2024-12-01'
    GROUP BY r.library_id
"""


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    changed: dict[int, float] = {}
    for size in sizes:
        make_world(size)
        changed[size] = measure(size, workers=2)
        if size == ON_SQLITE:
            with tempfile.TemporaryDirectory(prefix="tpbis-bench-") as var:
                environment = copy_to_sqlite(Path(var) / "tpbis.sqlite3")
                command = [sys.executable, "-m", "tests.benchmarks.scoring", "here", str(size)]
                subprocess.run(command, env=environment, check=True)
    small, large = min(changed), max(changed)
    if large > small:
        exponent = math.log(changed[large] / changed[small]) / math.log(large / small)
        say(f"growth of all changed, {small} to {large} libraries, exponent", exponent, "")


def measure(size: int, *, workers: int) -> float:
    """All figures of the world that is there; returns the seconds of a run with all changed."""
    where = f"{size} libraries x 12 months{' on SQLite' if connection.vendor == 'sqlite' else ''}"
    bare = seconds(_bare, times=3)
    say(f"bare aggregate, {where}, {Activity.objects.count()} entries", bare, "s")
    with Workers(workers) as crew:
        say_so = partial(_say, where=where, bare=bare)
        say_so("recount", _run(crew, night, AS_OF, size, changed=size))
        figures = {
            "all changed": [(score, BEFORE_CLOSING, size), (score, AS_OF, size)],
            "nothing changed": [(score, AS_OF, 0)] * 2,
            "night, nothing changed": [(night, AS_OF, 0)],
        }
        best: dict[str, float] = {}
        for name, runs in figures.items():
            taken = []
            for work, as_of, changed in runs:
                settle()
                taken.append(_run(crew, work, as_of, size, changed=changed))
            best[name] = min(taken)
            say_so(f"scoring {name}", best[name])
        say(f"peak memory of a worker, {where}", crew.peak, "MB")
    return best["all changed"]


def _bare() -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE)
        cursor.fetchall()


def _say(name: str, taken: float, *, where: str, bare: float) -> None:
    say(f"{name}, {where}", taken, "s", ratio=taken / bare, to="bare aggregate")


# --- What a worker does ---------------------------------------------------------------------------


class Done(NamedTuple):
    libraries: int
    changed: int
    peak: float  # of the process so far, MB


Work = Callable[[int, datetime], services.Outcome]


def score(area: int, as_of: datetime) -> services.Outcome:
    """From existing tallies."""
    return rescore_regency(area, [DECEMBER], as_of=as_of)


def night(area: int, as_of: datetime) -> services.Outcome:
    return services.run_area(Region.objects.get(pk=area), [DECEMBER], as_of=as_of)


def do(work: Work, as_of: datetime, area: int) -> Done:
    outcome = work(area, as_of)
    return Done(outcome.libraries, outcome.changed, _peak())


def _peak() -> float:
    """MB. Not ru_maxrss: that begins with what the process that started this one had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return math.nan  # no Linux


class Workers:
    """Processes that wait for regencies, each taking the next as soon as it has done one."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.peak = 0.0

    def __enter__(self) -> "Workers":
        self._pool: Pool = multiprocessing.get_context("spawn").Pool(self._count)
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()

    def share(self, work: Callable[[int], Done], areas: Iterable[int]) -> list[Done]:
        done = list(self._pool.imap_unordered(work, areas))
        self.peak = max(self.peak, *(one.peak for one in done))
        return done


def _run(crew: Workers, work: Work, as_of: datetime, size: int, *, changed: int) -> float:
    areas = list(Region.objects.order_by("code").values_list("pk", flat=True))
    found: list[Done] = []

    def run() -> None:
        found.extend(crew.share(partial(do, work, as_of), areas))

    taken = seconds(run)
    assert sum(one.libraries for one in found) == size, size
    assert sum(one.changed for one in found) == changed, (changed, found[:3])
    return taken


if __name__ == "__main__":
    if sys.argv[1:2] == ["here"]:
        measure(int(sys.argv[2]), workers=1)
    else:
        main([int(size) for size in sys.argv[1:]] or [932, 8_500, 84_000])
