"""What every page about a region starts from: one address, one head, the same tabs.

The whole state stands in the address and is carried by every link: ``dari``, ``sampai``,
``bandingkan`` and what the libraries are narrowed by (``filters.RegionFilter``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports.enums import Comparison
from reports.filters import RegionFilter
from reports.forms.regions import RegionView
from reports.http import Picker, asked_comparison, asked_period, in_address
from reports.views import choosing
from reports.views.narrowing import narrowed_by
from tpbis.core.periods import BadPeriod, Period
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

# The pages of a region, in the order of their tabs.
TABS: dict[str, str | Promise] = {
    "reports:region": _("Ringkasan"),
    "reports:region_activities": _("Kegiatan"),
    "reports:region_reporting": _("Pelaporan"),
    "reports:region_movement": _("Gerak warna"),
    "reports:region_support": _("Dukungan"),
}


@dataclass(frozen=True, slots=True)
class RegionPage:
    """What a page about a region was asked for. ``everyone`` are the libraries of the region that
    may be seen, ``libraries`` those that are asked for; none where that is not understood:
    ``status`` is then 400, and ``refusal`` says what is wrong with the months if it is they."""

    region: Region
    everyone: LibraryQuerySet
    libraries: LibraryQuerySet
    period: Period
    before: Period
    narrowing: RegionFilter
    view: RegionView
    query: str  # of the period, the comparison and the narrowing
    status: int
    refusal: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowing.in_use) or self.status != 200


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    is_current: bool


def asked_region(request: "SignedInRequest", code: str) -> RegionPage:
    """Raises ``Http404`` outside somebody's places."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    libraries = Library.objects.visible_to(request.user).within(region.code)
    period, refusal = _asked_months(request)
    before = asked_comparison(request.GET, period)
    narrowing = RegionFilter(request.GET, queryset=libraries, request=request)
    view = RegionView(request.GET)
    is_understood = all((narrowing.is_valid(), view.is_valid(), not refusal))
    return RegionPage(
        region=region,
        everyone=libraries,
        libraries=narrowing.qs if is_understood else libraries.none(),
        period=period,
        before=before,
        narrowing=narrowing,
        view=view,
        query=state_of(period, before, narrowing.in_use),
        status=200 if is_understood else 400,
        refusal=refusal,
    )


def state_of(period: Period, before: Period, narrowing: Mapping[str, str]) -> str:
    """As every link to another page of figures carries it."""
    said = {}
    if before == period.previous != period.compared_with:
        said["bandingkan"] = Comparison.PREVIOUS.value
    elif before == period.year_before != period.compared_with:
        said["bandingkan"] = Comparison.YEAR_BEFORE.value
    more = urlencode({**said, **narrowing})
    return f"{in_address(period)}&{more}" if more else in_address(period)


def head(request: "SignedInRequest", page: RegionPage) -> dict[str, Any]:
    """What ``reports/region_base.html`` shows around each page."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    visible = Region.objects.visible_to(request.user)
    comparison = choosing.comparison(request.GET, page.view, page.period)
    choices = (
        *choosing.narrowing(request.GET, page.narrowing, page.everyone),
        *choosing.unknown_measure(request.GET, page.view),
    )
    return {
        "region": page.region,
        "period": page.period,
        "before": page.before,
        "query": page.query,
        "refusal": page.refusal,
        "is_understood": page.status == 200,
        "is_narrowed": page.is_narrowed,
        "comparison": comparison,
        "choices": choices,
        "is_unfolded": any(one.errors for one in choices),
        "narrowed": narrowed_by(request.GET, page.narrowing),
        "widened": without(request.GET, *RegionFilter.base_filters, "hal"),
        "kept": choosing.kept(
            request.GET, "dari", "sampai", comparison.name, *(one.name for one in choices)
        ),
        "crumbs": visible.filter(code__in=_codes_above(page.region.code)).order_by("level"),
        "picker": _picker(request, page),
        "tabs": [
            Tab(label, f"{reverse(name, args=[page.region.code])}?{page.query}", name == here)
            for name, label in TABS.items()
        ],
    }


def _asked_months(request: "SignedInRequest") -> tuple[Period, str]:
    """The span, or the usual one and what is wrong with that which was asked for."""
    try:
        return asked_period(request.GET), ""
    except BadPeriod as bad:
        return Period.opening(), str(bad)


def _picker(request: "SignedInRequest", page: RegionPage) -> Picker:
    kept = choosing.kept_query(request.GET)
    if not page.refusal:
        return Picker.of(page.period, kept=kept)
    typed = [choosing.legible(request.GET.get(name, "")) for name in ("dari", "sampai")]
    return Picker.of(page.period, kept=kept, start=typed[0], end=typed[1])


def _codes_above(code: str) -> list[str]:
    steps = code.split(".")
    return [".".join(steps[:depth]) for depth in range(1, len(steps))]
