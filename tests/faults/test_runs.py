"""What may happen to a run: workers killed, messages lost or doubled, two asked for at once. The
scores are those of a run that nobody disturbed, and no area is counted twice."""

import os
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kpi import scoring, services, tasks
from kpi.enums import AreaState, RunReason, RunState
from kpi.models import DailyColours, MonthlyTally, Run, RunArea, Score
from kpi.services.runs import SILENT_AFTER
from tests.waiting import wait_until
from tests.workers import WITHIN, Place, a_worker, soon
from tpbis.core.queueing import queue

AS_OF = timezone.now()  # the clock of the workers, which score as of now
SPANS = 1 + timezone.localdate(AS_OF).month  # last December, and the months of this year
AREAS = ["35", "35.05", "35.08", "35.13"]
_MADE_OF = ("library", "through", "rule_set", "months_due", *scoring.Inputs._fields)
FAULTY = "tests.faults.planted"


def scores() -> list[Any]:
    stored = Score.objects.order_by("library", "through")
    return list(stored.values_list(*_MADE_OF, "points", "colour"))


@pytest.fixture
def undisturbed(place) -> list[Any]:
    """The scores of a run here, at once; then everything that is derived is taken away."""
    services.run_full(at=AS_OF)
    found = scores()
    Score.objects.all().delete()
    MonthlyTally.objects.all().delete()
    assert len(found) == 3 * SPANS  # a library in each regency
    return found


def is_over(run: Run) -> bool:
    return Run.objects.filter(pk=run.pk, state=RunState.DONE).exists()


def sweep() -> None:
    """What beat asks for each minute, at a moment when the silence has lasted."""
    for run_area_id in services.sweep_runs(at=timezone.now() + SILENT_AFTER):
        queue(tasks.work_on_area, run_area_id=run_area_id)


def said_of(run: Run) -> list[tuple[str, str, int, int]]:
    """Of each area: its state, the attempts, the scores it changed."""
    areas = run.areas.order_by("area__code")
    return list(areas.values_list("area__code", "state", "attempts", "changed"))


@pytest.fixture
def gate(tmp_path) -> Path:
    """Where a worker stalls until the other end is opened."""
    os.mkfifo(tmp_path / "gate")
    return tmp_path / "gate"


def planted(fault: str, folder: Path) -> dict[str, str]:
    return {"celery": FAULTY, "PLANTED_FAULT": fault, "PLANTED_AT": str(folder)}


def nobody_is_at(area: RunArea) -> bool:
    """What a killed worker held is free again once the database has noticed."""
    with transaction.atomic():
        return RunArea.objects.select_for_update(skip_locked=True).filter(pk=area.pk).count() == 1


# --- A worker dies --------------------------------------------------------------------------------


def test_an_area_whose_worker_was_killed_half_way_is_done_by_another(place, undisturbed, gate):
    with a_worker(place, name="killed", **planted("stall:35.08", gate.parent)) as victim:
        run = services.start_run(RunReason.ASKED, at=AS_OF)
        soon(gate.with_name("stalled").exists, victim)
        victim.kill()
    area = run.areas.get(area__code="35.08")
    wait_until(lambda: nobody_is_at(area), within=30)
    before = (area.state, area.attempts, Score.objects.filter(library__regency=area.area).count())

    with a_worker(place) as worker:
        sweep()
        soon(lambda: is_over(run), worker)

    assert before == (AreaState.WAITING, 1, 0)
    assert scores() == undisturbed
    assert said_of(run) == [
        ("35", "done", 1, 0),
        ("35.05", "done", 1, SPANS),
        ("35.08", "done", 2, SPANS),
        ("35.13", "done", 1, SPANS),
    ]
    assert DailyColours.objects.count() == len(AREAS)


def test_an_area_that_kills_every_worker_fails_and_the_others_are_done(place, undisturbed, gate):
    run = services.start_run(RunReason.ASKED, at=AS_OF)
    area = run.areas.get(area__code="35.08")
    for attempt in range(services.MOST_ATTEMPTS):
        name = f"killed{attempt}"
        with a_worker(place, name=name, **planted("stall:35.08", gate.parent)) as victim:
            sweep()
            soon(gate.with_name("stalled").exists, victim)
            victim.kill()
        gate.with_name("stalled").unlink()
        wait_until(lambda: nobody_is_at(area), within=30)

    with a_worker(place) as worker:
        sweep()
        soon(lambda: is_over(run), worker)

    states = {code: (state, attempts) for code, state, attempts, _changed in said_of(run)}
    assert states == dict.fromkeys(AREAS, ("done", 1)) | {"35.08": ("failed", 3)}
    assert len(scores()) == 2 * SPANS


