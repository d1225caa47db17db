"""Stories: the gallery everybody reads, what a librarian writes, what a reviewer decides."""

from activities.views.stories.consents import (
    consent_add,
    consent_change,
    consent_withdraw,
)
from activities.views.stories.judging import (
    approve,
    queue,
    reopen,
    review,
    send_back,
    submit,
    withdraw,
)
from activities.views.stories.reading import (
    gallery,
    photo,
    story,
)
from activities.views.stories.writing import (
    change,
    my_stories,
    photo_remove,
    photos,
    write,
)

__all__ = [
    "approve",
    "change",
    "consent_add",
    "consent_change",
    "consent_withdraw",
    "gallery",
    "my_stories",
    "photo",
    "photo_remove",
    "photos",
    "queue",
    "reopen",
    "review",
    "send_back",
    "story",
    "submit",
    "withdraw",
    "write",
]
