from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Library, Region
from stakeholders.enums import ENDING_SOON, PartnershipKind, PartnershipState
from stakeholders.models.kept import Recorded, counted_in_a_unit, in_order
from stakeholders.models.organisations import Organisation
from stakeholders.querysets import PartnershipQuerySet, SupportQuerySet
from tpbis.core.constraints import one_of


class Partnership(Recorded):
    """An organisation supports a library, or a region's libraries together, from a day on, until a
    day or without an end. What it promised: whole Rupiah, or a number of ``promised_unit``; what
    came of it are its gifts (:class:`Support`)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partnerships"
    )
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    # Only of one with a region as a whole; a library's follows from the library.
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="partnerships"
    )
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    agreement_number = models.CharField(
        _("nomor MoU/PKS"), max_length=100, blank=True, db_default=""
    )
    agreement_file = models.CharField(max_length=200, blank=True, db_default="")
    promised_rupiah = models.PositiveBigIntegerField(_("dijanjikan (Rp)"), null=True, blank=True)
    promised_quantity = models.PositiveIntegerField(_("jumlah dijanjikan"), null=True, blank=True)
    promised_unit = models.CharField(_("satuan"), max_length=40, blank=True, db_default="")
    note = models.CharField(_("catatan"), max_length=300, blank=True, db_default="")

    objects = PartnershipQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "starts_on"], name="stakeholders_partnership_lib"),
            models.Index(fields=["region", "starts_on"], name="stakeholders_partnership_reg"),
        ]
        constraints = [
            one_of("stakeholders_partnership", "kind", PartnershipKind.values),
            in_order("stakeholders_partnership"),
            models.CheckConstraint(
                name="stakeholders_partnership_library_or_region",
                condition=Q(library__isnull=False, region__isnull=True)
                | Q(library__isnull=True, region__isnull=False),
            ),
            counted_in_a_unit("stakeholders_partnership", "promised_quantity", "promised_unit"),
            models.UniqueConstraint(
                fields=["organisation", "library", "kind", "starts_on"],
                name="stakeholders_partnership_once",
                violation_error_message=_("Kemitraan ini sudah tercatat."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "region", "kind", "starts_on"],
                name="stakeholders_partnership_once_in_region",
                violation_error_message=_("Kemitraan ini sudah tercatat."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.organisation_id} → #{self.library_id or self.region_id} ({self.kind})"

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:partnership", kwargs={"pk": self.pk})

    @property
    def state(self) -> PartnershipState:
        return self.state_on(timezone.localdate())

    def state_on(self, day: date) -> PartnershipState:
        if self.starts_on > day:
            return PartnershipState.COMING
        if self.ends_on is None or self.ends_on > day + timedelta(days=ENDING_SOON):
            return PartnershipState.IN_FORCE
        return PartnershipState.OVER if self.ends_on < day else PartnershipState.ENDING

    def place_name(self) -> str:
        """Of one read with its library and region."""
        if self.library:
            return self.library.name
        return self.region.title if self.region else ""

    def counted_in(self) -> Region:
        """The region it is with as a whole; of a library's, the regency that counts it."""
        place = self.library.regency if self.library else self.region
        assert place is not None
        return place


class Support(Recorded):
    """Something that an organisation gave, on one day: to a library, or to a region's libraries
    together. Money in whole Rupiah; anything else counted in ``unit``."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="support")
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="support"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="support")
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="support"
    )
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    given_on = models.DateField(_("tanggal"))
    rupiah = models.PositiveBigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"), null=True, blank=True)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    description = models.CharField(_("uraian"), max_length=300)
    reached = models.PositiveIntegerField(_("orang yang terjangkau"), null=True, blank=True)

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
            counted_in_a_unit("stakeholders_support"),
        ]

    def __str__(self) -> str:
        return f"#{self.organisation_id} → {self.kind} ({self.given_on})"
