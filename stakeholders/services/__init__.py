"""The only writers of partnerships and of what supporting bodies gave."""

from stakeholders.services.partnerships import move_to, record_partnership
from stakeholders.services.support import (
    EARLIEST,
    MOST_RUPIAH,
    Gift,
    correct_support,
    record_support,
    withdraw_support,
)

__all__ = [
    "EARLIEST",
    "MOST_RUPIAH",
    "Gift",
    "correct_support",
    "move_to",
    "record_partnership",
    "record_support",
    "withdraw_support",
]
