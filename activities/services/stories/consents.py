"""Who agreed to be told of, and who no longer does."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions
from activities.models import Consent, Story
from activities.queries import stories as queries
from activities.services.stories.refusals import ConsentGone
from activities.services.stories.steps import hide, judged, lock, lock_while_agreed, touch
from tpbis.accounts import audit
from tpbis.accounts.models import User

AGREED = ("given_by", "given_on", "scope", "is_child", "guardian", "guardian_relation")


@transaction.atomic
def record_consent(*, story: Story, content: Mapping[str, Any], by: User) -> Consent:
    """That somebody agreed: ``content`` maps the fields of ``AGREED`` to cleaned values. Also while
    the story waits, so that a reviewer's question can be answered. Raises ``ConsentLocked``,
    ``ValidationError``."""
    story = lock_while_agreed(story, by)
    consent = Consent(story=story, recorded_by=by, **content)
    _check_consent(consent)
    consent.save()
    touch(story)
    said = {name: value for name, value in content.items() if value not in ("", False)}
    audit.record(
        "activities.record_consent",
        by=by,
        subject=consent,
        about=story.library,
        changes=audit.difference({}, {"story": story, **said}),
    )
    return consent


@transaction.atomic
def correct_consent(*, consent: Consent, content: Mapping[str, Any], by: User) -> Consent:
    """Mend a slip, or add the guardian that was missing. Raises ``ConsentLocked``,
    ``ConsentGone``, ``ValidationError``."""
    story = lock_while_agreed(consent.story, by)
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise ConsentGone
    before = audit.values(consent, content)
    for name, value in content.items():
        setattr(consent, name, value)
    _check_consent(consent)
    consent.save()
    touch(story)
    audit.record(
        "activities.correct_consent",
        by=by,
        subject=consent,
        about=story.library,
        changes=audit.difference(before, audit.values(consent, content)),
    )
    return consent


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: User, at: datetime | None = None) -> Consent:
    """Somebody in the story no longer agrees: one that waits or is published is withdrawn in the
    same breath. Its text stays for its library and PIC. Raises ``ConsentGone``."""
    story = lock(consent.story)
    if not permissions.can_withdraw_consent(by, story):
        raise PermissionDenied
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise ConsentGone
    before = judged(story)
    at = at or timezone.now()
    consent.withdrawn_at, consent.withdrawn_by = at, by
    consent.save()
    if story.state in queries.TOLD:
        hide(story, by=by, at=at, comment=_("Persetujuan dicabut."))
    else:
        touch(story)
    hidden = audit.difference(before, judged(story))
    audit.record(
        "activities.withdraw_consent",
        by=by,
        subject=consent,
        about=story.library,
        changes={"withdrawn_at": [None, at], **hidden},
    )
    return consent


def _check_consent(consent: Consent) -> None:
    if consent.given_on > timezone.localdate():
        raise ValidationError(
            {"given_on": _("Tanggal ini belum tiba. Catat setelah orangnya setuju.")}
        )
    if not consent.is_child:
        consent.guardian = consent.guardian_relation = ""
    consent.full_clean(exclude=["story", "recorded_by", "withdrawn_by"])
