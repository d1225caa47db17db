from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Region
from reports.querysets import BoundariesQuerySet
from tpbis.core.constraints import together


class Boundaries(models.Model):
    """The real boundaries of a province's regencies as a map draws them, made of a file that
    somebody gave. Looked at first; then in use; withdrawn when others take their place."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="boundaries")
    file_name = models.CharField(_("nama berkas"), max_length=150)
    sha256 = models.CharField(max_length=64)
    drawing = models.JSONField()  # reports.boundaries.drawing.Drawing
    size = models.PositiveIntegerField(_("ukuran"))  # bytes of its shapes
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    activated_at = models.DateTimeField(null=True, blank=True)
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = BoundariesQuerySet.as_manager()

    class Meta:
        constraints = [
            together("reports_boundaries", "activated"),
            together("reports_boundaries", "withdrawn"),
            models.CheckConstraint(
                name="reports_boundaries_small_enough", condition=Q(size__lte=60_000)
            ),
            models.UniqueConstraint(
                name="reports_boundaries_one_in_use",
                fields=["region"],
                condition=Q(activated_at__isnull=False, withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="reports_boundaries_one_to_look_at",
                fields=["region"],
                condition=Q(activated_at__isnull=True, withdrawn_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} (#{self.pk})"
