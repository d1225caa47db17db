"""Programs that ask the API: in force and revoked, of the province and of a regency."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from libraries import services
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import (
    BLITAR,
    LUMAJANG,
    MORE,
    PROVINCE,
    Actor,
    Thing,
    World,
    about,
    missing,
)
from tpbis.accounts.enums import TokenRight
from tpbis.accounts.models import ApiToken
from tpbis.accounts.services import revoke_token


def programs(world: World) -> None:
    staff, day = world.users["staff"], timezone.localdate() + timedelta(days=30)
    for code, right in (
        (PROVINCE, TokenRight.READ),
        (LUMAJANG, TokenRight.RECORD),
        (BLITAR, TokenRight.SUBMIT),
    ):
        token, _secret = services.let_program_in(
            name=f"Program {code}",
            purpose="Dasbor",
            region=world.regions[code],
            right=right,
            last_day=day,
            by=staff,
        )
        if code == BLITAR:
            revoke_token(token=token, by=staff)


MORE.append(programs)


@about("token")
def _(world: World) -> Iterator[Thing]:
    for token in ApiToken.objects.order_by("pk"):
        place = token.user.assignments.get()
        state = "revoked" if token.is_revoked else ""
        yield Thing("token", {"pk": token.pk}, code=place.region.code, row=token, state=state)
    yield from missing(world, "token", {"pk": 987_654_321})


@posts("libraries:token_revoke")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("libraries:tokens")
def a_program(world: World, actor: Actor, thing: Thing | None) -> Body:
    day = timezone.localdate() + timedelta(days=30)
    data = {
        "name": "Dasbor Bappeda",
        "purpose": "Peta capaian",
        "region": LUMAJANG,
        "right": "read",
        "last_day": day.isoformat(),
    }
    return Body(data, needs=("name",))
