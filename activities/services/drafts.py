"""What was typed and is not an entry: kept while somebody writes, and until two contents that came
under one number have been compared. Nobody but who typed it sees it.

Keeping leaves no event in the audit: it happens every few seconds, and what is stored of it is
noted when it is stored.
"""

import hashlib
import json
import uuid as uuids
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from activities import permissions
from activities.enums import Kind
from activities.models import Activity, EntryDraft
from activities.photos import StoredPhoto
from activities.services.conflicts import RecordedInSim
from libraries.models import Library
from tpbis.accounts import audit
from tpbis.accounts.models import User

KEPT_DAYS = 90
LONGEST = 10_000  # characters of one text
MOST_TEXTS = 20  # of one field

Fields = Mapping[str, Sequence[str]]


@transaction.atomic
def keep_draft(
    *,
    library: Library,
    uuid: uuids.UUID,
    kind: Kind,
    is_snapshot: bool,
    fields: Fields,
    by: User,
    photos: Iterable[StoredPhoto] = (),
    mends: bool = False,
    at: datetime | None = None,
) -> EntryDraft | None:
    """Keep what was typed so far in place of what was kept before. ``mends``: it is about the
    entry of that number. ``None`` where the entry was stored meanwhile, or may not be mended.

    Raises ``RecordedInSim``.
    """
    _lock(library, by)
    entry = Activity.objects.filter(uuid=uuid).select_related("report").first()
    if (entry is not None) != mends or (entry and not _is_to_be_mended(entry, library)):
        return None
    return _keep(library, uuid, kind, is_snapshot, fields, photos, by, entry=entry, at=at)


@transaction.atomic
def keep_twin(
    *,
    library: Library,
    uuid: uuids.UUID,
    kind: Kind,
    is_snapshot: bool,
    fields: Fields,
    by: User,
    photos: Iterable[StoredPhoto] = (),
) -> EntryDraft:
    """Keep what came under the number of an entry that says something else; the same again is the
    same twin. Where the entry is another library's it is a draft like others."""
    _lock(library, by)
    stored = list(photos)
    entry = Activity.objects.filter(uuid=uuid, report__library=library).first()
    if entry is None:
        return _keep(library, uuid, kind, is_snapshot, fields, stored, by)
    said = _storable(fields)
    twin, is_new = EntryDraft.objects.get_or_create(
        is_twin=True,
        uuid=uuid,
        content_hash=_hash(by, kind, is_snapshot, said, stored),
        defaults={
            "library": library,
            "by": by,
            "kind": kind,
            "is_snapshot": is_snapshot,
            "fields": said,
            "photos": [asdict(photo) for photo in stored],
            "entry": entry,
        },
    )
    if is_new:
        audit.record(
            "activities.keep_twin",
            by=by,
            subject=twin,
            about=library,
            changes={"entry": [None, entry], "kind": [None, kind]},
        )
    forget(library=library, uuid=uuid)
    return twin


@transaction.atomic
def part_twin(*, twin: EntryDraft, by: User) -> EntryDraft:
    """Two activities after all: the second gets a number of its own and becomes a draft."""
    own(twin, by)
    audit.record(
        "activities.part_twin",
        by=by,
        subject=twin,
        about=twin.library,
        changes={"entry": [twin.entry, None]},
    )
    return _part(twin)


@transaction.atomic
def discard_draft(*, draft: EntryDraft, by: User) -> None:
    own(draft, by)
    audit.record(
        "activities.discard_draft",
        by=by,
        subject=draft,
        about=draft.library,
        changes={"kind": [draft.kind, None]},
    )
    draft.delete()


@transaction.atomic
def sweep(*, at: datetime | None = None) -> int:
    """Half-written texts nobody came back to go; twins stay until somebody decides. How many."""
    before = (at or timezone.now()) - timedelta(days=KEPT_DAYS)
    count, _by_model = EntryDraft.objects.unfinished().filter(updated_at__lt=before).delete()
    return count


# --- Part of other services -----------------------------------------------------------------------


def forget(*, library: Library, uuid: uuids.UUID) -> None:
    """It is an entry now."""
    EntryDraft.objects.unfinished().filter(library=library, uuid=uuid).delete()


def part_from(entry: Activity) -> None:
    """The entry is about to go; what came under its number does not go with it."""
    for twin in EntryDraft.objects.twins().filter(entry=entry):
        _part(twin)


def photos_of(draft: EntryDraft) -> list[StoredPhoto]:
    return [StoredPhoto(**photo) for photo in draft.photos]


def own(draft: EntryDraft, by: User) -> None:
    if draft.by_id != by.pk or not permissions.can_record(by, draft.library):
        raise PermissionDenied


# --- The steps they share -------------------------------------------------------------------------


def _lock(library: Library, by: User) -> None:
    """Against an entry that is being stored while its text is kept once more."""
    if not permissions.can_record(by, library):
        raise PermissionDenied
    if not permissions.records_here(library):
        raise RecordedInSim(library)
    Library.objects.select_for_update(of=("self",)).get(pk=library.pk)


def _is_to_be_mended(entry: Activity, library: Library) -> bool:
    return entry.report.library_id == library.pk and entry.report.is_editable


def _keep(
    library: Library,
    uuid: uuids.UUID,
    kind: Kind,
    is_snapshot: bool,  # noqa: FBT001  # as in the model
    fields: Fields,
    photos: Iterable[StoredPhoto],
    by: User,
    *,
    entry: Activity | None = None,
    at: datetime | None = None,
) -> EntryDraft:
    said, stored = _storable(fields), list(photos)
    content: dict[str, Any] = {
        "library": library,
        "kind": kind,
        "is_snapshot": is_snapshot,
        "fields": said,
        "entry": entry,
        "content_hash": _hash(by, kind, is_snapshot, said, stored),
        "updated_at": at or timezone.now(),
    }
    if stored:  # typing on does not lose the pictures that came before
        content["photos"] = [asdict(photo) for photo in stored]
    draft, _is_new = EntryDraft.objects.update_or_create(
        by=by, uuid=uuid, is_twin=False, defaults=content
    )
    return draft


def _part(twin: EntryDraft) -> EntryDraft:
    twin.uuid, twin.is_twin, twin.entry = uuids.uuid4(), False, None
    twin.updated_at = timezone.now()
    twin.save()
    return twin


def _storable(fields: Fields) -> dict[str, list[str]]:
    """As typed, without what no database holds."""
    return {
        name: [_text(value) for value in list(values)[:MOST_TEXTS]]
        for name, values in fields.items()
    }


def _text(value: str) -> str:
    held = value.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")
    return held[:LONGEST]


def _hash(
    by: User,
    kind: Kind,
    is_snapshot: bool,  # noqa: FBT001
    fields: Mapping[str, list[str]],
    photos: Sequence[StoredPhoto],
) -> str:
    """Of one person's words: another's equal ones are another's."""
    pictures = sorted(photo.sha256 for photo in photos)
    said = json.dumps([by.pk, str(kind), is_snapshot, fields, pictures], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()
