"""Runs over everything: one that ended, one under way, and what each of their areas says."""

from collections.abc import Iterator

from django.utils import timezone

from kpi.enums import AreaState, RunReason, RunState
from kpi.models import DailyColours, Run, RunArea
from tests.authorisation.bodies import NOTHING, Body, posts
from tests.authorisation.world import MORE, PROVINCE, Actor, Thing, World, about, missing
from tpbis.core import periods


def runs_over_everything(world: World) -> None:
    now = timezone.now()
    areas = [region for code, region in world.regions.items() if code.count(".") < 2]
    ended = {"state": RunState.DONE, "as_of": now, "finished_at": now}
    for content in (ended, {"state": RunState.RUNNING, "as_of": now}):
        run = Run.objects.create(
            reason=RunReason.ASKED, requester=world.users["staff"], asked_at=now, **content
        )
        for area in areas:
            state = AreaState.FAILED if area.code == PROVINCE else AreaState.DONE
            RunArea.objects.create(
                run=run, area=area, state=state, attempts=3, error="DataError", finished_at=now
            )
    for area in areas:
        DailyColours.objects.get_or_create(
            day=timezone.localdate(), area=area, defaults={"through": periods.this_month()}
        )


MORE.append(runs_over_everything)


@about("run")
def _(world: World) -> Iterator[Thing]:
    for run in Run.objects.order_by("pk"):
        yield Thing("run", {"pk": run.pk}, row=run, state=run.state, note=run.state)
    yield from missing(world, "run", {"pk": 987_654_321})


@posts("kpi:run_start")
def nothing_to_say(world: World, actor: Actor, thing: Thing | None) -> Body:
    return NOTHING
