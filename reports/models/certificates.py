from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpi.models import Award
from reports.models.documents import Document
from reports.querysets import CertificateQuerySet
from tpbis.core.constraints import together


class Certificate(models.Model):
    """A certificate (*piagam*) for a library that was green at a closing and was granted one.
    Whoever holds the paper asks by its ``code`` whether it still counts."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="certificate")
    code = models.CharField(max_length=16, unique=True)
    document = models.ForeignKey(
        Document, on_delete=models.SET_NULL, null=True, blank=True, related_name="certificates"
    )
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("alasan"), max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [together("reports_certificate", "withdrawn")]

    def __str__(self) -> str:
        return f"{self.code} (#{self.award_id})"
