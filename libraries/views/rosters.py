"""Rosters by browser: sent in, their columns matched, looked at, agreed to, carried out."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from libraries.enums import ImportState
from libraries.forms.rosters import ColumnsForm, PlacesForm, UploadForm
from libraries.imports import results, template
from libraries.imports.places import unclear_places
from libraries.models import RosterImport
from libraries.services import rosters as services
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25
LINES_PER_PAGE = 50
_OTHER_STEP = gettext_lazy("Impor ini sudah sampai di langkah lain. Lihat keadaannya sekarang.")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
def roster_list(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _receive(request)
    return _list(request)


@reads
def _list(request: "SignedInRequest") -> HttpResponse:
    return _list_page(request, UploadForm())


def _receive(request: "SignedInRequest") -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list_page(request, form, status=422)
    table = form.cleaned_data["berkas"]
    roster = services.receive(file_name=form.file_name, table=table, by=request.user)
    return redirect(roster)


def _list_page(request: "SignedInRequest", form: UploadForm, *, status: int = 200) -> HttpResponse:
    rosters = RosterImport.objects.visible_to(request.user).for_list()
    page = Paginator(rosters, PER_PAGE).get_page(request.GET.get("hal"))
    context = {"form": form, "page": page}
    return render(request, "libraries/roster_list.html", context, status=status)


@reads
def roster_template(request: "SignedInRequest") -> HttpResponse:
    return HttpResponse(
        template.template(),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{template.FILE_NAME}"'},
    )


@reads
def roster_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    """One import, at whatever step it is."""
    return _page(request, _roster(request, pk))


@reads
def roster_progress(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The part of the page that changes while a worker is busy; then the page is loaded anew."""
    roster = _roster(request, pk)
    if not roster.is_waiting:
        by_htmx = "HX-Request" in request.headers
        return HttpResponseClientRefresh() if by_htmx else redirect(roster)
    return render(request, "libraries/_roster_progress.html", {"roster": roster})


@require_POST
def roster_columns(request: "SignedInRequest", pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    if not roster.asks_columns:
        return _refused(request, roster, services.NotNow(_OTHER_STEP))
    try:
        form = ColumnsForm(request.POST, table=services.table_of(roster))
        if not form.is_valid():
            return _columns_page(request, roster, form, status=422)
        services.match_columns(
            roster=roster,
            heading_row=form.heading.number,
            mapping=form.cleaned_data["mapping"],
            by=request.user,
        )
    except (services.NotNow, services.FileGone) as refused:
        return _refused(request, roster, refused)
    return redirect(roster)


@require_POST
def roster_places(request: "SignedInRequest", pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    if not roster.is_planned:
        return _refused(request, roster, services.NotNow(_OTHER_STEP))
    form = PlacesForm(request.POST, unclear=unclear_places(roster))
    if not form.is_valid():
        return _plan_page(request, roster, form, status=422)
    try:
        services.choose_places(roster=roster, choices=form.cleaned_data["choices"], by=request.user)
    except services.NotNow as refused:
        return _refused(request, roster, refused)
    return redirect(roster)


@require_POST
def roster_confirm(request: "SignedInRequest", pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    try:
        services.confirm(
            roster=roster,
            plan_hash=request.POST.get("pemeriksaan", ""),
            sound_only=request.POST.get("hanya_benar") == "ya",
            by=request.user,
        )
    except services.NotNow as refused:
        return _refused(request, roster, refused)
    except services.HasRejected as refused:
        messages.error(request, str(refused))
        return _page(request, roster, status=422)
    return redirect(roster)


@require_POST
def roster_cancel(request: "SignedInRequest", pk: int) -> HttpResponse:
    roster = _roster(request, pk)
    try:
        services.cancel(roster=roster, by=request.user)
    except services.NotNow as refused:
        return _refused(request, roster, refused)
    messages.success(request, _("Impor dibatalkan. Tidak ada yang disimpan."))
    return redirect("libraries:rosters")


def _roster(request: "SignedInRequest", pk: int) -> RosterImport:
    return get_object_or_404(RosterImport.objects.visible_to(request.user).for_list(), pk=pk)


def _refused(request: "SignedInRequest", roster: RosterImport, why: Exception) -> HttpResponse:
    messages.error(request, str(why))
    roster.refresh_from_db()
    return _page(request, roster, status=409)


def _page(request: "SignedInRequest", roster: RosterImport, *, status: int = 200) -> HttpResponse:
    asks_columns = request.GET.get("langkah") == "kolom"
    if roster.state == ImportState.UPLOADED or (roster.is_planned and asks_columns):
        return _columns_page(request, roster, status=status)
    if roster.is_planned:
        return _plan_page(request, roster, status=status)
    if roster.is_waiting:
        return render(request, "libraries/roster_progress.html", {"roster": roster}, status=status)
    return _result_page(request, roster, status=status)


def _columns_page(
    request: "SignedInRequest",
    roster: RosterImport,
    form: ColumnsForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if form is None:
        try:
            form = _fresh_form(request, roster)
        except services.FileGone as gone:
            messages.error(request, str(gone))
            return render(
                request, "libraries/roster_result.html", {"roster": roster}, status=status
            )
    context = {"roster": roster, "form": form, "other_sheets": form.table.other_sheets}
    return render(request, "libraries/roster_columns.html", context, status=status)


def _fresh_form(request: "SignedInRequest", roster: RosterImport) -> ColumnsForm:
    asked = request.GET.get("baris", "")
    row = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 0
    return ColumnsForm(
        table=services.table_of(roster),
        row=row or roster.heading_row,
        mapping=None if row else roster.mapping or None,
    )


def _plan_page(
    request: "SignedInRequest",
    roster: RosterImport,
    form: PlacesForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    unclear = unclear_places(roster)
    context = _lines(request, roster) | {
        "form": form or (PlacesForm(unclear=unclear) if unclear else None),
        "unclear": unclear,
    }
    return render(request, "libraries/roster_plan.html", context, status=status)


def _result_page(
    request: "SignedInRequest", roster: RosterImport, *, status: int = 200
) -> HttpResponse:
    context = _lines(request, roster) | {"without_account": results.without_account(roster)}
    return render(request, "libraries/roster_result.html", context, status=status)


def _lines(request: "SignedInRequest", roster: RosterImport) -> dict[str, Any]:
    chosen = results.chosen(roster, request.GET.get("jenis", ""))
    page = Paginator(results.lines(roster, chosen), LINES_PER_PAGE)
    return {
        "roster": roster,
        "parts": results.parts(roster),
        "chosen": chosen,
        "page": page.get_page(request.GET.get("hal")),
    }
