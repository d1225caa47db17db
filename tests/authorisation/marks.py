"""Marks (canaries): every text of every row says whose it is, ``CNY-library-12-name-``, so that an
answer can be searched for what the person who asked may not see.

Who may see what is said here a second time, in other words than the portal's: where a row lies
(``PLACED``), and which fields are for fewer people (``NOT_FOR``).
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import models

from kpi.models import RuleSet
from libraries import codes
from libraries.models import Activation
from tests.architecture.conftest import MODELS
from tpbis.accounts.enums import Role
from tpbis.core.append_only import AppendOnlyModel

if TYPE_CHECKING:
    from tests.authorisation.world import Actor, World

MARK = re.compile(r"CNY-([a-z]+)-(\d+)-([a-z_]+)-", re.IGNORECASE)
# Figures that carry a mark: table and row follow a beginning nobody's real number has.
PHONE = re.compile(r"(?:62|0)8157(\d{2})(\d{6})")
NPP = re.compile(r"CNY(\d{2})(\d{10})", re.IGNORECASE)
NIP = re.compile(r"98765(\d{2})(\d{11})")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[ .\-‑–](?=\d)")

TEXTS = (models.CharField, models.TextField, models.EmailField, models.URLField)
# Keys, hashes and codes: not texts that somebody wrote.
UNMARKED = {
    *["code", "code_hash", "secret_hash", "session_key", "session_data", "personal_key"],
    *["password", "sha256", "seal", "seals", "key", "content_hash", "hash", "file_name", "emblem"],
    *["request_id", "subject", "about", "action", "stored_as", "plan_hash", "place_key"],
    *["period", "spelling"],
}
MARKED_JSON = {"libraries.Library.tags": list, "activities.SimRow.raw": dict}

# A text that stands only beside another: marked where that one is there.
BESIDE = {"exclusion_comment": "exclusion"}

# Where the rows of a model lie: the way to their library, region or person.
PLACED = {
    "accounts.User": "user",
    "accounts.ApiToken": "user",
    "accounts.Device": "user",
    "accounts.Session": "user",
    "accounts.AuditEvent": "",
    "accounts.AuditLink": "",
    "libraries.Region": "region",
    "libraries.Library": "library",
    "libraries.Inactivity": "library",
    "libraries.FormerLibrary": "library",
    "libraries.LibraryAlias": "library",
    "libraries.SimAccount": "library",
    "libraries.Assignment": "library",
    "libraries.Activation": "library",
    "libraries.LetterBatch": "region",
    "libraries.RosterImport": "uploaded_by",
    "libraries.RosterLine": "roster.uploaded_by",
    "stakeholders.Organisation": "",
    "stakeholders.Partnership": "library",
    "activities.MonthlyReport": "library",
    "activities.Activity": "report.library",
    "activities.Photo": "activity.report.library",
    "activities.ReviewEvent": "report.library",
    "activities.Remark": "event.report.library",
    "activities.EntryDraft": "library",
    "activities.Excuse": "library",
    "activities.MentoringVisit": "library",
    "activities.Reminder": "library",
    "activities.Story": "library",
    "activities.StoryPhoto": "story.library",
    "activities.StoryEvent": "story.library",
    "activities.Consent": "story.library",
    "accounts.Message": "user",
    "accounts.MessageMute": "user",
    "activities.SimImport": "sent_by",
    "activities.SimImportLine": "run.sent_by",
    "activities.SimMark": "report.library",
    "activities.SimName": "",
    "activities.SimRow": "library",
    "activities.SimTwin": "entry.report.library",
    "activities.OfficialScore": "library",
    "kpi.RuleSet": "",
    "kpi.Indicator": "",
    "kpi.MonthlyTally": "library",
    "kpi.Score": "library",
    "kpi.Closing": "",
    "kpi.ClosingScore": "library",
    "kpi.DailyColours": "area",
    "kpi.Run": "",
    "kpi.RunArea": "area",
    "kpi.Award": "library",
    "reports.Office": "region",
    "reports.Document": "region",
    "reports.Boundaries": "region",
    "reports.SignedCopy": "document.region",
    "reports.Schedule": "region",
    "reports.Certificate": "award.library",
    "reports.ProvinceSettings": "region",
    "reports.AreaMonth": "region",
    "reports.StaleArea": "region",
    "reports.FiguresState": "",
    "stakeholders.Support": "region",
    "stakeholders.Membership": "",
}
# A list of names that everybody who records shares, or rules that everybody is measured by.
SHARED = {
    "stakeholders.Organisation",
    "kpi.RuleSet",
    "kpi.Indicator",
    "kpi.Closing",
    "kpi.Run",
    "reports.FiguresState",  # says of what the figures are, and nothing of them
}
# Public things of the regions above one's own: what they are called, whose letterhead is used.
ALSO_FROM_BELOW = {
    "libraries.Region",
    "reports.Office",
    "reports.Boundaries",
    "reports.ProvinceSettings",
}

_KEEPERS = {Role.PROVINCE_STAFF, Role.REGENCY_PIC}
_NO_PERSONS = set(Role) - {Role.OBSERVER, Role.SUPPORTER}
# Fields (or whole tables) that only these roles see, of what lies within their places.
ONLY_FOR: dict[str, set[Role]] = {
    "libraries.Activation": _KEEPERS,
    "libraries.Assignment": _NO_PERSONS,
    "libraries.Library.contact_name": _NO_PERSONS,
    "libraries.Library.contact_phone": _NO_PERSONS,
    "libraries.Library.audit": _KEEPERS,
    "libraries.FormerLibrary": _NO_PERSONS,
    "activities.Photo": _NO_PERSONS,
    "activities.SimImport": {Role.PROVINCE_STAFF},
    "activities.SimImportLine": {Role.PROVINCE_STAFF},
    "activities.SimName": {Role.PROVINCE_STAFF},
    "activities.SimRow": _KEEPERS,
    "activities.SimTwin": _KEEPERS,
    "accounts.User.full_name": _NO_PERSONS,
    "accounts.User.phone": _NO_PERSONS,
    "accounts.User.username": _KEEPERS,
    "accounts.User.email": _KEEPERS,
    "libraries.RosterImport": _KEEPERS,
    "libraries.RosterLine": _KEEPERS,
    "accounts.ApiToken": {Role.PROVINCE_STAFF},
    "accounts.Device": set(),
    "accounts.Session": set(),
}


LETTERS = "reports.Document of letters"
ONLY_FOR[LETTERS] = _KEEPERS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a marked row lies, and the state of what it belongs to."""

    label: str
    code: str = ""
    library: int | None = None
    user: int | None = None
    is_draft: bool = False
    state: str = ""


