"""Synergy teams, rounds of the programme and candidates: whose they are, and what is sent."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from libraries.models import Region
from stakeholders.decrees import FOLLOWS
from stakeholders.enums import DecreeState
from stakeholders.models import (
    Candidate,
    Cohort,
    DecreeStep,
    Membership,
    Organisation,
    SynergyTeam,
    TeamMember,
)
from tests import factories
from tests.authorisation import marks
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import (
    MORE,
    PROVINCE,
    Actor,
    Thing,
    World,
    about,
    missing,
    one_page,
)
from tpbis.accounts.enums import Role

NOBODY = {"pk": 987_654_321}
# Villages that nobody has a library in.
FREE = {"35.08": "35.08.21.2005", "35.05": "35.05.17.1004"}
_OF_A_TEAM = {"stakeholders.SynergyTeam", "stakeholders.TeamMember", "stakeholders.DecreeStep"}


def teams_above_and_over(world: World) -> None:
    """The province's team, and of each regency one whose decree has ended; papers of their
    decrees."""
    staff, today = world.users["second_staff"], timezone.localdate()
    for code in FREE.values():
        factories.region(code)
    bank = Organisation.objects.order_by("pk").first()
    assert bank is not None
    regencies = [team.region for team in SynergyTeam.objects.select_related("region")]
    places = [(world.regions[PROVINCE], today.year, DecreeState.DRAFTED)]
    places += [(regency, today.year - 1, DecreeState.ENDED) for regency in regencies]
    Cohort.objects.create(
        region=world.regions[PROVINCE],
        name="x",
        source="replication",
        first_year=2019,
        last_year=2020,
        tag="x",
        about="x",
        recorded_by=staff,
    )
    for region, year, state in places:
        team = SynergyTeam.objects.create(
            region=region,
            year=year,
            starts_on=date(year, 1, 1),
            decree_state=state,
            decree_since=today,
            decree_held_by="x",
            recorded_by=staff,
        )
        TeamMember.objects.create(
            team=team, organisation=bank, name="x", position="x", starts_on=today, recorded_by=staff
        )
        held_by = marks.mark("synergyteam", team.pk, "decree_held_by")
        for name in ("", storages["documents"].save(f"decrees/{uuid4()}.pdf", _a_page())):
            DecreeStep.objects.create(
                team=team,
                state=state,
                on=today,
                held_by=held_by,
                file_name=name,
                original_name="sk.pdf" if name else "",
                sha256="x" if name else "",
                recorded_by=staff,
            )


def _a_page() -> ContentFile:
    return ContentFile(one_page("SK"))


MORE.append(teams_above_and_over)


# --- Who sees them --------------------------------------------------------------------------------


def reaches(actor: Actor, code: str) -> bool:
    """What lies within somebody's places, and what lies above them."""
    return any(
        spot.covers(code, None) or f"{spot.code}.".startswith(f"{code}.") for spot in actor.spots
    )


def _sees(actor: Actor, team: SynergyTeam | int, code: str) -> bool:
    if actor.user is None:
        return False
    if actor.role == Role.SUPPORTER:
        own = Membership.objects.filter(user=actor.user.pk).values("organisation")
        return TeamMember.objects.filter(team=team, organisation__in=own).exists()
    return reaches(actor, code)


def of_a_team(sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str) -> bool | None:
    """A team and what it says is told to those below it, too; who sits in it never to observers.
    Supporters are told by the page of their own teams alone."""
    if place.label not in _OF_A_TEAM:
        return None
    is_name = place.label == "stakeholders.TeamMember" and field == "name"
    if is_name and actor.role == Role.OBSERVER:
        return False
    if actor.role == Role.SUPPORTER and actor.user is not None:
        own = Membership.objects.filter(user=actor.user.pk).values("organisation")
        return TeamMember.objects.filter(
            team__region__code=place.code, organisation__in=own
        ).exists()
    return reaches(actor, place.code)


marks.RULES.append(of_a_team)


