"""Two entries of the register become one library: the reports of both are its own."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities.enums import State
from activities.models import (
    EntryDraft,
    Excuse,
    MentoringVisit,
    MonthlyReport,
    OfficialScore,
    Reminder,
    SimName,
    SimRow,
    Story,
)
from activities.querysets import MonthlyReportQuerySet
from libraries.models import Library
from libraries.services import BothReported


@transaction.atomic
def move_to(*, keep: Library, duplicate: Library) -> None:
    """Give ``keep`` what was recorded for ``duplicate``, drafts included; seals do not name the
    library, so they stay whole. Part of a merger, which is what the audit tells of.

    Raises ``BothReported`` when both have a report of one month from the same source.
    """
    _drop_empty_drafts(MonthlyReport.objects.filter(library__in=(keep, duplicate)))
    moving = MonthlyReport.objects.filter(library=duplicate)
    twin = MonthlyReport.objects.filter(
        library=keep, month=OuterRef("month"), source=OuterRef("source")
    )
    if months := list(moving.filter(Exists(twin)).values_list("month", flat=True)):
        raise BothReported(months)
    # Touched, so that the sweep compares them with what was counted, message or not.
    moving.update(library=keep, updated_at=timezone.now())
    SimRow.objects.filter(library=duplicate).update(library=keep)
    SimName.objects.filter(library=duplicate).update(library=keep)
    _move_official_scores(keep, duplicate)
    _move_follow_up(keep, duplicate)
    EntryDraft.objects.filter(library=duplicate).update(library=keep)
    Story.objects.filter(library=duplicate).update(library=keep, updated_at=timezone.now())


def _drop_empty_drafts(reports: MonthlyReportQuerySet) -> None:
    """Opened and left without a word: nothing of them is worth a refusal."""
    empty = reports.filter(state=State.DRAFT, visits_total__isnull=True, activities__isnull=True)
    MonthlyReport.objects.filter(pk__in=list(empty.values_list("pk", flat=True))).delete()


def _move_follow_up(keep: Library, duplicate: Library) -> None:
    """Of two excuses of a month, and of two marks of a day, the survivor's stays."""
    excused = Excuse.objects.in_force().filter(library=keep, month=OuterRef("month"))
    Excuse.objects.in_force().filter(Exists(excused), library=duplicate).delete()
    Excuse.objects.filter(library=duplicate).update(library=keep)
    same_day = Reminder.objects.filter(
        library=keep, month=OuterRef("month"), marked_on=OuterRef("marked_on")
    )
    Reminder.objects.filter(Exists(same_day), library=duplicate).delete()
    Reminder.objects.filter(library=duplicate).update(library=keep)
    MentoringVisit.objects.filter(library=duplicate).update(library=keep)


def _move_official_scores(keep: Library, duplicate: Library) -> None:
    """Of two of one day the survivor's counts, unless the SIM had no score for it: the feed lists
    such a library twice, once with a score and once without."""
    theirs = OfficialScore.objects.filter(library=duplicate)
    same_day = OfficialScore.objects.filter(as_of=OuterRef("as_of"))
    better = theirs.filter(points__isnull=False).values("as_of")
    OfficialScore.objects.filter(library=keep, points__isnull=True, as_of__in=better).delete()
    theirs.filter(Exists(same_day.filter(library=keep))).delete()
    theirs.update(library=keep)
