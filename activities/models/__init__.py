from activities.models.reports import (
    Activity,
    MonthlyReport,
    Photo,
    ReviewEvent,
    photo_file_name,
)
from activities.models.sim import OfficialScore, SimRow

__all__ = [
    "Activity",
    "MonthlyReport",
    "OfficialScore",
    "Photo",
    "ReviewEvent",
    "SimRow",
    "photo_file_name",
]
