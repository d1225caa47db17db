"""Celery only shortens the wait: what it is told is already visible in the database."""

import logging
from typing import TYPE_CHECKING

from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from celery import Task

logger = logging.getLogger(__name__)


def queue(task: "Task[..., None]", **kwargs: int | str) -> None:
    """Send ``task``; a broker that is down is logged, never raised: the sweep finds the work."""
    try:
        task.apply_async(kwargs=kwargs)
    except (OperationalError, OSError):
        logger.warning("Broker unreachable: %s waits for the sweep.", task.name)
