"""The only writers of stories, and of who agreed to be told of.

A story is written, sent in, published or returned, and may be withdrawn at any time: by its
library, by its PIC, or because somebody in it takes the consent back. Each step locks the story,
checks who and in which state, and leaves a StoryEvent where it is judged and one event in the
audit. That the published ones of a library changed is announced after commit.
"""

import hashlib
import json
import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import permissions, signals
from activities.enums import ReturnReason, StoryAction, StoryState
from activities.models import Consent, Story, StoryEvent, StoryPhoto
from activities.photos import StoredPhoto, picture_fields
from activities.queries import stories as queries
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User

CONTENT = (
    "kind",
    "theme",
    "happened_on",
    "title",
    "text",
    "testimony",
    "speaker",
    "has_people",
)
AGREED = ("given_by", "given_on", "scope", "is_child", "guardian", "guardian_relation")
JUDGED = ("state", "seal")


# --- Why a step was not taken ---------------------------------------------------------------------


class StoryLocked(Exception):
    """The story was sent in, published or withdrawn and may not change."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini sudah dikirim, jadi isinya terkunci."))


class ConsentLocked(Exception):
    """What was agreed to stands under a seal, or the story is no longer told."""

    def __init__(self) -> None:
        super().__init__(
            _("Persetujuan cerita yang sudah terbit atau ditarik tidak bisa diubah lagi.")
        )


class ConsentGone(Exception):
    """Somebody withdrew it already."""

    def __init__(self) -> None:
        super().__init__(_("Persetujuan ini sudah dicabut."))


class StoryNotWaiting(Exception):
    """Somebody decided already."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini sudah tidak menunggu pemeriksaan."))


class NotWithdrawable(Exception):
    """A draft was never shown to anybody; a withdrawn one is gone already."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini tidak sedang terbit atau diajukan."))


class NotWithdrawn(Exception):
    """Only what was withdrawn can be taken up again."""

    def __init__(self) -> None:
        super().__init__(_("Cerita ini tidak sedang ditarik."))


class StoryChangedMeanwhile(Exception):
    """The form, or the page that was read, is older than the story; ``story`` is as it is now."""

    missing: tuple[str, ...] = ()

    def __init__(self, story: Story) -> None:
        self.story = story
        super().__init__(
            _("Cerita ini sudah berubah sejak halaman ini dibuka. Bandingkan dulu, lalu putuskan.")
        )


class AlreadyWritten(Exception):
    """The same form came before with other content; as a new story it needs a new uuid."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Cerita dari formulir ini sudah tersimpan dengan isi lain. Bila ini memang cerita "
                "baru, tekan Simpan sekali lagi."
            )
        )


class TooManyPhotos(Exception):
    """A story shows at most six pictures."""

    def __init__(self) -> None:
        super().__init__(
            _("Paling banyak %(most)s foto untuk satu cerita.") % {"most": queries.MAX_PHOTOS}
        )


