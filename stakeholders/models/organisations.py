from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Region
from stakeholders.enums import OrganisationKind
from stakeholders.models.kept import in_order
from stakeholders.querysets import ContactQuerySet, MembershipQuerySet, OrganisationQuerySet
from tpbis.core.constraints import one_of, together


class Organisation(models.Model):
    """A supporting body (*lembaga pendukung*).

    One with a ``village`` (PKK, a shop) is known there alone, until the PIC lifts it into the
    register of the province, which has every name once.
    """

    name = models.CharField(_("nama lembaga"), max_length=200)
    kind = models.CharField(
        _("jenis lembaga"),
        max_length=12,
        choices=OrganisationKind.choices,
        default=OrganisationKind.OTHER,
        db_default=OrganisationKind.OTHER,
    )
    themes = models.JSONField(_("bidang"), default=list, blank=True, db_default=[])
    about = models.TextField(_("tentang lembaga"), max_length=2_000, blank=True, db_default="")
    website = models.URLField(_("situs web"), blank=True, db_default="")
    logo = models.CharField(max_length=200, blank=True, db_default="")  # storage "documents"
    # Where it would help; none says anywhere in the province.
    regions = models.ManyToManyField(
        Region, blank=True, related_name="+", verbose_name=_("wilayah minat")
    )
    village = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="local_organisations"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)  # none is known of the oldest
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("stakeholders_organisation", "kind", OrganisationKind.values),
            models.UniqueConstraint(
                Lower("name"),
                name="stakeholders_organisation_name_in_register",
                condition=Q(village__isnull=True),
                violation_error_message=_("Lembaga dengan nama ini sudah ada."),
            ),
            models.UniqueConstraint(
                "village",
                Lower("name"),
                name="stakeholders_organisation_name_in_village",
                condition=Q(village__isnull=False),
                violation_error_message=_("Lembaga dengan nama ini sudah ada di desa itu."),
            ),
            together("stakeholders_organisation", "lifted"),
            together("stakeholders_organisation", "recorded"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("reports:organisation", kwargs={"pk": self.pk})


class FormerOrganisation(models.Model):
    """The number of a duplicate that was merged into ``organisation``; its old address leads
    there, and its name finds it."""

    number = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="merged")
    merged_at = models.DateTimeField(default=timezone.now)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.name} (#{self.number})"


class Contact(models.Model):
    """Whom to speak to: private, with that person's consent since ``consented_on``. When consent is
    withdrawn who it was is erased; the position stays."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="contacts"
    )
    position = models.CharField(_("jabatan"), max_length=120)
    name = models.CharField(_("nama"), max_length=150, blank=True)
    phone = models.CharField(_("telepon"), max_length=20, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    consented_on = models.DateField(_("setuju dihubungi sejak"), null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            together("stakeholders_contact", "erased"),
            models.CheckConstraint(
                name="stakeholders_contact_erased_is_nobody",
                condition=Q(erased_at__isnull=True)
                | Q(name="", phone="", email="", consented_on__isnull=True),
            ),
            models.CheckConstraint(
                name="stakeholders_contact_consented",
                condition=Q(erased_at__isnull=False) | Q(consented_on__isnull=False) & ~Q(name=""),
                violation_error_message=_("Catat sejak kapan orang ini setuju dihubungi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} (#{self.organisation_id})"


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
            in_order("stakeholders_membership"),
            models.UniqueConstraint(
                name="stakeholders_membership_one_open",
                fields=["organisation", "user"],
                condition=Q(ends_on__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.user_id} → #{self.organisation_id}"
