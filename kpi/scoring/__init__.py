"""From counts to a colour, why, and the way to the next one. Pure: no database, no web."""

from kpi.scoring.additions import Additions, Step, with_additions
from kpi.scoring.colours import (
    GREEN,
    GREY,
    ORDER,
    POSITION,
    RED,
    YELLOW,
    Gates,
    Indicator,
    Inputs,
    Line,
    Result,
    Rules,
    gates,
    has_content,
    lines,
    rules_from,
    score,
)
from kpi.scoring.paths import NotPossible, Plan, shortest_path, way_ahead
from kpi.scoring.reasons import Cause, Movement, Standing, movements
from kpi.scoring.statements import statement

__all__ = [
    "GREEN",
    "GREY",
    "ORDER",
    "POSITION",
    "RED",
    "YELLOW",
    "Additions",
    "Cause",
    "Gates",
    "Indicator",
    "Inputs",
    "Line",
    "Movement",
    "NotPossible",
    "Plan",
    "Result",
    "Rules",
    "Standing",
    "Step",
    "gates",
    "has_content",
    "lines",
    "movements",
    "rules_from",
    "score",
    "shortest_path",
    "statement",
    "way_ahead",
    "with_additions",
]
