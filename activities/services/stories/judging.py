"""A story goes to its reviewer, into the gallery or back, and may be taken out again."""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions
from activities.enums import ReturnReason, StoryAction, StoryState
from activities.models import Consent, Story
from activities.queries import stories as queries
from activities.services.stories.consents import AGREED
from activities.services.stories.refusals import (
    NotAgreed,
    NotWithdrawable,
    NotWithdrawn,
    StoryChangedMeanwhile,
)
from activities.services.stories.steps import (
    JUDGED,
    announce,
    hide,
    lock,
    lock_editable,
    lock_waiting,
    move,
    note,
)
from activities.services.stories.writing import CONTENT
from tpbis.accounts import audit
from tpbis.accounts.models import User


@transaction.atomic
def submit(*, story: Story, by: User, at: datetime | None = None) -> Story:
    """Hand the story to the reviewer; its text and pictures are locked from here on."""
    story = lock_editable(story, by)
    before = audit.values(story, JUDGED)
    at = at or timezone.now()
    action = StoryAction.SUBMITTED if story.submitted_at is None else StoryAction.RESUBMITTED
    story.state = StoryState.SUBMITTED
    story.submitted_at, story.submitted_by = at, by
    move(story, action, by=by, at=at)
    note("activities.submit_story", story, by, before)
    return story


@transaction.atomic
def publish(
    *,
    story: Story,
    by: User,
    seen: datetime | None = None,
    without_withdrawn: bool = False,
    at: datetime | None = None,
) -> Story:
    """Approve: seal it and show it in the gallery. ``seen`` is when the version that was read had
    been sent in; ``without_withdrawn`` says that whoever took a consent back is in it no more.
    Raises ``StoryNotWaiting``, ``StoryChangedMeanwhile``, and ``NotAgreed`` while the consent of
    somebody in it is lacking."""
    story = lock_waiting(story, by)
    if seen is not None and seen != story.submitted_at:
        raise StoryChangedMeanwhile(story)
    consents = list(story.consents.order_by("pk"))
    if missing := queries.missing_to_publish(story, consents):
        raise NotAgreed(missing)
    if (gone := queries.withdrawn_from(consents)) and not without_withdrawn:
        words = _(
            "%(names)s mencabut persetujuannya. Pastikan tidak ada lagi di sini, lalu centang."
        )
        raise NotAgreed([words % {"names": ", ".join(gone)}])
    before = audit.values(story, JUDGED)
    at = at or timezone.now()
    story.seal = seal_of(story, consents)
    story.state = StoryState.APPROVED
    story.decided_at, story.decided_by = at, by
    move(story, StoryAction.APPROVED, by=by, at=at, seal=story.seal)
    note("activities.publish_story", story, by, before)
    announce(story)
    return story


@transaction.atomic
def send_back(
    *, story: Story, reason: ReturnReason, comment: str, by: User, at: datetime | None = None
) -> Story:
    """Return the story to its library with a reason code **and** words."""
    story = lock_waiting(story, by)
    before = audit.values(story, JUDGED)
    comment = _words(comment)
    at = at or timezone.now()
    story.state = StoryState.RETURNED
    story.decided_at, story.decided_by = at, by
    move(story, StoryAction.RETURNED, by=by, at=at, reason=reason, comment=comment)
    note("activities.return_story", story, by, before, reason=ReturnReason(reason))
    return story


@transaction.atomic
def withdraw(*, story: Story, comment: str, by: User, at: datetime | None = None) -> Story:
    """Take it out of the gallery or the queue, with a reason: its library one it sent in, its PIC
    one that is published. Raises ``NotWithdrawable``."""
    story = lock(story)
    if not permissions.works_on_story(by, story):
        raise PermissionDenied
    if not permissions.can_withdraw_story(by, story):
        raise NotWithdrawable
    before = audit.values(story, JUDGED)
    hide(story, by=by, at=at or timezone.now(), comment=_words(comment))
    note("activities.withdraw_story", story, by, before)
    return story


@transaction.atomic
def reopen(*, story: Story, by: User, at: datetime | None = None) -> Story:
    """Its library works on a withdrawn story again; it has to be sent in anew. Raises
    ``NotWithdrawn``."""
    story = lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state != StoryState.WITHDRAWN:
        raise NotWithdrawn
    before = audit.values(story, JUDGED)
    story.state = StoryState.RETURNED
    move(story, StoryAction.REOPENED, by=by, at=at or timezone.now())
    note("activities.reopen_story", story, by, before)
    return story


def seal_of(story: Story, consents: Iterable[Consent]) -> str:
    """SHA-256 over what was approved: the content, the pictures by hash, and who in force agreed to
    what. The library is left out, so that a merge of two keeps the seal."""
    agreed = [audit.values(one, AGREED) for one in consents if one.withdrawn_at is None]
    content = {
        "uuid": story.uuid,
        "content": audit.values(story, CONTENT),
        "photos": sorted(story.photos.values_list("sha256", flat=True)),
        "consents": sorted(agreed, key=lambda one: [str(value) for value in one.values()]),
    }
    text = json.dumps(
        content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def _words(comment: str) -> str:
    if not (text := comment.strip()):
        raise ValidationError(_("Tulis penjelasannya."))
    return text
