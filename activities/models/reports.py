import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import seals
from activities.enums import (
    EDITABLE,
    AdvocacyAudience,
    AdvocacyResult,
    Audience,
    Format,
    Kind,
    Medium,
    ReturnReason,
    ReviewAction,
    ServiceForm,
    Source,
    State,
    Theme,
)
from activities.querysets import ActivityQuerySet, MonthlyReportQuerySet, PhotoQuerySet
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import first_day_of_month, one_of, together


class MonthlyReport(models.Model):
    """What a library sends in for one month. Number 1 is the month's report; 2, 3, … are late
    entries (*laporan susulan*). SIM entries live in one of source ``sim``, approved at import.

    Visits stand in the report itself: one row a library a month, blank (``None``) is not 0.
    """

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="reports")
    month = models.DateField(_("bulan"))
    source = models.CharField(_("sumber"), max_length=10, choices=Source.choices)
    number = models.PositiveSmallIntegerField(_("nomor"), default=1)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.DRAFT)
    nihil = models.BooleanField(_("nihil"), default=False)
    visits_men = models.PositiveIntegerField(_("pengunjung laki-laki"), null=True, blank=True)
    visits_women = models.PositiveIntegerField(_("pengunjung perempuan"), null=True, blank=True)
    visits_total = models.PositiveIntegerField(_("jumlah pengunjung"), null=True, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seal = models.CharField(max_length=64, blank=True, default="")
    updated_at = models.DateTimeField(default=timezone.now)

    entry_count: int  # where `for_list` counted the entries

    objects = MonthlyReportQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["month", "state"], name="activities_report_month_state"),
            models.Index(fields=["state", "submitted_at"], name="activities_report_queue"),
            models.Index(fields=["updated_at"], name="activities_report_updated"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "month", "source", "number"],
                name="activities_monthlyreport_once",
            ),
            models.UniqueConstraint(
                fields=["library", "month", "source"],
                condition=Q(state=State.DRAFT),
                name="activities_monthlyreport_one_draft",
            ),
            first_day_of_month("activities_monthlyreport"),
            one_of("activities_monthlyreport", "source", Source.values),
            one_of("activities_monthlyreport", "state", State.values),
            models.CheckConstraint(
                name="activities_monthlyreport_sealed_when_approved",
                condition=Q(state=State.APPROVED) & ~Q(seal="")
                | ~Q(state=State.APPROVED) & Q(seal=""),
            ),
            models.CheckConstraint(
                name="activities_monthlyreport_sim_is_approved",
                condition=Q(source=Source.PORTAL) | Q(state=State.APPROVED),
            ),
            models.CheckConstraint(
                name="activities_monthlyreport_submitted_has_time",
                condition=Q(source=Source.SIM)
                | Q(state=State.DRAFT)
                | Q(submitted_at__isnull=False, first_submitted_at__isnull=False),
            ),
            together("activities_monthlyreport", "submitted"),
            together("activities_monthlyreport", "decided"),
            models.CheckConstraint(
                name="activities_monthlyreport_visits_whole",
                condition=Q(
                    visits_men__isnull=True, visits_women__isnull=True, visits_total__isnull=True
                )
                | Q(
                    visits_men__isnull=False,
                    visits_women__isnull=False,
                    visits_total=F("visits_men") + F("visits_women"),
                )
                | Q(source=Source.SIM, visits_total__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{periods.month_code(self.month)}/{self.number} {self.state} (#{self.pk})"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE and self.source == Source.PORTAL

    @property
    def is_supplementary(self) -> bool:
        return self.number > 1

    @property
    def receipt(self) -> str:
        """*Nomor tanda terima*: what people quote when they ask about a report they sent."""
        return f"{self.month:%Y%m}-{self.pk:06d}"

    @property
    def is_on_time(self) -> bool:
        return self.first_submitted_at is not None and self.first_submitted_at < periods.deadline(
            self.month
        )

    def get_absolute_url(self) -> str:
        return reverse("activities:report", kwargs={"pk": self.pk})

    def compute_seal(self) -> str:
        """The seal of the content as it stands, from the database."""
        return self.seal_over(list(self.activities.for_report()))

    def seal_over(self, entries: list["Activity"]) -> str:
        return seals.seal(
            month=self.month,
            source=self.source,
            nihil=self.nihil,
            visits={
                "men": self.visits_men,
                "women": self.visits_women,
                "total": self.visits_total,
            },
            entries=[entry.sealed_content() for entry in entries],
        )


class Activity(models.Model):
    """One dated entry of a monthly report, of one of four kinds; counts as many as it says, never
    names of participants."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.CASCADE, related_name="activities")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    kind = models.CharField(_("jenis catatan"), max_length=12, choices=Kind.choices)
    held_on = models.DateField(_("tanggal"))
    title = models.CharField(_("judul"), max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

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

    objects = ActivityQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["report", "kind"], name="activities_activity_report_kin"),
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

    def sealed_content(self) -> dict[str, seals.Json]:
        """What the seal covers of this entry; photos by their hash. Needs ``photos`` prefetched."""
        content: dict[str, seals.Json] = {name: getattr(self, name) for name in SEALED_FIELDS}
        content["uuid"] = str(self.uuid)
        content["held_on"] = self.held_on.isoformat()
        content["photos"] = sorted(photo.sha256 for photo in self.photos.all())
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


class Photo(models.Model):
    """A photo of an activity. The file is named by the hash of its bytes, so the same picture is
    stored once; private, served through an authorised view only."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="photos")
    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    original_name = models.CharField(max_length=120, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "sha256"],
                name="activities_photo_once_per_activity",
                violation_error_message=_("Foto ini sudah ada di kegiatan ini."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"

    def file_name(self, size: str = "full") -> str:
        """Path in the default storage; ``size`` is ``full`` (<= 2048 px), ``640`` or ``240``."""
        return photo_file_name(self.sha256, size)


def photo_file_name(sha256: str, size: str) -> str:
    return f"photos/{sha256[:2]}/{sha256}.{size}.jpg"


class ReviewEvent(AppendOnlyModel):
    """One step of a report. Append-only: the database refuses changes."""

    report = models.ForeignKey(MonthlyReport, on_delete=models.PROTECT, related_name="events")
    action = models.CharField(max_length=12, choices=ReviewAction.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True)
    comment = models.TextField(max_length=2000, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["report", "at"], name="activities_event_report_at")]
        constraints = [
            one_of("activities_reviewevent", "action", ReviewAction.values),
            models.CheckConstraint(
                name="activities_reviewevent_return_has_reason",
                condition=~Q(action=ReviewAction.RETURNED)
                | Q(reason__in=ReturnReason.values) & ~Q(comment=""),
            ),
            models.CheckConstraint(
                name="activities_reviewevent_reopen_has_comment",
                condition=~Q(action=ReviewAction.REOPENED) | ~Q(comment=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d}"
