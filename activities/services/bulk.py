"""Several reports decided with one press."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from django.db import transaction
from django.utils.translation import gettext as _

from activities.flags import kinds_of
from activities.models import MonthlyReport
from activities.services.judging import approve
from activities.services.refusals import ResentMeanwhile
from activities.services.steps import lock_waiting
from tpbis.accounts.models import User

NOTHING_SEEN: Mapping[int, str] = MappingProxyType({})


class Flagged(Exception):
    """Somebody should look at one of them first."""

    def __init__(self, reports: Sequence[MonthlyReport]) -> None:
        self.reports = tuple(reports)
        super().__init__(
            _(
                "Tidak ada yang disetujui: laporan %(names)s kini bertanda. Periksa satu per satu, "
                "lalu pilih lagi sisanya."
            )
            % {"names": _names(reports)}
        )


def _names(reports: Sequence[MonthlyReport]) -> str:
    return ", ".join(sorted({report.library.name for report in reports})[:5])


@transaction.atomic
def approve_together(
    *,
    reports: Sequence[MonthlyReport],
    by: User,
    seen: Mapping[int, str] = NOTHING_SEEN,
    at: datetime | None = None,
) -> list[MonthlyReport]:
    """All of them or none: those that nothing is odd about, as it stands now.

    ``seen`` says by pk which sending was shown (:attr:`MonthlyReport.sent_as`). Raises
    ``NotWaiting``, ``ChangedMeanwhile``, ``Flagged``, ``PermissionDenied``.
    """
    # In one order, so that two who press at once wait for each other instead of for ever.
    locked = [lock_waiting(report, by) for report in sorted(reports, key=lambda r: r.pk)]
    if resent := [one for one in locked if seen.get(one.pk, "") not in ("", one.sent_as)]:
        raise ResentMeanwhile(
            _(
                "Tidak ada yang disetujui: laporan %(names)s dikirim ulang sejak halaman dibuka. "
                "Periksa sekali lagi, lalu pilih lagi."
            )
            % {"names": _names(resent)}
        )
    kinds = kinds_of(locked)
    if flagged := [report for report in locked if kinds[report.pk]]:
        raise Flagged(flagged)
    return [approve(report=report, by=by, at=at) for report in locked]
