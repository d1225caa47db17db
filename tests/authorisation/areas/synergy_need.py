"""Needs in their states, offers and commitments: who sees them, and what is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from libraries.models import Library
from stakeholders.enums import CommitmentState, NeedState, PartnershipKind
from stakeholders.models import Commitment, Membership, Need, Offer, Organisation
from tests.activities.pictures import jpeg
from tests.authorisation import marks
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World, about, missing, of_a_library
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}
FOR_SUPPORTERS = (NeedState.OPEN, NeedState.MATCHED)
PHOTO, EVIDENCE = "needs/world.jpg", "commitments/world.jpg"


# --- What there is --------------------------------------------------------------------------------


def needs_in_every_state(world: World) -> None:
    """Beside those of ``synergy``, which the first organisation was brought to: one that waits, one
    that is open, and one that another organisation promised to meet."""
    now, staff = timezone.now(), world.users["second_staff"]
    for name in (PHOTO, EVIDENCE):
        if not storages["documents"].exists(name):
            storages["documents"].save(name, ContentFile(jpeg().read()))
    confirmed = {"confirmed_at": now, "confirmed_by": staff}
    Need.objects.update(state=NeedState.MATCHED, photo=PHOTO, **confirmed)
    Commitment.objects.update(file_name=EVIDENCE)
    other = Organisation.objects.create(name="Lembaga lain")
    for library in world.libraries.values():
        _need(library, staff)
        _need(library, staff, state=NeedState.OPEN, **confirmed)
        Commitment.objects.create(
            need=_need(library, staff, state=NeedState.PROMISED, **confirmed),
            organisation=other,
            state=CommitmentState.PROMISED,
            due_on=now.date(),
            unit="x",
            reason="x",
            original_name="x",
            file_name=EVIDENCE,
            accepted_at=now,
            accepted_by=staff,
            promised_at=now,
            promised_by=staff,
        )


def _need(library: Library, by: Any, **more: Any) -> Need:
    return Need.objects.create(
        library=library,
        region=library.regency,
        theme="Ekonomi",
        kind=PartnershipKind.MONEY,
        title="x",
        why="x",
        unit="x",
        reason="x",
        rupiah=5_000_000,
        photo=PHOTO,
        recorded_by=by,
        **more,
    )


MORE.append(needs_in_every_state)


# --- Who sees it ----------------------------------------------------------------------------------


def what_a_supporter_may_meet(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """Whoever speaks for an organisation sees the needs that anybody may still meet, what these
    places are called, and its own offers and commitments (the first organisation's)."""
    if actor.role != Role.SUPPORTER or actor.user is None:
        return None
    if not Membership.objects.filter(user=actor.user.pk).exists():
        return None
    if place.label == "stakeholders.Need":
        return place.state in FOR_SUPPORTERS
    if place.label == "stakeholders.Commitment":
        return place.state == CommitmentState.MATCHED
    if place.label == "stakeholders.Offer":
        return True
    if place.label == "libraries.Library" and field == "name":
        return Need.objects.filter(library=place.library, state__in=FOR_SUPPORTERS).exists() or None
    if place.label == "libraries.Region" and field == "name":
        return True  # a list of regencies to choose from, and where a library lies
    return None


marks.RULES.insert(0, what_a_supporter_may_meet)


def _seen_by(world: World, *, code: str, library: int | None, organisation: int | None) -> Any:
    """``organisation``: whose supporters see it, too; 0 stands for any."""
    members = Membership.objects.all()
    if organisation:
        members = members.filter(organisation=organisation)
    own = set(members.values_list("user", flat=True)) if organisation is not None else set()
    return frozenset(
        name
        for name, actor in world.actors.items()
        if actor.user
        and (actor.user.pk in own if actor.role == Role.SUPPORTER else actor.covers(code, library))
    )


@about("need")
def _(world: World) -> Iterator[Thing]:
    for one in Need.objects.select_related("library__region").order_by("pk"):
        open_to_all = 0 if one.state in FOR_SUPPORTERS else None
        seen = _seen_by(
            world, code=one.library.region.code, library=one.library_id, organisation=open_to_all
        )
        yield of_a_library(
            "need", one.library, {"pk": one.pk}, row=one, state=one.state, seen_by=seen
        )
    yield from missing(world, "need", NOBODY)


@about("commitment")
def _(world: World) -> Iterator[Thing]:
    for one in Commitment.objects.select_related("need__library__region").order_by("pk"):
        library = one.need.library
        seen = _seen_by(
            world,
            code=library.region.code,
            library=library.pk,
            organisation=one.organisation_id,
        )
        yield of_a_library(
            "commitment", library, {"pk": one.pk}, row=one, state=one.state, seen_by=seen
        )
    yield from missing(world, "commitment", NOBODY)


@about("offer")
def _(world: World) -> Iterator[Thing]:
    for one in Offer.objects.select_related("region").order_by("pk"):
        seen = _seen_by(world, code=one.region.code, library=None, organisation=one.organisation_id)
        yield Thing(
            "offer", {"pk": one.pk}, code=one.region.code, row=one, state=one.state, seen_by=seen
        )
    yield from missing(world, "offer", NOBODY)


# --- What is sent ---------------------------------------------------------------------------------


@posts("stakeholders:need_add", "stakeholders:region_need_add", "stakeholders:need_change")
def a_need(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "title": "Mesin jahit untuk kelompok ibu",
        "kind": "barang",
        "theme": "Ekonomi",
        "why": "Sembilan belas ibu belajar dengan satu mesin.",
        "quantity": "4",
        "unit": "mesin",
        "rupiah": "Rp12.000.000",
        "urgency": "tinggi",
    }
    return Body(data, needs=("title",))


@posts("stakeholders:need_confirm", "stakeholders:offer_withdraw")
def nothing(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING


@posts("stakeholders:need_decline", "stakeholders:need_withdraw", "stakeholders:commitment_lapse")
def why(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"reason": "Sudah terpenuhi"}, needs=("reason",))


@posts("stakeholders:need_prioritise")
def a_priority(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"priority": "2"})


