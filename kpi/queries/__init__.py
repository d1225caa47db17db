"""Questions about scores; what is stale is found here by comparison, never by a flag."""

from kpi.queries.awards import (
    MOST_CLOSINGS,
    AwardCandidates,
    AwardConditions,
    AwardStanding,
    award_candidates,
    award_seen_as,
    awards_of,
    granted_awards,
    green_at,
    open_flags,
)
from kpi.queries.closings import (
    Reproduction,
    first_to_close,
    last_closing,
    last_month_due,
    months_to_close,
    reproduced,
)
from kpi.queries.daily import daily_colours
from kpi.queries.greys import greys, greys_by_month
from kpi.queries.months import computed_colours
from kpi.queries.outlook import Outlook, dues_ahead, months_ahead, outlook, rule_sets_ahead
from kpi.queries.portions import Registered, portions, portions_under
from kpi.queries.provisional import Waiting, provisional, waiting_reports
from kpi.queries.scores import computed_scores, misjudged, scored_otherwise, scores_through
from kpi.queries.spans import MonthsDue, Span, months_due, rule_sets_on, spans_through
from kpi.queries.staleness import (
    Month,
    stale_months,
    stale_months_of,
    stored_spans,
    stored_spans_with,
)
from kpi.queries.standings import made_of, stored_made_of
from kpi.queries.tallies import COUNTED_FIELDS, tallies_from_reports

__all__ = [
    "COUNTED_FIELDS",
    "MOST_CLOSINGS",
    "AwardCandidates",
    "AwardConditions",
    "AwardStanding",
    "Month",
    "MonthsDue",
    "Outlook",
    "Registered",
    "Reproduction",
    "Span",
    "Waiting",
    "award_candidates",
    "award_seen_as",
    "awards_of",
    "computed_colours",
    "computed_scores",
    "daily_colours",
    "dues_ahead",
    "first_to_close",
    "granted_awards",
    "green_at",
    "greys",
    "greys_by_month",
    "last_closing",
    "last_month_due",
    "made_of",
    "misjudged",
    "months_ahead",
    "months_due",
    "months_to_close",
    "open_flags",
    "outlook",
    "portions",
    "portions_under",
    "provisional",
    "reproduced",
    "rule_sets_ahead",
    "rule_sets_on",
    "scored_otherwise",
    "scores_through",
    "spans_through",
    "stale_months",
    "stale_months_of",
    "stored_made_of",
    "stored_spans",
    "stored_spans_with",
    "tallies_from_reports",
    "waiting_reports",
]
