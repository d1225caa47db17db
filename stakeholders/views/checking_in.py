"""On the day: the committee's phone that scans invitations, and the QR at the door."""

from typing import TYPE_CHECKING

import segno
from axes.helpers import get_client_ip_address
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries import services as library_services
from libraries.views.activation import discreet
from stakeholders import codes, permissions
from stakeholders.enums import CheckIn, EventState
from stakeholders.figures.seats import seats_of
from stakeholders.forms.attendance import DoorForm, PresentForm, ScanForm
from stakeholders.models import Attendee, Event
from stakeholders.services import attendance
from stakeholders.services.events import NotNow
from stakeholders.views.events import arranged_event, blame

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

# At which event a phone was last at the desk: its camera opens invitations without saying so.
_DESK = "meja"
_DESK_LASTS = 12 * 60 * 60  # seconds


@require_http_methods(["GET", "HEAD", "POST"])
def event_check_in(request: "SignedInRequest", pk: int) -> HttpResponse:
    """For the committee: type or scan an invitation, and the QR to hang at the door."""
    event = arranged_event(request, pk)
    if request.method != "POST":
        return _check_in_page(request, event, ScanForm())
    form = ScanForm(request.POST)
    if not form.is_valid():
        return _check_in_page(request, event, form, status=422)
    try:
        found = attendance.invited_with(event=event, scanned=form.cleaned_data["kode"])
    except attendance.NobodyFound:
        form.add_error("kode", _("Kode ini bukan undangan acara ini. Periksa lagi hurufnya."))
        return _check_in_page(request, event, form, status=422)
    except NotNow as error:
        form.add_error("kode", str(error))
        return _check_in_page(request, event, form, status=409)
    return redirect("stakeholders:check_in", key=found.key)


def _check_in_page(
    request: "SignedInRequest", event: Event, form: ScanForm, *, status: int = 200
) -> HttpResponse:
    link = codes.door_link(event.key)
    try:
        attendance.refuse_other_day(event)
        not_now = ""
    except NotNow as error:
        not_now = str(error)
    latest = Attendee.objects.filter(event=event, attended_at__isnull=False)
    context = {
        "event": event,
        "form": form,
        "link": link,
        "qr": segno.make(link, error="m", micro=False).svg_data_uri(scale=6, border=2),
        "seats": seats_of(event),
        "not_now": not_now,
        "latest": latest.select_related("library", "organisation").order_by("-attended_at")[:5],
    }
    response = render(request, "stakeholders/event_check_in.html", context, status=status)
    response.set_signed_cookie(
        _DESK,
        str(event.pk),
        max_age=_DESK_LASTS,
        path=reverse("stakeholders:events"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: "SignedInRequest", key: str) -> HttpResponse:
    """The QR of an invitation, scanned by the committee: who it is, and one button."""
    seen = Attendee.objects.visible_to(request.user).for_list().select_related("event__region")
    attendee = get_object_or_404(seen, key=codes.normal(key))
    if not permissions.can_arrange(request.user, attendee.event):
        raise PermissionDenied
    if request.method != "POST":
        return _person_page(request, attendee, PresentForm())
    form = PresentForm(request.POST)
    if not form.is_valid():
        return _person_page(request, attendee, form, status=422)
    try:
        _refuse_other_desk(request, attendee.event)
        attendance.check_in(
            attendee=attendee, how=CheckIn.QR, by=request.user, reason=form.cleaned_data["reason"]
        )
    except ValidationError as error:
        blame(form, error)
        return _person_page(request, attendee, form, status=422)
    except NotNow as error:
        form.add_error(None, str(error))
        return _person_page(request, attendee, form, status=409)
    return redirect("stakeholders:check_in", key=attendee.key)


def _person_page(
    request: "SignedInRequest", attendee: Attendee, form: PresentForm, *, status: int = 200
) -> HttpResponse:
    try:
        attendance.refuse_other_day(attendee.event)
        _refuse_other_desk(request, attendee.event)
        not_now = ""
    except NotNow as error:
        not_now = str(error)
    context = {
        "attendee": attendee,
        "event": attendee.event,
        "form": form,
        "not_now": not_now,
        "asks_reason": bool(form.errors),
        "seats": seats_of(attendee.event),
    }
    return render(request, "stakeholders/check_in.html", context, status=status)


def _refuse_other_desk(request: "SignedInRequest", event: Event) -> None:
    """Raises :class:`NotNow` on a phone that sits at the desk of another event."""
    desk = request.get_signed_cookie(_DESK, default="", max_age=_DESK_LASTS)
    if desk and desk != str(event.pk):
        raise NotNow(
            _(
                "Undangan ini untuk acara lain: “%(event)s”. Bila Anda memang bertugas di sana, "
                "buka dulu meja kehadirannya di bawah."
            )
            % {"event": event.title}
        )


# --- At the door, for guests without an account ---------------------------------------------------


@login_not_required
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, key: str) -> HttpResponse:
    """The QR at the door, opened on the guest's own phone. Only on a day of the event; it names
    nobody who did not name themselves first. Wrong tries are counted as wrong codes are."""
    address = get_client_ip_address(request)
    event = Event.objects.filter(key=codes.normal(key)).select_related("region").first()
    try:
        library_services.refuse_guessing(address=address)
    except library_services.TooManyWrong as error:
        return _door_page(request, event, DoorForm(), why=str(error), status=429)
    if event is None or event.state == EventState.CANCELLED:
        library_services.note_wrong_code(address=address, page="/sinergi/acara/pintu/")
        raise Http404
    try:
        attendance.refuse_other_day(event)
    except NotNow as error:
        return _door_page(request, event, DoorForm(), why=str(error), status=409)
    if request.method != "POST":
        return _door_page(request, event, DoorForm())
    form = DoorForm(request.POST)
    if not form.is_valid():
        return _door_page(request, event, form, status=422)
    return _let_in(request, event, form, address)


def _let_in(
    request: HttpRequest, event: Event, form: DoorForm, address: str | None
) -> HttpResponse:
    try:
        attendee, is_news = attendance.at_the_door(event=event, said=form.cleaned_data["siapa"])
    except attendance.NobodyFound as error:
        library_services.note_wrong_code(address=address, page="/sinergi/acara/pintu/")
        form.add_error("siapa", str(error))
        return _door_page(request, event, form, status=422)
    except ValidationError:
        form.add_error(None, _("Kursi sudah penuh. Temui panitia di meja pendaftaran."))
        return _door_page(request, event, form, status=422)
    except NotNow as error:
        form.add_error("siapa", str(error))
        return _door_page(request, event, form, status=409)
    context = {"event": event, "attendee": attendee, "is_news": is_news}
    return render(request, "stakeholders/door_done.html", context)


def _door_page(
    request: HttpRequest,
    event: Event | None,
    form: DoorForm,
    *,
    why: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"event": event, "form": form, "why": why}
    return render(request, "stakeholders/door.html", context, status=status)
