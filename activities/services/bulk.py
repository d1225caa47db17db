"""Several reports decided with one press."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from activities.flags import kinds_of
from activities.models import MonthlyReport
from activities.services.judging import approve
from activities.services.steps import lock_waiting
from tpbis.accounts.models import User


class Flagged(Exception):
    """Somebody should look at one of them first."""

    def __init__(self, reports: Sequence[MonthlyReport]) -> None:
        self.reports = tuple(reports)
        names = ", ".join(sorted({report.library.name for report in reports})[:5])
        super().__init__(
            _(
                "Tidak ada yang disetujui: laporan %(names)s kini bertanda. Periksa satu per satu, "
                "lalu pilih lagi sisanya."
            )
            % {"names": names}
        )


@transaction.atomic
def approve_together(
    *, reports: Sequence[MonthlyReport], by: User, at: datetime | None = None
) -> list[MonthlyReport]:
    """All of them or none: those that nothing is odd about, as it stands now.

    Raises ``NotWaiting``, ``Flagged``, ``PermissionDenied``.
    """
    # In one order, so that two who press at once wait for each other instead of for ever.
    locked = [lock_waiting(report, by) for report in sorted(reports, key=lambda r: r.pk)]
    kinds = kinds_of(locked)
    if flagged := [report for report in locked if kinds[report.pk]]:
        raise Flagged(flagged)
    return [approve(report=report, by=by, at=at) for report in locked]
