"""Sending a month in, and what becomes of it."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions, signals
from activities.enums import ReturnReason, ReviewAction, State
from activities.models import MonthlyReport, ReviewEvent
from activities.services.refusals import NothingToSubmit, NotNihil, VisitsMissing
from activities.services.steps import lock, lock_editable, lock_waiting, touch
from tpbis.accounts import audit
from tpbis.accounts.models import User

JUDGED = ("state", "nihil", "seal")


@transaction.atomic
def submit(
    *, report: MonthlyReport, by: User, nihil: bool = False, at: datetime | None = None
) -> MonthlyReport:
    """Hand the month to the reviewer; from here on it is locked, its entries included.

    Raises ``NothingToSubmit``, ``VisitsMissing``, ``NotNihil``, ``Locked``.
    """
    report = lock_editable(report, by)
    before = audit.values(report, JUDGED)
    at = at or timezone.now()
    has_entries = report.activities.exists()
    if nihil and has_entries:
        raise NotNihil
    if not nihil and not has_entries:
        raise NothingToSubmit
    if report.visits_total is None and not report.is_supplementary:
        raise VisitsMissing
    action = (
        ReviewAction.SUBMITTED if report.first_submitted_at is None else ReviewAction.RESUBMITTED
    )
    report.nihil = nihil
    report.state = State.SUBMITTED
    report.first_submitted_at = report.first_submitted_at or at
    report.submitted_at, report.submitted_by = at, by
    _move(report, action, by=by, at=at)
    _note("activities.submit", report, by, before)
    return report


@transaction.atomic
def approve(*, report: MonthlyReport, by: User, at: datetime | None = None) -> MonthlyReport:
    """What is approved is sealed and counts."""
    report = lock_waiting(report, by)
    before = audit.values(report, JUDGED)
    at = at or timezone.now()
    report.seal = report.compute_seal()
    report.state = State.APPROVED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.APPROVED, by=by, at=at, seal=report.seal)
    _note("activities.approve", report, by, before)
    _announce(report)
    return report


@transaction.atomic
def send_back(
    *,
    report: MonthlyReport,
    reason: ReturnReason,
    comment: str,
    by: User,
    at: datetime | None = None,
) -> MonthlyReport:
    """Return the report to its library with a reason code **and** words."""
    report = lock_waiting(report, by)
    before = audit.values(report, JUDGED)
    _need_words(comment)
    at = at or timezone.now()
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.RETURNED, by=by, at=at, reason=reason, comment=comment.strip())
    words = {"reason": ReturnReason(reason), "comment": comment.strip()}
    _note("activities.send_back", report, by, before, **words)
    return report


@transaction.atomic
def reopen(
    *, report: MonthlyReport, comment: str, by: User, at: datetime | None = None
) -> MonthlyReport:
    """Break the seal of an approved report, with a reason; it no longer counts until approved."""
    report = lock(report)
    if not permissions.can_reopen(by, report):
        raise PermissionDenied
    before = audit.values(report, JUDGED)
    _need_words(comment)
    at = at or timezone.now()
    broken = report.seal
    report.seal = ""
    report.state = State.RETURNED
    report.decided_at, report.decided_by = at, by
    _move(report, ReviewAction.REOPENED, by=by, at=at, comment=comment.strip(), seal=broken)
    _note("activities.reopen", report, by, before, comment=comment.strip())
    _announce(report)
    return report


# --- The steps they share -----------------------------------------------------------------------


def _move(
    report: MonthlyReport,
    action: ReviewAction,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    comment: str = "",
    seal: str = "",
) -> None:
    touch(report)
    ReviewEvent.objects.create(
        report=report, action=action, at=at, by=by, reason=reason, comment=comment, seal=seal
    )


def _note(
    action: str, report: MonthlyReport, by: User, before: dict[str, Any], **words: str
) -> None:
    """The whole seal goes into the audit: its chain then vouches for the content, too."""
    changes = audit.difference(before, {**audit.values(report, JUDGED), **words})
    audit.record(action, by=by, subject=report, about=report.library, changes=changes)


def _need_words(comment: str) -> None:
    if not comment.strip():
        raise ValidationError({"comment": _("Tulis penjelasan singkat.")})


def _announce(report: MonthlyReport) -> None:
    transaction.on_commit(
        partial(
            signals.approved_content_changed.send_robust,
            sender=MonthlyReport,
            report_id=report.pk,
        )
    )
