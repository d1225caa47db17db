"""Supporting bodies: written down, changed, lifted out of their village, deleted, found by name."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.db import IntegrityError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries.files import BadFile
from stakeholders import permissions, services
from stakeholders.forms.organisations import OrganisationForm
from stakeholders.models import Organisation
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_add(request: "SignedInRequest") -> HttpResponse:
    if not permissions.adds_organisations(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, OrganisationForm())
    return _kept(request, OrganisationForm(request.POST, request.FILES))


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    organisation = seen_organisation(request, pk)
    if not permissions.can_change_organisation(request.user, organisation):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, OrganisationForm(organisation=organisation), organisation)
    form = OrganisationForm(request.POST, request.FILES, organisation=organisation)
    return _kept(request, form, organisation)


@require_POST
def organisation_lift(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Where the register has the name, the two may be one."""
    organisation = seen_organisation(request, pk)
    if organisation.village_id is None and permissions.adds_organisations(request.user):
        messages.error(request, _("Lembaga ini sudah ada di daftar provinsi."))
        return _form_page(request, OrganisationForm(organisation=organisation), organisation, 409)
    try:
        services.lift_organisation(organisation=organisation, by=request.user)
    except services.NameTaken as taken:
        return render(
            request,
            "stakeholders/organisation_lift.html",
            {"organisation": organisation, "known": taken.known},
            status=409,
        )
    messages.success(request, _("%(name)s kini ada di daftar provinsi.") % {"name": organisation})
    return redirect(organisation)


@require_POST
def organisation_delete(request: "SignedInRequest", pk: int) -> HttpResponse:
    organisation = seen_organisation(request, pk)
    try:
        services.delete_organisation(organisation=organisation, by=request.user)
    except services.InUse as refused:
        form = OrganisationForm(organisation=organisation)
        return _form_page(request, form, organisation, 409, refusal=str(refused))
    messages.success(request, _("%(name)s dihapus.") % {"name": organisation.name})
    return redirect("reports:organisations")


@reads
def organisation_logo(request: "SignedInRequest", pk: int) -> FileResponse:
    name = seen_organisation(request, pk).logo
    if not name:
        raise Http404
    try:
        file = storages["documents"].open(name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )


def seen_organisation(request: "SignedInRequest", pk: int) -> Organisation:
    return get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("village"), pk=pk
    )


def _kept(
    request: "SignedInRequest", form: OrganisationForm, organisation: Organisation | None = None
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, organisation, 422)
    said: dict[str, Any] = {"profile": form.profile, "logo": form.picture, "by": request.user}
    try:
        if organisation is None:
            kept = services.register_organisation(**said)
        else:
            without = form.cleaned_data.get("without_logo", False)
            kept = services.change_organisation(
                organisation=organisation, without_logo=without, **said
            )
    except BadFile as bad:
        form.add_error("logo", bad)
        return _form_page(request, form, organisation, 422)
    except services.NameTaken as taken:
        form.add_error("name", taken.messages)
        return _form_page(request, form, organisation, 409, known=taken.known)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _form_page(request, form, organisation, 409)
    except IntegrityError:  # two people at the same moment
        form.add_error("name", _("Lembaga ini baru saja dicatat orang lain."))
        return _form_page(request, form, organisation, 409)
    messages.success(request, _("%(name)s tersimpan.") % {"name": kept.name})
    return redirect(kept)


def _form_page(
    request: "SignedInRequest",
    form: OrganisationForm,
    organisation: Organisation | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """``known``: the one that has the name already; ``refusal``: why it is not deleted."""
    said = {"known": None, "refusal": "", **more}
    context = {"form": form, "organisation": organisation, **said}
    return render(request, "stakeholders/organisation_form.html", context, status=status)
