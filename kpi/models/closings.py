"""What was on a closing day, kept for ever; and how many had which colour on each day since."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kpi.enums import Colour, Grey
from kpi.models.scores import Scored
from kpi.querysets import ClosingScoreQuerySet
from libraries.models import Library, Region
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import first_day_of_month, one_of


class Closing(AppendOnlyModel):
    """A month that was closed: every library's score from 1 January to the end of ``through``, as
    it was at ``as_of``. Later approvals change the running score only."""

    through = models.DateField(_("s.d. bulan"), unique=True)
    as_of = models.DateTimeField(_("keadaan per"))
    libraries = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [first_day_of_month("kpi_closing", "through")]

    def __str__(self) -> str:
        return f"{self.through:%Y-%m}"


class ClosingScore(AppendOnlyModel, Scored):
    """A library's score as it was closed, with all it was made of: ``statement`` is what
    :func:`kpi.scoring.statement` said of it then, and says again of the same inputs.

    It outlives the library: when that becomes one with another, its row stays under the name and
    the regency of its day.
    """

    closing = models.ForeignKey(Closing, on_delete=models.PROTECT, related_name="scores")
    library = models.ForeignKey(
        Library, on_delete=models.DO_NOTHING, db_constraint=False, related_name="closing_scores"
    )
    name = models.CharField(max_length=200)
    regency = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    grey = models.CharField(max_length=10, choices=Grey.choices, blank=True)
    statement = models.TextField()

    objects: ClassVar = ClosingScoreQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["library", "closing"], name="kpi_closingscore_library"),
            models.Index(fields=["closing", "regency"], name="kpi_closingscore_regency"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["closing", "library"], name="kpi_closingscore_once"),
            one_of("kpi_closingscore", "colour", Colour.values),
            models.CheckConstraint(
                name="kpi_closingscore_grey_has_no_points",
                condition=Q(colour=Colour.GREY, points__isnull=True, grey__in=Grey.values)
                | ~Q(colour=Colour.GREY) & Q(points__isnull=False, points__lte=100_000, grey=""),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.library_id} {self.colour}"


class DailyColours(models.Model):
    """How many libraries of an area had which colour of the running span when that day's run looked
    (the one at night speaks of the day that begins), so that “what changed since last week” can be
    answered."""

    day = models.DateField()
    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    through = models.DateField()
    green = models.PositiveIntegerField(default=0)
    yellow = models.PositiveIntegerField(default=0)
    red = models.PositiveIntegerField(default=0)
    no_account = models.PositiveIntegerField(default=0)  # grey, as the two that follow
    never = models.PositiveIntegerField(default=0)
    stopped = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "area"], name="kpi_dailycolours_once"),
            first_day_of_month("kpi_dailycolours", "through"),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} {self.day}"