class NotAgreed(Exception):
    """Somebody in the story has not agreed; ``missing`` says what is lacking, line by line."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(" ".join([_("Cerita ini belum boleh terbit."), *missing]))


# --- Writing --------------------------------------------------------------------------------------


@transaction.atomic
def write(
    *, library: Library, content: Mapping[str, Any], by: User, uuid: uuids.UUID | None = None
) -> Story:
    """A new draft. ``content`` maps the fields of ``CONTENT`` to cleaned values.

    Sent twice under the same ``uuid`` it is stored once. Raises ``AlreadyWritten``,
    ``ValidationError``.
    """
    if not permissions.can_tell(by, library):
        raise PermissionDenied
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    twin = Story.objects.filter(uuid=uuid).first() if uuid else None
    if twin is not None:
        if twin.library_id != library.pk or audit.values(twin, content) != dict(content):
            raise AlreadyWritten
        return twin
    story = Story(library=library, created_by=by, uuid=uuid or uuids.uuid4(), **content)
    _check_and_save(story)
    said = {name: value for name, value in content.items() if value != ""}
    audit.record(
        "activities.write_story",
        by=by,
        subject=story,
        about=library,
        changes=audit.difference({}, said),
    )
    return story


@transaction.atomic
def change(*, story: Story, content: Mapping[str, Any], by: User, seen: int | None = None) -> Story:
    """Replace what the story says. ``seen`` is the version that was on the screen: another one
    there now raises ``StoryChangedMeanwhile``. Raises ``StoryLocked``, ``ValidationError``."""
    story = _lock_editable(story, by)
    if seen is not None and seen != story.version:
        raise StoryChangedMeanwhile(story)
    before = audit.values(story, content)
    for name, value in content.items():
        setattr(story, name, value)
    story.version += 1
    _check_and_save(story)
    changes = audit.difference(before, audit.values(story, content))
    audit.record(
        "activities.change_story", by=by, subject=story, about=story.library, changes=changes
    )
    return story


@transaction.atomic
def add_photos(*, story: Story, photos: Iterable[StoredPhoto], by: User) -> int:
    """Pictures that have been through the photo pipeline; how many of them were not there yet.
    All of them or, with ``TooManyPhotos``, none."""
    story = _lock_editable(story, by)
    had = story.photos.count()
    for stored in photos:
        StoryPhoto.objects.get_or_create(
            story=story, sha256=stored.sha256, defaults=picture_fields(stored)
        )
    has = story.photos.count()
    if has > queries.MAX_PHOTOS:
        raise TooManyPhotos
    if has > had:
        _touch(story)
        audit.record(
            "activities.add_story_photos",
            by=by,
            subject=story,
            about=story.library,
            changes={"photos": [had, has]},
        )
    return has - had


@transaction.atomic
def remove_photo(*, photo: StoryPhoto, by: User) -> None:
    """Take a picture off a story; its file may serve others and stays."""
    story = _lock_editable(photo.story, by)
    audit.record(
        "activities.remove_story_photo",
        by=by,
        subject=story,
        about=story.library,
        changes={"sha256": [photo.sha256, None]},
    )
    photo.delete()
    _touch(story)


# --- Consent --------------------------------------------------------------------------------------


@transaction.atomic
def record_consent(*, story: Story, content: Mapping[str, Any], by: User) -> Consent:
    """That somebody agreed: ``content`` maps the fields of ``AGREED`` to cleaned values. Also while
    the story waits, so that a reviewer's question can be answered. Raises ``ConsentLocked``,
    ``ValidationError``."""
    story = _lock_while_agreed(story, by)
    consent = Consent(story=story, recorded_by=by, **content)
    _check_consent(consent)
    consent.save()
    _touch(story)
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
    story = _lock_while_agreed(consent.story, by)
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise ConsentGone
    before = audit.values(consent, content)
    for name, value in content.items():
        setattr(consent, name, value)
    _check_consent(consent)
    consent.save()
    _touch(story)
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
    story = _lock(consent.story)
    if not permissions.can_withdraw_consent(by, story):
        raise PermissionDenied
    consent = Consent.objects.select_for_update(of=("self",)).get(pk=consent.pk)
    if consent.withdrawn_at is not None:
        raise ConsentGone
    before = _judged(story)
    at = at or timezone.now()
    consent.withdrawn_at, consent.withdrawn_by = at, by
    consent.save()
    if story.state in queries.TOLD:
        _hide(story, by=by, at=at, comment=_("Persetujuan dicabut."))
    else:
        _touch(story)
    hidden = audit.difference(before, _judged(story))
    audit.record(
        "activities.withdraw_consent",
        by=by,
        subject=consent,
        about=story.library,
        changes={"withdrawn_at": [None, at], **hidden},
    )
    return consent


# --- Judging --------------------------------------------------------------------------------------


@transaction.atomic
def submit(*, story: Story, by: User, at: datetime | None = None) -> Story:
    """Hand the story to the reviewer; its text and pictures are locked from here on."""
    story = _lock_editable(story, by)
    before = audit.values(story, JUDGED)
    at = at or timezone.now()
    action = StoryAction.SUBMITTED if story.submitted_at is None else StoryAction.RESUBMITTED
    story.state = StoryState.SUBMITTED
    story.submitted_at, story.submitted_by = at, by
    _move(story, action, by=by, at=at)
    _note("activities.submit_story", story, by, before)
    return story


@transaction.atomic
def publish(
    *, story: Story, by: User, seen: datetime | None = None, at: datetime | None = None
) -> Story:
    """Approve: seal it and show it in the gallery. ``seen`` is when the version that was read had
    been sent in. Raises ``StoryNotWaiting``, ``StoryChangedMeanwhile``, and ``NotAgreed`` while
    the consent of somebody in it is lacking."""
    story = _lock_waiting(story, by)
    if seen is not None and seen != story.submitted_at:
        raise StoryChangedMeanwhile(story)
    consents = list(story.consents.order_by("pk"))
    if missing := queries.missing_to_publish(story, consents):
        raise NotAgreed(missing)
    before = audit.values(story, JUDGED)
    at = at or timezone.now()
    story.seal = seal_of(story, consents)
    story.state = StoryState.APPROVED
    story.decided_at, story.decided_by = at, by
    _move(story, StoryAction.APPROVED, by=by, at=at, seal=story.seal)
    _note("activities.publish_story", story, by, before)
    _announce(story)
    return story


@transaction.atomic
def send_back(
    *, story: Story, reason: ReturnReason, comment: str, by: User, at: datetime | None = None
) -> Story:
    """Return the story to its library with a reason code **and** words."""
    story = _lock_waiting(story, by)
    before = audit.values(story, JUDGED)
    comment = _words(comment)
    at = at or timezone.now()
    story.state = StoryState.RETURNED
    story.decided_at, story.decided_by = at, by
    _move(story, StoryAction.RETURNED, by=by, at=at, reason=reason, comment=comment)
    _note("activities.return_story", story, by, before, reason=ReturnReason(reason))
    return story


@transaction.atomic
def withdraw(*, story: Story, comment: str, by: User, at: datetime | None = None) -> Story:
    """Take it out of the gallery or the queue, with a reason: its library one it sent in, its PIC
    one that is published. Raises ``NotWithdrawable``."""
    story = _lock(story)
    if not permissions.works_on_story(by, story):
        raise PermissionDenied
    if not permissions.can_withdraw_story(by, story):
        raise NotWithdrawable
    before = audit.values(story, JUDGED)
    _hide(story, by=by, at=at or timezone.now(), comment=_words(comment))
    _note("activities.withdraw_story", story, by, before)
    return story


@transaction.atomic
def reopen(*, story: Story, by: User, at: datetime | None = None) -> Story:
    """Its library works on a withdrawn story again; it has to be sent in anew. Raises
    ``NotWithdrawn``."""
    story = _lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state != StoryState.WITHDRAWN:
        raise NotWithdrawn
    before = audit.values(story, JUDGED)
    story.state = StoryState.RETURNED
    _move(story, StoryAction.REOPENED, by=by, at=at or timezone.now())
    _note("activities.reopen_story", story, by, before)
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


# --- The steps they share -------------------------------------------------------------------------


def _lock(story: Story) -> Story:
    return (
        Story.objects.select_for_update(of=("self",))
        .select_related("library", "library__region")
        .get(pk=story.pk)
    )


def _lock_editable(story: Story, by: User) -> Story:
    story = _lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state not in queries.EDITABLE:
        raise StoryLocked
    return story


def _lock_while_agreed(story: Story, by: User) -> Story:
    """While people may still be asked: not under the seal, and not once it is withdrawn."""
    story = _lock(story)
    if not permissions.can_tell(by, story.library):
        raise PermissionDenied
    if story.state not in queries.AGREED_IN:
        raise ConsentLocked
    return story


def _lock_waiting(story: Story, by: User) -> Story:
    story = _lock(story)
    if story.state != StoryState.SUBMITTED:
        raise StoryNotWaiting
    if not permissions.can_review_story(by, story):
        raise PermissionDenied
    return story


def _check_and_save(story: Story) -> None:
    if story.happened_on > timezone.localdate():
        raise ValidationError(
            {"happened_on": _("Tanggal ini belum tiba. Ceritakan yang sudah terjadi.")}
        )
    story.full_clean(exclude=["library", "created_by", "submitted_by", "decided_by"])
    _touch(story)


def _check_consent(consent: Consent) -> None:
    if consent.given_on > timezone.localdate():
        raise ValidationError(
            {"given_on": _("Tanggal ini belum tiba. Catat setelah orangnya setuju.")}
        )
    if not consent.is_child:
        consent.guardian = consent.guardian_relation = ""
    consent.full_clean(exclude=["story", "recorded_by", "withdrawn_by"])


def _words(comment: str) -> str:
    if not (text := comment.strip()):
        raise ValidationError(_("Tulis penjelasannya."))
    return text


def _hide(story: Story, *, by: User, at: datetime, comment: str) -> None:
    was_shown = story.state == StoryState.APPROVED
    broken, story.seal = story.seal, ""
    story.state = StoryState.WITHDRAWN
    _move(story, StoryAction.WITHDRAWN, by=by, at=at, comment=comment, seal=broken)
    if was_shown:
        _announce(story)


def _move(
    story: Story,
    action: StoryAction,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    comment: str = "",
    seal: str = "",
) -> None:
    _touch(story)
    StoryEvent.objects.create(
        story=story, action=action, at=at, by=by, reason=reason, comment=comment, seal=seal
    )


def _touch(story: Story) -> None:
    story.updated_at = timezone.now()
    story.save()


def _judged(story: Story) -> dict[str, Any]:
    return {"state": StoryState(story.state), "seal": story.seal}


def _note(action: str, story: Story, by: User, before: dict[str, Any], **words: Any) -> None:
    changes = audit.difference(before, {**audit.values(story, JUDGED), **words})
    audit.record(action, by=by, subject=story, about=story.library, changes=changes)


def _announce(story: Story) -> None:
    """What is published of its library changed."""
    transaction.on_commit(
        partial(signals.stories_changed.send_robust, sender=Story, library_id=story.library_id)
    )
