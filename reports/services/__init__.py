"""The only writers of documents and of what is kept beside them.

No transaction stays open while pages are laid out: each step is one short write, and only the
attempt that holds the document may make it.
"""

from reports.services.asking import (
    cancel,
    hand_out_letters,
    issue_letters,
    repeat,
    request,
    request_letters,
    retry,
)
from reports.services.making import (
    make,
    make_letters,
    make_single,
    render,
)
from reports.services.offices import change_office, office_version
from reports.services.problems import (
    NotFailed,
    NotForThisRegion,
    NotMade,
    NotWaiting,
    Superseded,
)
from reports.services.schedules import (
    AlreadyScheduled,
    due_month,
    end_schedule,
    make_schedule,
    make_schedules,
    run_schedules,
    span_of,
    tell_of,
)
from reports.services.signing import add_signed_copy
from reports.services.sweeping import (
    MOST_ATTEMPTS,
    SILENT_AFTER,
    UNHEARD_AFTER,
    remove_expired,
    sweep,
)

__all__ = [
    "MOST_ATTEMPTS",
    "SILENT_AFTER",
    "UNHEARD_AFTER",
    "AlreadyScheduled",
    "NotFailed",
    "NotForThisRegion",
    "NotMade",
    "NotWaiting",
    "Superseded",
    "add_signed_copy",
    "cancel",
    "change_office",
    "due_month",
    "end_schedule",
    "hand_out_letters",
    "issue_letters",
    "make",
    "make_letters",
    "make_schedule",
    "make_schedules",
    "make_single",
    "office_version",
    "remove_expired",
    "render",
    "repeat",
    "request",
    "request_letters",
    "retry",
    "run_schedules",
    "span_of",
    "sweep",
    "tell_of",
]
