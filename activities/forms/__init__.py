"""What librarians and reviewers fill in."""

from activities.forms.entry import EntryForm
from activities.forms.kinds import (
    AdvocacyForm,
    ImprovementForm,
    InvolvementForm,
    PublicationForm,
    SnapshotForm,
    entry_form,
)
from activities.forms.month import ReopenForm, ReturnForm, VisitsForm

__all__ = [
    "AdvocacyForm",
    "EntryForm",
    "ImprovementForm",
    "InvolvementForm",
    "PublicationForm",
    "ReopenForm",
    "ReturnForm",
    "SnapshotForm",
    "VisitsForm",
    "entry_form",
]
