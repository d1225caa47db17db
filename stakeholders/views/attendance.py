"""Who is invited to an event, what they answer, and lists of names."""

from typing import TYPE_CHECKING, Any

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stakeholders import codes, permissions
from stakeholders.enums import Answer, CheckIn, EventState, SeatGroup
from stakeholders.forms.attendance import (
    AgreedListForm,
    AnswerForm,
    GuestForm,
    ListForm,
    PresentForm,
    signed,
)
from stakeholders.models import Attendee, Event, Organisation
from stakeholders.services import attendance, attendance_lists
from stakeholders.services.attendance_lists import Outcome, Purpose, Written
from stakeholders.services.events import NotNow
from stakeholders.views.events import arranged_event, blame
from tpbis.core import exports
from tpbis.core.exports import Column, Listing, label
from tpbis.core.http import reads
from tpbis.core.templatetags.tpbis import waktu

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

_SUGGESTED = 400


@require_http_methods(["GET", "HEAD", "POST"])
def event_invite(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody from a library, an organisation, or from outside the register."""
    return _guest(request, arranged_event(request, pk), is_there=False)


@require_http_methods(["GET", "HEAD", "POST"])
def event_walk_in(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody came who was not invited."""
    return _guest(request, arranged_event(request, pk), is_there=True)


def _guest(request: "SignedInRequest", event: Event, *, is_there: bool) -> HttpResponse:
    if request.method != "POST":
        form = GuestForm(by=request.user, event=event)
        return _guest_page(request, event, form, is_there=is_there)
    form = GuestForm(request.POST, by=request.user, event=event)
    if not form.is_valid():
        return _guest_page(request, event, form, is_there=is_there, status=422)
    seat = attendance.walk_in if is_there else attendance.invite
    try:
        attendee = seat(
            event=event, guest=form.guest, by=request.user, reason=form.cleaned_data["reason"]
        )
    except ValidationError as error:
        blame(form, error)
        return _guest_page(request, event, form, is_there=is_there, status=422)
    except NotNow as error:
        form.add_error(None, str(error))
        return _guest_page(request, event, form, is_there=is_there, status=409)
    said = _("%(name)s tercatat hadir.") if is_there else _("%(name)s diundang.")
    messages.success(request, said % {"name": attendee.name or _place_of(attendee)})
    return redirect(request.path if "lagi" in request.POST else attendee_address(event))


def attendee_address(event: Event) -> str:
    return f"{event.get_absolute_url()}#peserta"


def _guest_page(
    request: "SignedInRequest",
    event: Event,
    form: GuestForm,
    *,
    is_there: bool,
    status: int = 200,
) -> HttpResponse:
    register = Organisation.objects.visible_to(request.user).in_register().order_by("name")
    context = {
        "event": event,
        "form": form,
        "is_there": is_there,
        "organisations": register.values_list("name", flat=True)[:_SUGGESTED],
    }
    return render(request, "stakeholders/guest_form.html", context, status=status)


def _place_of(attendee: Attendee) -> str:
    place = attendee.library or attendee.organisation
    return place.name if place else attendee.institution


# --- One invitation -------------------------------------------------------------------------------


@reads
def attendee_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _attendee_page(request, _attendee(request, pk), AnswerForm(), PresentForm())


def _attendee_page(
    request: "SignedInRequest",
    attendee: Attendee,
    answer_form: AnswerForm,
    present_form: PresentForm,
    *,
    status: int = 200,
) -> HttpResponse:
    event, user = attendee.event, request.user
    may_arrange = permissions.can_arrange(user, event)
    link = codes.seat_link(attendee.key)
    is_on = event.state != EventState.CANCELLED
    may_answer = permissions.can_answer(user, attendee)
    context = {
        "attendee": attendee,
        "event": event,
        "place": _place_of(attendee),
        "code": codes.spoken(attendee.key),
        "qr": segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=2),
        "answer_form": answer_form,
        "present_form": present_form,
        "may_answer": is_on
        and may_answer
        and event.state == EventState.PLANNED
        and attendee.attended_at is None,
        "may_arrange": may_arrange,
        "may_note": is_on and may_arrange,
        "may_erase": permissions.can_erase(user, attendee) and attendee.erased_at is None,
        "sees_contact": may_answer,
    }
    return render(request, "stakeholders/attendee.html", context, status=status)


