"""What was typed and is not an entry: kept while somebody writes, thrown away; and two contents
that came under one number, side by side."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import http, permissions, services
from activities.enums import Kind, ServiceForm
from activities.forms import EntryForm, entry_form
from activities.forms.differences import differences
from activities.models import Activity, EntryDraft

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@http.speaks_json
@require_POST
def keep(request: "SignedInRequest", uuid: UUID) -> JsonResponse:
    """The texts of a form that is being filled in; whatever they are, they are kept."""
    library = http.own_library(request)
    kind = request.POST.get("kind", "")
    if kind not in Kind.values:
        errors = {"kind": [_("Jenis catatan tidak dikenal.")]}
        return JsonResponse({"state": "invalid", "errors": errors}, status=422)
    form_class = entry_form(kind, request.POST.get("bentuk", ""))
    try:
        draft = services.keep_draft(
            library=library,
            uuid=uuid,
            kind=Kind(kind),
            is_snapshot=not form_class.asks_title,
            fields=form_class.texts_of(request.POST),
            by=request.user,
            mends="perbaiki" in request.POST,
        )
    except services.RecordedInSim as error:
        return JsonResponse({"state": "locked", "message": str(error)}, status=409)
    if draft is None:
        return JsonResponse({"state": "stored"})
    at = timezone.localtime(draft.updated_at)
    return JsonResponse({"state": "kept", "at": f"{at:%H.%M} WIB"})


@http.speaks_json
@require_POST
def discard(request: "SignedInRequest", uuid: UUID) -> HttpResponse:
    unfinished = EntryDraft.objects.visible_to(request.user).unfinished()
    draft = get_object_or_404(unfinished.select_related("library"), uuid=uuid)
    services.discard_draft(draft=draft, by=request.user)
    if http.is_asked_by_script(request):
        return JsonResponse({"state": "gone"})
    messages.success(request, _("Isian yang belum selesai sudah dibuang."))
    return redirect("activities:record")


@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: "SignedInRequest", pk: int, draft: int) -> HttpResponse:
    """The same form came twice with different words: which of them holds?"""
    twin = _own_twin(request, pk, draft)
    if request.method != "POST":
        return _compare_page(request, twin, _as_form(twin))
    way = request.POST.get("cara")
    if way == "buang":
        services.discard_draft(draft=twin, by=request.user)
        messages.success(request, _("Isi yang kedua dibuang. Catatan yang tersimpan tetap."))
        return redirect(_entry_of(twin).report)
    if way == "pisah":
        return _apart(request, twin)
    if way == "pakai":
        return _take(request, twin)
    return _compare_page(request, twin, _as_form(twin), status=422)


# --- The steps they share -------------------------------------------------------------------------


def _own_twin(request: "SignedInRequest", pk: int, draft: int) -> EntryDraft:
    twins = EntryDraft.objects.visible_to(request.user).twins()
    found = twins.select_related("library", "entry__report__library__regency")
    twin = get_object_or_404(found, pk=draft)
    if twin.entry_id != pk:
        raise Http404
    if not permissions.can_record(request.user, twin.library):
        raise PermissionDenied
    return twin


def _entry_of(twin: EntryDraft) -> Activity:
    assert twin.entry is not None, "the database refuses a twin of nothing"
    return twin.entry


def _is_of_one_kind(twin: EntryDraft) -> bool:
    entry = _entry_of(twin)
    is_snapshot = entry.service_form == ServiceForm.SNAPSHOT
    return entry.kind == twin.kind and is_snapshot == twin.is_snapshot


def _as_form(twin: EntryDraft) -> EntryForm:
    """What came second, as the form it was sent with."""
    shape = ServiceForm.SNAPSHOT if twin.is_snapshot else ""
    return entry_form(twin.kind, shape).sent_again(twin)


def _take(request: "SignedInRequest", twin: EntryDraft) -> HttpResponse:
    form = _as_form(twin)
    if not form.is_valid():
        return _compare_page(request, twin, form, status=422)
    if not _is_of_one_kind(twin):
        form.add_error(None, _("Jenisnya lain: simpan sebagai catatan sendiri."))
        return _compare_page(request, twin, form, status=422)
    try:
        entry = services.take_twin(twin=twin, content=form.content, by=request.user)
    except (services.Locked, services.RecordedInSim) as error:
        form.add_error(None, str(error))
        return _compare_page(request, twin, form, status=409)
    except (services.OutsideMonth, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return _compare_page(request, twin, form, status=422)
    messages.success(request, _("Isi yang kedua dipakai: %(title)s.") % {"title": entry.title})
    return redirect(entry.report)


def _apart(request: "SignedInRequest", twin: EntryDraft) -> HttpResponseRedirect:
    draft = services.part_twin(twin=twin, by=request.user)
    messages.info(request, _("Periksa isinya, lalu tekan Simpan: ini menjadi catatan sendiri."))
    address = reverse("activities:record_kind", kwargs={"kind": draft.kind})
    return HttpResponseRedirect(f"{address}?draf={draft.uuid}")


def _compare_page(
    request: "SignedInRequest", twin: EntryDraft, form: EntryForm, *, status: int = 200
) -> HttpResponse:
    entry = _entry_of(twin)
    report = entry.report
    return render(
        request,
        "activities/draft_compare.html",
        {
            "twin": twin,
            "entry": entry,
            "report": report,
            "form": form,
            "rows": differences(entry, form, whole=True),
            "can_edit": permissions.can_edit(request.user, report),
        },
        status=status,
    )
