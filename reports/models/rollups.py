"""What a regency's libraries add up to, kept so that a province need not count them each time."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from libraries.models import Region
from tpbis.core.constraints import first_day_of_month


class AreaMonth(models.Model):
    """One month of a regency (the province's own library: of the province), as ``reports.figures``
    counts it from the libraries themselves. Sums cover the month, colours 1 January to its end.

    Every one can be thrown away and made again. It counts only while no :class:`StaleArea` names
    the region from that month or an earlier one, and, as accounts and posts begin and end by day,
    while ``counted_on`` is today or the month was over by then.
    """

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    month = models.DateField()
    involvement = models.PositiveBigIntegerField(default=0)
    participants = models.PositiveBigIntegerField(default=0)
    participants_women = models.PositiveBigIntegerField(default=0)
    participants_men = models.PositiveBigIntegerField(default=0)
    participants_disabled = models.PositiveBigIntegerField(default=0)
    advocacy = models.PositiveBigIntegerField(default=0)
    service = models.PositiveBigIntegerField(default=0)
    publications = models.PositiveBigIntegerField(default=0)
    visits_men = models.PositiveBigIntegerField(default=0)
    visits_women = models.PositiveBigIntegerField(default=0)
    visits_total = models.PositiveBigIntegerField(default=0)
    # Of the month alone, whether its batas kirim has passed or not.
    expected = models.PositiveIntegerField(default=0)
    reported = models.PositiveIntegerField(default=0)
    on_time = models.PositiveIntegerField(default=0)
    excused = models.PositiveIntegerField(default=0)
    green = models.PositiveIntegerField(default=0)
    yellow = models.PositiveIntegerField(default=0)
    red = models.PositiveIntegerField(default=0)
    no_account = models.PositiveIntegerField(default=0)  # grey, as the two that follow
    never = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)
    partnerships = models.PositiveIntegerField(default=0)  # in force on its last day
    libraries = models.PositiveIntegerField(default=0)  # registered, partners or not
    # Partners at its end with a report of the year up to it that waits for review; and those that
    # lack one component alone, by component.
    awaiting = models.PositiveIntegerField(default=0)
    lacking: Any = models.JSONField(default=dict, blank=True)
    # What libraries did in the month that joined in a later one, as [first of that month, sums in
    # the order of figures.results.TALLIED].
    early: Any = models.JSONField(default=list, blank=True)
    # Where the month was closed: when, libraries by colour then, and what moved since, as
    # [before, after, how many]; None stands for those not counted then or now.
    closed: Any = models.JSONField(null=True, blank=True)
    moves: Any = models.JSONField(default=list, blank=True)
    counted_on = models.DateField()
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["month"], name="reports_areamonth_month")]
        constraints = [
            models.UniqueConstraint(fields=["region", "month"], name="reports_areamonth_once"),
            first_day_of_month("reports_areamonth"),
        ]

    def __str__(self) -> str:
        return f"#{self.region_id} {self.month:%Y-%m}"


class StaleArea(models.Model):
    """Something a regency's figures are made of was written, in the same transaction as this row:
    from ``since`` on (a month; empty: from the beginning) they have to be counted again. Written by
    triggers of the database, so that no writer can forget it; taken away by whoever counts."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="+")
    since = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region"], name="reports_stalearea_region")]

    def __str__(self) -> str:
        return f"#{self.region_id} ≥ {self.since}"


class FiguresState(models.Model):
    """Names what the figures are made of for as long as it stays as it is: one row at most, which
    goes in the transaction that takes a :class:`StaleArea` away, and comes again under a number
    that nobody drew before. So the same number, without a mark beside it, is the same data, in a
    database that was restored too."""

    number = models.UUIDField(default=uuid.uuid4, editable=False)
    since = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.number} since {self.since:%Y-%m-%d %H:%M}"
