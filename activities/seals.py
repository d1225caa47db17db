"""The seal of approved content: SHA-256 of canonical JSON. Pure; knows no database."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date

Json = str | int | bool | None | list[str]


def seal(
    *,
    month: date,
    source: str,
    nihil: bool,
    visits: Mapping[str, int | None],
    entries: Iterable[Mapping[str, Json]],
) -> str:
    """64 hex digits over month, source, visits and entries (their photos by hash).

    The library is left out, so that a merge of two libraries keeps the seal. Entries are ordered
    by their uuid: the order of arrival does not matter.
    """
    content = {
        "month": month.isoformat(),
        "source": source,
        "nihil": nihil,
        "visits": dict(visits),
        "entries": sorted((dict(entry) for entry in entries), key=lambda entry: str(entry["uuid"])),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
