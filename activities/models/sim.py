"""What came from the national SIM: raw rows, kept for ever, and its official scores."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.enums import SimKind
from activities.models.entries import Activity
from activities.querysets import SimRowQuerySet
from libraries.models import Library
from tpbis.core.constraints import one_of


class SimRow(models.Model):
    """One row of a SIM feed as it came. ``key`` names the thing the row speaks of (kind, library as
    written, date, title; the feed has no ids) and ``content_hash`` its content: same key with
    another hash is a change. ``problem`` says why a row is kept but not used."""

    kind = models.CharField(max_length=12, choices=SimKind.choices)
    key = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    raw = models.JSONField()
    library_name = models.CharField(max_length=200, blank=True)
    regency_name = models.CharField(max_length=120, blank=True)
    village_name = models.CharField(max_length=120, blank=True)
    library = models.ForeignKey(
        Library, on_delete=models.PROTECT, null=True, blank=True, related_name="sim_rows"
    )
    activity = models.OneToOneField(
        Activity, on_delete=models.SET_NULL, null=True, blank=True, related_name="sim_row"
    )
    as_of = models.DateField(null=True, blank=True)  # of a score: the day it held
    problem = models.CharField(max_length=300, blank=True)
    imported_at = models.DateTimeField(default=timezone.now)

    objects = SimRowQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["library", "kind"], name="activities_simrow_library")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="activities_simrow_once"),
            one_of("activities_simrow", "kind", SimKind.values),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.library_name} (#{self.pk})"


class OfficialScore(models.Model):
    """The score the SIM gave a library, as of a day; a dated fact, never recomputed."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="official_scores")
    as_of = models.DateField(_("per tanggal"))
    points = models.PositiveIntegerField(_("skor"), null=True, blank=True)  # thousandths
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["library", "as_of"], name="activities_officialscore_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.as_of}"
