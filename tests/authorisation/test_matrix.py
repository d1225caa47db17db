"""Every route, every method, every actor, every class of thing: as policy.yaml says, and nothing
leaks, nothing is written by whoever may not, everything is noted, no page asks too much.

``TPBIS_RECORD=1 pytest tests/authorisation/test_matrix.py`` writes down how many cells and queries
there are; from then on fewer cells or more queries are a failure.
"""

import fcntl
import json
import os
import tempfile
from pathlib import Path

import pytest

from tests.authorisation import cells
from tpbis import policy

pytestmark = pytest.mark.once

RECORDS = Path(__file__).parent / "records.json"
MORE = 4  # queries that a page may gain unnoticed


def recorded() -> dict:
    return json.loads(RECORDS.read_text(encoding="utf-8")) if RECORDS.exists() else {}


def record(route: str, run: cells.Run) -> None:
    with (Path(tempfile.gettempdir()) / "tpbis-records.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write_down(route, run)


def _write_down(route: str, run: cells.Run) -> None:
    known = recorded()
    known[route] = {"cells": run.count, "queries": dict(sorted(run.queries.items()))}
    known = {name: known[name] for name in sorted(known) if name in cells.ROUTES}
    lines = (f"  {json.dumps(name)}: {json.dumps(known[name])}" for name in known)
    RECORDS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


@pytest.mark.parametrize("route", sorted(cells.ROUTES))
def test_the_route_answers_as_the_policy_says(route, the_world, the_sight, asker, record_property):
    assert route in policy.routes(), f"{route} is not in tpbis/policy.yaml, and therefore closed"

    run = cells.run(cells.cells_of(route, the_world), asker, the_sight)

    record_property("cells", run.count)
    assert run.wrong == [], f"{len(run.wrong)} wrong in {run.count} cells:\n" + "\n".join(
        run.wrong[:40]
    )
    if os.environ.get("TPBIS_RECORD"):
        record(route, run)
    _within_the_record(route, run)


def _within_the_record(route: str, run: cells.Run) -> None:
    known = recorded().get(route)
    assert known, f"{route} has no record yet: TPBIS_RECORD=1 pytest {__file__}"
    assert run.count >= known["cells"], "fewer cells than were asked before: what went missing?"
    over = {
        method: (count, known["queries"].get(method, 0))
        for method, count in run.queries.items()
        if count > known["queries"].get(method, 0) + MORE
    }
    assert over == {}, "more queries than before (now, recorded)"
