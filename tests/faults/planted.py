"""The portal's Celery with a fault planted in one area, for workers of these tests only:
``PLANTED_FAULT`` is ``stall:35.08`` or ``raise:35.08``, ``PLANTED_AT`` a folder of the test."""

import os
from datetime import date
from pathlib import Path
from typing import Any

from celery.signals import worker_init

from tpbis.celery import app

__all__ = ["app"]


@worker_init.connect
def plant(**_: Any) -> None:
    from kpi.services import runs

    fault, _colon, code = os.environ["PLANTED_FAULT"].partition(":")
    real = runs.run_area

    def faulty(area: Any, spans: list[date], **more: Any) -> Any:
        outcome = real(area, spans, **more)
        if area.code == code:
            FAULTS[fault](Path(os.environ["PLANTED_AT"]))
        return outcome

    runs.run_area = faulty


def stall(folder: Path) -> None:
    """Everything of the area is written and nothing committed, until somebody opens the gate."""
    (folder / "stalled").touch()
    with (folder / "gate").open():
        pass


def fail(_folder: Path) -> None:
    raise RuntimeError("planted")


FAULTS = {"stall": stall, "raise": fail}
