"""Stories in every state, with pictures and consents; a published one is read by everybody."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from activities.enums import ReturnReason, StoryState
from activities.models import Consent, Story, StoryPhoto
from activities.services import stories
from tests import factories
from tests.activities.pictures import jpeg
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, of_a_library
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}
CHILD = {**factories.AGREED, "given_by": "Rara", "is_child": True}
# A story's title says in which state it is (until the marks are put on): by library and state.
_OF: dict[int, str] = {}


def told(world: World) -> None:
    for where, library in world.libraries.items():
        librarian = world.users[f"librarian_{where.lower()}"]
        pic = world.users.get(f"pic_{where[0].lower()}")

        def write(state: str, library=library, librarian=librarian) -> Story:
            # Without any consent: the marks would name a guardian where none was.
            agreed = state != "submitted_unagreed"
            story = factories.story(library, librarian, agreed=agreed)
            stories.add_photos(story=story, photos=[world.photo], by=librarian)
            _OF[story.pk] = state
            return story

        def send(state: str, write=write, librarian=librarian) -> Story:
            return stories.submit(story=write(state), by=librarian)

        write("draft")
        send("submitted")
        send("submitted_unagreed")
        if pic is None:  # nobody judges where the regency records in the SIM
            continue
        own = send("oneself")
        Story.objects.filter(pk=own.pk).update(submitted_by=pic)
        back = send("returned")
        stories.send_back(
            story=back,
            reason=ReturnReason.OTHER,
            comment=f"CNY-story-{back.pk}-comment-",
            by=pic,
        )
        stories.publish(story=send("approved"), by=pic)
        gone = write("withdrawn")
        stories.record_consent(story=gone, content=CHILD, by=librarian)
        gone = stories.submit(story=gone, by=librarian)
        stories.withdraw_consent(consent=gone.consents.order_by("pk").first(), by=librarian)
    _deleted(world)


def _deleted(world: World) -> None:
    librarian = world.users["librarian_a1"]
    story = factories.story(world.libraries["A1"], librarian)
    stories.add_photos(story=story, photos=[world.photo], by=librarian)
    world.gone["story"] = world.gone["own_story"] = {"pk": story.pk}
    world.gone["consent"] = {"pk": story.consents.get().pk}
    photo = {"uuid": story.photos.get().uuid}
    world.gone["story_photo"] = world.gone["own_story_photo"] = photo
    story.delete()


MORE.append(told)


# --- What is asked about --------------------------------------------------------------------------

_STATE_OF = {"oneself": "submitted"}


def _thing(kind: str, story: Story, arguments: dict, row: object, state: str = "") -> Thing:
    note = _OF[story.pk]
    return of_a_library(
        kind,
        story.library,
        arguments,
        row=row,
        state=state or _STATE_OF.get(note, note),
        note=f"{note} {state}",
        sent_by=story.submitted_by_id,
    )


def _for_everybody(thing: Thing, world: World) -> Thing:
    """A published one lies within everybody's places, to be read."""
    if thing.state != StoryState.APPROVED:
        return thing
    return Thing(
        thing.kind,
        thing.arguments,
        code=thing.code,
        library=thing.library,
        row=thing.row,
        state=thing.state,
        note=thing.note,
        seen_by=frozenset(world.actors),
    )


def _stories() -> Iterator[Story]:
    yield from Story.objects.select_related("library__region").order_by("pk")


@about("own_story")
def _(world: World) -> Iterator[Thing]:
    for story in _stories():
        yield _thing("own_story", story, {"pk": story.pk}, story)
    yield from missing(world, "own_story", NOBODY)


@about("story")
def _(world: World) -> Iterator[Thing]:
    for story in _stories():
        yield _for_everybody(_thing("story", story, {"pk": story.pk}, story), world)
    yield from missing(world, "story", NOBODY)


def _photos() -> Iterator[StoryPhoto]:
    yield from StoryPhoto.objects.select_related("story__library__region").order_by("pk")


