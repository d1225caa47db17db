"""Reports that wait for review: for how many working days, and who looks at them by now.

A report is the PIC's for ``TPBIS_REVIEW_DAYS`` working days after it came in. Then the others who
work in the regency are shown it, facilitators and deputies; after twice as many, the province.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial

from django.conf import settings
from django.utils import timezone

from activities.models import MonthlyReport
from libraries.querysets import LibraryQuerySet
from tpbis.core import working_days


def review_days() -> int:
    """Working days a PIC has."""
    days: int = settings.TPBIS_REVIEW_DAYS
    return days


@dataclass(frozen=True, slots=True)
class Waiting:
    """A report that was sent in and not decided yet."""

    report: MonthlyReport  # with its library, region and regency
    since: date
    days: int  # working days, today included

    @property
    def is_overdue(self) -> bool:
        """Longer than a PIC has: now also the facilitators' and deputies' of the regency."""
        return self.days > review_days()

    @property
    def is_for_province(self) -> bool:
        return self.days > 2 * review_days()


def waiting_reviews(libraries: LibraryQuerySet | None = None, *, on: date) -> list[Waiting]:
    """Everything that waits on ``on``, at ``libraries`` or anywhere, the longest first."""
    waiting = MonthlyReport.objects.from_portal().awaiting_review()
    if libraries is not None:
        waiting = waiting.filter(library__in=libraries.order_by().values("pk"))
    reports = list(
        waiting.select_related("library__region", "library__region__parent", "library__regency")
    )
    days_since = _Days(partial(working_days.passed, until=on))
    found = []
    for report in reports:
        assert report.submitted_at is not None
        since = timezone.localdate(report.submitted_at)
        found.append(Waiting(report, since, days_since[since]))
    return found


def overdue_reviews(on: date, libraries: LibraryQuerySet | None = None) -> list[Waiting]:
    """Those that have waited longer than ``TPBIS_REVIEW_DAYS`` working days."""
    return [one for one in waiting_reviews(libraries, on=on) if one.is_overdue]


class _Days(dict[date, int]):
    """Many reports come in on the same few days."""

    def __init__(self, count: "partial[int]") -> None:
        super().__init__()
        self._count = count

    def __missing__(self, since: date) -> int:
        self[since] = self._count(since)
        return self[since]
