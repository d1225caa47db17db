"""What was copied into the SIM by hand."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from activities import papers, permissions
from activities.models import MonthlyReport, SimMark
from activities.services.steps import lock
from tpbis.accounts import audit
from tpbis.accounts.models import User


@transaction.atomic
def mark_as_copied(*, report: MonthlyReport, by: User, at: datetime | None = None) -> SimMark:
    """The month stands in the SIM as it is now; marked again, what changed since is there, too."""
    report = _lock(report, by)
    menus = papers.sim_sheet(report, report.activities.for_report())
    said = {"content": papers.fingerprints(menus), "marked_at": at or timezone.now()}
    mark, _is_new = SimMark.objects.update_or_create(
        report=report, defaults={**said, "marked_by": by}
    )
    changes = {"forms": [None, len(mark.content)]}
    audit.record(
        "activities.mark_as_copied", by=by, subject=report, about=report.library, changes=changes
    )
    return mark


@transaction.atomic
def unmark_as_copied(*, report: MonthlyReport, by: User) -> None:
    """It is not in the SIM after all."""
    report = _lock(report, by)
    if SimMark.objects.filter(report=report).delete()[0]:
        audit.record("activities.unmark_as_copied", by=by, subject=report, about=report.library)


def _lock(report: MonthlyReport, by: User) -> MonthlyReport:
    report = lock(report)
    if not permissions.marks_as_copied(by, report):
        raise PermissionDenied
    return report
