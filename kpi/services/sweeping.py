"""What a lost message left undone."""

from datetime import datetime, timedelta

from django.utils import timezone

from activities.models import MonthlyReport, Story
from kpi import queries
from kpi.services.counting import count_and_rescore
from kpi.services.rescoring import Outcome, rescore, rescore_library
from libraries.models import Library
from tpbis.core import periods

_FEW = 50  # libraries, up to which they are looked at one by one
_RECENTLY = timedelta(hours=2)


def sweep(*, at: datetime | None = None) -> Outcome:
    """Do what a lost message left undone: compare the reports and stories changed recently with
    what was counted, and the running span with the libraries there are."""
    at = at or timezone.now()
    recent = MonthlyReport.objects.filter(updated_at__gte=at - _RECENTLY)
    outcome = Outcome()
    for library_id, month in sorted(queries.stale_months(recent)):
        outcome += count_and_rescore(library=Library.objects.get(pk=library_id), month=month)
    stories = Story.objects.filter(decided_at__isnull=False, updated_at__gte=at - _RECENTLY)
    for library in Library.objects.filter(pk__in=queries.scored_otherwise(stories, as_of=at)):
        outcome += rescore_library(library, as_of=at)
    return outcome + _mend_running_span(at)


def _mend_running_span(at: datetime) -> Outcome:
    """Libraries that joined, left or came back: of a few all stored spans are looked at; of many,
    as after an import or on the first of a month, the night finds the others."""
    running = periods.first_of_month(timezone.localdate(at))
    misjudged = queries.misjudged(Library.objects.all(), running, as_of=at)
    if len(misjudged) > _FEW:
        return rescore(Library.objects.all(), running, as_of=at)
    libraries = Library.objects.filter(pk__in=misjudged)
    outcome = rescore(libraries, running, as_of=at)
    return sum((rescore_library(library, as_of=at) for library in libraries), outcome)