# What areas say of their own rows: the first that does not answer None decides.
RULES: list[Callable[["Sight", "Actor", Place, str], bool | None]] = []
# What a route tells everybody who signs in, wherever it lies.
TOLD_TO_ALL: dict[str, Callable[["World"], set[tuple[str, int, str]]]] = {}
# And which of these routes tell it to strangers too.
TOLD_TO_STRANGERS: set[str] = set()


def mark(model: type[models.Model] | str, pk: int, field: str) -> str:
    name = model if isinstance(model, str) else model._meta.model_name
    return f"CNY-{name}-{pk}-{field}-"


# --- Putting them on ------------------------------------------------------------------------------


def mark_everything(world: "World") -> None:
    for model in MODELS:
        if issubclass(model, AppendOnlyModel):
            continue  # marked when it was written: the database lets nobody change it
        fields = list(fields_of(model))
        for row in models.QuerySet(model).order_by("pk"):
            if is_fixed(row):
                continue
            marked = {field.name: _marked(model, row, field) for field in fields}
            if marked := {name: value for name, value in marked.items() if value is not None}:
                models.QuerySet(model).filter(pk=row.pk).update(**marked)
    for group in (world.libraries, world.alone, world.regions, world.users, world.reports):
        for row in group.values():
            row.refresh_from_db()


