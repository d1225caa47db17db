"""When the schedule last reached a worker: the age of one small file under var/."""

import time
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.VAR_DIR) / "heartbeat"


def beat() -> None:
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def forget() -> None:
    """A schedule that starts anew has not beaten yet, whatever the one before it did."""
    _file().unlink(missing_ok=True)


def age_seconds() -> float | None:
    """Seconds since the last beat; ``None`` when there never was one."""
    try:
        return time.time() - _file().stat().st_mtime
    except FileNotFoundError:
        return None
