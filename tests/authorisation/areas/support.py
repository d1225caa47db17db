"""Supporting bodies and what they gave: whose it is, what a supporter sees, and what is sent."""

from collections.abc import Iterator

from django.utils import timezone

from libraries.models import Library
from stakeholders.enums import OrganisationKind
from stakeholders.models import FormerOrganisation, Membership, Organisation, Support
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
        state = (
            "local" if one.village_id else "logo" if one.logo else "bare" if is_bare(one) else ""
        )
        seen_by = _who_sees(one, world)
        yield Thing("organisation", {"pk": one.pk}, row=one, state=state, seen_by=seen_by)
    for former in FormerOrganisation.objects.select_related("organisation").order_by("pk"):
        seen_by = _who_sees(former.organisation, world)
        arguments = {"pk": former.number}
        yield Thing("organisation", arguments, state="merged", there=False, seen_by=seen_by)
    yield from missing(world, "organisation", NOBODY)


def _who_sees(organisation: Organisation, world: World) -> frozenset[str]:
    """The register is everybody's who works somewhere, a local one that of its village; a supporter
    sees its own."""
    own = set(Membership.objects.filter(organisation=organisation).values_list("user", flat=True))
    village = organisation.village
    libraries = list(Library.objects.filter(region=village)) if village else []

    def sees(actor: Actor) -> bool:
        if actor.role == Role.SUPPORTER:
            return bool(actor.user) and actor.user.pk in own
        if village is None:
            return bool(actor.spots)
        return actor.covers(village.code) or any(actor.covers("", one.pk) for one in libraries)

    return frozenset(name for name, actor in world.actors.items() if actor.user and sees(actor))


def is_bare(organisation: Organisation) -> bool:
    """Nothing is known of it but its name: see ``synergy_org``."""
    return organisation.kind == OrganisationKind.MEDIA


@posts("stakeholders:support_add", "stakeholders:region_support_add", "stakeholders:support_change")
def a_gift(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "organisation_name": "Bank Jatim",
        "kind": "dana",
        "given_on": timezone.localdate().isoformat(),
        "description": "Bantuan dana pelatihan",
        "rupiah": "Rp1.500.000",
        "partnership": "",  # asked only where the organisation has one with the place
    }
    return Body(data, needs=("description",))


@posts("stakeholders:support_withdraw")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
