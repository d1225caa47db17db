"""Events: the list, each one's page, and what whoever arranges it writes down."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries.models import Library
from stakeholders import permissions
from stakeholders.enums import EventFileKind, EventKind, EventMode, EventState
from stakeholders.figures import trainings
from stakeholders.figures.meetings import brought_forward
from stakeholders.figures.seats import seats_of
from stakeholders.forms.event_choices import EventChoice
from stakeholders.forms.events import CancelForm, EventFileForm, EventForm, MinutesForm
from stakeholders.models import ActionItem, Attendee, Event, EventFile, EventSeries
from stakeholders.services import events as services
from tpbis.accounts.history import history_of
from tpbis.core import exports
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind
from tpbis.core.tables import without
from tpbis.core.templatetags.tpbis import waktu

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from stakeholders.querysets import EventQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25
EVENTS_SHOWN = 30  # of its history
CHUNK = 500
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
_COUNTED = {
    "invited": Count("attendees", distinct=True),
    "present": Count("attendees", filter=Q(attendees__attended_at__isnull=False), distinct=True),
}


@reads
def event_list(request: "SignedInRequest") -> HttpResponse:
    choice = EventChoice(request.GET, by=request.user)
    found = _chosen(request, choice)
    page = Paginator(found.for_list(), PER_PAGE).get_page(request.GET.get("hal"))
    counts = _counts([event.pk for event in page])
    return render(
        request,
        "stakeholders/events.html",
        {
            "choice": choice,
            "page": page,
            "rows": [(event, counts.get(event.pk)) for event in page],
            "page_query": without(request.GET, "hal"),
            "now": timezone.now(),
            "may_arrange": permissions.arranges_events(request.user),
            **_coverage(request, choice),
        },
        status=200 if choice.is_valid() else 400,
    )


def _chosen(request: "SignedInRequest", choice: EventChoice) -> "EventQuerySet":
    seen = Event.objects.visible_to(request.user)
    if not choice.is_valid():
        return seen.none()
    asked = choice.cleaned_data
    if asked["waktu"]:
        coming = Q(ends_at__gte=timezone.now())
        seen = seen.filter(coming if asked["waktu"] == "akan" else ~coming)
    narrowed = {
        "kind": asked["jenis"],
        "region__code": asked["daerah"],
        "series": asked["seri"],
        "starts_at__year": asked["tahun"],
    }
    return seen.filter(**{name: value for name, value in narrowed.items() if value})


def _counts(events: list[int]) -> dict[int, dict[str, Any]]:
    """How many were invited and came, of events shown."""
    rows = Event.objects.filter(pk__in=events).order_by().values("pk").annotate(**_COUNTED)
    return {row["pk"]: dict(row) for row in rows}


def _coverage(request: "SignedInRequest", choice: EventChoice) -> dict[str, Any]:
    """Of the libraries of the region and the year that are asked for."""
    libraries = Library.objects.visible_to(request.user)
    if not choice.is_valid() or request.user.is_librarian or not libraries.exists():
        return {"coverage": []}
    region = choice.cleaned_data["daerah"]
    if region:
        libraries = libraries.within(region)
    year = int(choice.cleaned_data["tahun"] or trainings.latest_year(libraries))
    first, last = trainings.days_of(year)
    return {
        "coverage": trainings.coverage(libraries.partners_on(last), first=first, last=last),
        "coverage_year": year,
        "coverage_region": region,
    }


@reads
def event_list_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = EventChoice(request.GET, by=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    rows = _chosen(request, choice).for_list().annotate(**_COUNTED)
    listing = Listing(
        name="acara",
        title=_("Acara"),
        unit=_("satu baris satu acara"),
        columns=_columns(),
        rows=rows.iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return exports.file_of(listing, form, request.GET)


def _columns() -> list[Column[Any]]:
    return [
        Column(_("Judul"), lambda event: event.title),
        Column(_("Jenis"), label(EventKind, lambda event: event.kind)),
        Column(_("Seri"), lambda event: event.series.name if event.series else ""),
        Column(_("Nomor"), lambda event: event.number or "", Kind.NUMBER),
        Column(_("Gelombang"), lambda event: event.wave or "", Kind.NUMBER),
        Column(_("Wilayah"), lambda event: event.region.title),
        Column(_("Mulai"), lambda event: waktu(event.starts_at)),
        Column(_("Selesai"), lambda event: waktu(event.ends_at)),
        Column(_("Cara"), label(EventMode, lambda event: event.mode)),
        Column(_("Tempat"), lambda event: event.place),
        Column(_("Keadaan"), label(EventState, lambda event: event.state)),
        Column(_("Kursi"), lambda event: event.seats or "", Kind.NUMBER),
        Column(_("Diundang"), lambda event: event.invited, Kind.NUMBER),
        Column(
            _("Hadir"), lambda event: event.present, Kind.NUMBER, _("orang yang tercatat datang")
        ),
    ]


# --- One event ------------------------------------------------------------------------------------


@reads
def event_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = _event(request, pk)
    return _page(request, event)


def _page(request: "SignedInRequest", event: Event) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    may_arrange = permissions.can_arrange(user, event)
    attendees = Attendee.objects.visible_to(user).filter(event=event).for_list()
    seen = list(attendees)
    actions = ActionItem.objects.visible_to(user).filter(event=event).for_list()
    return render(
        request,
        "stakeholders/event.html",
        {
            "event": event,
            "today": today,
            "now": timezone.now(),
            "has_begun": timezone.localdate(event.starts_at) <= today,
            "seats": seats_of(event),
            "attendees": seen,
            "speakers": event.speakers.select_related("organisation").order_by("pk"),
            "files": event.files.order_by("kind", "pk"),
            "actions": actions,
            "before": brought_forward(event, user=user),
            "may_arrange": may_arrange,
            "may_change": may_arrange and event.state != EventState.CANCELLED,
            "sees_names": permissions.sees_names(user),
            "sees_all": may_arrange,
            "history": history_of(event, limit=EVENTS_SHOWN, within=[event.region])
            if may_arrange
            else [],
        },
    )


def _event(request: "SignedInRequest", pk: int) -> Event:
    found = Event.objects.visible_to(request.user).select_related("region", "series")
    event: Event = get_object_or_404(found, pk=pk)
    return event


def arranged_event(request: "SignedInRequest", pk: int) -> Event:
    """One that may be seen, and is theirs to arrange; else 404, or 403."""
    event = _event(request, pk)
    if not permissions.can_arrange(request.user, event):
        raise PermissionDenied
    return event


# --- Announced, corrected -------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def event_add(request: "SignedInRequest") -> HttpResponse:
    if not permissions.arranges_events(request.user):
        raise PermissionDenied
    if request.method != "POST":
        asked = EventForm.template_of(request.GET.get("jenis", ""))
        return _form_page(request, EventForm(initial=asked, by=request.user))
    form = EventForm(request.POST, by=request.user)

    def keep() -> Event:
        return services.announce(region=form.chosen_region, plan=form.plan, by=request.user)

    return _kept(request, form, keep, _("Acara tersimpan. Sekarang undang pesertanya."))


@require_http_methods(["GET", "HEAD", "POST"])
def event_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = arranged_event(request, pk)
    if request.method != "POST":
        form = EventForm(initial=EventForm.said_of(event), by=request.user, event=event)
        return _form_page(request, form)
    form = EventForm(request.POST, by=request.user, event=event)

    def keep() -> Event:
        return services.change_event(event=event, plan=form.plan, by=request.user)

    return _kept(request, form, keep, _("Acara diperbarui."))


def _kept(
    request: "SignedInRequest", form: EventForm, keep: Callable[[], Event], said: str
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, status=422)
    try:
        event = keep()
    except ValidationError as error:
        blame(form, error)
        return _form_page(request, form, status=422)
    except services.NotNow as error:
        form.add_error(None, str(error))
        return _form_page(request, form, status=409)
    except IntegrityError:  # two people wrote a new series' name at the same moment
        form.add_error(None, _("Seri ini baru saja dicatat orang lain. Simpan sekali lagi."))
        return _form_page(request, form, status=409)
    messages.success(request, said)
    return redirect(event)


def _form_page(request: "SignedInRequest", form: EventForm, *, status: int = 200) -> HttpResponse:
    mine = EventSeries.objects.filter(region__in=[one.pk for one in form.regions.values()])
    context = {
        "form": form,
        "event": form.event,
        "series": sorted({one.name for one in mine}),
        "quotas_fixed": form.event is not None and form.event.attendees.exists(),
    }
    return render(request, "stakeholders/event_form.html", context, status=status)


def blame(form: Any, error: ValidationError) -> None:
    """What a service refuses stands at its field, where the form has one."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else None, problems)


