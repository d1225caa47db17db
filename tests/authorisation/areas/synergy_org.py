"""Organisations of the register and of villages, whom to call there, who speaks for them, and
partnerships."""

from collections.abc import Iterator

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders.enums import OrganisationKind, PartnershipKind
from stakeholders.imports import preview, rows_of
from stakeholders.models import Commitment, Contact, Membership, Organisation, Partnership
from tests import factories
from tests.authorisation import marks
from tests.authorisation.areas.support import NOBODY, _who_sees
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, one_page
from tpbis.accounts.enums import Role
from tpbis.core.spreadsheets import read_table

CALLING = {Role.PROVINCE_STAFF, Role.REGENCY_PIC, Role.LIBRARIAN, Role.SUPPORTER}
FILE = b"Nama lembaga,Jenis lembaga\nRotary Surabaya,Komunitas\n"
TODAY = timezone.localdate()


def the_register(world: World) -> None:
    """A local one in each village, one with a logo, one of which nothing is known; a paper."""
    staff = world.users["second_staff"]
    for library in world.libraries.values():
        local, _made = Organisation.objects.get_or_create(name="PKK", village=library.region)
        Contact.objects.create(
            organisation=local, position="x", name="x", phone="x", consented_on=TODAY
        )
    shelf = storages["documents"]
    logo = shelf.save("logos/x.jpg", ContentFile(b"\xff\xd8\xff"))
    with_logo = Organisation.objects.create(name="Berlogo", logo=logo)
    Contact.objects.create(organisation=with_logo, position="x", name="x", consented_on=TODAY)
    Organisation.objects.create(name="Kosong", kind=OrganisationKind.MEDIA)
    user = factories.UserFactory(role=Role.SUPPORTER, username="wakil", full_name="wakil")
    Membership.objects.create(organisation=with_logo, user=user, starts_on=TODAY)
    paper = shelf.save("agreements/x.pdf", ContentFile(one_page("MoU")))
    for regency in {library.regency for library in world.libraries.values()}:
        Partnership.objects.create(
            organisation=with_logo,
            region=regency,
            kind=PartnershipKind.GOODS,
            starts_on=TODAY,
            agreement_file=paper,
            recorded_by=staff,
        )


MORE.append(the_register)
marks.UNMARKED |= {"website"}
marks.SHARED.add("stakeholders.FormerOrganisation")  # a name it had, of whoever sees it
marks.PLACED["stakeholders.Contact"] = "organisation.village"


def the_regencies(world: World) -> set[tuple[str, int, str]]:
    """Where an organisation may say that it would help: a list of the province's regencies."""
    regencies = [one for one in world.regions.values() if one.level == Level.REGENCY]
    return {("region", one.pk, "name") for one in regencies}


for route in ("reports:organisations", "reports:organisations_export"):
    marks.TOLD_TO_ALL[route] = the_regencies
for name in ("add", "change", "lift", "delete"):
    marks.TOLD_TO_ALL[f"stakeholders:organisation_{name}"] = the_regencies