def region_of_a_team(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """A supporter is told what the regions of its teams are called."""
    if actor.role != Role.SUPPORTER or actor.user is None or place.label != "libraries.Region":
        return None
    own = Membership.objects.filter(user=actor.user.pk).values("organisation")
    seats = TeamMember.objects.filter(organisation__in=own, team__region__code=place.code)
    return True if field == "name" and seats.exists() else None


marks.RULES.insert(0, region_of_a_team)


def _thing(kind: str, team: SynergyTeam, world: World, row: Any, state: str = "") -> Thing:
    code = team.region.code
    seen_by = frozenset(name for name, actor in world.actors.items() if _sees(actor, team, code))
    above = {
        name: ("above",)
        for name, actor in world.actors.items()
        if name in seen_by and not any(spot.covers(code, None) for spot in actor.spots)
    }
    return Thing(
        kind, {"pk": row.pk}, code=code, row=row, state=state, seen_by=seen_by, states_for=above
    )


@about("synergy_team")
def _(world: World) -> Iterator[Thing]:
    for team in SynergyTeam.objects.select_related("region").order_by("pk"):
        over = "over" if team.decree_state == DecreeState.ENDED else ""
        yield _thing("synergy_team", team, world, team, over)
    yield from missing(world, "synergy_team", NOBODY)


@about("team_file")
def _(world: World) -> Iterator[Thing]:
    """Each team's members as a workbook; as a table, and in a form there is not, one of them."""
    teams = [
        _thing("team_file", team, world, team)
        for team in SynergyTeam.objects.select_related("region").order_by("pk")
    ]
    for one in teams:
        yield replace(one, arguments={**one.arguments, "form": "xlsx"})
    for form in ("csv", "exe"):
        yield replace(
            teams[0],
            arguments={**teams[0].arguments, "form": form},
            there=form == "csv",
            note=form,
        )
    yield Thing("team_file", {**NOBODY, "form": "csv"}, there=False, note="nonexistent")


@about("team_member")
def _(world: World) -> Iterator[Thing]:
    for member in TeamMember.objects.select_related("team__region").order_by("pk"):
        yield _thing("team_member", member.team, world, member)
    yield from missing(world, "team_member", NOBODY)


@about("decree_step")
def _(world: World) -> Iterator[Thing]:
    for step in DecreeStep.objects.select_related("team__region").order_by("pk"):
        state = "" if step.file_name else "no_file"
        yield _thing("decree_step", step.team, world, step, state)
    yield from missing(world, "decree_step", NOBODY)


_NEVER_COHORTS = (Role.LIBRARIAN, Role.SUPPORTER)


def of_a_cohort(
    sight: "marks.Sight", actor: Actor, place: "marks.Place", field: str
) -> bool | None:
    """A round is told of below its region, too."""
    if place.label != "stakeholders.Cohort":
        return None
    return actor.role not in _NEVER_COHORTS and reaches(actor, place.code)


marks.RULES.append(of_a_cohort)


@about("cohort")
def _(world: World) -> Iterator[Thing]:
    for cohort in Cohort.objects.select_related("region").order_by("pk"):
        code = cohort.region.code
        seen_by = frozenset(
            name
            for name, actor in world.actors.items()
            if actor.role not in _NEVER_COHORTS and reaches(actor, code)
        )
        above = {
            name: ("above",)
            for name in seen_by
            if not any(spot.covers(code, None) for spot in world.actors[name].spots)
        }
        yield Thing(
            "cohort", {"pk": cohort.pk}, code=code, row=cohort, seen_by=seen_by, states_for=above
        )
    yield from missing(world, "cohort", NOBODY)


@about("candidate")
def _(world: World) -> Iterator[Thing]:
    for one in Candidate.objects.select_related("village").order_by("pk"):
        yield Thing("candidate", {"pk": one.pk}, code=one.village.code, row=one)
    yield from missing(world, "candidate", NOBODY)


# --- What is sent ---------------------------------------------------------------------------------


@posts("stakeholders:team_add")
def a_team(world: World, actor: Actor, thing: Thing | None) -> Body:
    region = Region.objects.get(code=actor.spots[0].code) if actor.spots else None
    today = timezone.localdate()
    data = {
        "region": region.code if region else PROVINCE,
        "year": str(today.year + 1),
        "starts_on": f"{today.year + 1}-01-01",
        "ends_on": "",
        "drafted_on": today.isoformat(),
        "held_by": "Bidang Pengembangan",
    }
    return Body(data, needs=("held_by",))


@posts("stakeholders:team_change")
def another_span(world: World, actor: Actor, thing: Thing | None) -> Body:
    start = thing.row.starts_on if thing and thing.there else timezone.localdate()
    last = f"{start.year + 1}-12-31"
    return Body({"starts_on": start.isoformat(), "ends_on": last}, needs=("starts_on",))


@posts("stakeholders:decree_step")
def the_next_step(world: World, actor: Actor, thing: Thing | None) -> Body:
    state = DecreeState(thing.row.decree_state) if thing and thing.there else DecreeState.DRAFTED
    following = FOLLOWS[state] or (DecreeState.ENDED,)
    data = {
        "state": following[0].value,
        "on": timezone.localdate().isoformat(),
        "held_by": "Biro Hukum",
    }
    return Body(data, needs=("held_by",))


@posts("stakeholders:member_add", "stakeholders:member_change")
def a_seat(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "organisation_name": "Bank Jatim",
        "name": "Rina Kartika",
        "position": "Kepala Divisi",
        "role": "anggota",
        "starts_on": timezone.localdate().isoformat(),
    }
    return Body(data, needs=("name",))


@posts("stakeholders:member_end")
def the_last_day(world: World, actor: Actor, thing: Thing | None) -> Body:
    return Body({"on": timezone.localdate().isoformat()}, needs=("on",))


@posts("reports:cohort_add", "reports:cohort_change")
def a_round(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {
        "name": "Replikasi berikutnya",
        "source": "replication",
        "first_year": "2020",
        "last_year": "2021",
    }
    if thing is None:
        data["region"] = actor.spots[0].code if actor.spots else PROVINCE
    return Body(data, needs=("name",))


@posts("stakeholders:candidate_add")
def a_village(world: World, actor: Actor, thing: Thing | None) -> Body:
    """One of the actor's own that has no library."""
    place = actor.spots[0].code if actor.spots else PROVINCE
    code = factories.region(FREE["35.05" if place == "35.05" else "35.08"]).code
    return Body({"state": "diusulkan"}, needs=("state",), query={"desa": code})


@posts("stakeholders:candidate_change")
def more_ready(world: World, actor: Actor, thing: Thing | None) -> Body:
    data = {"ready": ["has_room"], "people": "4.200", "state": "terpilih"}
    return Body(data, needs=("state",))
