"""Feeds of the national SIM: one in each state; the latest may be undone."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from activities.enums import Kind, SimImportState
from activities.models import SimImport, SimImportLine, SimMark, SimName, SimRow, SimTwin
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import (
    MORE,
    PROVINCE,
    Actor,
    Thing,
    World,
    about,
    missing,
    of_a_library,
)

NOBODY = {"pk": 987_654_321}


def feeds(world: World) -> None:
    now, staff = timezone.now(), world.users["staff"]
    states = [SimImportState.DONE, *SimImportState]  # the first of the two is the older one
    for hours, state in enumerate(states):
        undone = {"undone_at": now, "undone_by": staff} if state == "undone" else {}
        run = SimImport.objects.create(
            source="browser",
            state=state,
            files=["iku.json"],
            as_of=timezone.localdate(),
            sent_by=staff,
            begun_at=now,
            touched_at=now,
            finished_at=now - timedelta(days=9) + timedelta(hours=hours),
            **undone,
        )
        SimImportLine.objects.create(run=run, kind="rejected", feed="iku", library_name="Melati")


MORE.append(feeds)


def names(world: World) -> None:
    """One that waits for a person, one that was ignored."""
    for number, ignored in ((1, False), (2, True)):
        spelling = str(number) * 64
        SimRow.objects.create(
            kind="iku",
            key=spelling,
            content_hash=spelling,
            spelling=spelling,
            library_name="Perpustakaan Melati",
            raw={"nama_perpustakaan": "Perpustakaan Melati", "kabupaten_kota": "Kab. X"},
        )
        if ignored:
            SimName.objects.create(
                spelling=spelling, state="ignored", decided_by=world.users["staff"]
            )


MORE.append(names)


@about("sim_name")
def _(world: World) -> Iterator[Thing]:
    for number, state in ((1, "waiting"), (2, "ignored")):
        yield Thing("sim_name", {"key": str(number) * 64}, code=PROVINCE, state=state)
    yield Thing("sim_name", {"key": "3" * 64}, there=False, note="nonexistent")


@about("sim_import")
def _(world: World) -> Iterator[Thing]:
    done = SimImport.objects.done().order_by("-finished_at", "-pk").first()
    for run in SimImport.objects.order_by("pk"):
        state = "latest" if run == done else run.state
        yield Thing("sim_import", {"pk": run.pk}, code=PROVINCE, row=run, state=state)
    yield from missing(world, "sim_import", NOBODY)


@about("sim_import_format")
def _(world: World) -> Iterator[Thing]:
    run = SimImport.objects.order_by("pk").first()
    for form, there in (("csv", True), ("xlsx", True), ("exe", False)):
        arguments = {"pk": run.pk, "form": form}
        note = "" if there else "exe"
        yield Thing("sim_import_format", arguments, code=PROVINCE, there=there, note=note)


def twins(world: World) -> None:
    """An entry of the SIM and one made here, in an approved report, that look alike."""
    for where, library in world.libraries.items():
        if (where, "approved") not in world.reports:
            continue
        here = world.reports[where, "approved"].activities.filter(kind=Kind.INVOLVEMENT).get()
        there = world.reports[where, "sim"].activities.get()
        key = hashlib.sha256(f"twin {where}".encode()).hexdigest()
        row = SimRow.objects.create(
            kind="pelibatan",
            key=key,
            content_hash=key,
            library=library,
            activity=there,
            raw={},
        )
        SimTwin.objects.create(row=row, entry=here, state="waiting")
        SimMark.objects.create(report=here.report, marked_by=world.users["staff"])


MORE.append(twins)


@about("sim_twin")
def _(world: World) -> Iterator[Thing]:
    for twin in SimTwin.objects.select_related("entry__report__library__region").order_by("pk"):
        yield of_a_library("sim_twin", twin.entry.report.library, {"pk": twin.pk}, row=twin)
    yield from missing(world, "sim_twin", NOBODY)


@posts(
    "activities:sim_twin_same",
    "activities:sim_twin_different",
    "activities:sim_twin_later",
    "activities:sim_source",
    "activities:sim_mark",
    "activities:sim_unmark",
    "activities:sim_imports",
    "activities:sim_import_undo",
    "activities:sim_name_link",
    "activities:sim_name_register",
    "activities:sim_name_ignore",
    "activities:sim_name_restore",
)
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
