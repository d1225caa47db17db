"""The only writers of stories, and of who agreed to be told of.

A story is written, sent in, published or returned, and may be withdrawn at any time: by its
library, by its PIC, or because somebody in it takes the consent back. Each step locks the story,
checks who and in which state, and leaves a StoryEvent where it is judged and one event in the
audit. That the published ones of a library changed is announced after commit.
"""

from activities.services.stories.consents import (
    AGREED,
    correct_consent,
    record_consent,
    withdraw_consent,
)
from activities.services.stories.judging import (
    publish,
    reopen,
    seal_of,
    send_back,
    submit,
    withdraw,
)
from activities.services.stories.refusals import (
    AlreadyWritten,
    ConsentGone,
    ConsentLocked,
    NotAgreed,
    NotWithdrawable,
    NotWithdrawn,
    StoryChangedMeanwhile,
    StoryLocked,
    StoryNotWaiting,
    TooManyPhotos,
)
from activities.services.stories.writing import CONTENT, add_photos, change, remove_photo, write

__all__ = [
    "AGREED",
    "CONTENT",
    "AlreadyWritten",
    "ConsentGone",
    "ConsentLocked",
    "NotAgreed",
    "NotWithdrawable",
    "NotWithdrawn",
    "StoryChangedMeanwhile",
    "StoryLocked",
    "StoryNotWaiting",
    "TooManyPhotos",
    "add_photos",
    "change",
    "correct_consent",
    "publish",
    "record_consent",
    "remove_photo",
    "reopen",
    "seal_of",
    "send_back",
    "submit",
    "withdraw",
    "withdraw_consent",
    "write",
]
