from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from libraries.models import Region
from reports.enums import LeadingKpi
from tpbis.core.constraints import one_of, together


class ProvinceSettings(models.Model):
    """What a province decides about its pages; without a row everything is as it is by default."""

    region = models.OneToOneField(
        Region, on_delete=models.PROTECT, related_name="province_settings"
    )
    leading_kpi = models.CharField(
        _("KPI di kepala halaman"),
        max_length=10,
        choices=LeadingKpi.choices,
        default=LeadingKpi.PORTAL,
    )
    public_page = models.BooleanField(_("halaman publik"), default=False)
    public_intro = models.TextField(_("pengantar halaman publik"), max_length=1000, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            one_of("reports_provincesettings", "leading_kpi", LeadingKpi.values),
            together("reports_provincesettings", "changed"),
        ]

    def __str__(self) -> str:
        return f"#{self.region_id}"
