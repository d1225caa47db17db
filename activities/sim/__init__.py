"""The only writer of what came from the national SIM: its rows, the reports made of them, its
official scores. Importing the same twice changes nothing."""

from activities.sim.deciding import (
    Spelling,
    ignore,
    is_ignored,
    kinds_of,
    link_to,
    register,
    restore,
    spelling,
    spellings,
    waiting,
)
from activities.sim.ledger import FeedRow
from activities.sim.linking import Unmatched, rows_wait_for
from activities.sim.receiving import (
    Content,
    FeedGone,
    Held,
    content_of,
    fail,
    hold,
    note_failed,
    put_away,
    receive,
    sweep,
    take,
    wait_again,
)
from activities.sim.steps import AnotherImport, Counts, Outcome, Rejected, link_unmatched, store
from activities.sim.telling_apart import (
    AlreadyMerged,
    decide_later,
    is_different,
    is_same,
    settle_regency,
)
from activities.sim.twins import look_again_and_seal
from activities.sim.undoing import NotUndoable, latest, undo

__all__ = [
    "AlreadyMerged",
    "AnotherImport",
    "Content",
    "Counts",
    "FeedGone",
    "FeedRow",
    "Held",
    "NotUndoable",
    "Outcome",
    "Rejected",
    "Spelling",
    "Unmatched",
    "content_of",
    "decide_later",
    "fail",
    "hold",
    "ignore",
    "is_different",
    "is_ignored",
    "is_same",
    "kinds_of",
    "latest",
    "link_to",
    "link_unmatched",
    "look_again_and_seal",
    "note_failed",
    "put_away",
    "receive",
    "register",
    "restore",
    "rows_wait_for",
    "settle_regency",
    "spelling",
    "spellings",
    "store",
    "sweep",
    "take",
    "undo",
    "wait_again",
    "waiting",
]