# --- Called off, held, written down ---------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def event_cancel(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = arranged_event(request, pk)
    form = CancelForm(request.POST or None)
    if request.method != "POST":
        return _step_page(request, event, form, "cancel")
    if not form.is_valid():
        return _step_page(request, event, form, "cancel", status=422)
    try:
        services.cancel_event(event=event, reason=form.cleaned_data["reason"], by=request.user)
    except services.NotNow as error:
        form.add_error(None, str(error))
        return _step_page(request, event, form, "cancel", status=409)
    messages.success(request, _("Acara dibatalkan. Yang diundang melihat alasannya."))
    return redirect(event)


@require_POST
def event_hold(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = arranged_event(request, pk)
    try:
        services.hold_event(event=event, by=request.user)
    except services.NotNow as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("Acara ditandai selesai. Lengkapi notula dan tindak lanjutnya.")
        )
    return redirect(event)


@require_http_methods(["GET", "HEAD", "POST"])
def event_minutes(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = arranged_event(request, pk)
    if request.method != "POST":
        form = MinutesForm(initial={"minutes": event.minutes})
        return _step_page(request, event, form, "minutes")
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _step_page(request, event, form, "minutes", status=422)
    try:
        services.write_minutes(event=event, by=request.user, **form.cleaned_data)
    except services.NotNow as error:
        form.add_error(None, str(error))
        return _step_page(request, event, form, "minutes", status=409)
    messages.success(request, _("Notula tersimpan."))
    return redirect(f"{event.get_absolute_url()}#notula")


@require_http_methods(["GET", "HEAD", "POST"])
def event_file_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    event = arranged_event(request, pk)
    if request.method != "POST":
        return _step_page(request, event, EventFileForm(), "file")
    form = EventFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _step_page(request, event, form, "file", status=422)
    kind = EventFileKind(form.cleaned_data["kind"])
    try:
        services.add_event_file(
            event=event, kind=kind, file=form.cleaned_data["file"], by=request.user
        )
    except ValidationError as error:
        form.add_error("file", error)
        return _step_page(request, event, form, "file", status=422)
    except services.NotNow as error:
        form.add_error(None, str(error))
        return _step_page(request, event, form, "file", status=409)
    messages.success(request, _("Berkas tersimpan."))
    return redirect(f"{event.get_absolute_url()}#berkas")


def _step_page(
    request: "SignedInRequest", event: Event, form: Any, step: str, *, status: int = 200
) -> HttpResponse:
    context = {"event": event, "form": form, "step": step}
    return render(request, "stakeholders/event_step.html", context, status=status)


# --- Papers ---------------------------------------------------------------------------------------


@reads
def event_file(request: "SignedInRequest", pk: int) -> "HttpResponseBase":
    """For whoever sees the event."""
    paper = get_object_or_404(_papers(request), pk=pk)
    try:
        file = storages["documents"].open(paper.file_name or "none")
    except (FileNotFoundError, IsADirectoryError) as gone:
        raise Http404 from gone
    ending = paper.file_name.rpartition(".")[2]
    return FileResponse(
        file,
        as_attachment=True,
        filename=paper.original_name or f"berkas-{paper.pk}.{ending}",
        content_type=_TYPES.get(ending, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )


@require_POST
def event_file_remove(request: "SignedInRequest", pk: int) -> HttpResponse:
    paper = get_object_or_404(_papers(request), pk=pk)
    services.remove_event_file(paper=paper, by=request.user)
    messages.success(request, _("Berkas dihapus."))
    return redirect(f"{paper.event.get_absolute_url()}#berkas")


def _papers(request: "SignedInRequest") -> "QuerySet[EventFile]":
    seen = Event.objects.visible_to(request.user)
    return EventFile.objects.filter(event__in=seen).select_related("event__region")
