"""The figures of a whole province as they were last put into words, for as long as nothing they are
made of was written."""

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from activities.models import OfficialScore
from libraries.enums import Level
from libraries.models import Region
from reports.enums import LeadingKpi
from reports.models import AreaMonth, Boundaries, ProvinceSettings, StaleArea
from reports.rollups.counting import all_months
from reports.views.regions import RegionPage

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

SECONDS = 600


def shown(
    request: "SignedInRequest", page: RegionPage, make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What ``make`` makes of the page, or made of it when everything was as it is now."""
    key = _key(request, page)
    found: dict[str, Any] | None = cache.get(key) if key else None
    if found is None:
        found = make()
        if key:
            cache.set(key, found, SECONDS)
    return found


def _key(request: "SignedInRequest", page: RegionPage) -> str:
    """All that the figures depend on: the data, the day, the address, the language, the role.
    Empty where something was written that is not counted yet, and of anything but a whole
    province."""
    if page.region.level != Level.PROVINCE or page.is_narrowed:
        return ""
    data = _state_of(page.region)
    if not data:
        return ""
    parts = (
        connection.settings_dict["NAME"],
        data,
        timezone.localdate(),
        request.get_full_path(),
        get_language(),
        request.user.role,
        settings.TPBIS_DEMO,
    )
    return "region-" + hashlib.sha256(repr(parts).encode()).hexdigest()


def _state_of(province: Region) -> tuple[Any, ...]:
    """Another one after every write to what a figure is made of: a write leaves a mark, and when
    the mark goes, so do the months it speaks of, never to be seen under their numbers again. Only
    where every month is there: nothing would go with a mark on a month that is not."""
    areas = Region.objects.filter(Q(pk=province.pk) | Q(parent=province))
    marked = Exists(StaleArea.objects.filter(region=OuterRef("pk")))
    there = areas.order_by().aggregate(
        count=Count("pk"), marked=Count("pk", filter=marked), newest=Max("pk")
    )
    counted = AreaMonth.objects.filter(region__in=areas).aggregate(
        count=Count("pk"), newest=Max("pk")
    )
    if there["marked"] or counted["count"] != there["count"] * len(all_months()):
        return ()
    decided = ProvinceSettings.objects.filter(region=province).first()
    official = None  # shown where it leads, and no mark tells of it
    if decided is not None and decided.leading_kpi == LeadingKpi.OFFICIAL:
        official = OfficialScore.objects.aggregate(count=Count("pk"), newest=Max("pk"))
    drawn = Boundaries.objects.filter(region=province).in_use().values_list("pk").first()
    said = decided and (decided.pk, decided.leading_kpi, decided.changed_at)
    return (province.pk, counted["newest"], said, official, drawn)
