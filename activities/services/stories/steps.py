"""Taking a story in hand: locked, and only by whom and in which state it may be; then moved on, and
told of."""

from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from activities import permissions, signals
from activities.enums import StoryAction, StoryState
from activities.models import Story, StoryEvent
from activities.queries import stories as queries
from activities.services.stories.refusals import ConsentLocked, StoryLocked, StoryNotWaiting
from tpbis.accounts import audit
from tpbis.accounts.models import User

JUDGED = ("state", "seal")


def lock(story: Story) -> Story:
    return (
        Story.objects.select_for_update(of=("self",))
        .select_related("library", "library__region")
        .get(pk=story.pk)
    )


def lock_editable(story: Story, by: User) -> Story:
    story = lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state not in queries.EDITABLE:
        raise StoryLocked
    return story


def lock_while_agreed(story: Story, by: User) -> Story:
    """While people may still be asked: not under the seal, and not once it is withdrawn."""
    story = lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state not in queries.AGREED_IN:
        raise ConsentLocked
    return story


def lock_waiting(story: Story, by: User) -> Story:
    story = lock(story)
    if story.state != StoryState.SUBMITTED:
        raise StoryNotWaiting
    if not permissions.can_review_story(by, story):
        raise PermissionDenied
    return story


def hide(story: Story, *, by: User, at: datetime, comment: str) -> None:
    """Withdraw it: what was sealed is so no longer, and nobody reads it but its own people."""
    was_shown = story.state == StoryState.APPROVED
    broken, story.seal = story.seal, ""
    story.state = StoryState.WITHDRAWN
    move(story, StoryAction.WITHDRAWN, by=by, at=at, comment=comment, seal=broken)
    if was_shown:
        announce(story)


def move(
    story: Story,
    action: StoryAction,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    comment: str = "",
    seal: str = "",
) -> None:
    """Keep the story as it now is, and what was done to it."""
    touch(story)
    StoryEvent.objects.create(
        story=story, action=action, at=at, by=by, reason=reason, comment=comment, seal=seal
    )


def touch(story: Story) -> None:
    story.updated_at = timezone.now()
    story.save()


def judged(story: Story) -> dict[str, Any]:
    return {"state": StoryState(story.state), "seal": story.seal}


def note(action: str, story: Story, by: User, before: dict[str, Any], **words: Any) -> None:
    """The step in the audit: what it changed since ``before``."""
    changes = audit.difference(before, {**audit.values(story, JUDGED), **words})
    audit.record(action, by=by, subject=story, about=story.library, changes=changes)


def announce(story: Story) -> None:
    """What is published of its library changed."""
    transaction.on_commit(
        partial(signals.stories_changed.send_robust, sender=Story, library_id=story.library_id)
    )
