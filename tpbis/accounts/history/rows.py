"""Events as sentences: who, what, when, and the fields before and after where they may be shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tpbis.accounts.audit import HIDDEN, LENGTH, PERSONAL
from tpbis.accounts.enums import Outcome, Role
from tpbis.accounts.history.sentences import KINDS, LABELS, SENTENCES
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import subject_of
from tpbis.core import periods
from tpbis.core.templatetags.tpbis import angka

NOTHING = "–"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_HASHES = frozenset({"seal", "sha256"})
_NUMBERS_OF_ROWS = frozenset({"pk"})  # of what was asked for


@dataclass(frozen=True, slots=True)
class Change:
    """A field before and after, in words."""

    label: str
    before: str
    after: str

    def __str__(self) -> str:
        what = self.after if self.is_first else f"{self.before} → {self.after}"
        return f"{self.label}: {what}"

    @property
    def is_first(self) -> bool:
        """There was nothing before, or both are told with the same word."""
        return self.before in (NOTHING, self.after)


@dataclass(frozen=True, slots=True)
class Thing:
    """What an event is about; ``code`` finds everything about it."""

    code: str
    kind: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One event. ``who`` is empty for the console and the scheduler."""

    pk: int
    at: datetime
    who: str
    username: str
    role: str
    is_denied: bool
    sentence: str
    things: tuple[Thing, ...]
    changes: tuple[Change, ...]
    request_id: str


def history_of(
    thing: models.Model,
    *,
    limit: int = 50,
    also: Iterable[models.Model] = (),
    within: Iterable[models.Model] = (),
) -> list[Row]:
    """The last ``limit`` events of ``thing`` and of what belongs to it, newest first. ``also`` are
    other rows whose history is its own: the entries of a report, a duplicate that was merged into
    a library. ``within`` is what needs no name on its page, as ``thing`` itself."""
    events = AuditEvent.objects.concerning(thing, *also).select_related("by")[:limit]
    return rows_of(events, within=(thing, *within))


def rows_of(events: Iterable[AuditEvent], *, within: Iterable[models.Model] = ()) -> list[Row]:
    listed = list(events)
    codes = {code for event in listed for code in (event.subject, event.about) if code}
    things = _things(codes - {subject_of(thing) for thing in within})
    return [_row(event, things) for event in listed]


def _row(event: AuditEvent, things: dict[str, Thing]) -> Row:
    changes = _changes(event)
    codes = dict.fromkeys((event.subject, event.about))
    if event.by is not None:
        codes.pop(subject_of(event.by), None)  # whoever did it to oneself is named already
    return Row(
        pk=event.pk,
        at=event.at,
        who=str(event.by) if event.by else "",
        username=event.by.username if event.by else "",
        role=str(Role(event.role).label) if event.role else "",
        is_denied=event.outcome == Outcome.DENIED,
        sentence=_sentence(event, changes),
        things=tuple(things[code] for code in codes if code in things),
        changes=changes,
        request_id=event.request_id,
    )


def _sentence(event: AuditEvent, changes: Sequence[Change]) -> str:
    sentence = SENTENCES.get(event.action)
    if sentence is None:
        return _attempt(event)
    if "%(fields)s" not in str(sentence):
        return str(sentence)
    return str(sentence) % {"fields": ", ".join(change.label for change in changes) or _("isian")}


def _attempt(event: AuditEvent) -> str:
    """What was asked for and denied, by its route; or what a version that is gone has said."""
    method, _space, route = event.action.partition(" ")
    if not route:
        return event.action
    tried = _("mencoba membuka") if method in ("GET", "HEAD") else _("mencoba mengirim ke")
    return f"{tried} {route}"


# --- Things ---------------------------------------------------------------------------------------


