"""The only writers of tallies and scores. Each may run twice, or two at once: same result."""

from kpi.services.areas import run_area
from kpi.services.awards import DecidedMeanwhile, decide, move_awards
from kpi.services.closings import RegisterMoved, TooEarly, TooOld, close, close_months
from kpi.services.counting import (
    count,
    count_and_rescore,
    forget,
    forget_what_both_tell,
    recount,
)
from kpi.services.rescoring import Outcome, rescore, rescore_library
from kpi.services.runs import (
    MOST_ATTEMPTS,
    WORKER_LOST,
    ask_for_run,
    counting_areas,
    run_full,
    start_night_run,
    start_run,
    sweep_runs,
    work_on,
)
from kpi.services.sweeping import sweep

__all__ = [
    "MOST_ATTEMPTS",
    "WORKER_LOST",
    "DecidedMeanwhile",
    "Outcome",
    "RegisterMoved",
    "TooEarly",
    "TooOld",
    "ask_for_run",
    "close",
    "close_months",
    "count",
    "count_and_rescore",
    "counting_areas",
    "decide",
    "forget",
    "forget_what_both_tell",
    "move_awards",
    "recount",
    "rescore",
    "rescore_library",
    "run_area",
    "run_full",
    "start_night_run",
    "start_run",
    "sweep",
    "sweep_runs",
    "work_on",
]
