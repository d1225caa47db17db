"""Runs over everything: which regencies are done, by whom nobody asks, as any worker may."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpi.enums import AreaState, RunReason, RunState
from kpi.querysets import RunQuerySet
from libraries.models import Region
from tpbis.core.constraints import one_of


class Run(models.Model):
    """One run over all regencies. At most one is under way and one more waits for it to end: who
    asks for a third gets the one that waits."""

    reason = models.CharField(max_length=10, choices=RunReason.choices)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    as_of = models.DateTimeField(null=True, blank=True)  # when it began: what months are due then
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-asked_at"], name="kpi_run_newest_first")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=[RunState.WAITING, RunState.RUNNING]),
                name="kpi_run_one_at_a_time",
            ),
            one_of("kpi_run", "reason", RunReason.values),
            one_of("kpi_run", "state", RunState.values),
            models.CheckConstraint(
                name="kpi_run_state_is_dated",
                condition=Q(state=RunState.WAITING, as_of__isnull=True, finished_at__isnull=True)
                | Q(state=RunState.RUNNING, as_of__isnull=False, finished_at__isnull=True)
                | Q(state=RunState.DONE, as_of__isnull=False, finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.reason} {self.state}"


class RunArea(models.Model):
    """One regency of a run: done once, whoever does it and however often it is asked for."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="areas")
    area = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=AreaState.choices, default=AreaState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    libraries = models.PositiveIntegerField(_("perpustakaan"), default=0)
    changed = models.PositiveIntegerField(_("skor berubah"), default=0)
    took_ms = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "area"], name="kpi_runarea_once"),
            one_of("kpi_runarea", "state", AreaState.values),
        ]

    def __str__(self) -> str:
        return f"#{self.run_id} {self.area_id} {self.state}"
