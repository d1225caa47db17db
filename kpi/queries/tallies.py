"""What approved reports add up to, month by month."""

from collections import defaultdict
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, F, Q, Sum

from activities.enums import AdvocacyResult, Kind
from activities.models import Activity
from activities.querysets import MonthlyReportQuerySet
from kpi.models import MonthlyTally

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

# A sign of sustainability in an advocacy entry: money or a regulation came of it, or it reached two
# or more audiences.
_SUSTAINABLE = Q(result__in=[AdvocacyResult.MONEY, AdvocacyResult.REGULATION]) | Q(
    audience_count__gte=2
)
_TALLIED = {
    "involvement": Count("pk", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants": Sum("participants_total", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_women": Sum("participants_women", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_men": Sum("participants_men", filter=Q(kind=Kind.INVOLVEMENT)),
    "participants_disabled": Sum("participants_disabled", filter=Q(kind=Kind.INVOLVEMENT)),
    "advocacy": Count("pk", filter=Q(kind=Kind.ADVOCACY)),
    "sustainability_signs": Count("pk", filter=Q(kind=Kind.ADVOCACY) & _SUSTAINABLE),
    "service": Count("pk", filter=Q(kind=Kind.SERVICE)),
    "publications": Count("pk", filter=Q(kind=Kind.PUBLICATION)),
}
COUNTED_FIELDS = (
    "seals",
    *_TALLIED,
    "visits_entered",
    "visits_men",
    "visits_women",
    "visits_total",
)


def tallies_from_reports(reports: MonthlyReportQuerySet) -> list[MonthlyTally]:
    """What approved ``reports`` add up to, one unsaved tally a library and month."""
    return tallied(reports.approved())


def tallied(reports: MonthlyReportQuerySet) -> list[MonthlyTally]:
    """What ``reports`` of whatever state add up to, one unsaved tally a library and month; entries
    left out at approval add nothing.

    Both sources add up; of two visit figures for one month that of the source counts that leads in
    the regency, not the sum.
    """
    found: dict[tuple[int, date], MonthlyTally] = {}
    seals: dict[tuple[int, date], list[str]] = defaultdict(list)
    rows = reports.order_by("-source", "number").values_list(
        "library_id",
        "month",
        "source",
        "library__regency__reporting_mode",
        "seal",
        "visits_men",
        "visits_women",
        "visits_total",
    )
    for library, month, source, leads, seal, men, women, total in rows:
        key = (library, month)
        tally = found.setdefault(key, MonthlyTally(library_id=library, month=month))
        seals[key].append(seal)
        # Ordered so that SIM rows come first; the codes of sources and modes are the same.
        if total is not None and (source == leads or not tally.visits_entered):
            tally.visits_entered = 1
            tally.visits_men, tally.visits_women = men or 0, women or 0
            tally.visits_total = total
    for key, tally in found.items():
        tally.seals = " ".join(sorted(seals[key]))
    counts = (
        Activity.objects.counted()
        .filter(report__in=reports.order_by())
        .order_by()
        .values(library=F("report__library_id"), month=F("report__month"))
        .annotate(**_TALLIED)
    )
    for row in cast("Iterable[dict[str, Any]]", counts):
        tally = found[row["library"], row["month"]]
        for name in _TALLIED:
            setattr(tally, name, row[name] or 0)
    return list(found.values())


# The columns of a tally in the order of scoring.Inputs.
INPUT_COLUMNS = (
    "involvement",
    "participants",
    "advocacy",
    "service",
    "visits_entered",
    "publications",
    "sustainability_signs",
)
