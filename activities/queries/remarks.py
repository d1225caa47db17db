"""What was said when a report came back, and what became of it since."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from activities.changes import Changes, compare
from activities.enums import ReviewAction
from activities.models import Activity, MonthlyReport, Remark, ReviewEvent

OBJECTIONS = (ReviewAction.RETURNED, ReviewAction.REOPENED)
# The reviewer's own marks: a library that changed nothing has nothing to show for their coming off.
_REVIEWERS = ("exclusion",)


def remarks_on(report: MonthlyReport) -> dict[UUID, list[Remark]]:
    """Of the latest objection what was said of single entries, by their uuid; of an entry that is
    gone by now, too."""
    found: dict[UUID, list[Remark]] = defaultdict(list)
    latest = _objections(report).values("pk")[:1]
    remarks = Remark.objects.filter(event=latest).select_related("event").order_by("pk")
    for remark in remarks.defer("event__content"):
        found[remark.entry].append(remark)
    return dict(found)


def changed_since_return(
    report: MonthlyReport, entries: Sequence[Activity] | None = None
) -> Changes | None:
    """What the library changed since its report last came back, with the entries as they are
    (``entries``, with their photos, where they have been read); ``None`` if it never did."""
    returned = _objections(report).filter(content__isnull=False).first()
    if returned is None:
        return None
    now = report.sealed_content() if entries is None else report.content_over(entries)
    return compare(returned.content or {}, now, ignoring=_REVIEWERS)


def _objections(report: MonthlyReport) -> QuerySet[ReviewEvent]:
    """The latest first."""
    return ReviewEvent.objects.filter(report=report, action__in=OBJECTIONS).order_by("-at", "-pk")
