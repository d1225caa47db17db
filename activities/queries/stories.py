"""Questions about stories: what forbids publishing one, how far it may be shown, what waits."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from activities import permissions
from activities.enums import ConsentScope, StoryAction, StoryState
from activities.models import Consent, Story, StoryEvent
from activities.querysets import StoryQuerySet
from tpbis.accounts.models import User

MAX_PHOTOS = 6
EDITABLE = (StoryState.DRAFT, StoryState.RETURNED)
TOLD = (StoryState.SUBMITTED, StoryState.APPROVED)  # somebody reads it
AGREED_IN = (*EDITABLE, StoryState.SUBMITTED)  # consents may be recorded and mended
_FROM_NARROW_TO_WIDE = list(ConsentScope)


def missing_to_publish(story: Story, consents: Sequence[Consent]) -> list[str]:
    """What forbids publishing the story, a line for each thing; empty when nothing does."""
    in_force = [consent for consent in consents if consent.withdrawn_at is None]
    found = []
    if not in_force and consents:
        found.append(_("Persetujuan yang pernah ada sudah dicabut, dan belum ada yang lain."))
    elif not in_force and story.has_people:
        found.append(_("Orang di cerita ini dapat dikenali, tetapi persetujuannya belum dicatat."))
    for consent in in_force:
        found += _missing_of_a_child(consent)
    return found


def withdrawn_from(consents: Sequence[Consent]) -> list[str]:
    """The names of those who took their consent back and did not give it again: a reviewer makes
    sure that they are no longer in the text and the pictures."""
    back = {consent.given_by for consent in consents if consent.withdrawn_at is None}
    gone = {consent.given_by for consent in consents if consent.withdrawn_at is not None}
    return sorted(gone - back)


def _missing_of_a_child(consent: Consent) -> list[str]:
    if not consent.is_child:
        return []
    lacking = [
        label
        for label, said in (
            (_("nama wali"), consent.guardian),
            (_("hubungan wali"), consent.guardian_relation),
        )
        if not said.strip()
    ]
    if not lacking:
        return []
    return [
        _("%(name)s masih anak-anak: %(lacking)s belum dicatat.")
        % {"name": consent.given_by, "lacking": _(" dan ").join(lacking)}
    ]


def reach(consents: Iterable[Consent]) -> ConsentScope:
    """How far the story may be used: as far as the most careful of those in force agreed; without
    anybody in it, everywhere."""
    agreed = [ConsentScope(one.scope) for one in consents if one.withdrawn_at is None]
    return min(agreed, key=_FROM_NARROW_TO_WIDE.index, default=ConsentScope.PUBLIC)


def last_objection(events: Sequence[StoryEvent]) -> StoryEvent | None:
    """Why the story came back, or went: the latest return or withdrawal."""
    objections = (StoryAction.RETURNED, StoryAction.WITHDRAWN)
    return next((event for event in reversed(events) if event.action in objections), None)


def queue(user: User) -> StoryQuerySet:
    """Stories waiting for this reviewer, oldest first."""
    waiting = Story.objects.awaiting_review()
    return waiting.filter(library__in=permissions.judged_by(user))


def next_in_queue(user: User, after: Story) -> Story | None:
    """The one that waited next longest; else the oldest of those passed over."""
    waiting = queue(user).exclude(pk=after.pk).exclude(submitted_by=user).exclude(created_by=user)
    return waiting.filter(submitted_at__gte=after.submitted_at).first() or waiting.first()