@posts("stakeholders:commitment_add")
def a_match(world: World, actor: Actor, thing: Thing | None) -> Body:
    organisation = Organisation.objects.get(pk=_later_one())
    data = {"organisation": organisation.pk, "rupiah": "5000000", "due_on": _in_a_month()}
    return Body(data, needs=("due_on",))


def _later_one() -> int:
    """An organisation that was brought to nothing yet."""
    free = Organisation.objects.filter(commitments__isnull=True, village__isnull=True)
    return free.order_by("pk").values_list("pk", flat=True)[0]


@posts("stakeholders:offer_add", "stakeholders:offer_change")
def an_offer(world: World, actor: Actor, thing: Thing | None) -> Body:
    bank = Organisation.objects.order_by("pk").first()
    assert bank is not None
    within = [spot.code for spot in actor.spots if spot.library is None]
    region = ".".join((within or ["35.08"])[0].split(".")[:2])
    if thing is not None and thing.code:
        region = thing.code
    data = {
        "organisation": bank.pk,
        "description": "Dana pelatihan",
        "kind": "dana",
        "theme": "",
        "region": region,
        "rupiah": "Rp25.000.000",
        "starts_on": timezone.localdate().isoformat(),
    }
    return Body(data, needs=("description",))


@posts("stakeholders:commitment_promise")
def a_promise(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"rupiah": "5.000.000", "due_on": _in_a_month()}, needs=("due_on",))


@posts("stakeholders:commitment_realise")
def what_came(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "given_on": timezone.localdate().isoformat(),
        "description": "Dana pelatihan",
        "kind": "dana",
        "rupiah": "5.000.000",
        "evidence": jpeg(shade=9),
    }
    return Body(data, needs=("evidence",))


def _in_a_month() -> str:
    return (timezone.localdate() + timedelta(days=30)).isoformat()