def is_fixed(row: models.Model) -> bool:
    """Published rules: public, and the database lets nobody change them."""
    return isinstance(row, RuleSet) and not row.is_draft


def fields_of(model: type[models.Model]) -> Iterator[models.Field]:
    for field in model._meta.concrete_fields:
        if field.name in UNMARKED or field.choices or field.primary_key:
            continue
        if f"{model._meta.label}.{field.name}" in MARKED_JSON or (
            isinstance(field, TEXTS) and not isinstance(field, models.JSONField)
        ):
            yield field


def _marked(model: type[models.Model], row: models.Model, field: models.Field) -> Any:
    if field.name in BESIDE and not getattr(row, BESIDE[field.name]):
        return None
    table, text = MODELS.index(model), mark(model, row.pk, field.name)
    special = {
        "phone": f"+628157{table:02}{row.pk:06}",
        "contact_phone": f"+628157{table:02}{row.pk:06}",
        "recipient_phone": f"+628157{table:02}{row.pk:06}",
        "npp": f"CNY{table:02}{row.pk:010}",
        "signer_nip": f"98765{table:02}{row.pk:011}",
        "email": f"{text}@example.org",
        "link": f"https://example.org/{text}",
    }
    if field.name in special:
        return special[field.name]
    kind = MARKED_JSON.get(f"{model._meta.label}.{field.name}")
    if kind is not None:
        return [text] if kind is list else {"nama": text}
    return text if len(text) <= (field.max_length or 10_000) else None


def collect_secrets(world: "World") -> None:
    """What no answer may ever show to anybody."""
    names = {"password", "personal_key", "secret_hash", "code_hash", "session_key"}
    for model in MODELS:
        for name in names & {field.name for field in model._meta.concrete_fields}:
            world.secrets |= {v for v in model._base_manager.values_list(name, flat=True) if v}
    for pk, uuid in Activation.objects.values_list("pk", "uuid"):
        world.codes[codes.code_of(uuid)] = pk


# --- Finding them ---------------------------------------------------------------------------------


def found_in(text: str, world: "World") -> set[tuple[str, int, str]]:
    """Table, row and field of every mark in ``text``."""
    found = {(name.lower(), int(pk), field.lower()) for name, pk, field in MARK.findall(text)}
    if "CNY" in text.upper():
        found |= {(_table(table), int(pk), "npp") for table, pk in NPP.findall(text)}
    joined = _BETWEEN_DIGITS.sub("", text)
    found |= {(_table(table), int(pk), "phone") for table, pk in PHONE.findall(joined)}
    found |= {(_table(table), int(pk), "signer_nip") for table, pk in NIP.findall(joined)}
    if found_codes := [code for code in world.codes if code in text]:
        found |= {("activation", world.codes[code], "code") for code in found_codes}
    return found


def _table(index: str) -> str:
    number = int(index)
    return MODELS[number]._meta.model_name if number < len(MODELS) else "?"


# --- Who may see them -----------------------------------------------------------------------------


