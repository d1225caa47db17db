"""What a librarian writes down: choosing what to record, the forms, taking things off again."""

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import http, permissions, queries, services
from activities.enums import Kind
from activities.forms import EntryForm, entry_form
from activities.models import Activity, Photo
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

CONFLICTS = (services.AlreadyRecorded, services.Locked)
REFUSALS = (*CONFLICTS, services.OutsideMonth, ValidationError)


@reads
def choose(request: "SignedInRequest") -> HttpResponse:
    """What was it? Four kinds; also where one lands after saving, to record the next."""
    library = http.own_library(request)
    month = http.asked_month(request, library)
    (row,) = queries.month_rows(library, [month])
    before = periods.add_months(month, -1)
    return render(
        request,
        "activities/record.html",
        {
            "row": row,
            "records_here": queries.records_here(library),
            "regency": library.regency,
            "counts": queries.kind_counts(library, month),
            "this_month": periods.this_month(),
            "before": before if before >= queries.first_month(library) else None,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_kind(request: "SignedInRequest", kind: str) -> HttpResponse:
    """One short form. The date decides the month; a month already sent gets a supplement."""
    if kind not in Kind.values:
        raise Http404
    library = http.recording_library(request)
    month = http.asked_month(request, library)
    form_class = entry_form(kind, request.GET.get("bentuk", ""))
    if request.method != "POST":
        return _form_page(request, form_class(library=library, month=month), month)
    form = form_class(request.POST, request.FILES, library=library, month=month)
    if not form.is_valid():
        return _form_page(request, form, month, status=422)
    try:
        entry = services.record_in_its_month(
            library=library,
            kind=form.kind,
            content=form.content,
            photos=form.stored,
            by=request.user,
            uuid=form.cleaned_data["uuid"],
        )
    except REFUSALS as error:
        return _refused(request, form, month, error)
    _say_saved(request, entry)
    return _to_choose(entry.report.month)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: "SignedInRequest", pk: int) -> HttpResponse:
    entry = _own_entry(request, pk)
    report = entry.report
    if request.method != "POST" and not report.is_editable:
        messages.warning(request, str(services.Locked()))
        return redirect(report)
    form_class = entry_form(entry.kind, entry.service_form)
    if request.method != "POST":
        form = form_class(library=report.library, month=report.month, entry=entry)
        return _form_page(request, form, report.month, entry=entry)
    form = form_class(
        request.POST, request.FILES, library=report.library, month=report.month, entry=entry
    )
    if not form.is_valid():
        return _form_page(request, form, report.month, entry=entry, status=422)
    try:
        services.change(activity=entry, content=form.content, photos=form.stored, by=request.user)
    except REFUSALS as error:
        return _refused(request, form, report.month, error, entry=entry)
    messages.success(request, _("Perubahan tersimpan: %(title)s.") % {"title": entry.title})
    return redirect(report)


@require_POST
def remove(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    entry = _own_entry(request, pk)
    try:
        services.remove(activity=entry, by=request.user)
    except services.Locked as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Dihapus: %(title)s.") % {"title": entry.title})
    return redirect(entry.report)


@require_POST
def photo_remove(request: "SignedInRequest", uuid: UUID) -> HttpResponseRedirect:
    visible = Photo.objects.visible_to(request.user)
    photo = get_object_or_404(visible.select_related("activity__report__library"), uuid=uuid)
    try:
        services.remove_photo(photo=photo, by=request.user)
    except services.Locked as error:
        messages.error(request, str(error))
        return redirect(photo.activity.report)
    messages.success(request, _("Foto dihapus."))
    return redirect("activities:edit", pk=photo.activity_id)


# --- The steps they share -----------------------------------------------------------------------


def _own_entry(request: "SignedInRequest", pk: int) -> Activity:
    """An entry of the library this person records for; others may see it, not change it."""
    visible = Activity.objects.visible_to(request.user).for_report()
    entry = get_object_or_404(visible.select_related("report__library"), pk=pk)
    if not permissions.can_record(request.user, entry.report.library):
        raise PermissionDenied
    return entry


def _form_page(
    request: "SignedInRequest",
    form: EntryForm,
    month: date,
    *,
    entry: Activity | None = None,
    status: int = 200,
) -> HttpResponse:
    goes_to_supplement = entry is None and _is_sent(form.library, month)
    return render(
        request,
        "activities/entry_form.html",
        {
            "form": form,
            "kind": form.kind,
            "month": month,
            "entry": entry,
            "goes_to_supplement": goes_to_supplement,
        },
        status=status,
    )


def _refused(
    request: "SignedInRequest",
    form: EntryForm,
    month: date,
    error: Exception,
    *,
    entry: Activity | None = None,
) -> HttpResponse:
    """The form again, with what was typed and why it was not saved."""
    if isinstance(error, services.AlreadyRecorded):
        form.renew()
    texts = error.messages if isinstance(error, ValidationError) else [str(error)]
    form.add_error(None, ValidationError(texts))
    status = 409 if isinstance(error, CONFLICTS) else 422
    return _form_page(request, form, month, entry=entry, status=status)


def _is_sent(library: Library, month: date) -> bool:
    (row,) = queries.month_rows(library, [month])
    return row.is_sent


def _say_saved(request: "SignedInRequest", entry: Activity) -> None:
    report = entry.report
    saved = _("Tersimpan: %(title)s, %(day)s.") % {
        "title": entry.title,
        "day": date_format(entry.held_on, "j F Y"),
    }
    if not report.is_supplementary:
        messages.success(request, saved)
        return
    late = _(
        "Laporan %(month)s sudah dikirim sebelumnya, jadi catatan ini masuk laporan susulan "
        "nomor %(number)s. Kirim juga laporan susulan itu."
    ) % {"month": periods.written(report.month), "number": report.number}
    messages.warning(request, f"{saved} {late}")


def _to_choose(month: date) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('activities:record')}?bulan={periods.month_code(month)}")
