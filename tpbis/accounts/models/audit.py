"""What happened: one row for each write and each denial, never changed, linked into a chain."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from tpbis.accounts.enums import Outcome, Role
from tpbis.accounts.querysets import AuditEventQuerySet
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import one_of


class AuditEvent(AppendOnlyModel):
    """Who did what to which object, or was denied it.

    ``subject`` and ``about`` name objects as ``app.model:pk``; ``about`` is what the subject
    belongs to (the library of an assignment). ``changes`` maps a field to [before, after]; personal
    values stand there only as keyed hashes (see ``tpbis.accounts.audit``).
    """

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="audit_events"
    )
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    outcome = models.CharField(max_length=6, choices=Outcome.choices, default=Outcome.DONE)
    action = models.CharField(max_length=80)  # "libraries.change", or "POST activities:approve"
    subject = models.CharField(max_length=80, blank=True)
    about = models.CharField(max_length=80, blank=True)
    changes = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)

    objects = AuditEventQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-at"], name="accounts_auditevent_subject"),
            models.Index(fields=["about", "-at"], name="accounts_auditevent_about"),
            models.Index(fields=["by", "-at"], name="accounts_auditevent_by"),
            models.Index(fields=["-at"], name="accounts_auditevent_at"),
        ]
        constraints = [
            one_of("accounts_auditevent", "outcome", Outcome.values),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}".strip()


class AuditLink(AppendOnlyModel):
    """The place of an event in the chain: each hash covers the one before it."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    position = models.BigIntegerField(unique=True)  # 1, 2, 3, …
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.position}: {self.hash[:12]}…"
