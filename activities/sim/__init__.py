"""The only writer of what came from the national SIM: its rows, the reports made of them, its
official scores. Importing the same twice changes nothing."""

from activities.sim.ledger import FeedRow
from activities.sim.linking import Unmatched, rows_wait_for
from activities.sim.steps import AnotherImport, Counts, Outcome, Rejected, link_unmatched, store

__all__ = [
    "AnotherImport",
    "Counts",
    "FeedRow",
    "Outcome",
    "Rejected",
    "Unmatched",
    "link_unmatched",
    "rows_wait_for",
    "store",
]
