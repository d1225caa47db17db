"""Reports chosen in the queue: one nothing is odd about, waiting at each library."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from activities import services
from activities.enums import Kind
from activities.models import MonthlyReport
from tests import factories
from tests.authorisation.bodies import Body, posts
from tests.authorisation.world import MORE, Actor, Thing, World
from tpbis.core import periods

BEFORE_ALL_OTHERS = 11  # months back: nothing lies near that could be like it


def plain_at(world: World, where: str) -> MonthlyReport:
    month = periods.add_months(periods.this_month(), -BEFORE_ALL_OTHERS)
    return MonthlyReport.objects.get(library=world.libraries[where], month=month)


def waiting_and_plain(world: World) -> None:
    """Recorded on the day after it happened, in the middle of a month of its own."""
    month = periods.add_months(periods.this_month(), -BEFORE_ALL_OTHERS)
    day = month.replace(day=14)
    for where in ("A1", "B1"):
        library, author = world.libraries[where], world.users[f"librarian_{where.lower()}"]
        report = factories.report(library, author, Kind.ADVOCACY, month=month)
        noon = datetime.combine(day + timedelta(days=1), time(12), timezone.get_default_timezone())
        report.activities.update(held_on=day, created_at=noon)
        services.submit(report=report, by=author)


MORE.append(waiting_and_plain)


@posts("activities:approve_together")
def the_plain_one(world: World, actor: Actor, thing: Thing | None) -> Body:
    in_blitar = bool(actor.spots) and all(spot.code.startswith("35.05") for spot in actor.spots)
    report = plain_at(world, "B1" if in_blitar else "A1")
    return Body({"laporan": [str(report.pk)]}, needs=("laporan",))