class Sight:
    """Who may see which mark; knows where every row of the world lies."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.places = dict(self._read())
        self.told = {route: tell(world) for route, tell in TOLD_TO_ALL.items()}

    def _read(self) -> Iterator[tuple[tuple[str, int], Place]]:
        for model in MODELS:
            if model._meta.label not in PLACED:
                continue  # test_world says so; until then its rows are for nobody
            if isinstance(model._meta.pk, models.CharField):
                continue  # a session's key is a secret, not a number
            for row in model._base_manager.all():
                yield (model._meta.model_name, row.pk), self._place(row, model._meta.label)

    def _place(self, row: models.Model, label: str) -> Place:
        if getattr(row, "used_by_id", None):  # a code: its library's, and whose account it made
            where = row.library.region.code
            return Place(label, code=where, library=row.library_id, user=row.used_by_id)
        at, draft = row, getattr(row, "state", "") == "draft"
        state = getattr(row, "state", "")
        if getattr(row, "batch_id", None) and label == "reports.Document":
            return Place(LETTERS, code=row.region.code)
        if label == "reports.Document":
            at = self._at(row.library or row.region, label, is_draft=False, state="")
            return replace(at, state=f"{row.pk}")
        for step in filter(None, PLACED[label].split(".")):
            if step == at._meta.model_name:
                break
            draft = draft or getattr(at, "state", "") == "draft"
            state = state or getattr(at, "state", "")
            at = getattr(at, step)
            if at is None:
                return self._without(row, label)
        if not PLACED[label]:
            return Place(label)
        return self._at(at, label, is_draft=draft, state=state)

    def _at(self, at: models.Model, label: str, *, is_draft: bool, state: str) -> Place:
        if at._meta.model_name == "region":
            return Place(label, code=at.code)
        if at._meta.model_name == "library":
            return Place(
                label, code=at.region.code, library=at.pk, is_draft=is_draft, state=str(state)
            )
        return Place(label, user=at.pk)

    def _without(self, row: models.Model, label: str) -> Place:
        """An assignment to a region, a code for an account; a SIM row that waits lies nowhere."""
        if getattr(row, "region_id", None):
            return Place(label, code=row.region.code)
        if getattr(row, "user_id", None):
            return Place(label, user=row.user_id)
        return Place(label, code="nowhere")

    def unseen(
        self, actor: "Actor", marks: Iterable[tuple[str, int, str]], *, route: str = ""
    ) -> set[str]:
        """Those of ``marks`` that were not for ``actor``, of what ``route`` showed."""
        is_told = actor.signed_in or route in TOLD_TO_STRANGERS
        told = self.told.get(route, set()) if is_told else set()
        return {
            mark(name, pk, field)
            for name, pk, field in marks
            if (name, pk, field) not in told and not self.may(actor, name, pk, field)
        }

    def may(self, actor: "Actor", name: str, pk: int, field: str) -> bool:
        place = self.places.get((name, pk))
        if place is None or not actor.signed_in or actor.user is None:
            return False  # a row that is gone, or of a table that was not placed; or a stranger
        if self._is_ones_own(actor, place, field):
            return True
        ruled = [rule(self, actor, place, field) for rule in RULES]
        if said := [one for one in ruled if one is not None]:
            return said[0]
        if place.label in SHARED:
            return True
        if self._is_for_fewer(actor, place, field):
            return False
        if place.user is not None and not place.code:
            return self._works_with(actor, place.user)
        if actor.covers(place.code, place.library):
            return not place.is_draft or actor.role == Role.LIBRARIAN
        return place.label in ALSO_FROM_BELOW and any(
            f"{spot.code}.".startswith(f"{place.code}.") for spot in actor.spots
        )

    def _is_for_fewer(self, actor: "Actor", place: Place, field: str) -> bool:
        known = [ONLY_FOR[w] for w in (place.label, f"{place.label}.{field}") if w in ONLY_FOR]
        return any(actor.role not in roles for roles in known)

    def _is_ones_own(self, actor: "Actor", place: Place, field: str) -> bool:
        """Of oneself, and what the places are called that one ever worked at."""
        assert actor.user is not None
        if actor.user.pk == place.user:
            return True
        before = self.world.worked_at.get(actor.user.pk, ())
        return field == "name" and any(one.covers(place.code, place.library) for one in before)

    def _works_with(self, actor: "Actor", user: int) -> bool:
        """Somebody who is, or was, above or below in the same line of work; the province keeps all
        accounts."""
        if actor.role == Role.PROVINCE_STAFF:
            return True
        other = self.world.worked_at.get(user, ())
        return any(
            mine.covers(theirs.code, theirs.library) or theirs.covers(mine.code, mine.library)
            for mine in actor.spots
            for theirs in other
        )
