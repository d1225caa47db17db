"""Questions the reporting and review pages ask: what a month holds, what it lacks, what is odd,
whose turn it is, what was said."""

from activities.permissions import records_here
from activities.queries.months import (
    Deadline,
    MonthRow,
    deadline,
    first_month,
    kind_counts,
    month_rows,
    month_state,
    months_of,
    own_library,
)
from activities.queries.remarks import changed_since_return, remarks_on
from activities.queries.reports import (
    MANY_ON_ONE_DAY,
    MANY_PARTICIPANTS,
    KindSection,
    last_objection,
    latest_snapshot,
    listed,
    missing,
    odd,
    sections,
    unserved,
)
from activities.queries.suggestions import (
    VisitsBefore,
    last_place,
    last_snapshot,
    repeatable,
    unfinished,
    visits_before,
)
from activities.queries.versions import (
    ChangesTold,
    Version,
    broken_seals,
    told,
    version,
    versions_visible_to,
)
from activities.queries.waiting import (
    next_in_queue,
    queue,
    waiting_days,
)
from activities.queries.wanted import Want, lacking
from activities.queries.wanted import unserved as unserved_wants

__all__ = [
    "MANY_ON_ONE_DAY",
    "MANY_PARTICIPANTS",
    "ChangesTold",
    "Deadline",
    "KindSection",
    "MonthRow",
    "Version",
    "VisitsBefore",
    "Want",
    "broken_seals",
    "changed_since_return",
    "deadline",
    "first_month",
    "kind_counts",
    "lacking",
    "last_objection",
    "last_place",
    "last_snapshot",
    "latest_snapshot",
    "listed",
    "missing",
    "month_rows",
    "month_state",
    "months_of",
    "next_in_queue",
    "odd",
    "own_library",
    "queue",
    "records_here",
    "remarks_on",
    "repeatable",
    "sections",
    "told",
    "unfinished",
    "unserved",
    "unserved_wants",
    "version",
    "versions_visible_to",
    "visits_before",
    "waiting_days",
]