# --- Messages are lost, doubled, or come from two at once -----------------------------------------


def test_a_run_whose_messages_were_all_lost_is_done_after_the_sweep(place, undisturbed):
    run = services.start_run(RunReason.ASKED, at=AS_OF)
    place.lose_messages()

    with a_worker(place) as worker:
        sweep()
        soon(lambda: is_over(run), worker)

    assert scores() == undisturbed
    assert [row[1:3] for row in said_of(run)] == [("done", 1)] * len(AREAS)


def test_one_area_given_to_two_workers_is_done_once(place, undisturbed, gate):
    with ExitStack() as stack:
        first = stack.enter_context(
            a_worker(place, name="a", **planted("stall:35.08", gate.parent))
        )
        run = services.start_run(RunReason.ASKED, at=AS_OF)
        soon(gate.with_name("stalled").exists, first)
        second = stack.enter_context(a_worker(place, name="b"))
        area = run.areas.get(area__code="35.08")
        tasks.work_on_area.apply_async(kwargs={"run_area_id": area.pk}, task_id="once-more")
        # Where rows can be held the second sees that somebody is at it and goes on; where only
        # the whole database can, it stands in line.
        heard = "[once-more] succeeded" if place.redis_url else "received"
        soon(lambda: heard in second.log.read_text(), first, second)
        with gate.open("w"):
            pass
        soon(lambda: is_over(run), first, second)
        soon(lambda: "[once-more] succeeded" in both(first.log, second.log), first, second)

    assert scores() == undisturbed
    assert said_of(run) == [(code, "done", 1, SPANS if code != "35" else 0) for code in AREAS]


def both(*logs: Path) -> str:
    return "".join(log.read_text() for log in logs)


def test_of_runs_asked_for_at_once_one_runs_one_waits_and_both_end(place, tmp_path):
    with ExitStack() as stack:
        asking = [
            stack.enter_context(_asks_when_told(place, tmp_path / f"gate{n}")) for n in range(4)
        ]
        gates = [stack.enter_context((tmp_path / f"gate{n}").open("w")) for n in range(4)]
        for gate in gates:  # each opened when its process was there: now all at once
            gate.close()
        codes = [process.wait(WITHIN) for process in asking]
    states = sorted(Run.objects.values_list("state", flat=True))

    with a_worker(place, concurrency=2) as worker:
        soon(lambda: Run.objects.filter(state=RunState.DONE).count() == 2, worker)

    assert codes == [0, 0, 0, 0]
    assert states == [RunState.RUNNING, RunState.WAITING]
    first, second = Run.objects.order_by("as_of")
    assert first.finished_at <= second.as_of
    assert [row[1:3] for row in said_of(first) + said_of(second)] == [("done", 1)] * 8
    assert sum(row[3] for row in said_of(first)) == Score.objects.count()
    assert sum(row[3] for row in said_of(second)) == 0


_ASK = """
import sys
from kpi import services
open(sys.argv[1]).read()
services.start_run("asked")
"""


def _asks_when_told(place: Place, gate: Path) -> "subprocess.Popen[bytes]":
    os.mkfifo(gate)
    code = f"import sys; sys.argv = ['ask', {str(gate)!r}]\n{_ASK}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "--command", code],
        cwd=settings.BASE_DIR,
        env=place.environment,
    )


# --- An area is broken ----------------------------------------------------------------------------


def test_an_area_that_always_breaks_fails_and_the_others_are_done(place, undisturbed, tmp_path):
    with a_worker(place, **planted("raise:35.08", tmp_path)) as worker:
        run = services.start_run(RunReason.ASKED, at=AS_OF)
        soon(lambda: is_over(run), worker)

    states = {code: (state, attempts) for code, state, attempts, _changed in said_of(run)}
    assert states == dict.fromkeys(AREAS, ("done", 1)) | {"35.08": ("failed", 3)}
    assert run.areas.get(area__code="35.08").error == "RuntimeError: planted"
    assert [row for row in undisturbed if row in scores()] == scores()
    assert len(scores()) == 2 * SPANS
