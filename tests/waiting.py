"""Waiting for a condition, never for a time."""

import time
from collections.abc import Callable

import pytest

_BETWEEN_LOOKS = 0.1  # seconds


def wait_until(
    condition: Callable[[], bool], *, within: float, otherwise: Callable[[], str] = lambda: ""
) -> float:
    """Look until ``condition`` holds and return the seconds it took; after ``within`` seconds fail
    with what ``otherwise`` says."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > within:
            pytest.fail(f"Not within {within} s. {otherwise()}", pytrace=False)
        time.sleep(_BETWEEN_LOOKS)
    return time.monotonic() - began
