"""What became of a report, step by step. Append-only."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from activities.enums import ReturnReason, ReviewAction
from activities.models.entries import field_label
from activities.models.reports import MonthlyReport
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import one_of


class ReviewEvent(AppendOnlyModel):
    """One step of a report. Append-only: the database refuses changes."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=12, choices=ReviewAction.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    # The sealed JSON as the reviewer had it, where the report becomes open again (returned,
    # reopened): what a resubmission is compared with, and the old version to read.
    content = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="activities_event_report_at")]
        constraints = [
            one_of("activities_reviewevent", "action", ReviewAction.values),
            models.CheckConstraint(
                name="activities_reviewevent_return_has_reason",
                condition=~Q(action=ReviewAction.RETURNED)
                | Q(reason__in=ReturnReason.values) & ~Q(comment=""),
            ),
            models.CheckConstraint(
                name="activities_reviewevent_reopen_has_comment",
                condition=~Q(action=ReviewAction.REOPENED) | ~Q(comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"


class Remark(AppendOnlyModel):
    """What a reviewer said of one entry when sending its report back, or of one field of it."""

    event = models.ForeignKey(ReviewEvent, on_delete=models.PROTECT, related_name="remarks")
    entry = models.UUIDField()  # of the entry; it may be gone by now
    field = models.CharField(max_length=40, blank=True)  # of its form; blank: all of it
    reason = models.CharField(max_length=20, choices=ReturnReason.choices)
    comment = models.TextField(max_length=2000)

    class Meta:
        indexes = [models.Index(fields=["entry"], name="activities_remark_entry")]
        constraints = [
            one_of("activities_remark", "reason", ReturnReason.values),
            models.CheckConstraint(
                name="activities_remark_says_something", condition=~Q(comment="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.field}".strip()

    @property
    def field_label(self) -> str:
        """The field in words; blank where all of the entry is meant."""
        return field_label(self.field) if self.field else ""
