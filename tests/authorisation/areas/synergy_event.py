"""Events: who is invited, who came, what was agreed; and the two addresses that a QR code holds."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from stakeholders.enums import EventState
from stakeholders.forms.attendance import signed
from stakeholders.models import ActionItem, Attendee, Event, EventFile
from stakeholders.services.attendance_lists import Written
from tests.activities.pictures import jpeg
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, of_a_library
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}
_OF_EVENTS = ("Event", "EventSeries", "SeatQuota", "EventSpeaker", "EventFile", "ActionItem")
# What happens in a region concerns everybody who works below it.
marks.ALSO_FROM_BELOW |= {f"stakeholders.{name}" for name in _OF_EVENTS}
_NO_PERSONS = set(Role) - {Role.OBSERVER}
marks.ONLY_FOR |= {
    "stakeholders.Attendee": _NO_PERSONS,
    "stakeholders.ActionItem.owner": _NO_PERSONS,
    "stakeholders.EventSpeaker.name": _NO_PERSONS,
}


def events_in_other_states(world: World) -> None:
    """Beside each a cancelled one and one to which nobody is invited; somebody present, a paper."""
    staff, now = world.users["second_staff"], timezone.now()
    for event in list(Event.objects.order_by("pk")):
        Event.objects.filter(pk=event.pk).update(key=_key())
        for state in (EventState.CANCELLED, EventState.PLANNED):
            Event.objects.create(
                region=event.region,
                kind="webinar",
                title="x",
                starts_at=now,
                ends_at=now + timedelta(hours=2),
                mode="daring",
                link="https://example.org/x",
                reason="x",
                state=state,
                key=_key(),
                recorded_by=staff,
            )
    for attendee in list(Attendee.objects.order_by("pk")):
        Attendee.objects.filter(pk=attendee.pk).update(key=_key())
        Attendee.objects.create(
            event=attendee.event,
            group="pengelola",
            library=attendee.library,
            key=_key(),
            name="x",
            invited_by=staff,
            attended_at=now,
            checked_in="tangan",
            checked_in_by=staff,
        )
    for paper in EventFile.objects.all():
        name = storages["documents"].save("events/x.jpg", ContentFile(jpeg().read()))
        EventFile.objects.filter(pk=paper.pk).update(file_name=name, size=9)


def _key() -> str:
    return uuid.uuid4().hex[:10].upper()


MORE.append(events_in_other_states)


def told_at_the_door(world: World) -> set[tuple[str, int, str]]:
    """What is announced, to whoever stands there; and the name of whoever said the code."""
    said = ("title", "place")
    events = {
        ("event", pk, name) for pk in Event.objects.values_list("pk", flat=True) for name in said
    }
    people = Attendee.objects.values_list("pk", flat=True)
    return events | {("attendee", pk, "name") for pk in people}


marks.TOLD_TO_ALL["stakeholders:door"] = told_at_the_door
marks.TOLD_TO_STRANGERS.add("stakeholders:door")


# --- Things ---------------------------------------------------------------------------------------


def _who_sees(event: Event, world: World) -> frozenset[str]:
    """Whoever works in its region, or anywhere below it."""
    code = event.region.code
    return frozenset(
        name
        for name, actor in world.actors.items()
        if actor.covers(code) or any(spot.code.startswith(f"{code}.") for spot in actor.spots)
    )


def _state_of(event: Event) -> str:
    if event.state == EventState.CANCELLED:
        return "cancelled"
    return "planned" if event.attendees.exists() else "empty"


def _of_an_event(kind: str, event: Event, arguments: dict[str, object], world: World) -> Thing:
    return Thing(
        kind,
        arguments,
        code=event.region.code,
        row=event,
        state=_state_of(event),
        seen_by=_who_sees(event, world),
    )


@about("event")
def _(world: World) -> Iterator[Thing]:
    for event in Event.objects.select_related("region").order_by("pk"):
        yield _of_an_event("event", event, {"pk": event.pk}, world)
    yield from missing(world, "event", NOBODY)


@about("event_file")
def _(world: World) -> Iterator[Thing]:
    for paper in EventFile.objects.select_related("event__region").order_by("pk"):
        yield _of_an_event("event_file", paper.event, {"pk": paper.pk}, world)
    yield from missing(world, "event_file", NOBODY)


@about("action")
def _(world: World) -> Iterator[Thing]:
    for action in ActionItem.objects.select_related("event__region").order_by("pk"):
        yield _of_an_event("action", action.event, {"pk": action.pk}, world)
    yield from missing(world, "action", NOBODY)


def _seats(kind: str, world: World) -> Iterator[Thing]:
    for attendee in Attendee.objects.select_related("library__region").order_by("pk"):
        library = attendee.library
        seen_by = frozenset(
            name
            for name, actor in world.actors.items()
            if actor.role != Role.OBSERVER and actor.covers(library.region.code, library.pk)
        )
        yield of_a_library(
            kind,
            library,
            {"pk": attendee.pk} if kind == "attendee" else {"key": attendee.key},
            row=attendee,
            state="present" if attendee.attended_at else "invited",
            seen_by=seen_by,
        )


@about("attendee")
def _(world: World) -> Iterator[Thing]:
    yield from _seats("attendee", world)
    yield from missing(world, "attendee", NOBODY)


@about("seat")
def _(world: World) -> Iterator[Thing]:
    yield from _seats("seat", world)
    yield from missing(world, "seat", {"key": "0000000000"})


@about("door")
def _(world: World) -> Iterator[Thing]:
    for event in Event.objects.order_by("pk"):
        if (state := _state_of(event)) != "empty":
            yield Thing("door", {"key": event.key}, row=event, state=state)
    yield from missing(world, "door", {"key": "0000000000"})


# --- Bodies ---------------------------------------------------------------------------------------


@posts("stakeholders:event_add", "stakeholders:event_change")
def an_event(world: World, actor: Actor, thing: Thing | None) -> Body:
    mine = next((spot.code for spot in actor.spots if spot.code.count(".") < 2), "35")
    data = {
        "region": mine,
        "kind": "gathering",
        "title": "Gathering mitra",
        "starts_on": timezone.localdate().isoformat(),
        "starts_time": "09:00",
        "ends_time": "12:00",
        "mode": "luring",
        "place": "Surabaya",
        "kuota_pengelola": "15",
    }
    return Body(data, needs=("title",))


@posts("stakeholders:event_cancel")
def why_not(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"reason": "Banjir"}, needs=("reason",))


@posts(
    "stakeholders:event_hold",
    "stakeholders:event_file_remove",
    "stakeholders:attendee_present",
    "stakeholders:attendee_absent",
    "stakeholders:attendee_withdraw",
    "stakeholders:attendee_erase",
    "stakeholders:check_in",
)
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("stakeholders:event_minutes")
def minutes(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"minutes": "Disepakati bersama."})


@posts("stakeholders:event_file_add")
def a_paper(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"kind": "materi", "file": jpeg()}, needs=("kind",))


@posts("stakeholders:event_invite", "stakeholders:event_walk_in")
def a_guest(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"group": "pengelola", "name": "Rini", "institution": "SMPN 1"}
    return Body(data, needs=("institution",))


@posts("stakeholders:event_check_in")
def a_code(world: World, actor: Actor, thing: Thing | None) -> Body:
    found = thing.row.attendees.first() if thing and thing.row else None
    return Body({"kode": found.key if found else "0000000000"}, needs=("kode",))


@posts("stakeholders:event_invite_list", "stakeholders:event_present_list")
def a_list(world: World, actor: Actor, thing: Thing | None) -> Body:
    content = b"Nama,Asal\nRini,SMPN 1\n"
    return Body({"berkas": SimpleUploadedFile("daftar.csv", content)}, needs=("berkas",))


@posts("stakeholders:event_invite_list_confirm", "stakeholders:event_present_list_confirm")
def an_agreed_list(world: World, actor: Actor, thing: Thing | None) -> Body:
    lines = [Written(row=2, name="Rini", origin="SMPN 1", group="pengelola")]
    if thing is None or thing.row is None:
        return Body({"baris": "x"}, needs=("baris",))
    return Body({"baris": signed(thing.row, lines)}, needs=("baris",))


@posts("stakeholders:attendee_answer")
def an_answer(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"answer": "berhalangan"}, needs=("answer",))


@posts("stakeholders:door")
def who_it_is(world: World, actor: Actor, thing: Thing | None) -> Body:
    found = thing.row.attendees.filter(attended_at=None).first() if thing and thing.row else None
    return Body({"siapa": found.key if found else "0000000000"}, needs=("siapa",))


@posts("stakeholders:action_add", "stakeholders:action_change")
def an_action(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"what": "Menyusun jadwal", "owner": "Rini", "due_on": timezone.localdate().isoformat()}
    return Body(data, needs=("what",))


@posts("stakeholders:action_settle")
def what_became_of_it(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"state": "selesai", "outcome": "Jadwal jadi"}, needs=("outcome",))