def _things(codes: Iterable[str]) -> dict[str, Thing]:
    """What the codes stand for: one query for each kind of thing that has a name of its own."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for code in codes:
        kind, _colon, pk = code.partition(":")
        by_kind[kind].append(pk)
    return {
        f"{kind}:{pk}": thing
        for kind, pks in by_kind.items()
        for pk, thing in _things_of(kind, pks).items()
    }


def _things_of(kind: str, pks: list[str]) -> dict[str, Thing]:
    model = _model(kind)
    word, named_by = KINDS.get(kind, (kind, ""))
    rows: dict[str, Any] = {}
    if model is not None and named_by:
        rows = {str(pk): row for pk, row in model._default_manager.in_bulk(pks).items()}
    elif model is not None and hasattr(model, "get_absolute_url"):
        rows = {pk: model(pk=pk) for pk in pks}  # its number is all that its address needs
    return {
        pk: Thing(
            code=f"{kind}:{pk}",
            kind=str(word),
            name=str(rows[pk]) if named_by and pk in rows else f"#{pk}",
            url=rows[pk].get_absolute_url() if hasattr(rows.get(pk), "get_absolute_url") else "",
        )
        for pk in pks
    }


@cache
def _model(label: str) -> type[models.Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


# --- Fields ---------------------------------------------------------------------------------------


def _changes(event: AuditEvent) -> tuple[Change, ...]:
    """In the order in which the model declares them: PostgreSQL keeps none."""
    model = event.subject.partition(":")[0]
    app = event.action.partition(".")[0]
    known = {name: _field(model, app, name) for name in event.changes}
    ordered = sorted(known.items(), key=lambda one: (_place(one[1]), one[0]))
    return tuple(
        Change(
            label=_label(model, name, field),
            before=_shown(name, event.changes[name][0], field),
            after=_shown(name, event.changes[name][1], field),
        )
        for name, field in ordered
    )


def _place(field: "models.Field[Any, Any] | None") -> float:
    return float("inf") if field is None else field.creation_counter


@cache
def _field(model: str, app: str, name: str) -> "models.Field[Any, Any] | None":
    """The field of the subject, else of whichever model of the action's app has one of the name:
    a report's event may quote the ReviewEvent that was written with it."""
    subject = _model(model)
    others = apps.get_app_config(app).get_models() if app in apps.app_configs else ()
    models_asked = [one for one in (subject, *others) if one is not None]
    fields = (field for one in models_asked for field in one._meta.concrete_fields)
    return next((field for field in fields if field.name == name), None)


def _label(model: str, name: str, field: "models.Field[Any, Any] | None") -> str:
    for known in (f"{model}.{name}", name):
        if known in LABELS:
            return str(LABELS[known])
    return str(field.verbose_name) if field is not None else name.replace("_", " ")


def _shown(name: str, value: Any, field: "models.Field[Any, Any] | None") -> str:
    if value in (None, "", []):
        return NOTHING
    if name in PERSONAL or value == HIDDEN:
        return _("(data pribadi)")
    if isinstance(value, dict):
        letters = value.get(LENGTH, 0)
        return ngettext("teks %(count)d huruf", "teks %(count)d huruf", letters) % {
            "count": letters
        }
    if isinstance(value, list):
        return ", ".join(_one(name, one, field) for one in value)
    return _one(name, value, field)


def _one(name: str, value: Any, field: "models.Field[Any, Any] | None") -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    if isinstance(value, int):
        is_row = name in _NUMBERS_OF_ROWS or getattr(field, "related_model", None) is not None
        return f"#{value}" if is_row else angka(value)
    text = str(value)
    if name in _HASHES:
        return f"{text[:12]}…"
    return _of_choices(text, field) or _when(name, text) or text


def _of_choices(text: str, field: "models.Field[Any, Any] | None") -> str:
    known = dict(getattr(field, "flatchoices", None) or ())
    return str(known.get(text, ""))


def _when(name: str, text: str) -> str:
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        return periods.written(day) if name == "month" else date_format(day, "j F Y")
    if _MOMENT.fullmatch(text):
        moment = timezone.localtime(datetime.fromisoformat(text))
        return f"{date_format(moment, 'j F Y H.i')} WIB"
    return ""
