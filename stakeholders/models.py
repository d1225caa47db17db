from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Library, Region
from stakeholders.enums import PartnershipKind
from stakeholders.querysets import (
    MembershipQuerySet,
    OrganisationQuerySet,
    PartnershipQuerySet,
    SupportQuerySet,
)
from tpbis.core.constraints import one_of


class Organisation(models.Model):
    """A supporting body (*lembaga pendukung*)."""

    name = models.CharField(_("nama lembaga"), max_length=200)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="stakeholders_organisation_name_unique")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reports:organisation", kwargs={"pk": self.pk})


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


class Support(models.Model):
    """Something that an organisation gave, on one day: to a library, or to a region's libraries
    together. Money in whole Rupiah; anything else counted in ``unit``."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="support")
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="support"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="support")
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    given_on = models.DateField(_("tanggal"))
    rupiah = models.PositiveBigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"), null=True, blank=True)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    description = models.CharField(_("uraian"), max_length=300)
    reached = models.PositiveIntegerField(_("orang yang terjangkau"), null=True, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects = SupportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "given_on"], name="stakeholders_support_library"),
            models.Index(fields=["region", "given_on"], name="stakeholders_support_region"),
            models.Index(fields=["organisation", "given_on"], name="stakeholders_support_org"),
        ]
        constraints = [
            one_of("stakeholders_support", "kind", PartnershipKind.values),
            models.CheckConstraint(
                name="stakeholders_support_money_has_an_amount",
                condition=~Q(kind=PartnershipKind.MONEY) | Q(rupiah__gt=0),
                violation_error_message=_("Isi nilai uangnya dalam Rupiah."),
            ),
            models.CheckConstraint(
                name="stakeholders_support_counted_in_a_unit",
                condition=Q(quantity__isnull=True) | ~Q(unit=""),
                violation_error_message=_("Isi satuannya, misalnya “buku”."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.organisation_id} → {self.kind} ({self.given_on})"


class Membership(models.Model):
    """Somebody speaks for an organisation from a day on, until a day or without an end."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="memberships"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships"
    )
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="stakeholders_membership_starts_before_it_ends",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            models.UniqueConstraint(
                name="stakeholders_membership_one_open",
                fields=["organisation", "user"],
                condition=Q(ends_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} → #{self.organisation_id}"
