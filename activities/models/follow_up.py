"""What a PIC and a facilitator do about a library: excuse a month, visit and call, remind."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.enums import ExcuseReason, MentoringWay
from activities.querysets import ExcuseQuerySet, MentoringQuerySet, ReminderQuerySet
from libraries.models import Library
from tpbis.core.constraints import first_day_of_month, one_of, together


class Excuse(models.Model):
    """A month that may be late, with a reason: it counts neither for nor against timeliness."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="excuses")
    month = models.DateField(_("bulan"))
    reason = models.CharField(_("alasan"), max_length=20, choices=ExcuseReason.choices)
    comment = models.TextField(_("penjelasan"), max_length=1000)
    excused_at = models.DateTimeField(default=timezone.now)
    excused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExcuseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["library", "month"],
                condition=Q(withdrawn_at__isnull=True),
                name="activities_excuse_once_a_month",
                violation_error_message=_("Bulan ini sudah dimaklumi."),
            ),
            one_of("activities_excuse", "reason", ExcuseReason.values),
            first_day_of_month("activities_excuse"),
            together("activities_excuse", "withdrawn"),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.month:%Y-%m}"


class MentoringVisit(models.Model):
    """A visit or a call to a library, what was agreed, and until when."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="mentoring")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("tanggal"))
    way = models.CharField(_("cara"), max_length=12, choices=MentoringWay.choices)
    notes = models.TextField(_("catatan"), max_length=2000)
    agreed_action = models.TextField(_("tindakan yang disepakati"), max_length=1000, blank=True)
    due_on = models.DateField(_("tenggat"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)

    objects = MentoringQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "-held_on"], name="activities_mentoring_library")
        ]
        constraints = [
            one_of("activities_mentoringvisit", "way", MentoringWay.values),
            together("activities_mentoringvisit", "done"),
            models.CheckConstraint(
                name="activities_mentoringvisit_deadline_of_an_action",
                condition=Q(due_on__isnull=True, done_at__isnull=True) | ~Q(agreed_action=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.held_on}"


class Reminder(models.Model):
    """Somebody opened the chat with a library about a month: marked as sent on that day."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="reminders")
    month = models.DateField(_("bulan"))
    marked_on = models.DateField(_("ditandai terkirim"))
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["library", "month", "marked_on"], name="activities_reminder_once_a_day"
            ),
            first_day_of_month("activities_reminder"),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.month:%Y-%m} {self.marked_on}"
