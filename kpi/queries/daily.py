"""How many had which colour, day by day: what “since last week” is held against."""

from collections.abc import Iterable
from datetime import date

from django.db.models import OuterRef, Subquery

from kpi.models import DailyColours


def daily_colours(area_ids: Iterable[int], on: date) -> dict[int, DailyColours]:
    """By area, the newest counts of the day ``on`` or before.

    An area is one that libraries are counted under (``services.counting_areas``): a regency, or
    the province for its own library alone. So a province's counts are the sum over its areas. Each
    says of which ``day`` it is and which span it counts (``through``, a first day of month): the
    one that ran on that day, as the last run of the day found it. An area without a run until
    ``on`` is left out; how old is too old, and whether two spans may be compared, the reader
    decides.
    """
    newest = DailyColours.objects.filter(area=OuterRef("area"), day__lte=on).order_by("-day")
    found = DailyColours.objects.filter(
        area__in=list(area_ids), day=Subquery(newest.values("day")[:1])
    )
    return {one.area_id: one for one in found}
