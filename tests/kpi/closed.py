"""Closed months made by hand: who was green then."""

from collections.abc import Mapping
from datetime import date

from kpi.enums import Colour, Grey, RuleGroup
from kpi.models import Closing, ClosingScore, RuleSet
from libraries.models import Library
from tpbis.core import periods


def closed(month: date, points: Mapping[Library, int | None]) -> Closing:
    """``month`` closed on its closing day; ``points`` in thousandths: above 75,000 is green here,
    none is grey."""
    closing = Closing.objects.create(
        through=month, as_of=periods.closing(month), libraries=len(points)
    )
    rules = RuleSet.objects.published().filter(group=RuleGroup.VILLAGE).latest("valid_from")
    for library, scored in points.items():
        colour = Colour.GREY if scored is None else Colour.RED
        colour = Colour.GREEN if scored is not None and scored > rules.green_above else colour
        ClosingScore.objects.create(
            closing=closing,
            library=library,
            name=library.name,
            regency=library.regency,
            rule_set=rules,
            months_due=month.month,
            points=scored,
            colour=colour,
            grey=Grey.NEVER if scored is None else "",
            statement="{}",
        )
    return closing
