import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from activities import seals
from activities.enums import (
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    Format,
    Kind,
    Medium,
    ReturnReason,
    ServiceForm,
)
from activities.models.pictures import Picture
from activities.models.reports import MonthlyReport
from activities.querysets import ActivityQuerySet, PhotoQuerySet
from libraries.enums import Theme
from stakeholders.models import Organisation
from tpbis.core.constraints import one_of


class Activity(models.Model):
    """One dated entry of a monthly report, of one of four kinds; counts as many as it says, never
    names of participants."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.CASCADE, related_name="activities")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(_("jenis catatan"), max_length=12, choices=Kind.choices)
    held_on = models.DateField(_("tanggal"))
    title = models.CharField(_("judul"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    # Goes up with each change: whoever changes an older one is told what changed meanwhile.
    version = models.PositiveIntegerField(default=1, db_default=1)

    # Community involvement
    theme = models.CharField(_("bidang kegiatan"), max_length=20, choices=Theme.choices, blank=True)
    format = models.CharField(
        _("jenis kegiatan"), max_length=10, choices=Format.choices, blank=True
    )
    audience = models.CharField(_("sasaran"), max_length=20, choices=Audience.choices, blank=True)
    participants_total = models.PositiveIntegerField(_("jumlah peserta"), null=True, blank=True)
    participants_women = models.PositiveIntegerField(_("peserta perempuan"), null=True, blank=True)
    participants_men = models.PositiveIntegerField(_("peserta laki-laki"), null=True, blank=True)
    participants_disabled = models.PositiveIntegerField(
        _("peserta penyandang disabilitas"), null=True, blank=True
    )
    place = models.CharField(_("tempat"), max_length=120, blank=True)

    # Community involvement and advocacy: with whom, as it was written, and who that is.
    partner_name = models.CharField(
        _("lembaga pendukung"), max_length=200, blank=True, default="", db_default=""
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="activities"
    )

    # Advocacy
    audiences = models.JSONField(_("sasaran advokasi"), default=list, blank=True)
    audience_count = models.PositiveSmallIntegerField(default=0, editable=False)
    result = models.CharField(_("hasil"), max_length=10, choices=AdvocacyResult.choices, blank=True)
    regulation = models.CharField(_("regulasi yang terbit"), max_length=200, blank=True)
    amount = models.PositiveBigIntegerField(_("nominal (Rp)"), null=True, blank=True)
    speakers = models.PositiveIntegerField(_("jumlah narasumber"), null=True, blank=True)
    goods = models.PositiveIntegerField(_("jumlah barang"), null=True, blank=True)

    # Service improvement
    service_form = models.CharField(
        _("bentuk peningkatan"), max_length=15, choices=ServiceForm.choices, blank=True
    )
    books = models.PositiveIntegerField(_("jumlah buku"), null=True, blank=True)
    digital_books = models.PositiveIntegerField(_("jumlah buku digital"), null=True, blank=True)
    computers = models.PositiveIntegerField(_("jumlah komputer"), null=True, blank=True)
    bandwidth = models.PositiveIntegerField(_("bandwidth (Mbps)"), null=True, blank=True)

    # Publication
    medium = models.CharField(_("jenis media"), max_length=20, choices=Medium.choices, blank=True)
    media_name = models.CharField(_("nama media"), max_length=120, blank=True)
    link = models.URLField(_("tautan"), max_length=500, blank=True)

    # Left out of an approved report by its reviewer: it stays readable and does not count.
    exclusion = models.CharField(
        _("alasan tidak dihitung"),
        max_length=20,
        choices=ReturnReason.choices,
        blank=True,
        default="",
        db_default="",
    )
    exclusion_comment = models.TextField(
        _("penjelasan"), max_length=2000, blank=True, default="", db_default=""
    )

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["report", "kind"], name="activities_activity_report_kin"),
            models.Index(fields=["title"], name="activities_activity_title"),
        ]
        constraints = [
            one_of("activities_activity", "kind", Kind.values),
            models.CheckConstraint(
                name="activities_activity_involvement_complete",
                condition=~Q(kind=Kind.INVOLVEMENT)
                | Q(
                    theme__in=Theme.values,
                    format__in=Format.values,
                    audience__in=Audience.values,
                    participants_total__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="activities_activity_women_men_within_total",
                condition=Q(participants_women__isnull=True, participants_men__isnull=True)
                | Q(
                    participants_women__isnull=False,
                    participants_men__isnull=False,
                    participants_total=F("participants_women") + F("participants_men"),
                ),
            ),
            models.CheckConstraint(
                name="activities_activity_disabled_within_total",
                condition=Q(participants_disabled__isnull=True)
                | Q(participants_disabled__lte=F("participants_total")),
            ),
            models.CheckConstraint(
                name="activities_activity_advocacy_complete",
                condition=~Q(kind=Kind.ADVOCACY)
                | Q(result__in=AdvocacyResult.values, audience_count__gte=1),
            ),
            models.CheckConstraint(
                name="activities_activity_service_complete",
                condition=~Q(kind=Kind.SERVICE) | Q(service_form__in=ServiceForm.values),
            ),
            models.CheckConstraint(
                name="activities_activity_publication_complete",
                condition=~Q(kind=Kind.PUBLICATION) | Q(medium__in=Medium.values),
            ),
            models.CheckConstraint(
                name="activities_activity_exclusion_explained",
                condition=Q(exclusion="", exclusion_comment="")
                | Q(exclusion__in=ReturnReason.values) & ~Q(exclusion_comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (#{self.pk})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.audience_count = len(self.audiences)
        super().save(*args, **kwargs)

    @property
    def audience_names(self) -> list[str]:
        """Who was met, in the reader's language."""
        names = dict(AdvocacyAudience.choices)
        return [str(names.get(value, value)) for value in self.audiences]

    @property
    def is_excluded(self) -> bool:
        return self.exclusion != ""

    def sealed_content(self) -> dict[str, seals.Json]:
        """What the seal covers of this entry; photos by their hash. Needs ``photos`` prefetched."""
        content: dict[str, seals.Json] = {name: getattr(self, name) for name in SEALED_FIELDS}
        content["uuid"] = str(self.uuid)
        content["held_on"] = self.held_on.isoformat()
        content["photos"] = sorted(photo.sha256 for photo in self.photos.all())
        # Seals from before there were any stay as they are.
        if self.partner_name:
            content["partner_name"] = self.partner_name
        if self.exclusion:
            content["exclusion"] = [self.exclusion, self.exclusion_comment]
        return content


SEALED_FIELDS = (
    "kind",
    "title",
    "theme",
    "format",
    "audience",
    "participants_total",
    "participants_women",
    "participants_men",
    "participants_disabled",
    "place",
    "audiences",
    "result",
    "regulation",
    "amount",
    "speakers",
    "goods",
    "service_form",
    "books",
    "digital_books",
    "computers",
    "bandwidth",
    "medium",
    "media_name",
    "link",
)


def field_label(name: str) -> str:
    """What people call a field of an entry: of the sealed ones, or of its form."""
    if name == "photos":
        return gettext("foto")
    if name in (*SEALED_FIELDS, "held_on", "partner_name"):
        field = Activity._meta.get_field(name)
        assert isinstance(field, models.Field)
        return str(field.verbose_name)
    return gettext("isian lain")


class Photo(Picture):
    """A photo of an activity. The file is named by the hash of its bytes, so the same picture is
    stored once; private, served through an authorised view only."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="photos")

    objects = PhotoQuerySet.as_manager()

    class Meta(Picture.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "sha256"],
                name="activities_photo_once_per_activity",
                violation_error_message=_("Foto ini sudah ada di kegiatan ini."),
            )
        ]
