"""What people choose and fill in on the pages of this app."""

from reports.forms.awards import AwardChoice, AwardForm
from reports.forms.choices import FollowUpChoice, FunnelChoice, LetterChoice
from reports.forms.documents import DocumentForm, ScheduleForm, ShelfChoice, SignedCopyForm
from reports.forms.entries import EntryChoice
from reports.forms.gifts import GiftChoice
from reports.forms.maps import BoundariesForm
from reports.forms.offices import OfficeForm
from reports.forms.official import OfficialChoice

__all__ = [
    "AwardChoice",
    "AwardForm",
    "BoundariesForm",
    "DocumentForm",
    "EntryChoice",
    "FollowUpChoice",
    "FunnelChoice",
    "GiftChoice",
    "LetterChoice",
    "OfficeForm",
    "OfficialChoice",
    "ScheduleForm",
    "ShelfChoice",
    "SignedCopyForm",
]
