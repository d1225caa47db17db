"""What a librarian writes down: choosing what to record, the forms, taking things off again."""

from collections.abc import Sequence
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
from activities.enums import Kind, ServiceForm, State
from activities.forms import EntryForm, entry_form
from activities.forms.differences import Difference, differences
from activities.models import Activity, EntryDraft, Photo, Remark
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

CONFLICTS = (
    services.AlreadyRecorded,
    services.ChangedMeanwhile,
    services.EntryGone,
    services.Locked,
    services.RecordedInSim,
)
REFUSALS = (*CONFLICTS, services.OutsideMonth, ValidationError)


@reads
def choose(request: "SignedInRequest") -> HttpResponse:
    """What was it? Four kinds; also where one lands after saving, to record the next."""
    library = http.own_library(request)
    month = http.asked_month(request, library)
    (row,) = queries.month_rows(library, [month])
    before = periods.add_months(month, -1)
    records_here = queries.records_here(library)
    return render(
        request,
        "activities/record.html",
        {
            "row": row,
            "records_here": records_here,
            "regency": library.regency,
            "counts": queries.kind_counts(library, month),
            "this_month": periods.this_month(),
            "before": before if before >= queries.first_month(library) else None,
            "unfinished": queries.unfinished(request.user, library) if records_here else [],
            "repeatable": queries.repeatable(library, month) if records_here else [],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def record_kind(request: "SignedInRequest", kind: str) -> HttpResponse:
    """One short form. The date decides the month; a month already sent gets a supplement."""
    if kind not in Kind.values:
        raise Http404
    library = http.recording_library(request)
    month = http.asked_month(request, library)
    if request.method != "POST":
        return _form_page(request, _opened(request, kind, library, month), month)
    form_class = entry_form(kind, request.GET.get("bentuk", ""))
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
    except services.AlreadyRecorded as error:
        return _said_otherwise(request, form, month, error)
    except REFUSALS as error:
        return _refused(request, form, month, error)
    _say_saved(request, entry)
    if "lagi" in request.POST:
        return HttpResponseRedirect(_form_address(kind, entry.report.month))
    return _to_choose(entry.report.month)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: "SignedInRequest", pk: int) -> HttpResponse:
    entry = _own_entry(request, pk)
    report = entry.report
    if request.method != "POST":
        return _edit_page(request, entry)
    form = _edit_form(entry)(
        request.POST,
        request.FILES,
        library=report.library,
        month=report.month,
        entry=entry,
        remarks=_remarks_on(entry),
    )
    if not form.is_valid():
        return _form_page(request, form, report.month, entry=entry, status=422)
    try:
        entry = services.change(
            activity=entry,
            content=form.content,
            photos=form.stored,
            by=request.user,
            seen=form.seen,
        )
    except services.EntryChanged as stale:
        return _changed_meanwhile(request, form, stale)
    except services.EntryGone as error:
        return _write_anew(request, form, report.month, error)
    except REFUSALS as error:
        return _refused(request, form, report.month, error, entry=entry)
    messages.success(request, _("Perubahan tersimpan: %(title)s.") % {"title": entry.title})
    return redirect(report)


@require_POST
def remove(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    entry = _own_entry(request, pk)
    try:
        services.remove(activity=entry, by=request.user)
    except (services.Locked, services.RecordedInSim) as error:
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
    except (services.Locked, services.RecordedInSim) as error:
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


def _opened(request: "SignedInRequest", kind: str, library: Library, month: date) -> EntryForm:
    """A new form: with what was typed before (``?draf=``), with what an entry of another day says
    (``?salin=``), or with defaults."""
    draft = _draft_asked(request, kind)
    if draft is not None:
        shape = ServiceForm.SNAPSHOT if draft.is_snapshot else ""
        return entry_form(kind, shape)(library=library, month=month, draft=draft)
    copied = _copied(request, kind, library)
    shape = copied.service_form if copied else request.GET.get("bentuk", "")
    return entry_form(kind, shape)(library=library, month=month, copied=copied)


def _draft_asked(request: "SignedInRequest", kind: str) -> EntryDraft | None:
    """A draft that is gone was stored or thrown away: the form opens blank and says so."""
    if "draf" not in request.GET:
        return None
    try:
        draft = _draft_of(request, UUID(request.GET["draf"]))
    except ValueError:
        draft = None
    if draft is None or draft.kind != kind:
        messages.info(request, _("Isian itu sudah tersimpan atau dibuang."))
        return None
    return draft


def _draft_of(request: "SignedInRequest", uuid: UUID) -> EntryDraft | None:
    unfinished = EntryDraft.objects.visible_to(request.user).unfinished()
    return unfinished.filter(uuid=uuid).first()


def _copied(request: "SignedInRequest", kind: str, library: Library) -> Activity | None:
    number = request.GET.get("salin", "")
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    own = Activity.objects.visible_to(request.user).filter(report__library=library, kind=kind)
    return get_object_or_404(own, pk=int(number))


def _edit_page(request: "SignedInRequest", entry: Activity) -> HttpResponse:
    report = entry.report
    if not report.is_editable:
        messages.warning(request, str(services.Locked()))
        return redirect(report)
    if not queries.records_here(report.library):
        messages.warning(request, str(services.RecordedInSim(report.library)))
        return redirect(report)
    form = _edit_form(entry)(
        library=report.library,
        month=report.month,
        entry=entry,
        draft=_draft_of(request, entry.uuid),
        remarks=_remarks_on(entry),
    )
    return _form_page(request, form, report.month, entry=entry)


def _edit_form(entry: Activity) -> type[EntryForm]:
    return entry_form(entry.kind, entry.service_form)


def _remarks_on(entry: Activity) -> Sequence[Remark]:
    """What was said of it when its report came back."""
    if entry.report.state != State.RETURNED:
        return ()
    return queries.remarks_on(entry.report).get(entry.uuid, ())


def _form_page(
    request: "SignedInRequest",
    form: EntryForm,
    month: date,
    *,
    entry: Activity | None = None,
    rows: Sequence[Difference] = (),
    stored: Activity | None = None,
    status: int = 200,
) -> HttpResponse:
    """``rows``: in what the form differs from what is stored; ``stored``: the entry that came
    first under its number."""
    goes_to_supplement = entry is None and _is_sent(form.library, month)
    return render(
        request,
        "activities/entry_form.html",
        {
            "form": form,
            "kind": form.kind,
            "month": month,
            "entry": entry,
            "address": _address(form, month, entry),
            "goes_to_supplement": goes_to_supplement,
            "last_snapshot": _last_snapshot(form, entry),
            "rows": rows,
            "stored": stored,
        },
        status=status,
    )


def _address(form: EntryForm, month: date, entry: Activity | None) -> str:
    """Where the form goes: an entry that is gone is written anew."""
    if entry is not None:
        return reverse("activities:edit", kwargs={"pk": entry.pk})
    return _form_address(form.kind, month, is_snapshot=form.is_snapshot)


def _form_address(kind: str, month: date, *, is_snapshot: bool = False) -> str:
    address = reverse("activities:record_kind", kwargs={"kind": kind})
    shape = f"&bentuk={ServiceForm.SNAPSHOT}" if is_snapshot else ""
    return f"{address}?bulan={periods.month_code(month)}{shape}"


def _last_snapshot(form: EntryForm, entry: Activity | None) -> Activity | None:
    return queries.last_snapshot(form.library, without=entry) if form.is_snapshot else None


def _refused(
    request: "SignedInRequest",
    form: EntryForm,
    month: date,
    error: Exception,
    *,
    entry: Activity | None = None,
) -> HttpResponse:
    """The form again, with what was typed and why it was not saved."""
    texts = error.messages if isinstance(error, ValidationError) else [str(error)]
    form.add_error(None, ValidationError(texts))
    status = 409 if isinstance(error, CONFLICTS) else 422
    return _form_page(request, form, month, entry=entry, status=status)


def _changed_meanwhile(
    request: "SignedInRequest", form: EntryForm, stale: services.EntryChanged
) -> HttpResponse:
    """What is stored and what was typed, side by side; saved again, the latter is meant."""
    rows = differences(stale.entry, form)
    form.renew_version(stale.entry.version)
    form.add_error(None, str(stale))
    month = stale.entry.report.month
    return _form_page(request, form, month, entry=stale.entry, rows=rows, status=409)


def _said_otherwise(
    request: "SignedInRequest", form: EntryForm, month: date, error: services.AlreadyRecorded
) -> HttpResponse:
    """The form came before with other words. Both are kept: the first is stored, the second waits
    as a draft under a number of its own, beside what it differs in."""
    mine = Activity.objects.filter(report__library=form.library, uuid=form.cleaned_data["uuid"])
    stored = mine.select_related("report").first()
    rows = differences(stored, form) if stored else ()
    services.keep_draft(
        library=form.library,
        uuid=form.renew(),
        kind=form.kind,
        is_snapshot=form.is_snapshot,
        fields=form.typed,
        photos=form.stored,
        by=request.user,
    )
    form.add_error(None, str(error))
    return _form_page(request, form, month, rows=rows, stored=stored, status=409)


def _write_anew(
    request: "SignedInRequest", form: EntryForm, month: date, error: services.EntryGone
) -> HttpResponse:
    """What was typed about an entry that is gone."""
    form.entry = None
    form.renew()
    form.add_error(None, str(error))
    return _form_page(request, form, month, status=409)


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
