from datetime import UTC
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import seals
from activities.enums import EDITABLE, Source, State
from activities.querysets import MonthlyReportQuerySet
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.constraints import first_day_of_month, one_of, together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from activities.models.entries import Activity


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
        return f"{self.month:%Y-%m}-{self.pk:04d}"

    @property
    def sent_as(self) -> str:
        """Which sending of it this is: returned and sent again it is another."""
        return self.submitted_at.astimezone(UTC).isoformat() if self.submitted_at else ""

    @property
    def is_on_time(self) -> bool:
        return self.first_submitted_at is not None and self.first_submitted_at < periods.deadline(
            self.month
        )

    def get_absolute_url(self) -> str:
        return reverse("activities:report", kwargs={"pk": self.pk})

    def compute_seal(self) -> str:
        """The seal of the content as it stands, from the database."""
        return seals.seal_of(self.sealed_content())

    def seal_over(self, entries: "Iterable[Activity]") -> str:
        return seals.seal_of(self.content_over(entries))

    def sealed_content(self) -> seals.Content:
        """What a seal covers, as it stands in the database."""
        return self.content_over(self.activities.for_report())

    def content_over(self, entries: "Iterable[Activity]") -> seals.Content:
        return seals.content(
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