def whom_one_calls(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """Of the register the province and PICs, of a village whoever works there; a supporter its
    own."""
    if place.label != "stakeholders.Contact":
        return None
    if actor.role == Role.SUPPORTER:
        own = Membership.objects.filter(user=actor.user.pk if actor.user else 0)
        return Contact.objects.filter(organisation__in=own.values("organisation")).exists()
    if actor.role not in CALLING:
        return False
    if place.code == "nowhere":
        return actor.role != Role.LIBRARIAN and bool(actor.spots)
    libraries = Library.objects.filter(region__code=place.code)
    return actor.covers(place.code) or any(actor.covers("", one.pk) for one in libraries)


marks.RULES.append(whom_one_calls)


def of_a_village(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """What a supporter's own partnerships and commitments say of the places they are with."""
    if actor.role != Role.SUPPORTER or actor.user is None:
        return None
    own = Membership.objects.filter(user=actor.user.pk).values("organisation")
    mine = Partnership.objects.filter(organisation__in=own)
    if place.label == "stakeholders.Need" and field == "title":
        met = Commitment.objects.filter(organisation__in=own, need__library=place.library)
        return met.exists() or None
    if place.label == "stakeholders.Partnership":
        return (
            mine.filter(library=place.library).exists()
            or mine.filter(library__isnull=True, region__code=place.code).exists()
        )
    if place.label == "libraries.Library" and field == "name":
        return mine.filter(library=place.library).exists() or None
    if place.label == "libraries.Region" and field == "name":
        known = Region.objects.filter(partnerships__in=mine, code=place.code)
        libraries = Library.objects.filter(partnerships__in=mine, regency__code=place.code)
        return known.exists() or libraries.exists() or None
    return None


marks.RULES.append(of_a_village)


def _of_an_organisation(kind: str, row: Contact | Membership, world: World, roles: set) -> Thing:
    seen = {
        name
        for name in _who_sees(row.organisation, world)
        if world.actors[name].role in roles
        and (row.organisation.village_id or world.actors[name].role != Role.LIBRARIAN)
    }
    state = "local" if row.organisation.village_id else ""
    return Thing(kind, {"pk": row.pk}, row=row, state=state, seen_by=frozenset(seen))


@about("contact")
def _(world: World) -> Iterator[Thing]:
    for one in Contact.objects.select_related("organisation__village").order_by("pk"):
        yield _of_an_organisation("contact", one, world, CALLING)
    yield from missing(world, "contact", NOBODY)


@about("membership")
def _(world: World) -> Iterator[Thing]:
    for one in Membership.objects.select_related("organisation__village").order_by("pk"):
        yield _of_an_organisation("membership", one, world, {Role.PROVINCE_STAFF})
    yield from missing(world, "membership", NOBODY)


@about("partnership")
def _(world: World) -> Iterator[Thing]:
    found = Partnership.objects.select_related("library__region", "region").order_by("pk")
    for one in found:
        code = one.library.region.code if one.library else one.region.code
        own = set(one.organisation.memberships.values_list("user", flat=True))
        seen = {
            name
            for name, actor in world.actors.items()
            if actor.user
            and (
                actor.user.pk in own
                if actor.role == Role.SUPPORTER
                else actor.covers(code, one.library_id)
            )
        }
        state = "paper" if one.agreement_file else ""
        yield Thing("partnership", {"pk": one.pk}, row=one, state=state, seen_by=frozenset(seen))
    yield from missing(world, "partnership", NOBODY)


@about("regency_or_province")
def _(world: World) -> Iterator[Thing]:
    for code, region in world.regions.items():
        is_wide = region.level <= Level.REGENCY
        state = str(region.level)
        yield Thing("regency_or_province", {"code": code}, code=code, state=state, there=is_wide)
    yield from missing(world, "regency_or_province", {"code": "35.99"})


# --- What is sent ---------------------------------------------------------------------------------


@posts("stakeholders:organisation_add", "stakeholders:organisation_change")
def an_organisation(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"name": "Universitas Baru", "kind": "kampus"}, needs=("name",))


@posts("stakeholders:organisation_lift", "stakeholders:organisation_delete")
@posts("stakeholders:contact_withdraw")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("stakeholders:organisation_merge")
def the_other_one(world: World, actor: Actor, thing: Thing | None) -> Body:
    others = Organisation.objects.in_register().order_by("pk")
    here = thing.arguments["pk"] if thing else 0
    number = others.exclude(pk=here).values_list("pk", flat=True)[0]
    return Body({"understood": "on", "dengan": str(number)}, needs=("understood",))


@posts("stakeholders:contact_add", "stakeholders:contact_change")
def whom_to_call(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"position": "Humas", "name": "Siti", "phone": "081234567890"}
    return Body({**data, "consented_on": TODAY.isoformat()}, needs=("name",))


@posts("stakeholders:membership_add")
def who_speaks(world: World, actor: Actor, thing: Thing | None) -> Body:
    user = Membership.objects.order_by("pk").values_list("user", flat=True)[0]
    return Body({"user": str(user), "starts_on": "2001-01-01", "ends_on": "2001-12-31"}, ("user",))


@posts("stakeholders:membership_end")
def until_when(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"ends_on": TODAY.isoformat()}, needs=("ends_on",))


@posts("stakeholders:region_partnership_add", "stakeholders:partnership_change")
def an_agreement(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"organisation_name": "Bank Baru", "kind": "media", "starts_on": "2024-03-01"}
    return Body(data, needs=("organisation_name",))


@posts("stakeholders:partnership_end")
def why_it_ends(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"reason": "Pindah kantor", "ends_on": TODAY.isoformat()}, needs=("reason",))


@posts("stakeholders:organisation_import")
def a_file_of_them(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"berkas": SimpleUploadedFile("lembaga.csv", FILE)})


@posts("stakeholders:organisation_import_confirm")
def agreed(world: World, actor: Actor, thing: Thing | None) -> Body:
    rows = rows_of(read_table(ContentFile(FILE)))
    by = actor.user.pk if actor.user else 0
    sealed = signing.dumps([by, [*rows]], salt="stakeholders.imports", compress=True)
    return Body({"isi": sealed, "pemeriksaan": preview(rows).fingerprint}, needs=("isi",))
