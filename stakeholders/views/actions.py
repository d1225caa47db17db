"""What was agreed at events: the list, and each thing as it goes."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stakeholders import permissions
from stakeholders.enums import ActionState
from stakeholders.forms.event_choices import ActionChoice
from stakeholders.forms.events import ActionForm, SettleForm
from stakeholders.models import ActionItem, Event, Organisation
from stakeholders.services import actions as services
from stakeholders.services.events import NotNow
from stakeholders.views.events import arranged_event
from tpbis.core import exports
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from stakeholders.querysets import ActionQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
CHUNK = 500
_SUGGESTED = 400


@reads
def action_list(request: "SignedInRequest") -> HttpResponse:
    choice = ActionChoice(request.GET)
    found = _chosen(request, choice).for_list()
    today = timezone.localdate()
    return render(
        request,
        "stakeholders/actions.html",
        {
            "choice": choice,
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "today": today,
            "overdue": ActionItem.objects.visible_to(request.user).overdue(today).count(),
            "sees_names": permissions.sees_names(request.user),
            "may_open": request.user.role != "supporter",
        },
        status=200 if choice.is_valid() else 400,
    )


def _chosen(request: "SignedInRequest", choice: ActionChoice) -> "ActionQuerySet":
    seen = ActionItem.objects.visible_to(request.user)
    if not choice.is_valid():
        return seen.none()
    asked = choice.cleaned_data["keadaan"]
    if asked == "lewat":
        return seen.overdue(timezone.localdate())
    if asked in (ActionState.DONE, ActionState.DROPPED):
        return seen.filter(state=asked)
    return seen if asked == "semua" else seen.open()


@reads
def action_list_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = ActionChoice(request.GET)
    if not choice.is_valid():
        return refused(choice.errors)
    names = permissions.sees_names(request.user)
    columns: list[Column[Any]] = [
        Column(_("Tindak lanjut"), lambda one: one.what),
        Column(_("Penanggung jawab"), lambda one: one.owner if names else ""),
        Column(_("Lembaga"), lambda one: one.organisation.name if one.organisation else ""),
        Column(_("Acara"), lambda one: one.event.title),
        Column(_("Batas waktu"), lambda one: one.due_on, Kind.DATE),
        Column(_("Keadaan"), label(ActionState, lambda one: one.state)),
        Column(_("Hasil"), lambda one: one.outcome),
    ]
    listing = Listing(
        name="tindak-lanjut-acara",
        title=_("Tindak lanjut acara"),
        unit=_("satu baris satu tindak lanjut"),
        columns=columns,
        rows=_chosen(request, choice).for_list().iterator(CHUNK),
        told=narrowed_by(choice),
    )
    return exports.file_of(listing, form, request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def action_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody agreed to do something."""
    event = arranged_event(request, pk)
    if request.method != "POST":
        return _form_page(request, event, ActionForm(by=request.user))
    form = ActionForm(request.POST, by=request.user)
    if not form.is_valid():
        return _form_page(request, event, form, status=422)
    try:
        services.agree_action(event=event, by=request.user, **form.cleaned_data)
    except NotNow as error:
        form.add_error(None, str(error))
        return _form_page(request, event, form, status=409)
    messages.success(request, _("Tindak lanjut tersimpan."))
    return redirect(request.path if "lagi" in request.POST else _address(event))


@require_http_methods(["GET", "HEAD", "POST"])
def action_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It was written down wrongly, or another day was agreed on."""
    action = _arranged(request, pk)
    if request.method != "POST":
        form = ActionForm.of(action, by=request.user)
        return _form_page(request, action.event, form, action=action)
    form = ActionForm(request.POST, by=request.user)
    if not form.is_valid():
        return _form_page(request, action.event, form, action=action, status=422)
    try:
        services.change_action(action=action, by=request.user, **form.cleaned_data)
    except NotNow as error:
        form.add_error(None, str(error))
        return _form_page(request, action.event, form, action=action, status=409)
    messages.success(request, _("Tindak lanjut diperbarui."))
    return redirect(_address(action.event))


@require_http_methods(["GET", "HEAD", "POST"])
def action_settle(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Done, or given up."""
    action = _arranged(request, pk)
    if request.method != "POST":
        return _settle_page(request, action, SettleForm(initial={"state": ActionState.DONE}))
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _settle_page(request, action, form, status=422)
    try:
        services.settle_event_action(
            action=action,
            state=ActionState(form.cleaned_data["state"]),
            outcome=form.cleaned_data["outcome"],
            by=request.user,
        )
    except NotNow as error:
        form.add_error(None, str(error))
        return _settle_page(request, action, form, status=409)
    messages.success(request, _("Tindak lanjut ditutup."))
    return redirect(_address(action.event))


def _arranged(request: "SignedInRequest", pk: int) -> ActionItem:
    seen = ActionItem.objects.visible_to(request.user)
    action: ActionItem = get_object_or_404(
        seen.select_related("event__region", "organisation"), pk=pk
    )
    if not permissions.can_arrange(request.user, action.event):
        raise PermissionDenied
    return action


def _address(event: Event) -> str:
    return f"{event.get_absolute_url()}#tindak-lanjut"


def _form_page(
    request: "SignedInRequest",
    event: Event,
    form: ActionForm,
    *,
    action: ActionItem | None = None,
    status: int = 200,
) -> HttpResponse:
    register = Organisation.objects.visible_to(request.user).in_register().order_by("name")
    context = {
        "event": event,
        "form": form,
        "action": action,
        "organisations": register.values_list("name", flat=True)[:_SUGGESTED],
    }
    return render(request, "stakeholders/action_form.html", context, status=status)


def _settle_page(
    request: "SignedInRequest", action: ActionItem, form: SettleForm, *, status: int = 200
) -> HttpResponse:
    context = {"action": action, "event": action.event, "form": form}
    return render(request, "stakeholders/action_settle.html", context, status=status)