@about("own_story_photo")
def _(world: World) -> Iterator[Thing]:
    for photo in _photos():
        yield _thing("own_story_photo", photo.story, {"uuid": photo.uuid}, photo)
    yield from missing(world, "own_story_photo", {"uuid": UUID(int=987_654_321)})


@about("story_photo")
def _(world: World) -> Iterator[Thing]:
    for photo in _photos():
        thing = _thing("story_photo", photo.story, {"uuid": photo.uuid}, photo)
        yield _for_everybody(thing, world)
    yield from missing(world, "story_photo", {"uuid": UUID(int=987_654_321)})


@about("consent")
def _(world: World) -> Iterator[Thing]:
    for one in Consent.objects.select_related("story__library__region").order_by("pk"):
        state = "withdrawn_gone" if one.withdrawn_at else ""
        yield _thing("consent", one.story, {"pk": one.pk}, one, state)
    yield from missing(world, "consent", NOBODY)


# --- Who may see it -------------------------------------------------------------------------------


def _works_on_it(actor: Actor, place: marks.Place) -> bool:
    if actor.role == Role.FACILITATOR:
        return actor.judges(place.code, place.library)
    return actor.role in (Role.LIBRARIAN, Role.REGENCY_PIC) and actor.covers(
        place.code, place.library
    )


def inside_a_story(sight: marks.Sight, actor: Actor, place: marks.Place, field: str) -> bool | None:
    """Who agreed, and what was said while it was judged: for its library, its PIC, the province's
    staff. A withdrawn one is for its library and PIC alone."""
    if place.label == "activities.Consent" or (
        place.label == "activities.Story" and field == "comment"
    ):
        is_staff = actor.role == Role.PROVINCE_STAFF and actor.covers(place.code, place.library)
        return is_staff or _works_on_it(actor, place)
    if place.label in ("activities.Story", "activities.StoryPhoto") and place.state == "withdrawn":
        return actor.role in (Role.LIBRARIAN, Role.REGENCY_PIC) and actor.covers(
            place.code, place.library
        )
    return None


marks.RULES.append(inside_a_story)


def in_the_gallery(world: World) -> set[tuple[str, int, str]]:
    """Of what is published: the story's words, its library's name and its regency's."""
    found: set[tuple[str, int, str]] = set()
    for story in Story.objects.published().select_related("library"):
        words = ("title", "text", "testimony", "speaker")
        found |= {("story", story.pk, word) for word in words}
        found.add(("library", story.library_id, "name"))
        found.add(("region", story.library.regency_id, "name"))
    return found


marks.TOLD_TO_ALL["activities:stories"] = in_the_gallery
marks.TOLD_TO_ALL["activities:story"] = in_the_gallery
marks.TOLD_TO_ALL["activities:stories_export"] = in_the_gallery


# --- What is sent ---------------------------------------------------------------------------------


def _words() -> dict[str, str]:
    day = timezone.localdate() - timedelta(days=3)
    return {
        "kind": "dampak",
        "theme": "Ekonomi",
        "happened_on": day.isoformat(),
        "title": "Warung baru",
        "text": "Berawal dari satu buku.",
    }


@posts("activities:story_write", "activities:story_change")
def a_story(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body(_words(), needs=("title",))


@posts("activities:story_photos")
def a_picture(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"photos": [jpeg(shade=9)]}, needs=("photos",))


@posts("activities:story_consent", "activities:consent_change")
def who_agreed(world: World, actor: Actor, thing: Thing | None) -> Body:
    day = timezone.localdate() - timedelta(days=3)
    data = {"given_by": "Kasiyati", "given_on": day.isoformat(), "scope": "portal"}
    return Body(data, needs=("given_by",))


@posts("activities:story_send_back")
def why_it_goes_back(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"reason": "lainnya", "comment": "Mohon dilengkapi."}, needs=("comment",))


@posts("activities:story_withdraw")
def why_it_is_withdrawn(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"comment": "Diminta keluarganya."}, needs=("comment",))


@posts(
    "activities:story_approve",
    "activities:story_photo_remove",
    "activities:story_reopen",
    "activities:story_submit",
    "activities:consent_withdraw",
)
def nothing_more(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
