"""Regions, partner libraries, and who works where."""

from libraries.models.people import Activation, Assignment, LetterBatch
from libraries.models.register import (
    FormerLibrary,
    Inactivity,
    Library,
    LibraryAlias,
    Region,
    SimAccount,
    regency_of,
)
from libraries.models.rosters import RosterImport, RosterLine

__all__ = [
    "Activation",
    "Assignment",
    "FormerLibrary",
    "Inactivity",
    "LetterBatch",
    "Library",
    "LibraryAlias",
    "Region",
    "RosterImport",
    "RosterLine",
    "SimAccount",
    "regency_of",
]
