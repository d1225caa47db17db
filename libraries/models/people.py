"""Who works where, and how somebody without an e-mail address gets in."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models.register import Library, Region
from libraries.querysets import ActivationQuerySet, AssignmentQuerySet
from tpbis.core.constraints import together


class Assignment(models.Model):
    """Who works where: one region with everything below it, or one library."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments"
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    may_review = models.BooleanField(
        _("boleh memeriksa laporan"),
        default=False,
        help_text=_("Fasilitator memeriksa bila PIC melimpahkannya."),
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="libraries_assignment_region_or_library",
                condition=Q(region__isnull=True, library__isnull=False)
                | Q(region__isnull=False, library__isnull=True),
            ),
            models.CheckConstraint(
                name="libraries_assignment_starts_before_it_ends",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} @ {self.library_id or self.region_id}"


class LetterBatch(models.Model):
    """Activation letters issued together for a regency: one PDF."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="letter_batches")
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"#{self.pk} ({self.issued_at:%Y-%m-%d})"


class Activation(models.Model):
    """A single-use code that lets somebody in: for the librarian of ``library``, whose account it
    makes, or for the account of ``user``, whose password it sets anew.

    The code is derived from ``uuid`` and the portal's secret key whenever a letter is printed
    (``libraries.codes``); only its hash is stored.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code_hash = models.CharField(max_length=64, unique=True)
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="activations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="activations",
    )
    batch = models.ForeignKey(
        LetterBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="activations"
    )
    recipient_name = models.CharField(_("nama penerima"), max_length=150, blank=True)
    recipient_phone = models.CharField(_("telepon penerima"), max_length=20, blank=True)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField(_("berlaku sampai"))
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ActivationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "-issued_at"], name="libraries_activation_library")
        ]
        constraints = [
            models.CheckConstraint(
                name="libraries_activation_library_or_user",
                condition=Q(library__isnull=True, user__isnull=False)
                | Q(library__isnull=False, user__isnull=True),
            ),
            models.CheckConstraint(
                name="libraries_activation_used_or_revoked",
                condition=Q(used_at__isnull=True) | Q(revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                name="libraries_activation_expires_later",
                condition=Q(expires_at__gt=F("issued_at")),
            ),
            together("libraries_activation", "used"),
            together("libraries_activation", "revoked"),
            models.UniqueConstraint(
                fields=["library"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="libraries_activation_one_open_for_library",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at__isnull=True, revoked_at__isnull=True),
                name="libraries_activation_one_open_for_user",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} ({self.issued_at:%Y-%m-%d})"
