"""A fixed day, so that nothing depends on when the tests run: Sunday 22 November 2026."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

NOW = (2026, 11, 22, 10, 0)


def wib(*when: int) -> datetime:
    """A moment as the clocks in East Java show it."""
    return datetime(*when, tzinfo=ZoneInfo("Asia/Jakarta"))


def set_clock(monkeypatch: pytest.MonkeyPatch, *when: int) -> datetime:
    moment = wib(*when)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    return moment


Clock = Callable[..., datetime]
