"""From ``services.approve`` to the changed score, one report after another, in a small country and
in a large one: what one approval costs must not depend on how many libraries there are."""

import statistics
import sys
import time

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from activities import services as activities
from activities.enums import State
from activities.models import MonthlyReport
from kpi import services
from kpi.models import Score
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from tests import factories
from tests.benchmarks.measuring import say
from tests.benchmarks.worlds import AS_OF, DECEMBER, make_world
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User

REPORTS = 120  # of one regency, which has 165 libraries
WARM = 20  # of them, before the clock runs


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0)
    taken = {size: _approvals(size) for size in sizes}
    small = sizes[0]
    for size, figures in taken.items():
        for name, value, before in zip(("p50", "p95"), figures, taken[small], strict=True):
            say(
                f"approval to changed score, {name}, {size} libraries",
                1_000 * value,
                "ms",
                ratio=None if size == small else value / before,
                to=f"{small} libraries",
            )


def _approvals(size: int) -> tuple[float, float]:
    """Half of them take less than the first figure, 95 of a hundred less than the second."""
    make_world(size)
    region = Region.objects.filter(level=2).order_by("code")[0]
    pic = factories.someone(Role.REGENCY_PIC, region)
    librarian = factories.UserFactory(role=Role.LIBRARIAN)
    waiting = Library.objects.filter(regency=region).order_by("pk")[:REPORTS]
    _send(waiting, librarian)
    services.run_full(through=DECEMBER, at=AS_OF)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    reports = MonthlyReport.objects.filter(state=State.SUBMITTED).order_by("library_id")
    taken = [_seconds(report, pic) for report in reports.select_related("library")]
    assert len(taken) == REPORTS, len(taken)
    measured = taken[WARM:]
    return statistics.median(measured), statistics.quantiles(measured, n=20)[-1]


def _send(libraries: LibraryQuerySet, by: User) -> None:
    """December waits for its PIC at these libraries."""
    reports = MonthlyReport.objects.filter(library__in=list(libraries), month=DECEMBER)
    reports.update(state=State.SUBMITTED, seal="", submitted_by=by)


def _seconds(report: MonthlyReport, pic: User) -> float:
    before = _involvement(report)
    begin = time.perf_counter()
    activities.approve(report=report, by=pic)
    services.count_and_rescore(library=report.library, month=report.month)
    taken = time.perf_counter() - begin
    assert _involvement(report) != before
    return taken


def _involvement(report: MonthlyReport) -> int:
    score = Score.objects.get(library=report.library, through=DECEMBER)
    return score.involvement


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [932, 84_000])
