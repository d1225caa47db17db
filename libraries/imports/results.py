"""What a dry run found, or an import did, as its page lists it."""

from dataclasses import dataclass

from django.db.models import QuerySet

from libraries import queries
from libraries.enums import ImportState, LineKind
from libraries.models import Library, RosterImport, RosterLine

WARNED = "warnings"
# What is looked at first: what has to be mended, then what would be overwritten.
_FIRST = (LineKind.REJECTED, LineKind.CHANGED, LineKind.ADDED, LineKind.UNCHANGED)


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one kind, and how many there are."""

    kind: str
    count: int


def parts(roster: RosterImport) -> list[Part]:
    counts = roster.counts
    found = [Part(kind.value, int(counts.get(kind) or 0)) for kind in LineKind]
    warned = int(counts.get(WARNED) or 0)
    return [*found, Part(WARNED, warned)] if warned else found


def chosen(roster: RosterImport, asked: str) -> str:
    """The kind asked for, else the first that has rows."""
    if asked in (*LineKind.values, WARNED):
        return asked
    return next((kind.value for kind in _FIRST if roster.count(kind)), LineKind.ADDED.value)


def lines(roster: RosterImport, kind: str) -> QuerySet[RosterLine]:
    found = roster.lines.select_related("library").order_by("number")
    return found.exclude(warnings=[]) if kind == WARNED else found.filter(kind=kind)


def without_account(roster: RosterImport) -> int:
    """Libraries of an import that was carried out whose librarian cannot sign in yet."""
    if roster.state != ImportState.DONE:
        return 0
    libraries = Library.objects.filter(pk__in=roster.lines.values("library"))
    return libraries.exclude(pk__in=queries.letters_barred(libraries).values("pk")).count()
