"""Candidates for the next round: those that need it most and are most ready first."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders.models import Candidate
from stakeholders.querysets import CandidateQuerySet
from stakeholders.readiness import Points, Standing, points

# What a village that is ready has, and what that is called.
TICKS = {
    "has_room": _("ada ruang perpustakaan"),
    "has_keeper": _("ada pengelola"),
    "has_budget": _("ada anggaran desa"),
    "has_internet": _("ada internet"),
    "has_letter": _("ada surat kesediaan kepala desa"),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """``is_partner``: its library has joined since it was proposed."""

    candidate: Candidate
    points: Points
    standing: Standing
    lacking: tuple[str, ...]
    is_partner: bool


def ranked(candidates: CandidateQuerySet) -> list[Ranked]:
    """By points, then by code."""
    listed = list(candidates.for_list())
    districts = {candidate.village.parent_id for candidate in listed}
    villages = Counter(
        dict(
            Region.objects.filter(level=Level.VILLAGE, parent__in=districts)
            .order_by()
            .values_list("parent")
            .annotate(Count("pk"))
        )
    )
    today = timezone.localdate()
    partners = Library.objects.partners_on(today).filter(region__parent__in=districts)
    served = set(partners.order_by().values_list("region", "region__parent"))
    rows = _rows(listed, villages, {village for village, _district in served}, served)
    return sorted(rows, key=lambda row: (-row.points.total, row.candidate.village.code))


def _rows(
    listed: Iterable[Candidate],
    villages: Counter[int | None],
    with_library: set[int],
    served: set[tuple[int, int | None]],
) -> Iterable[Ranked]:
    in_district = Counter(district for _village, district in served)
    for candidate in listed:
        district = candidate.village.parent_id
        lacking = [name for name in TICKS if not getattr(candidate, name)]
        standing = Standing(
            ticks=len(TICKS) - len(lacking),
            people=candidate.people,
            villages=villages[district],
            partners=in_district[district],
        )
        yield Ranked(
            candidate,
            points(standing),
            standing,
            tuple(str(TICKS[name]) for name in lacking),
            candidate.village_id in with_library,
        )
