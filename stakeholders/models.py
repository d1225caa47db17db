from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Library
from stakeholders.enums import PartnershipKind
from stakeholders.querysets import PartnershipQuerySet
from tpbis.core.constraints import one_of


class Organisation(models.Model):
    """A supporting body (*lembaga pendukung*)."""

    name = models.CharField(_("nama lembaga"), max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="stakeholders_organisation_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Partnership(models.Model):
    """An organisation supports a library from a day on, until a day or without an end."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships"
    )
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="partnerships")
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "starts_on"], name="stakeholders_partnership_lib")
        ]
        constraints = [
            one_of("stakeholders_partnership", "kind", PartnershipKind.values),
            models.CheckConstraint(
                name="stakeholders_partnership_starts_before_it_ends",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("Tanggal selesai sebelum tanggal mulai."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "library", "kind", "starts_on"],
                name="stakeholders_partnership_once",
                violation_error_message=_("Kemitraan ini sudah tercatat."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.organisation_id} → #{self.library_id} ({self.kind})"
