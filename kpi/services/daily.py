"""How many had which colour on a day: the only writer."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from kpi import queries
from kpi.enums import Colour, Grey
from kpi.models import DailyColours, Score
from libraries.models import Library, Region
from tpbis.core import periods

_COUNTED = (Colour.GREEN, Colour.YELLOW, Colour.RED, *Grey)


@transaction.atomic
def note_colours(area: Region, *, as_of: datetime) -> DailyColours:
    """Write down the colours of the span that runs at ``as_of``, of the libraries counted under
    ``area``; over what an earlier run of the same day wrote."""
    day = timezone.localdate(as_of)
    through = periods.first_of_month(day)
    scores = Score.objects.filter(through=through, library__regency=area)
    by_colour = scores.order_by().values_list("colour").annotate(Count("pk"))
    grey = Library.objects.filter(regency=area, scores__through=through, scores__colour=Colour.GREY)
    found = Counter(queries.greys(grey, through, on=day).values()) + Counter(dict(by_colour))
    noted, _is_new = DailyColours.objects.update_or_create(
        day=day,
        area=area,
        defaults={"through": through, **{name.value: found[name] for name in _COUNTED}},
    )
    return noted
