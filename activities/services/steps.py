"""Taking a report in hand: locked, and only by whom and in which state it may be."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from activities import permissions
from activities.enums import State
from activities.models import MonthlyReport
from activities.services.refusals import Locked, NotWaiting, ResentMeanwhile
from tpbis.accounts.models import User


def lock(report: MonthlyReport) -> MonthlyReport:
    return (
        MonthlyReport.objects.select_for_update(of=("self",))
        .select_related("library", "library__region")
        .get(pk=report.pk)
    )


def lock_editable(report: MonthlyReport, by: User) -> MonthlyReport:
    report = lock(report)
    if not permissions.can_record(by, report.library):
        raise PermissionDenied
    if not report.is_editable:
        raise Locked
    return report


def lock_waiting(report: MonthlyReport, by: User, *, seen: str = "") -> MonthlyReport:
    """``seen`` is the sending that was looked at (:attr:`MonthlyReport.sent_as`)."""
    report = lock(report)
    if report.state != State.SUBMITTED:
        raise NotWaiting
    if not permissions.can_review(by, report):
        raise PermissionDenied
    if seen not in ("", report.sent_as):
        raise ResentMeanwhile
    return report


def touch(report: MonthlyReport) -> None:
    report.updated_at = timezone.now()
    report.save()
