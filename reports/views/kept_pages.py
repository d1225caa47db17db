"""The figures of a whole province as they were last put into words, for as long as nothing they are
made of was written."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Exists, Max, Q, Subquery
from django.utils import timezone
from django.utils.translation import get_language

from activities.models import OfficialScore
from libraries.enums import Level
from libraries.models import Region
from reports.enums import LeadingKpi
from reports.models import Boundaries, FiguresState, StaleArea
from reports.views.regions import RegionPage

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

SECONDS = 600


@dataclass(frozen=True, slots=True)
class ProvinceState:
    """What the pages of a province are made of, named by one statement: another one after every
    write to it. A write leaves a mark, and when the mark goes, so does the ``number`` (see
    ``FiguresState``), never to be drawn again. ``parts``: how many regions, and the newest."""

    is_marked: bool
    number: UUID | None
    parts: tuple[int, int | None]
    leading_kpi: str | None
    decided_at: datetime | None
    boundaries: tuple[int | None, datetime | None, str | None]

    @property
    def is_settled(self) -> bool:
        return self.number is not None and not self.is_marked

    @property
    def leads_officially(self) -> bool:
        return self.leading_kpi == LeadingKpi.OFFICIAL

    @property
    def has_boundaries(self) -> bool:
        return self.boundaries[0] is not None

    @classmethod
    def of(cls, province: Region) -> "ProvinceState":
        here = Q(region=province) | Q(region__parent=province)
        parts = Region.objects.filter(parent=province).order_by().values("parent")
        drawn = Boundaries.objects.filter(region=province).in_use()
        is_marked, number, count, newest, leading, decided_at, *boundaries = (
            Region.objects.filter(pk=province.pk)
            .values_list(
                Exists(StaleArea.objects.filter(here)),
                Subquery(FiguresState.objects.values("number")[:1]),
                Subquery(parts.annotate(count=Count("pk")).values("count")),
                Subquery(parts.annotate(newest=Max("pk")).values("newest")),
                "province_settings__leading_kpi",
                "province_settings__changed_at",
                *(Subquery(drawn.values(name)[:1]) for name in ("pk", "activated_at", "sha256")),
            )
            .get()
        )
        pk, activated_at, sha256 = boundaries
        parts_known = (count or 0, newest)
        return cls(is_marked, number, parts_known, leading, decided_at, (pk, activated_at, sha256))


def shown(
    request: "SignedInRequest",
    page: RegionPage,
    make: Callable[[ProvinceState | None], dict[str, Any]],
) -> dict[str, Any]:
    """What ``make`` makes of the page, or made of it when everything was as it is now."""
    is_whole = page.region.level == Level.PROVINCE and not page.is_narrowed
    state = ProvinceState.of(page.region) if is_whole else None
    key = _key(request, page, state) if state is not None and state.is_settled else ""
    found: dict[str, Any] | None = cache.get(key) if key else None
    if found is None:
        found = make(state)
        if key:
            cache.set(key, found, SECONDS)
    return found


def _key(request: "SignedInRequest", page: RegionPage, state: ProvinceState) -> str:
    """All that the figures depend on: the data, the day, the address, the language, the role."""
    official = None  # shown where it leads, and no mark tells of it
    if state.leads_officially:
        official = OfficialScore.objects.aggregate(
            count=Count("pk"), newest=Max("pk"), imported_at=Max("imported_at")
        )
    parts = (
        connection.settings_dict["NAME"],
        page.region.pk,
        state,
        official,
        timezone.localdate(),
        request.get_full_path(),
        get_language(),
        request.user.role,
        settings.TPBIS_DEMO,
    )
    return "region-" + hashlib.sha256(repr(parts).encode()).hexdigest()
