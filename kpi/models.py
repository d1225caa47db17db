from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpi import scoring
from kpi.enums import Colour, Component, Measure, RuleGroup
from libraries.models import Library
from tpbis.core.constraints import first_day_of_month, one_of


class RuleSet(models.Model):
    """One version of the rules for a group of libraries. The version valid on the last day of a
    span scores all of it."""

    group = models.CharField(_("berlaku untuk"), max_length=10, choices=RuleGroup.choices)
    version = models.PositiveIntegerField(_("versi"))
    valid_from = models.DateField(_("berlaku sejak"))
    note = models.TextField(_("catatan"), blank=True)
    yellow_above = models.PositiveIntegerField(_("kuning di atas"), default=25_000)  # thousandths
    green_above = models.PositiveIntegerField(_("hijau di atas"), default=75_000)
    general = models.JSONField(_("komponen umum"), default=list)  # measures that gate the colour

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "version"], name="kpi_ruleset_version_once"),
            models.UniqueConstraint(
                fields=["group", "valid_from"], name="kpi_ruleset_valid_from_once"
            ),
            one_of("kpi_ruleset", "group", RuleGroup.values),
            models.CheckConstraint(
                name="kpi_ruleset_thresholds_in_order",
                condition=Q(green_above__gt=models.F("yellow_above"), green_above__lt=100_000),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group} v{self.version}"

    @cached_property
    def rules(self) -> scoring.Rules:
        """As the engine reads them."""
        return scoring.rules_from(
            version=self.version,
            indicators=self.indicators.order_by("position").values(
                "measure", "component", "points", "count", "per_months"
            ),
            general=self.general,
            yellow_above=self.yellow_above,
            green_above=self.green_above,
        )


class Indicator(models.Model):
    """``points`` for ``count`` of a measure every ``per_months`` months due."""

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    component = models.CharField(max_length=20, choices=Component.choices)
    measure = models.CharField(max_length=20, choices=Measure.choices)
    points = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()
    per_months = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "measure"], name="kpi_indicator_measure_once"
            ),
            one_of("kpi_indicator", "component", Component.values),
            one_of("kpi_indicator", "measure", Measure.values),
            models.CheckConstraint(
                name="kpi_indicator_target_above_zero", condition=Q(count__gt=0, per_months__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.points}"


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


class Score(models.Model):
    """A library's colour from 1 January to the end of ``through`` (a month), with all it was made
    of. Made again whenever that differs; nothing else is stored."""

    library = models.ForeignKey(Library, on_delete=models.CASCADE, related_name="scores")
    through = models.DateField()
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

    @property
    def inputs(self) -> scoring.Inputs:
        return scoring.Inputs(*(getattr(self, name) for name in scoring.Inputs._fields))

    def made_of(self) -> tuple[Any, ...]:
        """What it must be compared by: rules, months due and inputs."""
        return (self.rule_set_id, self.months_due, *self.inputs)
