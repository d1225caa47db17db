"""Drafts, second contents under one number, and what phones send by themselves. A draft is nobody's
but its author's, whoever else works at the library."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from activities.enums import Kind
from activities.models import EntryDraft, MonthlyReport
from tests.activities.pictures import jpeg
from tests.authorisation import cells, marks
from tests.authorisation.bodies import NOTHING, Body, entry, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, of_a_library

marks.PLACED["activities.EntryDraft"] = "by"
marks.ONLY_FOR["activities.EntryDraft"] = set()
cells.NOT_AUDITED["activities:draft_keep"] = "every few seconds; what is stored of it is noted then"

NEVER = UUID(int=987_654_321)
# All that the form asks for, so that nothing else is "a field nobody asked for".
BLANK = dict.fromkeys(
    ("place", "participants_men", "participants_women", "participants_disabled", "version"), ""
)


def drafts(world: World) -> None:
    """For each library one half-written text, and a second content for an entry in each state."""
    for where, library in world.libraries.items():
        librarian = world.users[f"librarian_{where.lower()}"]
        content: dict[str, Any] = {"library": library, "by": librarian, "content_hash": "d" * 64}
        _marked(EntryDraft.objects.create(uuid=uuid4(), kind=Kind.INVOLVEMENT, **content), {})
        for (at, name), report in world.reports.items():
            there = report.activities.order_by("pk").first()
            if at != where or name == "sim" or there is None:
                continue
            twin = EntryDraft.objects.create(
                uuid=there.uuid, kind=there.kind, entry=there, is_twin=True, **content
            )
            _marked(twin, entry(Kind(there.kind), there.held_on.isoformat()))


def _marked(draft: EntryDraft, said: dict[str, Any]) -> None:
    fields = {name: [value] for name, value in said.items() if name != "uuid"}
    draft.fields = {**fields, "title": [marks.mark(EntryDraft, draft.pk, "fields")]}
    draft.save()


MORE.append(drafts)


def _author(draft: EntryDraft, world: World) -> frozenset[str]:
    return frozenset(name for name, actor in world.actors.items() if actor.user == draft.by)


@about("draft")
def _(world: World) -> Iterator[Thing]:
    unfinished = EntryDraft.objects.unfinished().select_related("library__region", "by")
    for draft in unfinished.order_by("pk"):
        yield of_a_library(
            "draft", draft.library, {"uuid": draft.uuid}, row=draft, seen_by=_author(draft, world)
        )
    yield from missing(world, "draft", {"uuid": NEVER})


@about("draft_number")
def _(world: World) -> Iterator[Thing]:
    """A number is not a place: under it everybody keeps what is their own."""
    yield Thing("draft_number", {"uuid": UUID(int=5)}, note="new")
    for draft in EntryDraft.objects.unfinished().order_by("pk")[:2]:
        yield Thing("draft_number", {"uuid": draft.uuid}, row=draft, note=f"of {draft.by}")
    report = world.reports["A1", "draft"]
    stored = report.activities.order_by("pk").first()
    assert stored is not None
    yield Thing("draft_number", {"uuid": stored.uuid}, row=stored, state="stored")


@about("twin")
def _(world: World) -> Iterator[Thing]:
    for (where, name), report in world.reports.items():
        twins = EntryDraft.objects.twins().filter(entry__report=report)
        twin = twins.select_related("entry", "library__region", "by").first()
        if twin is None or twin.entry is None:
            continue
        yield of_a_library(
            "twin",
            world.libraries[where],
            {"pk": twin.entry.pk, "draft": twin.pk},
            row=twin,
            state=_state(name),
            note=name,
            seen_by=_author(twin, world),
        )
    yield from missing(world, "twin", {"pk": 987_654_321, "draft": 987_654_321})


@about("entry_number")
def _(world: World) -> Iterator[Thing]:
    for (where, name), report in world.reports.items():
        if there := report.activities.order_by("pk").first():
            yield of_a_library(
                "entry_number",
                world.libraries[where],
                {"uuid": there.uuid},
                row=there,
                state=_state(name),
                note=name,
                sent_by=MonthlyReport.objects.get(pk=report.pk).submitted_by_id,
            )
    yield from missing(world, "entry_number", {"uuid": NEVER})


def _state(name: str) -> str:
    return {"oneself": "submitted", "supplement": "draft"}.get(name, name)


# --- What is sent ---------------------------------------------------------------------------------


@posts("activities:send_entry")
def an_entry_sent(world: World, actor: Actor, thing: Thing | None) -> Body:
    kind = Kind(thing.note) if thing and thing.note else Kind.INVOLVEMENT
    return Body({**BLANK, **entry(kind, _day(world).isoformat())}, needs=("held_on",))


@posts("activities:draft_keep")
def an_entry_begun(world: World, actor: Actor, thing: Thing | None) -> Body:
    said = entry(Kind.INVOLVEMENT, _day(world).isoformat())
    return Body({"kind": Kind.INVOLVEMENT.value, **BLANK, **said}, needs=("kind",))


@posts("activities:send_photo")
def a_picture(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"photo": [jpeg(shade=9)]}, needs=("photo",))


@posts("activities:send_visits", "activities:month_nihil")
def visitors(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"men": "11", "women": "12"}, needs=("men",))


@posts("activities:draft_discard")
def nothing(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("activities:compare")
def which_holds(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"cara": "pakai"}, needs=("cara",))


def _day(world: World) -> date:
    return world.months["none"]
