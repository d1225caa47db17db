"""Messages: everybody has some, in every state, and nobody ever sees another's."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from tests.authorisation import cells, marks
from tests.authorisation.bodies import EMPTY, NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing
from tpbis.accounts.enums import MailState, MessageKind
from tpbis.accounts.models import Message, MessageMute, User
from tpbis.accounts.services.messages import mute_address

NOBODY = {"pk": 987_654_321}
# Its reader's alone: not even whoever keeps their account.
marks.ONLY_FOR["accounts.Message"] = set()
for route in ("accounts:message_open", "accounts:message_read_all"):
    cells.NOT_AUDITED[route] = "that somebody looked at what they were told changes nothing else"


def told(world: World) -> None:
    """One of each kind and state of its mail, read and unread in turn."""
    yesterday = timezone.now() - timedelta(days=1)
    kept = [(kind, mail) for kind in MessageKind for mail in MailState]
    for user in world.users.values():
        for number, (kind, mail) in enumerate(kept):
            tried = mail not in (MailState.NONE, MailState.PENDING)
            Message.objects.create(
                user=user,
                kind=kind,
                subject="accounts.user:1",
                period=mail,
                title="Judul",
                text="Isi",
                link="/akun/",
                read_at=yesterday if number % 2 else None,
                mail=mail,
                mail_tries=int(tried),
                mailed_at=yesterday if tried else None,
            )
    MessageMute.objects.create(user=world.users["librarian_a2"], kind=MessageKind.BEFORE_DUE)


MORE.append(told)


@about("message")
def _(world: World) -> Iterator[Thing]:
    for message in Message.objects.select_related("user").order_by("pk"):
        yield Thing(
            "message",
            {"pk": message.pk},
            state="read" if message.read_at else "unread",
            row=message,
            seen_by=_only(message.user, world),
        )
    yield from missing(world, "message", NOBODY)


def _only(user: User, world: World) -> frozenset[str]:
    return frozenset(
        name for name, actor in world.actors.items() if actor.user and actor.user.pk == user.pk
    )


@about("mute_address")
def _(world: World) -> Iterator[Thing]:
    """The address is the key, so it lies nowhere."""
    whole = mute_address(world.users["librarian_a1"], MessageKind.BEFORE_DUE)
    token = whole.rstrip("/").rpartition("/")[2]
    yield Thing("mute_address", {"token": token}, state="live", note="live")
    yield Thing("mute_address", {"token": f"{token}x"}, state="unknown", note="forged")


@posts("accounts:message_open", "accounts:message_read_all", "accounts:message_mute")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("accounts:message_mail")
def no_mail_at_all(world: World, actor: Actor, thing: Thing | None) -> Body:
    return EMPTY
