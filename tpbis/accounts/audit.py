"""The only writer of the audit: called inside the transaction of the write it tells of.

An event stores who (by key), in which role, what, and the fields before and after. What a field
may say is decided here, for every caller:

- numbers, days, yes or no, and texts out of a list that the portal knows (a state, a kind, a
  reason's code) stand there as they are, and so do the texts of ``OPEN``: names and numbers of
  libraries and files, which belong to nobody;
- names, phone numbers and addresses of people (``PERSONAL``) stand there as hashes under that
  person's own key, so that equal values can be seen to be equal; once the key is deleted they say
  nothing any more. Where no account stands behind the value, only that it changed is noted;
- of every other text (titles, comments, reasons in one's own words) stands there only how long it
  was, since people write names into them. A new field is treated so until somebody decides.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tpbis.accounts.enums import Outcome
from tpbis.accounts.models import AuditEvent, User
from tpbis.accounts.querysets import subject_of
from tpbis.core.http import request_id

if TYPE_CHECKING:
    from collections.abc import Iterable

PERSONAL = frozenset(
    {
        "address",
        "contact_name",
        "contact_phone",
        "email",
        "full_name",
        "given_by",  # a story's consent, and its guardian
        "guardian",
        "phone",
        "recipient_name",
        "recipient_phone",
        "speaker",  # in a story
        "username",
    }
)
OPEN = frozenset(
    {
        "alias",
        "audiences",  # of an advocacy: a list of offices
        "kind",
        "month",
        "name",
        "npp",
        "photos",
        "region",
        "seal",
        "sha256",
        "tags",
        "way",  # in which a second factor was passed
    }
)
HIDDEN = "•"  # a personal value that belongs to no account
LENGTH = "length"  # of a text that is not told

Changes = dict[str, list[Any]]


def record(
    action: str,
    *,
    by: User | None,
    subject: models.Model | None = None,
    about: models.Model | None = None,
    changes: Mapping[str, "Iterable[Any]"] | None = None,
    person: User | None = None,
    outcome: Outcome = Outcome.DONE,
) -> AuditEvent:
    """One event for one service call. ``by`` is ``None`` for the console and the scheduler;
    ``person`` is whom personal values among ``changes`` belong to."""
    if person is None and isinstance(subject, User):
        person = subject
    event = _event(action, by, subject, about, changes, person, outcome)
    event.save()
    return event


def record_many(
    action: str,
    *,
    by: User | None,
    told: "Iterable[tuple[models.Model, models.Model | None, Mapping[str, Iterable[Any]]]]",
) -> None:
    """One event for each of many things of one kind, written together: subject, what it is about,
    and its changes."""
    AuditEvent.objects.bulk_create(
        [_event(action, by, *one, None, Outcome.DONE) for one in told], batch_size=1_000
    )


def _event(
    action: str,
    by: User | None,
    subject: models.Model | None,
    about: models.Model | None,
    changes: Mapping[str, "Iterable[Any]"] | None,
    person: User | None,
    outcome: Outcome,
) -> AuditEvent:
    return AuditEvent(
        by=by,
        role=by.role if by else "",
        outcome=outcome,
        action=action,
        subject=subject_of(subject) if subject else "",
        about=subject_of(about) if about else "",
        changes={
            field: [_said(field, value, person, subject) for value in pair]
            for field, pair in (changes or {}).items()
        },
        request_id=request_id.get(),
    )


def deny(*, by: User, asked: str, thing: Mapping[str, int | str] | None = None) -> AuditEvent:
    """Somebody signed in asked for what is not theirs: ``asked`` is the method and the route,
    ``thing`` what the address named."""
    return AuditEvent.objects.create(
        by=by,
        role=by.role,
        outcome=Outcome.DENIED,
        action=asked[:80],
        changes={name: [None, value] for name, value in (thing or {}).items()},
        request_id=request_id.get(),
    )


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """The fields of ``after`` that have another value than in ``before``."""
    return {
        field: [before.get(field), value]
        for field, value in after.items()
        if before.get(field) != value
    }


def values(thing: models.Model, fields: "Iterable[str]") -> dict[str, Any]:
    """What ``thing`` says now in ``fields``, to be compared with later."""
    return {field: getattr(thing, field) for field in fields}


def _said(field: str, value: Any, person: User | None, subject: models.Model | None) -> Any:
    if value is None or value == "":
        return value
    if field in PERSONAL:
        return _hashed(str(value), person)
    if _is_told(field, value, subject):
        return _plain(value)
    return {LENGTH: len(str(value))}


def _hashed(value: str, person: User | None) -> str:
    if person is None or not person.personal_key:
        return HIDDEN
    return hmac.new(bytes.fromhex(person.personal_key), value.encode(), hashlib.sha256).hexdigest()[
        :24
    ]


def _is_told(field: str, value: Any, subject: models.Model | None) -> bool:
    """Whether ``value`` can hold nothing but what the portal itself says."""
    if isinstance(value, Enum) or field in OPEN:
        return True
    if isinstance(value, str | bytes | Mapping | list | tuple | set):
        return _is_of_a_list(field, subject)
    return True


def _is_of_a_list(field: str, subject: models.Model | None) -> bool:
    if subject is None:
        return False
    try:
        known = subject._meta.get_field(field)
    except FieldDoesNotExist:
        return False
    return bool(getattr(known, "choices", None))


def _plain(value: Any) -> Any:
    """As JSON holds it; a row is named by its code or its key."""
    if isinstance(value, models.Model):
        return getattr(value, "code", None) or value.pk
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)
