"""The only writers of reports. Each step locks the report, checks who and in which state, and
leaves a ReviewEvent where it is judged and one event in the audit; what counts for the score is
announced after commit."""

from activities.services.judging import approve, reopen, send_back, submit
from activities.services.merging import move_to
from activities.services.recording import (
    attach_photo,
    change,
    enter_visits,
    open_month,
    record,
    record_in_its_month,
    remove,
    remove_photo,
)
from activities.services.refusals import (
    AlreadyRecorded,
    Locked,
    NothingToSubmit,
    NotNihil,
    NotWaiting,
    OutsideMonth,
    VisitsMissing,
)

__all__ = [
    "AlreadyRecorded",
    "Locked",
    "NotNihil",
    "NotWaiting",
    "NothingToSubmit",
    "OutsideMonth",
    "VisitsMissing",
    "approve",
    "attach_photo",
    "change",
    "enter_visits",
    "move_to",
    "open_month",
    "record",
    "record_in_its_month",
    "remove",
    "remove_photo",
    "reopen",
    "send_back",
    "submit",
]
