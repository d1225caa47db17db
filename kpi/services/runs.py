"""Everything compared, regency by regency: at once, or as a run that any worker takes part in.

What is to be done stands in the rows of a run, and a message only wakes somebody up: lost, doubled
or late, each area is done once. Who works on one holds its row for as long as it takes, in the
transaction that writes the scores, so a worker that dies leaves the area as it was.
"""

import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from kpi import permissions
from kpi.enums import AreaState, RunReason, RunState
from kpi.models import Run, RunArea
from kpi.services.areas import run_area
from kpi.services.daily import note_colours
from kpi.services.rescoring import Outcome
from kpi.signals import run_began
from libraries.enums import Level
from libraries.models import Library, Region
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.core.texts import plain

MOST_ATTEMPTS = 3
SILENT_AFTER = timedelta(minutes=2)  # without an area done in a run, its messages may be lost
WORKER_LOST = "WorkerLost"  # what is known of an area that killed its workers
_LONGEST_ERROR = 300
_SUNDAY = 6  # Monday is 0

# --- At once --------------------------------------------------------------------------------------


def run_full(
    *,
    through: date | None = None,
    region: str | None = None,
    at: datetime | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Outcome:
    """Compare everything here and now: tallies with seals, scores with what they are made of.

    ``through`` limits it to one span (and those stored that hold a month counted anew), ``region``
    to a code. ``progress`` is told the regency's name, the step and the number of steps.
    """
    at = at or timezone.now()
    spans = [through] if through else _spans(at)
    areas = counting_areas(region)
    outcome = Outcome()
    for step, area in enumerate(areas, start=1):
        libraries = Library.objects.filter(regency=area)
        if region:
            libraries = libraries.within(region)
        outcome += run_area(area, spans, as_of=at, libraries=libraries, is_thorough=through is None)
        if progress:
            progress(area.name, step, len(areas))
    return outcome


def counting_areas(region: str | None = None) -> list[Region]:
    """The regions that libraries are counted under: the regencies, and the province for its own
    library; with ``region`` those it lies in or covers."""
    areas = Region.objects.filter(level__lte=Level.REGENCY).order_by("code")
    if region:
        areas = areas.within(".".join(region.split(".")[:2]))
    return list(areas)


def _spans(at: datetime) -> list[date]:
    """Every month of the running year, and the last of the year before."""
    running = periods.first_of_month(timezone.localdate(at))
    january = periods.january(running)
    return [periods.add_months(january, -1), *periods.months_from_to(january, running)]


# --- Asking for a run -----------------------------------------------------------------------------


@transaction.atomic
def start_run(reason: RunReason, *, by: User | None = None, at: datetime | None = None) -> Run:
    """Begin a run over everything. While another is under way it waits for that to end, since what
    it is asked for may lie in areas that are done already; who asks once more gets the one that
    waits. Called in the transaction of its cause, the run sees what that wrote."""
    under_way = _lock_under_way()
    run, _is_new = Run.objects.select_for_update().get_or_create(
        state=RunState.WAITING,
        defaults={"reason": reason, "requester": by, "asked_at": at or timezone.now()},
    )
    if under_way is None:
        _begin(run, at)
    return run


@transaction.atomic
def ask_for_run(*, by: User) -> Run:
    """Somebody of the province wants it now."""
    if not permissions.starts_runs(by):
        raise PermissionDenied
    run = start_run(RunReason.ASKED, by=by)
    audit.record("kpi.start_run", by=by, subject=run)
    return run


@transaction.atomic
def start_night_run(*, at: datetime | None = None) -> Run | None:
    """The run of this night; ``None`` when it was asked for already."""
    at = at or timezone.now()
    midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    if Run.objects.filter(reason=RunReason.NIGHT, asked_at__gte=midnight).exists():
        return None
    return start_run(RunReason.NIGHT, at=at)


def _begin(run: Run, at: datetime | None = None) -> None:
    run.state, run.as_of = RunState.RUNNING, at or timezone.now()
    try:
        with transaction.atomic():
            run.save(update_fields=["state", "as_of"])
    except IntegrityError:  # another began at the same moment
        run.state, run.as_of = RunState.WAITING, None
        return
    areas = RunArea.objects.bulk_create(RunArea(run=run, area=area) for area in counting_areas())
    transaction.on_commit(
        partial(run_began.send_robust, sender=Run, run_area_ids=[area.pk for area in areas])
    )


def _lock_under_way() -> Run | None:
    """Whoever holds it decides alone what comes after it. The one that was waited for may have
    ended meanwhile and another begun, hence the loop."""
    under_way = Run.objects.filter(state=RunState.RUNNING)
    while under_way.exists():
        if run := under_way.select_for_update().first():
            return run
    return None


# --- Working on it --------------------------------------------------------------------------------


def work_on(run_area_id: int) -> bool:
    """Do one area, unless it is done, somebody is at it, or it failed too often (then ``False``).
    What goes wrong is noted and raised; another attempt may follow."""
    attempt = _claim(run_area_id)
    if attempt is None:
        return False
    try:
        is_done = _do(run_area_id, attempt)
    except Exception as error:
        _note_failure(run_area_id, attempt, error)
        _move_on()
        raise
    _move_on()
    return is_done


@transaction.atomic
def _claim(run_area_id: int) -> int | None:
    """The number of this attempt. It is counted before the work begins: an area that kills its
    worker each time must not keep the run from ending."""
    area = _free(run_area_id)
    if area is None or area.attempts >= MOST_ATTEMPTS:
        return None
    area.attempts += 1
    area.save(update_fields=["attempts"])
    return area.attempts


@transaction.atomic
def _do(run_area_id: int, attempt: int) -> bool:
    began = time.monotonic()
    one = _free(run_area_id)
    if one is None or one.attempts != attempt:  # somebody else came later, and first
        return False
    asked = one.run.as_of
    assert asked is not None  # by constraint: it has begun
    # What waited long is scored as of now: others have written with the months due since then.
    at = max(asked, timezone.now())
    outcome = run_area(one.area, _spans(at), as_of=at, is_thorough=_is_thorough(one.run))
    note_colours(one.area, as_of=at)
    one.state, one.error = AreaState.DONE, ""
    one.libraries = Library.objects.filter(regency=one.area).count()
    one.changed = outcome.changed
    one.took_ms = round((time.monotonic() - began) * 1000)
    one.finished_at = timezone.now()
    one.save()
    return True


def _is_thorough(run: Run) -> bool:
    """Once a week all years are compared: what the register, a partnership or a story says of old
    ones may have changed without a message."""
    return run.reason == RunReason.NIGHT and timezone.localdate(run.asked_at).weekday() == _SUNDAY


def _free(run_area_id: int) -> RunArea | None:
    """The area, locked, when it waits and nobody is at it."""
    waiting = RunArea.objects.filter(state=AreaState.WAITING).select_related("run", "area")
    return waiting.select_for_update(of=("self",), skip_locked=True).filter(pk=run_area_id).first()


@transaction.atomic
def _note_failure(run_area_id: int, attempt: int, error: Exception) -> None:
    said = plain(str(error).partition("\n")[0])  # the lines after it quote rows
    mine = RunArea.objects.filter(pk=run_area_id, state=AreaState.WAITING, attempts=attempt)
    mine.update(error=f"{type(error).__name__}: {said}"[:_LONGEST_ERROR])
    if attempt >= MOST_ATTEMPTS:
        mine.update(state=AreaState.FAILED, finished_at=timezone.now())


@transaction.atomic
def _move_on(at: datetime | None = None) -> None:
    """End the run when nothing of it is left to do, and begin the one that waits."""
    under_way = _lock_under_way()
    if under_way is not None:
        if under_way.areas.filter(state=AreaState.WAITING).exists():
            return
        under_way.state, under_way.finished_at = RunState.DONE, at or timezone.now()
        under_way.save(update_fields=["state", "finished_at"])
    waiting = Run.objects.select_for_update().filter(state=RunState.WAITING).first()
    if waiting is not None:
        _begin(waiting, at)


# --- The sweep ------------------------------------------------------------------------------------


def sweep_runs(*, at: datetime | None = None) -> list[int]:
    """The areas whose message may be lost: those left of a run in which nobody finished one for a
    while. Asking for one that somebody is at does no harm."""
    at = at or timezone.now()
    _move_on(at)
    run = Run.objects.silent_since(at - SILENT_AFTER).first()
    if run is None:
        return []
    if _give_up(run, at):
        _move_on(at)
    left = run.areas.filter(state=AreaState.WAITING).order_by("pk")
    return list(left.values_list("pk", flat=True))


@transaction.atomic
def _give_up(run: Run, at: datetime) -> int:
    """How many areas failed because their workers died as often as may be tried; not those that
    somebody is at."""
    lost = run.areas.filter(state=AreaState.WAITING, attempts__gte=MOST_ATTEMPTS)
    free = lost.select_for_update(skip_locked=True)
    return run.areas.filter(pk__in=[area.pk for area in free]).update(
        state=AreaState.FAILED, finished_at=at, error=WORKER_LOST
    )
