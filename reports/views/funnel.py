"""The way into the portal: how far each partner has come, with the libraries behind each number."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from libraries.enums import SimState
from libraries.models import Library, Region
from reports import summaries
from reports.enums import Stage
from reports.figures import funnel as figures
from reports.forms import FunnelChoice
from reports.permissions import holds_letters
from reports.views.places import divided_at, offered
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Bar:
    """One number of the path beside the others."""

    code: str
    label: str
    count: int
    total: int
    field: str  # which choice of the list it stands for


@reads
def funnel(request: "SignedInRequest") -> HttpResponse:
    form = FunnelChoice(request.GET, user=request.user)
    status = 200 if form.is_valid() else 400
    libraries = form.within() if form.is_valid() else Library.objects.none()
    on, level = form.on, divided_at(request.user, form.region)
    found = figures.funnel(libraries, on, level=level)
    return render(
        request,
        "reports/funnel.html",
        {
            "form": form,
            "asked": _asked(request, form),
            "regions": offered(request.user, form.region),
            "funnel": found,
            "summary": summaries.funnel(
                form.region.title if form.region else _("Semua mitra"), found, as_of=timezone.now()
            ),
            "level": level,
            "is_today": on == timezone.localdate(),
            "stages": _stage_bars(found.portal),
            "sim_states": _sim_bars(found.sim),
            "query": _query(on, form.region),
            "day": on.isoformat(),
            "may_issue": holds_letters(request.user),
        },
        status=status,
    )


@reads
def funnel_list(request: "SignedInRequest") -> HttpResponse:
    """Who they are: libraries, never people."""
    form = FunnelChoice(request.GET, user=request.user)
    status = 200 if form.is_valid() else 400
    found = found_positions(form) if form.is_valid() else {}
    listed = Library.objects.filter(pk__in=found).for_list()
    page = Paginator(
        listed.order_by("regency__code", "region__code", "name", "pk"), PER_PAGE
    ).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/funnel_list.html",
        {
            "form": form,
            "asked": _asked(request, form),
            "regions": offered(request.user, form.region),
            "stages": Stage.choices,
            "sim_states": SimState.choices,
            "page": page,
            "rows": [(library, found[library.pk]) for library in page.object_list],
            "on": form.on,
            "back": _query(form.on, form.region),
            "page_query": without(request.GET, "hal"),
            "may_issue": holds_letters(request.user) and form.on == timezone.localdate(),
        },
        status=status,
    )


def found_positions(form: FunnelChoice) -> dict[int, figures.Position]:
    stage, sim = form.cleaned_data["tahap"], form.cleaned_data["sim"]
    return {
        position.library: position
        for position in figures.positions(form.within(), form.on)
        if stage in ("", position.stage) and sim in ("", position.sim)
    }


def _asked(request: "SignedInRequest", form: FunnelChoice) -> dict[str, str]:
    """As typed; the day as it is meant."""
    asked = {name: request.GET.get(name, "") for name in form.fields}
    return asked | {"per": asked["per"] or form.on.isoformat()}


def _query(on: date, region: Region | None) -> str:
    """The day and the region, for links."""
    chosen = {"per": on.isoformat()}
    if region is not None:
        chosen["wilayah"] = region.code
    return urlencode(chosen)


def _stage_bars(counts: figures.StageCounts) -> list[Bar]:
    numbers = (counts.none, counts.invited, counts.active, counts.first, counts.routine)
    return [
        Bar(stage.value, str(stage.label), count, counts.total, "tahap")
        for stage, count in zip(Stage, numbers, strict=True)
    ]


def _sim_bars(counts: figures.SimCounts) -> list[Bar]:
    numbers = (counts.not_proposed, counts.proposed, counts.active, counts.inactive)
    return [
        Bar(state.value, str(state.label), count, counts.total, "sim")
        for state, count in zip(SimState, numbers, strict=True)
    ]
