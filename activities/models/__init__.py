from activities.models.drafts import EntryDraft
from activities.models.entries import SEALED_FIELDS, Activity, Photo, field_label
from activities.models.follow_up import Excuse, MentoringVisit, Reminder
from activities.models.pictures import Picture, photo_file_name
from activities.models.reports import MonthlyReport
from activities.models.reviews import Remark, ReviewEvent
from activities.models.sim import (
    OfficialScore,
    SimImport,
    SimImportLine,
    SimMark,
    SimName,
    SimRow,
    SimTwin,
)
from activities.models.stories import Consent, Story, StoryEvent, StoryPhoto

__all__ = [
    "SEALED_FIELDS",
    "Activity",
    "Consent",
    "EntryDraft",
    "Excuse",
    "MentoringVisit",
    "MonthlyReport",
    "OfficialScore",
    "Photo",
    "Picture",
    "Remark",
    "Reminder",
    "ReviewEvent",
    "SimImport",
    "SimImportLine",
    "SimMark",
    "SimName",
    "SimRow",
    "SimTwin",
    "Story",
    "StoryEvent",
    "StoryPhoto",
    "field_label",
    "photo_file_name",
]
