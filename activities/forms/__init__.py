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
from activities.forms.month import ReopenForm, VisitsForm
from activities.forms.review import (
    QueueFilter,
    ReturnForm,
    VerdictForm,
    Verdicts,
)

__all__ = [
    "AdvocacyForm",
    "EntryForm",
    "ImprovementForm",
    "InvolvementForm",
    "PublicationForm",
    "QueueFilter",
    "ReopenForm",
    "ReturnForm",
    "SnapshotForm",
    "VerdictForm",
    "Verdicts",
    "VisitsForm",
    "entry_form",
]
