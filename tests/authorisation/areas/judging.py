"""What came back: remarks on entries, what was left out at approval, versions that were kept."""

from collections.abc import Iterator
from datetime import timedelta

from activities.enums import ReturnReason, ReviewAction
from activities.models import Remark, ReviewEvent
from activities.seals import seal_of
from tests.authorisation.world import MORE, Thing, World, about, missing, of_a_library

NOBODY = {"pk": 987_654_321}


def judged(world: World) -> None:
    """Of each returned report: remarks, and an older version from when it was reopened. Of each
    approved one: an entry that does not count."""
    for (where, name), report in world.reports.items():
        if name == "returned":
            _came_back_twice(world, where)
        elif name == "approved":
            left_out = report.activities.order_by("pk").last()
            left_out.exclusion, left_out.exclusion_comment = ReturnReason.DOUBLE, "Ganda"
            left_out.save()


def _came_back_twice(world: World, where: str) -> None:
    report = world.reports[where, "returned"]
    returned = ReviewEvent.objects.get(report=report, action=ReviewAction.RETURNED)
    entry = report.activities.order_by("pk").first()
    for field in ("title", ""):
        Remark.objects.create(
            event=returned,
            entry=entry.uuid,
            field=field,
            reason=ReturnReason.OTHER,
            comment=f"CNY-monthlyreport-{report.pk}-remark-",
        )
    content = report.sealed_content()
    for said in content["entries"]:
        said["title"] = f"CNY-monthlyreport-{report.pk}-content-"
    ReviewEvent.objects.create(
        report=report,
        action=ReviewAction.REOPENED,
        at=returned.at - timedelta(days=1),
        by=returned.by,
        comment=f"CNY-monthlyreport-{report.pk}-comment-",
        content=content,
        seal=seal_of(content),
    )


MORE.append(judged)


@about("version")
def _(world: World) -> Iterator[Thing]:
    """Steps that kept the content, and one that did not."""
    kept = (ReviewAction.RETURNED, ReviewAction.REOPENED, ReviewAction.SUBMITTED)
    events = ReviewEvent.objects.filter(action__in=kept).select_related("report__library__region")
    for event in events.order_by("pk"):
        arguments = {"pk": event.pk}
        library = event.report.library
        yield of_a_library("version", library, arguments, row=event, state=event.action)
    yield from missing(world, "version", NOBODY)
