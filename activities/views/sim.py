"""What comes from the national SIM: feeds sent in, what came of each, taking one back."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import exports, permissions
from activities import sim as services
from activities.enums import SimLineKind
from activities.forms.sim import SimFilesForm
from activities.imports import working
from activities.models import SimImport, SimImportLine, SimTwin
from tpbis.core.exports import Listing, file_of
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25
LINES_PER_PAGE = 50
AT_ONCE = 2_000  # rows; more is work for a worker
CHUNK = 2_000


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _receive(request)
    return _list(request)


@reads
def _list(request: "SignedInRequest") -> HttpResponse:
    return _list_page(request, SimFilesForm())


def _receive(request: "SignedInRequest") -> HttpResponse:
    if not permissions.imports_sim(request.user):
        raise PermissionDenied
    form = SimFilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    run = services.receive(
        content=form.cleaned_data["berkas"],
        content_hash=form.content_hash,
        as_of=form.cleaned_data["per_tanggal"],
        by=request.user,
    )
    if form.row_count <= AT_ONCE:
        working.work_on(run_id=run.pk)
    return redirect(run)


def _list_page(
    request: "SignedInRequest", form: SimFilesForm, *, status: int = 200
) -> HttpResponse:
    found = SimImport.objects.visible_to(request.user).for_list()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    context = {
        "form": form,
        "page": page,
        "names_waiting": services.waiting().count(),
        "twins_waiting": SimTwin.objects.visible_to(request.user).waiting().count(),
    }
    return render(request, "activities/sim_imports.html", context, status=status)


@reads
def sim_import(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _page(request, _run(request, pk))


@reads
def lines_export(request: "SignedInRequest", pk: int, form: str) -> "HttpResponseBase":
    """The rows of one kind: rejected, unmatched, changed, vanished."""
    run = _run(request, pk)
    chosen = _chosen(request, run)
    listing = Listing(
        name=f"impor-sim-{run.pk}-{chosen.value}",
        title=_("Impor SIM: %(kind)s") % {"kind": chosen.label},
        unit=_("satu baris satu baris dari SIM"),
        columns=exports.SIM_LINES,
        rows=_lines(run, chosen).iterator(CHUNK),
        told=[],
    )
    return file_of(listing, form, request.GET)


@require_POST
def undo(request: "SignedInRequest", pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        services.undo(run=run, by=request.user)
    except services.NotUndoable as refused:
        messages.error(request, str(refused))
        return _page(request, run, status=409)
    except services.AnotherImport:
        messages.error(request, _("Impor SIM lain sedang berjalan. Coba lagi sebentar lagi."))
        return _page(request, run, status=409)
    messages.success(request, _("Impor dibatalkan. Isinya kembali seperti sebelum impor ini."))
    return redirect(run)


def _run(request: "SignedInRequest", pk: int) -> SimImport:
    return get_object_or_404(SimImport.objects.visible_to(request.user).for_list(), pk=pk)


def _page(request: "SignedInRequest", run: SimImport, *, status: int = 200) -> HttpResponse:
    totals = run.totals
    chosen = _chosen(request, run)
    page = Paginator(_lines(run, chosen), LINES_PER_PAGE).get_page(request.GET.get("hal"))
    context = {
        "run": run,
        "totals": totals,
        "parts": [(kind, totals[kind.value]) for kind in SimLineKind],
        "chosen": chosen,
        "page": page,
        "can_undo": run.is_done and services.latest() == run,
    }
    return render(request, "activities/sim_import.html", context, status=status)


def _chosen(request: "SignedInRequest", run: SimImport) -> SimLineKind:
    """The kind asked for, else the first of which there are rows."""
    asked = request.GET.get("jenis", "")
    if asked in SimLineKind.values:
        return SimLineKind(asked)
    totals = run.totals
    return next((kind for kind in SimLineKind if totals[kind.value]), SimLineKind.REJECTED)


def _lines(run: SimImport, kind: SimLineKind) -> "QuerySet[SimImportLine]":
    return run.lines.filter(kind=kind).defer("before").order_by("pk")
