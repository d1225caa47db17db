from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from kpi import scoring
from kpi.enums import Colour
from kpi.models.rules import RuleSet
from libraries.models import Library
from tpbis.core.constraints import first_day_of_month, one_of


class MonthlyTally(models.Model):
    """What a library's approved reports of one month add up to, and the seals they were counted
    from: other seals there now means it is stale."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="tallies")
    month = models.DateField()
    seals = models.TextField(blank=True)  # sorted, separated by spaces
    involvement = models.PositiveIntegerField(default=0)
    participants = models.PositiveIntegerField(default=0)
    participants_women = models.PositiveIntegerField(default=0)
    participants_men = models.PositiveIntegerField(default=0)
    participants_disabled = models.PositiveIntegerField(default=0)
    advocacy = models.PositiveIntegerField(default=0)
    sustainability_signs = models.PositiveIntegerField(default=0)
    service = models.PositiveIntegerField(default=0)
    publications = models.PositiveIntegerField(default=0)
    visits_entered = models.PositiveSmallIntegerField(default=0)  # 0 or 1
    visits_men = models.PositiveIntegerField(default=0)
    visits_women = models.PositiveIntegerField(default=0)
    visits_total = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["month"], name="kpi_monthlytally_month")]
        constraints = [
            models.UniqueConstraint(fields=["library", "month"], name="kpi_monthlytally_once"),
            first_day_of_month("kpi_monthlytally"),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.month:%Y-%m}"


class Scored(models.Model):
    """A colour and what it was made of: the rules, the months due and the inputs."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="+")
    months_due = models.PositiveSmallIntegerField()
    involvement = models.PositiveIntegerField(default=0)
    participants = models.PositiveIntegerField(default=0)
    advocacy = models.PositiveIntegerField(default=0)
    service = models.PositiveIntegerField(default=0)
    visit_months = models.PositiveSmallIntegerField(default=0)
    publications = models.PositiveIntegerField(default=0)
    sustainability = models.PositiveIntegerField(default=0)
    points = models.PositiveIntegerField(null=True)  # thousandths; empty when grey
    colour = models.CharField(max_length=6, choices=Colour.choices)

    class Meta:
        abstract = True

    @property
    def inputs(self) -> scoring.Inputs:
        return scoring.Inputs(*(getattr(self, name) for name in scoring.Inputs._fields))


class Score(Scored):
    """A library's colour from 1 January to the end of ``through`` (a month), with all it was made
    of. Made again whenever that differs; nothing else is stored."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="scores")
    through = models.DateField()
    scored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["through", "colour"], name="kpi_score_through_colour")]
        constraints = [
            models.UniqueConstraint(fields=["library", "through"], name="kpi_score_once"),
            first_day_of_month("kpi_score", "through"),
            one_of("kpi_score", "colour", Colour.values),
            models.CheckConstraint(
                name="kpi_score_grey_has_no_points",
                condition=Q(colour=Colour.GREY, points__isnull=True)
                | ~Q(colour=Colour.GREY) & Q(points__isnull=False, points__lte=100_000),
            ),
            models.CheckConstraint(
                name="kpi_score_months_due_in_a_year",
                condition=Q(months_due__gte=1, months_due__lte=12),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.through:%Y-%m} {self.colour}"

    def made_of(self) -> tuple[Any, ...]:
        """What it must be compared by: rules, months due and inputs."""
        return (self.rule_set_id, self.months_due, *self.inputs)
