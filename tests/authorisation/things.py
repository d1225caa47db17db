"""The people, codes, letters, sessions and rosters that routes are asked about."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from libraries import services
from libraries.enums import ImportState, LineKind
from libraries.models import (
    Activation,
    Assignment,
    Inactivity,
    LetterBatch,
    RosterImport,
    RosterLine,
)
from libraries.services import rosters as roster_services
from reports.models import Boundaries
from tests import factories
from tests.authorisation.world import (
    BLITAR,
    LUMAJANG,
    MORE,
    PROVINCE,
    Actor,
    Thing,
    World,
    about,
    code_for,
    missing,
    of_a_library,
)
from tpbis.accounts.enums import Role
from tpbis.accounts.models import Device, Session, User
from tpbis.core.spreadsheets import read_table

NOBODY = {"pk": 987_654_321}
# Libraries nobody signs in for: one that waits for its letter, one that takes no part any more.
WAITING = {"A": "35.08.21.2002", "B": "35.05.17.1002"}
INACTIVE = {"A": "35.08.21.2003", "B": "35.05.17.1003"}


# --- What they bring into the world ---------------------------------------------------------------


def libraries_without_people(world: World) -> None:
    long_ago = timezone.now() - timedelta(days=90)
    for regency in ("A", "B"):
        pic = world.users[f"pic_{regency.lower()}"]
        villages = dict.fromkeys(("waiting", "invited"), WAITING[regency])
        for name, code in (villages | {"inactive": INACTIVE[regency]}).items():
            library = factories.LibraryFactory(region=factories.region(code))
            world.alone[regency, name] = library
        code_for(
            library=world.alone[regency, "invited"],
            issued_by=pic,
            recipient_name="Siti",
            expires_at=timezone.now() + timedelta(days=30),
        )
        waiting, inactive = world.alone[regency, "waiting"], world.alone[regency, "inactive"]
        batch = LetterBatch.objects.create(region=waiting.regency, issued_by=pic)
        code_for(
            library=waiting,
            batch=batch,
            issued_by=pic,
            issued_at=long_ago,
            expires_at=long_ago + timedelta(days=30),
        )
        Inactivity.objects.create(library=inactive, starts_on=date(2025, 1, 1), reason="Ditutup")
    closed = factories.UserFactory(
        role=Role.LIBRARIAN, username="closed_a", full_name="closed_a", is_active=False
    )
    ended = {"starts_on": date(2018, 1, 1), "ends_on": date(2020, 1, 1)}
    services.assign(user=closed, library=world.libraries["A1"], **ended)
    world.users["closed_a"] = closed


def rosters(world: World) -> None:
    """One in each state, of either PIC."""
    for name in ("pic_a", "pic_b"):
        by = world.users[name]
        for state in ImportState:
            roster = roster_services.receive(file_name="daftar.csv", table=table(), by=by)
            agreed = state in (ImportState.CONFIRMED, ImportState.RUNNING, ImportState.DONE)
            ended = state in (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)
            RosterImport.objects.filter(pk=roster.pk).update(
                state=state,
                confirmed_at=timezone.now() if agreed else None,
                confirmed_by=by if agreed else None,
                finished_at=timezone.now() if ended else None,
                plan_hash="9" * 64,
            )
            RosterLine.objects.create(roster=roster, number=2, kind=LineKind.ADDED, name="Baru")


def table() -> Any:
    return read_table(io.BytesIO(a_roster()))


def a_roster(name: str = "Perpustakaan Baru", code: str = "35.08.21.2002") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        ["Nama perpustakaan", "Kode wilayah", "Jenis", "Sumber program", "Tahun bergabung"]
    )
    writer.writerow([name, code, "Desa", "Replikasi daerah", "2024"])
    return text.getvalue().encode()


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("daftar.csv", a_roster(), content_type="text/csv")


def boundaries(world: World) -> None:
    """One to look at, one in use, one withdrawn."""
    now, staff = timezone.now(), world.users["staff"]
    shape = ["M0 0h9v9z", [1, 1], [1, 1]]  # as JSON keeps reports.boundaries.drawing.Shape
    drawing = {
        "width": 780,
        "height": 400,
        "shapes": {code: shape for code in world.regions if code.count(".") == 1},
        "insets": [],
        "left_out": 0,
    }
    used = {"activated_at": now, "activated_by": staff}
    for steps in ({}, used, {**used, "withdrawn_at": now, "withdrawn_by": staff}):
        Boundaries.objects.create(
            region=world.regions[PROVINCE],
            file_name="batas.geojson",
            sha256="b" * 64,
            drawing=drawing,
            size=9,
            uploaded_by=staff,
            **steps,
        )


MORE += [libraries_without_people, rosters, boundaries]


# --- People ---------------------------------------------------------------------------------------

KEPT_BY_PIC = {Role.LIBRARIAN, Role.FACILITATOR}


def keepers_of(user: User, world: World) -> set[str]:
    """Who looks after an account: the province, and the PIC where it works, or last did."""
    now = [spot for actor in world.actors.values() if actor.user == user for spot in actor.spots]
    found = set()
    for actor in world.actors.values():
        if actor.role == Role.PROVINCE_STAFF:
            found.add(actor.name)
        if actor.role == Role.REGENCY_PIC and user.role in KEPT_BY_PIC:
            places = now or world.worked_at.get(user.pk, ())
            if any(actor.covers(spot.code, spot.library) for spot in places):
                found.add(actor.name)
    return found


def _standing(user: User, world: World) -> dict[str, tuple[str, ...]]:
    """What an account is to each who asks: oneself, somebody who also works elsewhere, closed."""
    found = {}
    current = next((a.spots for a in world.actors.values() if a.user == user), ())
    for actor in world.actors.values():
        states = []
        if actor.user == user:
            states.append("oneself")
        if any(not actor.covers(spot.code, spot.library) for spot in current):
            states.append("works_elsewhere")
        if not user.is_active:
            states.append("closed")
        found[actor.name] = tuple(states)
    return found


@about("person")
def _(world: World) -> Iterator[Thing]:
    for name, user in world.users.items():
        if name in ("second_staff", "librarian_b2", "librarian_c1"):
            continue
        user.refresh_from_db()
        yield Thing(
            "person",
            {"pk": user.pk},
            code="person",
            row=user,
            note=name,
            seen_by=frozenset(keepers_of(user, world)),
            states_for=_standing(user, world),
        )
    yield from missing(world, "person", NOBODY)


@about("assignment")
def _(world: World) -> Iterator[Thing]:
    today = timezone.localdate()
    people = Assignment.objects.filter(
        user__api_token__isnull=True
    )  # a program's ends by its token
    for one in people.select_related("user", "library__region", "region"):
        name = next(name for name, user in world.users.items() if user.pk == one.user_id)
        if name in ("second_staff", "librarian_b2", "unverified", "librarian_c1"):
            continue
        code = one.library.region.code if one.library else one.region.code
        seen = {
            who for who in keepers_of(one.user, world) if world.an(who).covers(code, one.library_id)
        }
        is_ended = one.ends_on is not None and one.ends_on < today
        yield Thing(
            "assignment",
            {"pk": one.pk},
            code="assignment",
            row=one,
            note=f"{name} {'ended' if is_ended else ''} {code}",
            state="ended" if is_ended else "",
            seen_by=frozenset(seen),
            states_for={name: ("oneself",)},
        )
    yield from missing(world, "assignment", NOBODY)


@about("delegation")
def _(world: World) -> Iterator[Thing]:
    """Only what is handed over is one; other assignments are not there."""
    handed_over = Assignment.objects.get(user=world.users["delegate"], may_review=True)
    yield Thing("delegation", {"pk": handed_over.pk}, code=LUMAJANG, row=handed_over)
    plain = Assignment.objects.get(user=world.users["delegate"], may_review=False)
    yield Thing("delegation", {"pk": plain.pk}, code=BLITAR, there=False, note="not handed over")
    ended = Assignment.objects.get(user=world.users["fasda_a"], may_review=True)
    yield Thing("delegation", {"pk": ended.pk}, code=LUMAJANG, there=False, note="ended")
    yield from missing(world, "delegation", NOBODY)


# --- Where one is signed in -----------------------------------------------------------------------


@about("device")
def _(world: World) -> Iterator[Thing]:
    for device in Device.objects.filter(ended_at__isnull=True).select_related("user"):
        yield Thing("device", {"pk": device.pk}, code="device", seen_by=_only(device.user, world))
    yield from missing(world, "device", NOBODY)


@about("session")
def _(world: World) -> Iterator[Thing]:
    for name in ("staff", "pic_a", "librarian_a1", "librarian_b1"):
        session = Session.objects.filter(user=world.users[name]).exclude(session_key="").first()
        assert session is not None
        yield Thing(
            "session",
            {"handle": session.handle},
            code="session",
            note=f"of {name}",
            seen_by=_only(world.users[name], world),
        )
    yield Thing("session", {"handle": "bukan"}, code="session", there=False, note="nonexistent")


def _only(user: User, world: World) -> frozenset[str]:
    return frozenset(name for name, actor in world.actors.items() if actor.user == user)


# --- Codes and letters ----------------------------------------------------------------------------


def _state_of(activation: Activation) -> str:
    if activation.used_at:
        return "used"
    return "revoked" if activation.revoked_at else "open"


@about("activation")
def _(world: World) -> Iterator[Thing]:
    for one in Activation.objects.select_related("library__region", "user").order_by("pk"):
        if one.library is not None:
            yield of_a_library(
                "activation", one.library, {"pk": one.pk}, row=one, state=_state_of(one)
            )
        else:
            yield Thing(
                "activation",
                {"pk": one.pk},
                code="activation",
                row=one,
                state=f"{_state_of(one)}_of_a_person",
                note=one.user.username,
                seen_by=frozenset(keepers_of(one.user, world)),
            )
    yield from missing(world, "activation", NOBODY)


@about("batch")
def _(world: World) -> Iterator[Thing]:
    for code in (LUMAJANG, BLITAR):
        batch = LetterBatch.objects.filter(region__code=code).order_by("pk").first()
        assert batch is not None
        yield Thing("batch", {"pk": batch.pk}, code=code, row=batch)
    yield from missing(world, "batch", NOBODY)


@about("code")
def _(world: World) -> Iterator[Thing]:
    """What somebody types: the code itself is the key, so it lies nowhere."""
    numbers = {pk: code for code, pk in world.codes.items()}
    # That of A1 is open, and yet lets nobody in: there is a librarian who can sign in.
    for one in Activation.objects.filter(library=world.libraries["A1"]).order_by("pk"):
        yield Thing("code", {"code": numbers[one.pk]}, state="dead", note=_state_of(one), row=one)
    live = Activation.objects.get(library=world.alone["A", "invited"])
    yield Thing("code", {"code": numbers[live.pk]}, state="live", note="live", row=live)
    expired = Activation.objects.filter(user__isnull=False).order_by("pk").first()
    assert expired is not None
    yield Thing("code", {"code": numbers[expired.pk]}, state="dead", note="expired", row=expired)
    yield Thing("code", {"code": "AAAAA-AAAAA"}, state="unknown", note="unknown")


@about("reset_link")
def _(world: World) -> Iterator[Thing]:
    yield Thing("reset_link", {"uid": "MQ", "token": "cny-bukan"}, note="forged")


# --- Rosters and files ----------------------------------------------------------------------------


@about("roster")
def _(world: World) -> Iterator[Thing]:
    for roster in RosterImport.objects.select_related("uploaded_by").order_by("pk"):
        code = LUMAJANG if roster.uploaded_by == world.users["pic_a"] else BLITAR
        yield Thing("roster", {"pk": roster.pk}, code=code, row=roster, state=roster.state)
    yield from missing(world, "roster", NOBODY)


@about("boundaries")
def _(world: World) -> Iterator[Thing]:
    for one in Boundaries.objects.all():
        state = "withdrawn" if one.withdrawn_at else "used" if one.activated_at else "waiting"
        yield Thing("boundaries", {"pk": one.pk}, code=PROVINCE, row=one, state=state)
    yield from missing(world, "boundaries", NOBODY)


@about("format")
def _(world: World) -> Iterator[Thing]:
    yield Thing("format", {"form": "xlsx"}, note="xlsx")
    yield Thing("format", {"form": "csv"}, note="csv")
    yield Thing("format", {"form": "exe"}, note="exe", there=False)


__all__ = ["Actor", "a_file", "a_roster"]
