"""One need: stated, corrected, confirmed or not, given a priority, withdrawn."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.enums import NeedState
from stakeholders.forms.needs import NeedForm, PriorityForm, ReasonForm
from stakeholders.models import Commitment, Need
from stakeholders.services import needs as services
from stakeholders.services.amounts import MovedOn
from stakeholders.views.kept_files import kept_file
from tpbis.accounts.history import history_of
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

EVENTS_SHOWN = 30
_OPEN_TO_CHANGE = (NeedState.STATED, NeedState.OPEN)
_BEING_MET = (NeedState.OPEN, NeedState.MATCHED, NeedState.PROMISED)


def _found(request: "SignedInRequest", pk: int) -> Need:
    return get_object_or_404(Need.objects.visible_to(request.user).for_list(), pk=pk)


@reads
def need(request: "SignedInRequest", pk: int) -> HttpResponse:
    """What is lacking and why, what became of it, and what may be done about it."""
    return _page(request, _found(request, pk))


@reads
def need_photo(request: "SignedInRequest", pk: int) -> FileResponse:
    return kept_file(_found(request, pk).photo)


# --- Stating it -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def need_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """A library lacks something."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    return _add(request, library)


@require_http_methods(["GET", "HEAD", "POST"])
def region_need_add(request: "SignedInRequest", code: str) -> HttpResponse:
    """The libraries of a regency, or of the province, lack something together."""
    wide = Region.objects.visible_to(request.user).filter(level__lte=Level.REGENCY)
    return _add(request, get_object_or_404(wide, code=code))


def _add(request: "SignedInRequest", place: Library | Region) -> HttpResponse:
    if not permissions.can_state_need(request.user, place):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, place, NeedForm())
    form = NeedForm(request.POST, request.FILES)
    made: list[Need] = []

    def state() -> None:
        made.append(
            services.state_need(
                place=place, lack=form.lack, photo=form.cleaned_data["photo"], by=request.user
            )
        )

    if refused := _refused(form, state):
        return _form_page(request, place, form, status=refused)
    messages.success(request, _("Kebutuhan tercatat dan menunggu konfirmasi PIC."))
    return redirect(made[0])


@require_http_methods(["GET", "HEAD", "POST"])
def need_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    need = _found(request, pk)
    if not permissions.can_state_need(request.user, need.place()):
        raise PermissionDenied
    if need.state != NeedState.STATED:
        text = _("Kebutuhan ini sudah dikonfirmasi atau selesai, jadi tidak diubah lagi.")
        return _moved_on(request, need, text)
    if request.method != "POST":
        return _form_page(request, need.place(), NeedForm.of(need), need=need)
    form = NeedForm(request.POST, request.FILES)

    def change() -> None:
        services.change_need(
            need=need,
            lack=form.lack,
            photo=form.cleaned_data["photo"],
            without_photo=form.cleaned_data["without_photo"],
            by=request.user,
        )

    if refused := _refused(form, change):
        return _form_page(request, need.place(), form, need=need, status=refused)
    messages.success(request, _("Perubahan tersimpan."))
    return redirect(need)


# --- Judging it -----------------------------------------------------------------------------------


@require_POST
def need_confirm(request: "SignedInRequest", pk: int) -> HttpResponse:
    need = _found(request, pk)
    try:
        services.confirm_need(need=need, by=request.user)
    except MovedOn as late:
        return _moved_on(request, need, str(late))
    messages.success(request, _("Kebutuhan dikonfirmasi dan tampil di papan."))
    return redirect(need)


@require_POST
def need_decline(request: "SignedInRequest", pk: int) -> HttpResponse:
    need, form = _found(request, pk), ReasonForm(request.POST)

    def decline() -> None:
        services.decline_need(need=need, reason=form.cleaned_data["reason"], by=request.user)

    done = _("Kebutuhan tidak dikonfirmasi; pengelola perpustakaan diberi tahu alasannya.")
    return _answered(request, need, form, decline, done, shown_as="declining")


@require_POST
def need_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    need, form = _found(request, pk), ReasonForm(request.POST)

    def withdraw() -> None:
        services.withdraw_need(need=need, reason=form.cleaned_data["reason"], by=request.user)

    done = _("Kebutuhan ditarik.")
    return _answered(request, need, form, withdraw, done, shown_as="withdrawing")


@require_POST
def need_prioritise(request: "SignedInRequest", pk: int) -> HttpResponse:
    need, form = _found(request, pk), PriorityForm(request.POST)

    def prioritise() -> None:
        services.prioritise_need(need=need, priority=form.cleaned_data["priority"], by=request.user)

    done = _("Prioritas tersimpan.")
    return _answered(request, need, form, prioritise, done, shown_as="prioritising")


def _answered(
    request: "SignedInRequest",
    need: Need,
    form: forms.Form,
    act: Callable[[], None],
    done: str,
    *,
    shown_as: str,
) -> HttpResponse:
    try:
        refused = _refused(form, act)
    except MovedOn as late:
        return _moved_on(request, need, str(late))
    if refused:
        return _page(request, need, status=refused, **{shown_as: form})
    messages.success(request, done)
    return redirect(need)


def _refused(form: forms.Form, act: Callable[[], None]) -> int:
    """0 when it was done, else the status to answer with; the form says why."""
    if not form.is_valid():
        return 422
    try:
        act()
    except ValidationError as error:
        form.add_error(None, error)
        return 422
    return 0


def _moved_on(request: "SignedInRequest", need: Need, text: str) -> HttpResponse:
    messages.error(request, text)
    return _page(request, _found(request, need.pk), status=409)


# --- What is shown --------------------------------------------------------------------------------


def _page(
    request: "SignedInRequest",
    need: Need,
    *,
    status: int = 200,
    declining: forms.Form | None = None,
    withdrawing: forms.Form | None = None,
    prioritising: forms.Form | None = None,
) -> HttpResponse:
    may_judge = permissions.can_judge_need(request.user, need)
    may_state = permissions.can_state_need(request.user, need.place())
    is_being_met = need.state in _BEING_MET
    commitments = Commitment.objects.visible_to(request.user).filter(need=need)
    context: dict[str, Any] = {
        "need": need,
        "today": timezone.localdate(),
        "commitments": list(commitments.for_list().order_by("-accepted_at", "-pk")),
        "may_confirm": may_judge and need.state == NeedState.STATED,
        "may_match": may_judge and is_being_met,
        "may_change": may_state and need.state == NeedState.STATED,
        "may_withdraw": may_state and need.state in _OPEN_TO_CHANGE,
        "may_prioritise": is_being_met and permissions.can_prioritise(request.user, need),
        "declining": _called("tolak", declining or ReasonForm()),
        "withdrawing": _called("tarik", withdrawing or ReasonForm()),
        "prioritising": prioritising or PriorityForm(initial={"priority": need.priority}),
        "history": history_of(need, limit=EVENTS_SHOWN, within=[need.place()]) if may_judge else [],
    }
    return render(request, "stakeholders/need.html", context, status=status)


def _called(name: str, form: forms.Form) -> forms.Form:
    """So that no two fields of a page have the same id."""
    form.auto_id = f"{name}_%s"
    return form


def _form_page(
    request: "SignedInRequest",
    place: Library | Region,
    form: NeedForm,
    *,
    need: Need | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "place_name": place.name if isinstance(place, Library) else place.title,
        "is_library": isinstance(place, Library),
        "form": form,
        "need": need,
    }
    return render(request, "stakeholders/need_form.html", context, status=status)
