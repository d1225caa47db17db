"""The settings of an office: its letterhead, who signs, what its reports usually say."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.files import BadFile
from libraries.models import Region
from reports import permissions, services
from reports.documents import offices, sample
from reports.documents.printing import NotPrinted
from reports.forms import OfficeForm
from reports.models import Office
from tpbis.core.downloads import said
from tpbis.core.http import reads
from tpbis.core.versions import ChangedMeanwhile

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def office(request: "SignedInRequest", code: str) -> HttpResponse:
    region = _region(request, code)
    if request.method == "POST":
        return _change(request, region)
    return _show(request, region)


@reads
def _show(request: "SignedInRequest", region: Region) -> HttpResponse:
    return _page(request, region, OfficeForm(office=_own(region)))


def _change(request: "SignedInRequest", region: Region) -> HttpResponse:
    form = OfficeForm(request.POST, request.FILES, office=_own(region))
    if not form.is_valid():
        return _page(request, region, form, status=422)
    try:
        services.change_office(
            region=region,
            said=form.said,
            by=request.user,
            emblem=form.cleaned_data["emblem"],
            without_emblem=form.cleaned_data.get("tanpa_lambang", False),
            version=request.POST.get("versi", ""),
        )
    except ChangedMeanwhile as stale:
        form.add_error(None, str(stale))
        return _page(request, region, form, status=409)
    except BadFile as bad:
        form.add_error("emblem", bad)
        return _page(request, region, form, status=422)
    messages.success(request, _("Pengaturan kantor disimpan."))
    return redirect("reports:office", code=region.code)


def _page(
    request: "SignedInRequest", region: Region, form: OfficeForm, *, status: int = 200
) -> HttpResponse:
    own = _own(region)
    asked = request.POST.get("versi") if status == HTTPStatus.UNPROCESSABLE_ENTITY else ""
    return render(
        request,
        "reports/office.html",
        {
            "version": asked or services.office_version(own),
            "region": region,
            "form": form,
            "office": own,
            "borrowed": None if own else offices.office_of(region),
            "regencies": _regencies(request, region),
        },
        status=status,
    )


def _regencies(request: "SignedInRequest", region: Region) -> list[Region]:
    """Those of a province, whose offices it keeps as well."""
    if region.level != Level.PROVINCE:
        return []
    return list(Region.objects.visible_to(request.user).regencies().order_by("code"))


@reads
def office_emblem(request: "SignedInRequest", code: str) -> FileResponse:
    own = _own(_region(request, code))
    if own is None or not own.emblem:
        raise Http404
    try:
        file = storages["documents"].open(own.emblem)
    except FileNotFoundError as gone:
        raise Http404 from gone
    return FileResponse(
        file,
        content_type="image/jpeg",
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )


@reads
def office_sample(request: "SignedInRequest", code: str) -> HttpResponse:
    """One page as it would be printed now; where it does not come about, why."""
    try:
        made = sample.letter_of(_region(request, code))
    except NotPrinted as problem:
        return said(str(problem), status=503)
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": 'inline; filename="contoh-kop.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _region(request: "SignedInRequest", code: str) -> Region:
    visible = Region.objects.visible_to(request.user).filter(level__lte=Level.REGENCY)
    region = get_object_or_404(visible.select_related("parent"), code=code)
    if not permissions.can_keep_office(request.user, region):
        raise PermissionDenied
    return region


def _own(region: Region) -> Office | None:
    return Office.objects.filter(region=region).select_related("changed_by").first()
