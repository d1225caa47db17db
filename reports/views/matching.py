"""Whom to bring together, and where needs lie."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from libraries.enums import Level
from libraries.models import Library, Region
from reports import charts, figures, queries
from reports.charts.shades import STEPS, UNKNOWN, Scale, Shade
from reports.charts.tiles import Shown
from reports.figures import matching as pairs
from reports.figures.measures import Measured
from reports.forms.matching import MatchingChoice
from stakeholders.enums import ON_THE_BOARD, MatchReason, NeedState
from stakeholders.matching import Proposal
from stakeholders.models import Need, Offer, Organisation
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 10
# Why a need comes first, whoever meets it.
_OF_THE_NEED = (
    MatchReason.ONE_SHORT,
    MatchReason.NO_PARTNER,
    MatchReason.PRIORITY,
    MatchReason.URGENT,
)
MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposal with names, and where it is accepted."""

    organisation: Organisation
    offer: Offer | None
    score: int
    reasons: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    need: Need
    first: tuple[str, ...]  # why it comes before others
    pairs: tuple[Pair, ...]


@reads
def matching(request: "SignedInRequest") -> HttpResponse:
    """Needs that are open, each with the organisations that fit and why; what helps most first."""
    user, on, through = request.user, timezone.localdate(), Period.opening().end
    needs = Need.objects.visible_to(user)
    libraries = Library.objects.visible_to(user)
    choice = MatchingChoice(request.GET, needs=needs)
    if choice.region:
        needs, libraries = needs.within(choice.region), libraries.within(choice.region.code)
    found = pairs.proposals(
        needs if choice.is_valid() else needs.none(),
        Offer.objects.visible_to(user),
        Organisation.objects.visible_to(user),
        libraries=libraries,
        on=on,
        through=through,
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    partners = libraries.partners_on(on)
    asking = needs.filter(state__in=(NeedState.STATED, *ON_THE_BOARD[:3])).values("library")
    short = pairs.one_partnership_short(partners, through)
    silent = partners.filter(pk__in=short).exclude(pk__in=asking.filter(library__isnull=False))
    return render(
        request,
        "reports/matching.html",
        {
            "choice": choice,
            "page": page,
            "rows": _rows(list(page.object_list)),
            "page_query": without(request.GET, "hal"),
            "open_count": needs.filter(state=NeedState.OPEN).count(),
            "short_count": len(short),
            "silent": list(silent.select_related("regency").order_by("name", "pk")[:MOST_NAMED]),
            "silent_count": silent.count(),
            "alone_count": pairs.without_partner(partners, on).count(),
            "partners_count": partners.count(),
        },
        status=200 if choice.is_valid() else 400,
    )


def _rows(found: list[pairs.Matched]) -> list[NeedRow]:
    needs = pairs.needs_of(one.need for one in found)
    proposed = [proposal for one in found for proposal in one.proposals]
    organisations = Organisation.objects.in_bulk([one.organisation for one in proposed])
    offers = Offer.objects.in_bulk([one.offer for one in proposed if one.offer])
    return [
        NeedRow(
            needs[one.need],
            tuple(
                str(reason.label) for reason in one.proposals[0].reasons if reason in _OF_THE_NEED
            ),
            tuple(
                Pair(
                    organisations[proposal.organisation],
                    offers.get(proposal.offer) if proposal.offer else None,
                    proposal.score,
                    tuple(
                        str(reason.label)
                        for reason in proposal.reasons
                        if reason not in _OF_THE_NEED
                    ),
                    _address(proposal),
                )
                for proposal in one.proposals
            ),
        )
        for one in found
    ]


def _address(proposal: Proposal) -> str:
    said: dict[str, object] = {"lembaga": proposal.organisation}
    if proposal.offer:
        said["tawaran"] = proposal.offer
    said["alasan"] = ",".join(reason.value for reason in proposal.reasons)
    return f"{reverse('stakeholders:commitment_add', args=[proposal.need])}?{urlencode(said)}"


# --- The map --------------------------------------------------------------------------------------


class Counts(Scale):
    """Whole numbers; none has no shade."""

    def shade(self, value: float | None) -> Shade:
        if not value:
            return Shade("0", *UNKNOWN)
        place = min(len(STEPS), ceil(value / self.step)) - 1
        return Shade(charts.grouped(round(value)), *STEPS[place])

    @property
    def legend(self) -> tuple[Shade, ...]:
        return tuple(Shade(self._span(place), fill, ink) for place, (fill, ink) in enumerate(STEPS))

    def _span(self, place: int) -> str:
        first, last = round(place * self.step) + 1, round((place + 1) * self.step)
        return str(last) if first == last else f"{first}–{last}"


class OpenNeeds(Shown):
    """A plain count of each regency."""

    @classmethod
    def of(cls, values: Mapping[str, Measured], *, is_share: bool = False) -> "OpenNeeds":
        most = max((one.part for one in values.values()), default=0)
        return cls(values, Counts(max(1, ceil(most / len(STEPS))), is_share))

    def title(self, area: Region) -> str:
        count = self.values[area.code].part
        words = ngettext("%(count)s kebutuhan terbuka", "%(count)s kebutuhan terbuka", count)
        return f"{area.title}: {words % {'count': charts.grouped(count)}}"


@dataclass(frozen=True, slots=True)
class AreaNeeds:
    area: Region
    counts: tuple[int, ...]  # by the columns of the board
    href: str


@reads
def needs_map(request: "SignedInRequest") -> HttpResponse:
    """How many needs are open where; the same as a table."""
    visible = Region.objects.visible_to(request.user)
    counts = pairs.open_by_regency(Need.objects.visible_to(request.user))
    areas = list(visible.regencies().order_by("code"))
    above = list(visible.filter(level=Level.PROVINCE).order_by("code"))
    rows = [_area_needs(area, counts) for area in (*areas, *above)]
    drawing = None
    if above and len(areas) > 1:
        values = {
            area.code: Measured(counts.get(area.code, {}).get(NeedState.OPEN, 0), 1)
            for area in areas
        }
        shown = OpenNeeds.of(values)
        drawing = charts.area_map(
            [_bare(area) for area in areas],
            queries.drawing_of(above[0]),
            href=lambda area: _list_of(area) if area.code in counts else "",
            instead=shown,
        )
    total = sum(row.counts[0] for row in rows)
    most = max(rows, key=lambda row: row.counts[0], default=None)
    return render(
        request,
        "reports/needs_map.html",
        {
            "drawing": drawing,
            "rows": sorted(rows, key=lambda row: (-row.counts[0], row.area.code)),
            "columns": [state.label for state in ON_THE_BOARD],
            "total": total,
            "most": most if most and most.counts[0] else None,
            "title": _("Kebutuhan yang terbuka per kabupaten/kota"),
        },
    )


def _area_needs(area: Region, counts: dict[str, dict[str, int]]) -> AreaNeeds:
    own = counts.get(area.code, {})
    return AreaNeeds(
        area,
        tuple(own.get(state, 0) for state in ON_THE_BOARD),
        _list_of(area) if own else "",
    )


def _list_of(area: Region) -> str:
    query = urlencode({"tampilan": "daftar", "wilayah": area.code})
    return f"{reverse('stakeholders:needs')}?{query}"


def _bare(area: Region) -> figures.AreaRow:
    """A row without figures: the map shows another number."""
    return figures.AreaRow(
        area, figures.ColourCounts(), figures.Totals(), figures.Completeness(), 0, 0
    )
