"""The chain of the audit: each link's hash covers the one before it and the whole event, so that
nothing in between can be changed or taken out unseen."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

START = "0" * 64  # before the first link

# Everything an event says, in the order in which it is read for the chain.
COVERED = (
    "pk",
    "at",
    "by_id",
    "role",
    "outcome",
    "action",
    "subject",
    "about",
    "changes",
    "request_id",
)


def link(previous: str, event: tuple[Any, ...]) -> str:
    """The hash of the link after ``previous``; ``event`` holds the values of ``COVERED``."""
    said = dict(zip(COVERED, event, strict=True))
    text = json.dumps(
        said, default=_written, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return hashlib.sha256(f"{previous}{text}".encode()).hexdigest()


def _written(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat(timespec="microseconds")
