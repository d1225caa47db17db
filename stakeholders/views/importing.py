"""Supporting bodies from a file: sent in, looked at, agreed to."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from stakeholders import imports, permissions
from stakeholders.forms.importing import OrganisationUploadForm
from stakeholders.services.importing import import_organisations
from tpbis.core.downloads import sheets_file
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

SHOWN = 200  # lines of each sort


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_import(request: "SignedInRequest") -> HttpResponse:
    """The file, then what it would do; nothing is written."""
    if not permissions.keeps_organisations(request.user):
        raise PermissionDenied
    if request.method != "POST":
        return _upload_page(request, OrganisationUploadForm())
    form = OrganisationUploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _upload_page(request, form, status=422)
    try:
        rows = imports.rows_of(form.cleaned_data["berkas"])
        return _preview_page(request, rows)
    except imports.BadImport as bad:
        form.add_error("berkas", str(bad))
        return _upload_page(request, form, status=422)


@require_POST
def organisation_import_confirm(request: "SignedInRequest") -> HttpResponse:
    if not permissions.keeps_organisations(request.user):
        raise PermissionDenied
    try:
        rows = imports.opened(request.POST.get("isi", ""), request.user)
    except imports.PreviewGone as gone:
        messages.error(request, str(gone))
        return _upload_page(request, OrganisationUploadForm(), status=422)
    preview = imports.preview(rows)
    if preview.fingerprint != request.POST.get("pemeriksaan"):
        messages.error(request, _("Daftarnya berubah sejak pratinjau. Periksa sekali lagi."))
        return _preview_page(request, rows, status=409)
    sound = [(line.known, line.profile) for line in preview.sound if line.profile]
    try:
        import_organisations(
            added=[profile for known, profile in sound if known is None],
            changed=[(known, profile) for known, profile in sound if known is not None],
            by=request.user,
        )
    except (ValidationError, IntegrityError):  # somebody wrote the same name meanwhile
        messages.error(request, _("Daftarnya berubah sejak pratinjau. Periksa sekali lagi."))
        return _preview_page(request, rows, status=409)
    text = _("%(new)s lembaga baru dan %(changed)s perubahan tersimpan.")
    messages.success(request, text % {"new": preview.new, "changed": preview.changed})
    return redirect("reports:organisations")


@reads
def organisation_import_template(request: "SignedInRequest") -> "HttpResponseBase":
    return sheets_file(
        imports.template(), "xlsx", name="templat-lembaga-pendukung", asked=request.GET
    )


def _upload_page(
    request: HttpRequest, form: OrganisationUploadForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "stakeholders/organisation_import.html", {"form": form}, status=status)


def _preview_page(
    request: "SignedInRequest", rows: imports.Rows, *, status: int = 200
) -> HttpResponse:
    preview = imports.preview(rows)
    context: dict[str, Any] = {
        "preview": preview,
        "rejected": [line for line in preview.lines if line.problems][:SHOWN],
        "sound": preview.sound[:SHOWN],
        "carried": imports.carried(rows, request.user),
        "shown": SHOWN,
    }
    return render(request, "stakeholders/organisation_preview.html", context, status=status)
