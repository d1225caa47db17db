"""Runs over everything: how far they are, what came of them, and one more now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, F, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kpi import permissions, services
from kpi.enums import AreaState, RunState
from kpi.models import Run
from tpbis.core.exports import Column, Listing, file_of
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25
# What somebody may have to do something about stands first.
_BY_STATE = Case(
    When(state=AreaState.FAILED, then=Value(0)),
    When(state=AreaState.WAITING, attempts__gt=0, then=Value(1)),
    default=Value(2),
)


@dataclass(frozen=True, slots=True)
class Row:
    run: Run
    seconds: float | None  # that it took, or has taken so far; none before it began

    @classmethod
    def of(cls, run: Run, now: datetime) -> "Row":
        if run.as_of is None:
            return cls(run, None)
        return cls(run, ((run.finished_at or now) - run.as_of).total_seconds())


RUNS: Sequence[Column[Row]] = [
    Column(gettext_lazy("Nomor"), lambda row: row.run.pk, Kind.NUMBER),
    Column(gettext_lazy("Status"), lambda row: row.run.get_state_display()),
    Column(gettext_lazy("Keadaan per"), lambda row: row.run.as_of, Kind.MOMENT),
    Column(gettext_lazy("Selesai"), lambda row: row.run.finished_at, Kind.MOMENT),
    Column(gettext_lazy("Lama (detik)"), lambda row: row.seconds, Kind.DECIMAL),
]


@reads
def run_list(request: "SignedInRequest") -> HttpResponse:
    """The runs there were, newest first."""
    page = Paginator(Run.objects.for_list(), PER_PAGE).get_page(request.GET.get("hal"))
    now = timezone.now()
    context = {
        "page": page,
        "rows": [Row.of(run, now) for run in page],
        "is_unfinished": any(run.state != RunState.DONE for run in page),
        "may_start": permissions.starts_runs(request.user),
    }
    return render(request, "kpi/run_list.html", context)


@reads
def runs_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    now = timezone.now()
    listing = Listing(
        name="perhitungan-skor",
        title=_("Perhitungan skor"),
        unit=_("satu baris satu perhitungan semua skor"),
        columns=RUNS,
        rows=(Row.of(run, now) for run in Run.objects.for_list().iterator(500)),
    )
    return file_of(listing, form, request.GET)


@reads
def run_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    """One run, area by area."""
    run = get_object_or_404(Run.objects.for_list(), pk=pk)
    areas = run.areas.select_related("area").alias(first=_BY_STATE).order_by("first", "area__code")
    context = {
        "row": Row.of(run, timezone.now()),
        "areas": areas.annotate(took_seconds=F("took_ms") / 1000.0),
        "is_unfinished": run.state != RunState.DONE,
        "worker_lost": services.WORKER_LOST,
    }
    return render(request, "kpi/run.html", context)


@require_POST
def run_start(request: "SignedInRequest") -> HttpResponse:
    run = services.ask_for_run(by=request.user)
    if run.state == RunState.WAITING:
        messages.info(
            request,
            _("Masih ada perhitungan yang berjalan. Yang Anda minta dimulai begitu itu selesai."),
        )
    else:
        messages.success(request, _("Perhitungan dimulai. Kemajuannya terlihat di halaman ini."))
    return redirect("kpi:run", pk=run.pk)
