"""Where a leader lands, and an observer: one page that can be printed and taken along."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render

from libraries.models import Region
from libraries.permissions import sees_people
from reports import charts, figures, summaries
from reports.enums import DocumentKind, DocumentState
from reports.models import Document, SignedCopy
from reports.views.homes import decisions
from reports.views.homes.place import Province, widest_place
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def leader_home(request: "SignedInRequest") -> HttpResponse:
    region = widest_place(request)
    if region is None:
        return render(request, "reports/no_place.html")
    here = Province.of(request, region)
    situation = decisions.Situation(
        here.region,
        here.dashboard,
        here.desk,
        here.behind,
        here.query,
        names=sees_people(request.user),
    )
    trend = figures.colour_trend(here.libraries, here.period.end, whole=region)
    return render(
        request,
        "reports/homes/leader.html",
        {
            "region": region,
            "dashboard": here.dashboard,
            "bar": charts.colour_bar(here.dashboard.colours),
            "moves": _moves(here.dashboard),
            "decisions": decisions.for_a_leader(situation),
            "closing_on": decisions.next_closing(),
            "trend": trend,
            "trend_chart": charts.colour_trend([(one.month, one) for one in trend]),
            "query": here.query,
            "summary": summaries.overview(here.dashboard),
            "newest": _newest(request, region),
        },
    )


def _moves(dashboard: figures.Dashboard) -> list[dict[str, Any]]:
    """Each colour now, a week ago (or as it was closed) and a year ago."""
    held = dashboard.week_ago or dashboard.closed
    return [
        {
            "colour": colour,
            "now": getattr(dashboard.colours, colour),
            "lately": getattr(held.colours, colour) if held else None,
            "year": getattr(dashboard.colours_before, colour),
        }
        for colour in ("green", "yellow", "red", "grey")
    ]


def _newest(request: "SignedInRequest", region: Region) -> Document | None:
    """The newest report of the region that was signed, else the newest that was made."""
    made = (
        Document.objects.visible_to(request.user)
        .filter(kind=DocumentKind.PROGRESS, region=region, state=DocumentState.DONE)
        .filter(removed_at__isnull=True)
    )
    copies = SignedCopy.objects.filter(document=OuterRef("pk"))
    return made.annotate(is_signed=Exists(copies)).order_by("-is_signed", "-finished_at").first()
