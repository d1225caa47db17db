"""The seal of approved content: SHA-256 of canonical JSON. Pure; knows no database."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

Json = str | int | bool | None | list[str]
Content = dict[str, Any]  # what is sealed of a report, as JSON keeps it


def content(
    *,
    month: date,
    source: str,
    nihil: bool,
    visits: Mapping[str, int | None],
    entries: Iterable[Mapping[str, Json]],
) -> Content:
    """What a seal covers: month, source, visits and entries (their photos by hash).

    The library is left out, so that a merge of two libraries keeps the seal. Entries are ordered
    by their uuid: the order of arrival does not matter.
    """
    return {
        "month": month.isoformat(),
        "source": source,
        "nihil": nihil,
        "visits": dict(visits),
        "entries": sorted((dict(entry) for entry in entries), key=lambda entry: str(entry["uuid"])),
    }


def seal_of(content: Mapping[str, Any]) -> str:
    """64 hex digits over ``content``; the same from a database's JSON as from the rows."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal(
    *,
    month: date,
    source: str,
    nihil: bool,
    visits: Mapping[str, int | None],
    entries: Iterable[Mapping[str, Json]],
) -> str:
    """The seal of that :func:`content`."""
    return seal_of(content(month=month, source=source, nihil=nihil, visits=visits, entries=entries))


def combined(seals: Iterable[str]) -> str:
    """One fingerprint over many seals, in whatever order they come; "" over none."""
    ordered = sorted(seals)
    return hashlib.sha256("\n".join(ordered).encode()).hexdigest() if ordered else ""
