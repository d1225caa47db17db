"""Texts of a CSV file that a spreadsheet would take for a formula."""

import re

# A telephone or a negative number stays as it is.
_FORMULA = re.compile(r"[ \t\r\n]*[=+\-@]")
_NUMBER = re.compile(r"[+-]\d[\d.,]*", re.ASCII)
_GUARDED = re.compile(r"'[ \t\r\n]*[=+\-@]")


def guarded(text: str) -> str:
    """With an apostrophe before it where it would be counted out."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(text: str) -> str:
    """Without the apostrophe that only says “this is text”."""
    return text[1:] if _GUARDED.match(text) else text
