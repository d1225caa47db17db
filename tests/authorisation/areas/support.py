"""Supporting bodies and what they gave: whose it is, what a supporter sees, and what is sent."""

from collections.abc import Iterator

from django.utils import timezone

from libraries.models import Library
from stakeholders.models import Membership, Organisation, Support
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, QUERIES, Body, posts
from tests.authorisation.world import Actor, Thing, World, about, missing, of_a_library
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}
marks.PLACED["stakeholders.Support"] = "library"
QUERIES["reports:gifts"] = QUERIES["reports:gifts_export"] = {"dicatat": "minggu"}  # every one


def of_ones_own_organisation(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """A supporter sees what its organisation gave, and the names of who got it."""
    if actor.role != Role.SUPPORTER or actor.user is None:
        return None
    own = Membership.objects.filter(user=actor.user.pk).values("organisation")
    given = Library.objects.filter(support__organisation__in=own)
    if place.label in ("stakeholders.Support", "libraries.Library"):
        is_told = place.label == "stakeholders.Support" or field == "name"
        return is_told and given.filter(pk=place.library).exists()
    if place.label == "libraries.Region" and field == "name":
        return given.filter(regency__code=place.code).exists() or None
    return None


marks.RULES.append(of_ones_own_organisation)


@about("support")
def _(world: World) -> Iterator[Thing]:
    for one in Support.objects.select_related("library__region").order_by("pk"):
        yield of_a_library("support", one.library, {"pk": one.pk}, row=one)
    yield from missing(world, "support", NOBODY)


@about("organisation")
def _(world: World) -> Iterator[Thing]:
    for one in Organisation.objects.order_by("pk"):
        yield Thing("organisation", {"pk": one.pk}, row=one, seen_by=_who_sees(one, world))
    yield from missing(world, "organisation", NOBODY)


def _who_sees(organisation: Organisation, world: World) -> frozenset[str]:
    """The register is everybody's who works somewhere; a supporter sees its own."""
    own = set(Membership.objects.filter(organisation=organisation).values_list("user", flat=True))
    return frozenset(
        name
        for name, actor in world.actors.items()
        if actor.user
        and (actor.user.pk in own if actor.role == Role.SUPPORTER else bool(actor.spots))
    )


@posts("stakeholders:support_add", "stakeholders:region_support_add", "stakeholders:support_change")
def a_gift(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "organisation_name": "Bank Jatim",
        "kind": "dana",
        "given_on": timezone.localdate().isoformat(),
        "description": "Bantuan dana pelatihan",
        "rupiah": "Rp1.500.000",
    }
    return Body(data, needs=("description",))


@posts("stakeholders:support_withdraw")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