@require_POST
def attendee_answer(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Coming or not: by whoever arranges it, or by the one invited."""
    attendee = _attendee(request, pk)
    if not permissions.can_answer(request.user, attendee):
        raise PermissionDenied
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _attendee_page(request, attendee, form, PresentForm(), status=422)
    try:
        attendance.answer_invitation(
            attendee=attendee,
            answer=Answer(form.cleaned_data["answer"]),
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except ValidationError as error:
        blame(form, error)
        return _attendee_page(request, attendee, form, PresentForm(), status=422)
    except NotNow as error:
        form.add_error(None, str(error))
        return _attendee_page(request, attendee, form, PresentForm(), status=409)
    messages.success(request, _("Jawaban tersimpan."))
    return redirect("stakeholders:attendee", pk=attendee.pk)


@require_POST
def attendee_present(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Noted by hand, from the list."""
    attendee = _attendee(request, pk)
    if not permissions.can_arrange(request.user, attendee.event):
        raise PermissionDenied
    form = PresentForm(request.POST)
    if not form.is_valid():
        return _attendee_page(request, attendee, AnswerForm(), form, status=422)
    try:
        is_news = attendance.check_in(
            attendee=attendee,
            how=CheckIn.HAND,
            by=request.user,
            reason=form.cleaned_data["reason"],
        )
    except ValidationError as error:
        blame(form, error)
        return _attendee_page(request, attendee, AnswerForm(), form, status=422)
    except NotNow as error:
        form.add_error(None, str(error))
        return _attendee_page(request, attendee, AnswerForm(), form, status=409)
    said = _("%(name)s tercatat hadir.") if is_news else _("%(name)s sudah tercatat hadir.")
    messages.success(request, said % {"name": attendee.name or _place_of(attendee)})
    return redirect(attendee_address(attendee.event))


@require_POST
def attendee_absent(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It was somebody else who came."""
    attendee = _attendee(request, pk)
    attendance.undo_check_in(attendee=attendee, by=request.user)
    messages.success(request, _("Kehadiran dibatalkan."))
    return redirect("stakeholders:attendee", pk=attendee.pk)


@require_POST
def attendee_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The invitation was a mistake."""
    attendee = _attendee(request, pk)
    try:
        attendance.withdraw_invitation(attendee=attendee, by=request.user)
    except NotNow as error:
        messages.error(request, str(error))
        return redirect("stakeholders:attendee", pk=attendee.pk)
    messages.success(request, _("Undangan ditarik."))
    return redirect(attendee_address(attendee.event))


@require_POST
def attendee_erase(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody asked to be forgotten."""
    attendee = _attendee(request, pk)
    attendance.erase_attendee(attendee=attendee, by=request.user)
    messages.success(request, _("Data orang ini dihapus. Kursinya tetap dihitung."))
    return redirect("stakeholders:attendee", pk=attendee.pk)


def _attendee(request: "SignedInRequest", pk: int) -> Attendee:
    seen = Attendee.objects.visible_to(request.user).for_list()
    found: Attendee = get_object_or_404(seen.select_related("event__region"), pk=pk)
    return found


# --- Lists ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def event_upload(request: "SignedInRequest", pk: int, what: str) -> HttpResponse:
    """A file of names: read and shown, nothing is written yet."""
    event, purpose = arranged_event(request, pk), Purpose(what)
    if request.method != "POST":
        return _upload_page(request, event, purpose, ListForm())
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, event, purpose, form, status=422)
    return _plan_page(request, event, purpose, form.cleaned_data["berkas"])


@require_POST
def event_upload_confirm(request: "SignedInRequest", pk: int, what: str) -> HttpResponse:
    """The plan was looked at and is carried out."""
    event, purpose = arranged_event(request, pk), Purpose(what)
    form = AgreedListForm(request.POST, event=event)
    if not form.is_valid():
        problem = " ".join(str(text) for texts in form.errors.values() for text in texts)
        return _upload_page(request, event, purpose, ListForm(), problem=problem, status=422)
    lines = form.cleaned_data["baris"]
    try:
        carried = attendance_lists.carry_out(
            event=event,
            lines=lines,
            purpose=purpose,
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except NotNow as error:
        return _upload_page(request, event, purpose, ListForm(), problem=str(error), status=409)
    messages.success(request, _("%(count)s orang tercatat dari daftar.") % {"count": carried.done})
    if not carried.left:
        return redirect(attendee_address(event))
    return _plan_page(
        request, event, purpose, [line.written for line in carried.left], left=carried
    )


def _upload_page(
    request: "SignedInRequest",
    event: Event,
    purpose: Purpose,
    form: ListForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"event": event, "form": form, "purpose": purpose.value, "problem": problem}
    return render(request, "stakeholders/event_upload.html", context, status=status)


def _plan_page(
    request: "SignedInRequest",
    event: Event,
    purpose: Purpose,
    lines: list[Written],
    *,
    left: attendance_lists.Carried | None = None,
) -> HttpResponse:
    planned = (
        left.left
        if left
        else attendance_lists.plan_list(event=event, lines=lines, purpose=purpose, by=request.user)
    )
    counts = {one.value: sum(line.outcome == one for line in planned) for one in Outcome}
    context: dict[str, Any] = {
        "event": event,
        "purpose": purpose.value,
        "lines": planned,
        "counts": counts,
        "may_confirm": left is not None or bool(counts["cocok"] + counts["baru"]),
        "is_left": left is not None,
        "form": AgreedListForm(initial={"baris": signed(event, lines)}, event=event),
    }
    return render(request, "stakeholders/event_upload_plan.html", context)


@reads
def event_attendees_export(request: "SignedInRequest", pk: int, form: str) -> "HttpResponseBase":
    """The list of those invited and present, for whoever arranges it."""
    event = arranged_event(request, pk)
    rows = Attendee.objects.visible_to(request.user).filter(event=event).for_list()
    columns: list[Column[Attendee]] = [
        Column(_("Nama"), lambda one: one.name),
        Column(_("Jabatan"), lambda one: one.position),
        Column(_("Asal"), _place_of),
        Column(_("Kuota"), label(SeatGroup, lambda one: one.group)),
        Column(_("Jawaban"), label(Answer, lambda one: one.answer)),
        Column(_("Hadir"), lambda one: waktu(one.attended_at) if one.attended_at else ""),
        Column(_("Cara hadir"), label(CheckIn, lambda one: one.checked_in)),
        Column(_("Alasan melebihi kuota"), lambda one: one.over_quota),
        Column(_("Kode"), lambda one: codes.spoken(one.key)),
    ]
    listing = Listing(
        name="peserta-acara",
        title=_("Peserta"),
        unit=_("satu baris satu undangan"),
        columns=columns,
        rows=rows,
        told=[(_("Acara"), event.title), (_("Mulai"), waktu(event.starts_at))],
    )
    return exports.file_of(listing, form, request.GET)
