from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from libraries.enums import Theme
from libraries.models import Library, Region
from stakeholders.enums import (
    ON_THE_BOARD,
    UNDER_WAY,
    CommitmentState,
    NeedState,
    OfferState,
    PartnershipKind,
    Urgency,
)
from stakeholders.models.kept import Paper, Recorded, counted_in_a_unit, in_order
from stakeholders.models.organisations import Organisation
from stakeholders.models.partnerships import Partnership, Support
from stakeholders.querysets import CommitmentQuerySet, NeedQuerySet, OfferQuerySet
from tpbis.core.constraints import one_of, together


class Need(Recorded):
    """What a library, or a region's libraries together, lacks; ``rupiah`` is what it would cost."""

    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="needs"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="needs")
    theme = models.CharField(_("bidang"), max_length=20, choices=Theme.choices)
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    title = models.CharField(_("yang dibutuhkan"), max_length=150)
    why = models.TextField(_("alasan"), max_length=1_000)
    quantity = models.PositiveIntegerField(_("jumlah"), null=True, blank=True)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    rupiah = models.PositiveBigIntegerField(_("perkiraan biaya (Rp)"), null=True, blank=True)
    people = models.PositiveIntegerField(_("orang yang terbantu"), null=True, blank=True)
    urgency = models.CharField(
        _("mendesak"), max_length=8, choices=Urgency.choices, default=Urgency.NORMAL
    )
    photo = models.CharField(max_length=200, blank=True)  # storage "documents"
    state = models.CharField(
        _("keadaan"), max_length=12, choices=NeedState.choices, default=NeedState.STATED
    )
    reason = models.CharField(_("alasan"), max_length=300, blank=True)  # of declining, withdrawing
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    priority = models.PositiveSmallIntegerField(_("prioritas provinsi"), null=True, blank=True)
    prioritised_at = models.DateTimeField(null=True, blank=True)
    prioritised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = NeedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "region"], name="stakeholders_need_state"),
            models.Index(fields=["library", "state"], name="stakeholders_need_library"),
        ]
        constraints = [
            one_of("stakeholders_need", "kind", PartnershipKind.values),
            one_of("stakeholders_need", "theme", Theme.values),
            one_of("stakeholders_need", "urgency", Urgency.values),
            one_of("stakeholders_need", "state", NeedState.values),
            counted_in_a_unit("stakeholders_need"),
            together("stakeholders_need", "confirmed"),
            together("stakeholders_need", "prioritised"),
            models.CheckConstraint(
                name="stakeholders_need_on_the_board_once_confirmed",
                condition=~Q(state__in=ON_THE_BOARD) | Q(confirmed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:need", kwargs={"pk": self.pk})

    def place(self) -> Library | Region:
        return self.library or self.region

    def place_name(self) -> str:
        return self.library.name if self.library else self.region.title


class Offer(Recorded):
    """What an organisation would give, where, from and until when; a blank ``theme`` is any."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="offers", verbose_name=_("untuk wilayah")
    )
    theme = models.CharField(_("bidang"), max_length=20, choices=Theme.choices, blank=True)
    kind = models.CharField(_("bentuk dukungan"), max_length=12, choices=PartnershipKind.choices)
    description = models.CharField(_("yang ditawarkan"), max_length=300)
    quantity = models.PositiveIntegerField(_("jumlah"), null=True, blank=True)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    rupiah = models.PositiveBigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    state = models.CharField(
        _("keadaan"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "kind"], name="stakeholders_offer_state")]
        constraints = [
            one_of("stakeholders_offer", "kind", PartnershipKind.values),
            one_of("stakeholders_offer", "theme", ["", *Theme.values]),
            one_of("stakeholders_offer", "state", OfferState.values),
            counted_in_a_unit("stakeholders_offer"),
            in_order("stakeholders_offer"),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:offer", kwargs={"pk": self.pk})


class Commitment(Paper):
    """A need and an organisation that staff brought together (``accepted``), what the organisation
    ``promised`` until ``due_on``, and what became of it: ``settled`` as realised, with the gift and
    its evidence (the file), or lapsed with a reason."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="commitments")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="commitments"
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments"
    )
    state = models.CharField(
        _("keadaan"),
        max_length=12,
        choices=CommitmentState.choices,
        default=CommitmentState.MATCHED,
    )
    reasons = models.JSONField(default=list, blank=True)  # codes: why the two fit, when accepted
    rupiah = models.PositiveBigIntegerField(_("nilai (Rp)"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("jumlah"), null=True, blank=True)
    unit = models.CharField(_("satuan"), max_length=40, blank=True)
    due_on = models.DateField(_("batas waktu"))
    accepted_at = models.DateTimeField()
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    promised_at = models.DateTimeField(null=True, blank=True)
    promised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("alasan"), max_length=300, blank=True)  # of lapsing
    support = models.OneToOneField(
        Support, on_delete=models.PROTECT, null=True, blank=True, related_name="commitment"
    )
    partnership = models.ForeignKey(
        Partnership, on_delete=models.PROTECT, null=True, blank=True, related_name="commitments"
    )

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_on"], name="stakeholders_commitment_due"),
        ]
        constraints = [
            one_of("stakeholders_commitment", "state", CommitmentState.values),
            counted_in_a_unit("stakeholders_commitment"),
            together("stakeholders_commitment", "promised"),
            together("stakeholders_commitment", "settled"),
            models.UniqueConstraint(
                fields=["need", "organisation"],
                condition=Q(state__in=UNDER_WAY),
                name="stakeholders_commitment_one_under_way",
                violation_error_message=_("Lembaga ini sudah dipasangkan dengan kebutuhan itu."),
            ),
            models.CheckConstraint(
                name="stakeholders_commitment_realised_by_a_gift",
                condition=~Q(state=CommitmentState.REALISED) | Q(support__isnull=False),
            ),
            models.CheckConstraint(
                name="stakeholders_commitment_settled_once_over",
                condition=Q(state__in=UNDER_WAY, settled_at__isnull=True)
                | ~Q(state__in=UNDER_WAY) & Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.need_id} ← #{self.organisation_id} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:commitment", kwargs={"pk": self.pk})

    def is_overdue(self, on: date) -> bool:
        return self.state in UNDER_WAY and self.due_on < on
