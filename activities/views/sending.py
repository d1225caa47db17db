"""What a phone sends by itself once it has signal: entries, their photos one by one, visitors.

Every request may come again, and at the same time as itself: what is stored is stored once, and the
answer is the same. All answers are JSON (see ``http.speaks_json``).
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import http, queries, services
from activities.enums import Kind
from activities.forms import EntryForm, VisitsForm, entry_form
from activities.models import Activity, EntryDraft, MonthlyReport
from activities.photos import store_photo
from libraries.models import Library
from tpbis.accounts.offline import offline_id
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

# A phone that does not say what it saw has seen nothing: figures that stand there were typed later,
# or elsewhere, and are not written over unasked.
NOTHING_THERE = (None, None)
CLOSED = (services.Locked, services.RecordedInSim)


@http.speaks_json
@reads
def sending(request: "SignedInRequest") -> JsonResponse:
    """Who is signed in here, for which library, and the token to send with."""
    library = http.own_library(request)
    return JsonResponse(
        {
            "user": offline_id(request.user),
            "library": library.name,
            "csrf": get_token(request),
            "today": timezone.localdate().isoformat(),
            "records": queries.records_here(library),
        }
    )


@http.speaks_json
@require_POST
def send_entry(request: "SignedInRequest", kind: str) -> JsonResponse:
    """One entry without its photos."""
    if kind not in Kind.values:
        raise Http404
    library = http.own_library(request)
    if not queries.records_here(library):
        return _closed(services.RecordedInSim(library))
    form_class = entry_form(kind, request.GET.get("bentuk", ""))
    form = form_class(request.POST, request.FILES, library=library, month=periods.this_month())
    if not form.is_valid():
        return _invalid(form)
    if form.cleaned_data["uuid"] is None:
        form.add_error("uuid", _("Nomor catatan tidak ikut terkirim."))
        return _invalid(form)
    try:
        received = services.receive(
            library=library,
            kind=form.kind,
            content=form.content,
            photos=form.stored,
            by=request.user,
            uuid=form.cleaned_data["uuid"],
        )
    except services.AlreadyRecorded:
        return _twin(request, form, library)
    except CLOSED as error:
        return _closed(error)
    except (services.OutsideMonth, ValidationError) as error:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        return _invalid(form)
    return _stored(received.entry, status=201 if received.is_new else 200)


@http.speaks_json
@reads
def sent_entry(request: "SignedInRequest", uuid: UUID) -> JsonResponse:
    """What has arrived of it so far."""
    return _stored(_own_entry(request, uuid))


@http.speaks_json
@require_POST
def send_photo(request: "SignedInRequest", uuid: UUID, photo: UUID) -> JsonResponse:
    """One picture of an entry that is stored."""
    entry = _own_entry(request, uuid)
    there = {one.uuid for one in entry.photos.all()}
    if photo in there:
        return _photos(there)
    if not entry.report.is_editable:
        return _closed(services.Locked())
    upload = request.FILES.get("photo")
    if upload is None:
        return _refused_photo(_("Foto tidak ikut terkirim. Kirim lagi."))
    try:
        stored = services.attach_photo(
            activity=entry, stored=store_photo(upload), by=request.user, uuid=photo
        )
    except CLOSED as error:
        return _closed(error)
    except services.TooManyPhotos as error:
        return _refused_photo(str(error))
    except ValidationError as error:
        return _refused_photo(*error.messages)
    # The same bytes may be there under another number; the phone asks about its own.
    return _photos({*there, stored.uuid, photo}, status=201 if stored.uuid == photo else 200)


@http.speaks_json
@require_POST
def send_visits(request: "SignedInRequest", month: str) -> JsonResponse:
    """The visitors of a month."""
    library = http.own_library(request)
    asked = http.month_of(month, library)
    if not queries.records_here(library):
        return _closed(services.RecordedInSim(library))
    form = VisitsForm(request.POST)
    if not form.is_valid():
        return _invalid(form)
    try:
        report = services.enter_visits_of_month(
            library=library,
            month=asked,
            by=request.user,
            seen=form.figures_seen or NOTHING_THERE,
            **form.content,
        )
    except services.VisitsChanged as error:
        return _other_figures(error.report, str(error))
    except CLOSED as error:
        return _closed(error)
    return JsonResponse({"state": "stored", **_of_month(report)})


# --- The answers ----------------------------------------------------------------------------------


def _own_entry(request: "SignedInRequest", uuid: UUID) -> Activity:
    """Of a librarian's own: others are turned away before."""
    visible = Activity.objects.visible_to(request.user).for_report()
    return get_object_or_404(visible.select_related("report__library"), uuid=uuid)


def _stored(entry: Activity, *, status: int = 200) -> JsonResponse:
    report = entry.report
    told: dict[str, Any] = {
        "state": "stored",
        "uuid": str(entry.uuid),
        "url": reverse("activities:edit", kwargs={"pk": entry.pk}),
        **_of_month(report),
        "photos": sorted(str(photo.uuid) for photo in entry.photos.all()),
    }
    if report.is_supplementary:
        told["supplement"] = report.number
        told["message"] = _(
            "Laporan %(month)s sudah dikirim sebelumnya, jadi catatan ini masuk laporan susulan "
            "nomor %(number)s. Kirim juga laporan susulan itu."
        ) % {"month": periods.written(report.month), "number": report.number}
    return JsonResponse(told, status=status)


def _of_month(report: MonthlyReport) -> dict[str, str]:
    month = periods.month_code(report.month)
    return {"report_url": report.get_absolute_url(), "month": month}


def _twin(request: "SignedInRequest", form: EntryForm, library: Library) -> JsonResponse:
    twin = services.keep_twin(
        library=library,
        uuid=form.cleaned_data["uuid"],
        kind=form.kind,
        is_snapshot=form.is_snapshot,
        fields=form.typed,
        photos=form.stored,
        by=request.user,
    )
    return JsonResponse({"state": "twin", "url": _address_of(twin)}, status=409)


def _address_of(twin: EntryDraft) -> str:
    if twin.entry_id is None:
        return f"{reverse('activities:record_kind', args=[twin.kind])}?draf={twin.uuid}"
    return reverse("activities:compare", kwargs={"pk": twin.entry_id, "draft": twin.pk})


def _other_figures(report: MonthlyReport, message: str) -> JsonResponse:
    there = {"men": report.visits_men, "women": report.visits_women}
    told = {"state": "changed", "message": message, "there": there, **_of_month(report)}
    return JsonResponse(told, status=409)


def _closed(error: Exception) -> JsonResponse:
    return JsonResponse({"state": "locked", "message": str(error)}, status=409)


def _invalid(form: BaseForm) -> JsonResponse:
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return JsonResponse({"state": "invalid", "errors": errors}, status=422)


def _photos(uuids: set[UUID], *, status: int = 200) -> JsonResponse:
    there = sorted(str(uuid) for uuid in uuids)
    told = {"state": "stored", "photos": there, "count": len(there)}
    return JsonResponse(told, status=status)


def _refused_photo(*texts: str) -> JsonResponse:
    return JsonResponse({"state": "invalid", "errors": {"photo": list(texts)}}, status=422)
