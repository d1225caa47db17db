"""The progress report of a province, January to September 2024 with the demo's data, against one
plain WeasyPrint document that says the same: the same pages in one piece, the same print style, in
one process. Then the same of 8,500 libraries in one province, for the memory it takes.

    python -m tests.benchmarks paper            both
    python -m tests.benchmarks paper 932        the demo's only
"""

import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation

from kpi import services as kpi
from kpi.models import MonthlyTally
from libraries.models import Library, Region
from reports import pdf, services
from reports.documents import content, printing
from tests.benchmarks import worlds
from tests.benchmarks.measuring import say, seconds
from tpbis.core.periods import Period
from tpbis.demo import seed

PERIOD = Period(date(2024, 1, 1), date(2024, 9, 1))
MANY = 8_500
PLAIN = """
import sys, weasyprint
from pathlib import Path
from weasyprint.urls import URLFetcher, URLFetcherResponse
static = Path(sys.argv[1])
class PrintFiles(URLFetcher):
    def fetch(self, url, headers=None):
        return URLFetcherResponse(url, (static / url.partition(":")[2]).read_bytes())
files = PrintFiles()
weasyprint.HTML(sys.argv[2], url_fetcher=files).write_pdf(
    sys.argv[3], stylesheets=[weasyprint.CSS(static / "css/print.css", url_fetcher=files)]
)
"""


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    if not sizes or 932 in sizes:
        seed.seed()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as the database does by itself, some minutes later
        _measure("932 libraries", Region.objects.get(code="35"), again=True)
    for size in sizes or [MANY]:
        if size == 932:
            continue
        worlds.LIBRARIES_A_REGENCY = -(-size // worlds.REGENCIES_A_PROVINCE)
        worlds.make_world(size)
        _score()
        _measure(f"{size} libraries", Region.objects.get(code="01"))


def _score() -> None:
    for region in Region.objects.filter(level=2):
        kpi.run_area(region, [PERIOD.end], as_of=worlds.AS_OF)


def _measure(where: str, province: Region, *, again: bool = False) -> None:
    made: list[printing.Printed] = []

    def report() -> None:
        made.append(services.make(region=province, period=PERIOD, told=lambda *_: None))

    with _peak_memory() as peak:
        cold = seconds(report)
    where = f"{where}, {made[0].pages} pages"
    plain, plain_peak = _plain(province)
    say(f"plain document, {where}", plain, "s")
    say(f"report of the province, cold, {where}", cold, "s", ratio=cold / plain, to="plain")
    say(f"peak memory of a process, {where}", peak[0], "MB", ratio=peak[0] / plain_peak, to="plain")
    if again:
        again = seconds(report)
        say(f"again, nothing changed, {where}", again, "s", ratio=again / cold, to="cold")
        _change("35.08")
        warm = seconds(report)
        say(f"again, one regency changed, {where}", warm, "s", ratio=warm / cold, to="cold")


def _change(regency: str) -> None:
    """More visitors in one library: its regency's chapter and the province's pages say so."""
    tally = MonthlyTally.objects.filter(
        library__regency__code=regency, month=PERIOD.end, visits_total__gt=0
    ).first()
    assert tally
    MonthlyTally.objects.filter(pk=tally.pk).update(
        visits_total=F("visits_total") + 1_000, visits_women=F("visits_women") + 1_000
    )


def _plain(province: Region) -> tuple[float, float]:
    """Seconds and MB of one document with the same words, as anybody would have it made."""
    with translation.override(content.LANGUAGE), tempfile.TemporaryDirectory() as folder:
        begin = time.perf_counter()
        report = content.progress(
            province, Library.objects.within(province.code), PERIOD, as_of=timezone.now()
        )
        piece = printing.Piece(report.headings, has_summary=True)
        shown = {"report": report, "piece": piece, "headings": (), "listed": ()}
        pieces = [
            render_to_string("reports/pdf/cover.html", shown),
            render_to_string("reports/pdf/front.html", shown),
            *(
                render_to_string(
                    "reports/pdf/chapter.html", {"frame": report.frame, "chapter": chapter}
                )
                for chapter in report.chapters
            ),
        ]
        bodies = (re.search(r"<body[^>]*>(.*)</body>", piece, re.DOTALL) for piece in pieces)
        sections = "".join(f"<section>{body[1]}</section>" for body in bodies if body)
        page = Path(folder) / "page.html"
        page.write_text(f"<!doctype html><html lang=id><title>Polos</title>{sections}</html>")
        with _peak_memory() as peak:
            subprocess.run(
                [sys.executable, "-c", PLAIN, str(pdf.STATIC), str(page), f"{folder}/out.pdf"],
                check=True,
            )
        return time.perf_counter() - begin, peak[0]


@contextmanager
def _peak_memory() -> Iterator[list[float]]:
    """MB of the largest of this process and its children while it lasts."""
    peak, over = [0.0], threading.Event()
    Path("/proc/self/clear_refs").write_text("5")  # what this process had at most begins anew

    def look() -> None:
        while not over.wait(0.1):
            peak[0] = max([peak[0], *map(_highest, _children())])

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()
        peak[0] = max(peak[0], _highest(Path("/proc/self")))


def _children() -> list[Path]:
    listed = Path("/proc/self/task").glob("*/children")
    pids = {pid for path in listed for pid in _read(path).split()}
    return [Path("/proc") / pid for pid in pids]


def _highest(process: Path) -> float:
    found = re.search(r"VmHWM:\s+(\d+)", _read(process / "status"))
    return int(found[1]) / 1024 if found else 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it has ended
        return ""


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]])
