from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpi.enums import AwardDecision
from kpi.models.closings import Closing
from kpi.querysets import AwardQuerySet
from libraries.models import Library
from tpbis.core.constraints import one_of


class Award(models.Model):
    """What the province decided about a library that was green at a closing."""

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="awards")
    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="awards")
    decision = models.CharField(_("keputusan"), max_length=10, choices=AwardDecision.choices)
    decided_on = models.DateField(_("tanggal keputusan"))
    note = models.TextField(_("catatan"), blank=True)
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing", "library"], name="kpi_award_once"),
            one_of("kpi_award", "decision", AwardDecision.values),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.decision}"
