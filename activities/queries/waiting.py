"""What waits for a reviewer, and for how long."""

from datetime import date

from django.utils import timezone

from activities import permissions
from activities.enums import State
from activities.models import MonthlyReport
from activities.querysets import MonthlyReportQuerySet
from tpbis.accounts.models import User
from tpbis.core import working_days


def queue(user: User) -> MonthlyReportQuerySet:
    """Reports waiting for this reviewer, oldest first."""
    waiting = MonthlyReport.objects.from_portal().awaiting_review()
    return waiting.filter(library__in=permissions.judged_by(user))


def next_in_queue(user: User, after: MonthlyReport) -> MonthlyReport | None:
    """The one that waited next longest after ``after``; else the oldest of those passed over."""
    waiting = queue(user).exclude(pk=after.pk)
    return waiting.filter(submitted_at__gte=after.submitted_at).first() or waiting.first()


def waiting_days(report: MonthlyReport, *, on: date | None = None) -> int:
    """For how many working days a sent report has been waiting; 0 for one that is not."""
    if report.state != State.SUBMITTED or report.submitted_at is None:
        return 0
    return working_days.passed(timezone.localdate(report.submitted_at), on or timezone.localdate())
