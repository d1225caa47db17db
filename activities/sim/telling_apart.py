"""What people say about an entry of the SIM and one made here that look alike."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from activities import permissions
from activities.enums import MERGED, SimTwinState, Source
from activities.models import MonthlyReport, SimTwin
from activities.sim import twins
from libraries.models import Region
from tpbis.accounts import audit
from tpbis.accounts.models import User

_CHUNK = 200  # libraries


class AlreadyMerged(Exception):
    """One of the two is the same as a third entry; say first that those are not."""


@transaction.atomic
def is_same(*, twin: SimTwin, by: User, at: datetime | None = None) -> SimTwin:
    """One of them counts from now on, the other is kept. Raises :class:`AlreadyMerged`."""
    twin = _lock(twin, by)
    others = SimTwin.objects.filter(state__in=MERGED).exclude(pk=twin.pk)
    if (others.filter(row=twin.row_id) | others.filter(entry=twin.entry_id)).exists():
        raise AlreadyMerged
    return _decide(twin, SimTwinState.SAME, by, at or timezone.now())


@transaction.atomic
def is_different(*, twin: SimTwin, by: User, at: datetime | None = None) -> SimTwin:
    """Both count, now and after every import to come; takes a merger back, too."""
    return _decide(_lock(twin, by), SimTwinState.DIFFERENT, by, at or timezone.now())


@transaction.atomic
def decide_later(*, twin: SimTwin, by: User, at: datetime | None = None) -> None:
    """Nothing was decided: it waits again, or the rule has it."""
    twin, now = _lock(twin, by), at or timezone.now()
    _note(twin, by, SimTwinState.WAITING)
    library, month = twin.entry.report.library_id, twin.entry.report.month
    _free(twin, SimTwinState.WAITING, now)
    twins.look_again_and_seal({(library, month)}, now=now)


@transaction.atomic
def settle_regency(*, regency: Region, at: datetime | None = None) -> None:
    """Another source leads there: of each pair the other one counts, and of visits told twice."""
    now = at or timezone.now()
    # Touched, so that the sweep compares them with what was counted.
    from_sim = MonthlyReport.objects.filter(source=Source.SIM, library__regency=regency)
    from_sim.update(updated_at=now)
    pairs = SimTwin.objects.filter(state__in=MERGED, entry__report__library__regency=regency)
    libraries = sorted(set(pairs.values_list("entry__report__library", flat=True)))
    for start in range(0, len(libraries), _CHUNK):
        twins.settle_and_seal(libraries[start : start + _CHUNK], now=now)


def _lock(twin: SimTwin, by: User) -> SimTwin:
    twin = (
        SimTwin.objects.select_for_update(of=("self",))
        .select_related("entry__report__library", "row__activity__report")
        .get(pk=twin.pk)
    )
    if not permissions.tells_apart(by, twin.entry.report.library):
        raise PermissionDenied
    return twin


def _decide(twin: SimTwin, state: SimTwinState, by: User, at: datetime) -> SimTwin:
    _note(twin, by, state)
    months = {(twin.entry.report.library_id, twin.entry.report.month)}
    if twin.row.activity:
        months.add((twin.entry.report.library_id, twin.row.activity.report.month))
    _free(twin, state, at)
    twin.state, twin.decided_at, twin.decided_by = state, at, by
    twin.save(update_fields=["state", "decided_at", "decided_by"])
    # What else they are like may be clear now, or open again.
    twins.look_again_and_seal(months, now=at)
    return twin


def _free(twin: SimTwin, state: SimTwinState, at: datetime) -> None:
    """What it left out counts, unless it is to be left out still."""
    if state not in MERGED:
        if twin.left_out == Source.PORTAL:
            twins.let_go([twin.row_id], now=at)
        SimTwin.objects.filter(pk=twin.pk).update(
            state=SimTwinState.WAITING, left_out="", decided_at=None, decided_by=None
        )
        twin.left_out = ""


def _note(twin: SimTwin, by: User, state: SimTwinState) -> None:
    changes: dict[str, list[object]] = {
        "state": [twin.state, state],
        "entry": [None, twin.entry_id],
    }
    audit.record(
        "activities.tell_sim_twins_apart",
        by=by,
        subject=twin,
        about=twin.entry.report.library,
        changes=changes,
    )
