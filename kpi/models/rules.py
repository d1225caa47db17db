"""The rules as data: drafted, looked at, published, and from then on never changed."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kpi import scoring
from kpi.enums import Component, Measure, RuleGroup, RuleState
from kpi.querysets import RuleSetQuerySet
from tpbis.core.constraints import one_of


class RuleSet(models.Model):
    """One version of the rules for a group of libraries. The version valid on the last day of a
    span scores all of it.

    A draft has neither number nor first day. Once it is published the database refuses every change
    of it and of its indicators.
    """

    group = models.CharField(_("berlaku untuk"), max_length=10, choices=RuleGroup.choices)
    state = models.CharField(max_length=10, choices=RuleState.choices, default=RuleState.DRAFT)
    version = models.PositiveIntegerField(_("versi"), null=True, blank=True)
    valid_from = models.DateField(_("berlaku sejak"), null=True, blank=True)
    note = models.TextField(_("catatan"), blank=True)
    yellow_above = models.PositiveIntegerField(_("kuning di atas"), default=25_000)  # thousandths
    green_above = models.PositiveIntegerField(_("hijau di atas"), default=75_000)
    # Signs of sustainability without which nothing is green; 0: green needs none.
    green_needs_signs = models.PositiveSmallIntegerField(_("tanda keberlanjutan"), default=1)
    general = models.JSONField(_("komponen umum"), default=list)  # measures that gate the colour
    # What the shortest path takes one more activity to bring.
    participants_each = models.PositiveSmallIntegerField(
        _("peserta tiap kegiatan tambahan"), default=15
    )
    # Thousandths; smaller movements are noise and get no arrow.
    noise_gap = models.PositiveIntegerField(_("jarak wajar"), default=5_000)
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    publisher = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "version"], name="kpi_ruleset_version_once"),
            models.UniqueConstraint(
                fields=["group", "valid_from"], name="kpi_ruleset_valid_from_once"
            ),
            one_of("kpi_ruleset", "group", RuleGroup.values),
            one_of("kpi_ruleset", "state", RuleState.values),
            models.CheckConstraint(
                name="kpi_ruleset_thresholds_in_order",
                condition=Q(green_above__gt=F("yellow_above"), green_above__lt=100_000),
            ),
            models.CheckConstraint(
                name="kpi_ruleset_published_is_dated",
                condition=Q(
                    state=RuleState.DRAFT,
                    version__isnull=True,
                    valid_from__isnull=True,
                    published_at__isnull=True,
                )
                | Q(
                    state=RuleState.PUBLISHED,
                    version__isnull=False,
                    valid_from__isnull=False,
                    published_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        if self.version is None:
            return gettext("draf #%(number)s") % {"number": self.pk}
        return gettext("versi %(version)s") % {"version": self.version}

    @property
    def is_draft(self) -> bool:
        return self.state == RuleState.DRAFT

    @cached_property
    def rules(self) -> scoring.Rules:
        """As the engine reads them."""
        return scoring.rules_from(
            version=self.version or 0,
            indicators=self.indicators.order_by("position").values(
                "measure", "component", "points", "count", "per_months", "ceiling", "effort"
            ),
            general=self.general,
            yellow_above=self.yellow_above,
            green_above=self.green_above,
            green_needs_signs=self.green_needs_signs,
            participants_each=self.participants_each,
        )


class Indicator(models.Model):
    """``points`` for ``count`` of a measure every ``per_months`` months due.

    ``ceiling`` is how many more entries a month the shortest path may ask for, ``effort`` what one
    of them costs a library beside the others (a weight without a unit). Participants come with
    activities and have neither.
    """

    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    component = models.CharField(max_length=20, choices=Component.choices)
    measure = models.CharField(max_length=20, choices=Measure.choices)
    points = models.PositiveSmallIntegerField()
    count = models.PositiveSmallIntegerField()
    per_months = models.PositiveSmallIntegerField()
    ceiling = models.PositiveSmallIntegerField(default=4)
    effort = models.PositiveSmallIntegerField(default=1)

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
            models.CheckConstraint(
                name="kpi_indicator_effort_above_zero", condition=Q(effort__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.points}"
