"""The rules, what was counted, the scores, what was closed, the runs and the awards."""

from kpi.models.awards import Award
from kpi.models.closings import Closing, ClosingScore, DailyColours
from kpi.models.rules import Indicator, RuleSet
from kpi.models.runs import Run, RunArea
from kpi.models.scores import MonthlyTally, Score

__all__ = [
    "Award",
    "Closing",
    "ClosingScore",
    "DailyColours",
    "Indicator",
    "MonthlyTally",
    "RuleSet",
    "Run",
    "RunArea",
    "Score",
]
