"""What happened, in rows fit for people: the history of one thing, and the audit page's."""

from tpbis.accounts.history.chain import Verdict, check
from tpbis.accounts.history.pages import Page, exported, page_of
from tpbis.accounts.history.rows import Change, Row, Thing, history_of, rows_of
from tpbis.accounts.history.sentences import KINDS, SENTENCES

__all__ = [
    "KINDS",
    "SENTENCES",
    "Change",
    "Page",
    "Row",
    "Thing",
    "Verdict",
    "check",
    "exported",
    "history_of",
    "page_of",
    "rows_of",
]
