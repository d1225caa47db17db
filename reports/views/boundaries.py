"""The map's real boundaries: give a file, look at what it becomes, use it or not."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries.enums import Level
from libraries.models import Library, Region
from reports import charts, figures, maps, permissions
from reports.boundaries import checking
from reports.forms import BoundariesForm
from reports.models import Boundaries
from reports.querysets import BoundariesQuerySet
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def boundaries(request: "SignedInRequest") -> HttpResponse:
    _allow(request)
    if request.method == "POST":
        return _give(request)
    return _show(request)


@reads
def _show(request: "SignedInRequest") -> HttpResponse:
    return _page(request, BoundariesForm())


def _give(request: "SignedInRequest") -> HttpResponse:
    form = BoundariesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    file = form.cleaned_data["berkas"]
    data = file.read(checking.MOST_BYTES + 1)  # enough to see that it is too much
    try:
        maps.upload(region=_province(request), file_name=file.name, data=data, by=request.user)
    except maps.BadBoundaries as bad:
        form.refuse(bad.sentences)
        return _page(request, form, status=422)
    messages.success(request, _("Berkas terbaca. Periksa petanya, lalu pakai."))
    return redirect("reports:boundaries")


def _page(request: "SignedInRequest", form: BoundariesForm, *, status: int = 200) -> HttpResponse:
    """The map in use, and the one to be looked at as it would be: with the figures of today."""
    province = _province(request)
    period = Period.opening()
    of_province = Boundaries.objects.filter(region=province).for_page()
    waiting, used = of_province.to_look_at().first(), of_province.in_use().first()
    rows = _rows(request, province, period) if waiting or used else []
    return render(
        request,
        "reports/boundaries.html",
        {
            "province": province,
            "period": period,
            "form": form,
            "waiting": waiting,
            "waiting_map": charts.outline_map(rows, waiting.drawing) if waiting else None,
            "used": used,
            "used_map": charts.outline_map(rows, used.drawing) if used else None,
        },
        status=status,
    )


def _rows(
    request: "SignedInRequest", province: Region, period: Period
) -> tuple[figures.AreaRow, ...]:
    libraries = Library.objects.visible_to(request.user).within(province.code)
    return figures.dashboard(province, libraries, period).rows


@require_POST
def boundaries_activate(request: "SignedInRequest", pk: int) -> HttpResponse:
    _allow(request)
    chosen = get_object_or_404(_visible(request), pk=pk)
    try:
        maps.activate(boundaries=chosen, by=request.user)
    except maps.Gone as gone:
        return _conflict(request, gone)
    messages.success(request, _("Peta dengan batas wilayah sekarang dipakai di dasbor dan PDF."))
    return redirect("reports:boundaries")


@require_POST
def boundaries_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    _allow(request)
    chosen = get_object_or_404(_visible(request), pk=pk)
    try:
        withdrawn = maps.withdraw(boundaries=chosen, by=request.user)
    except maps.Gone as gone:
        return _conflict(request, gone)
    if withdrawn.activated_at:
        messages.success(request, _("Peta ditarik. Dasbor kembali memakai kotak-kotak."))
    else:
        messages.success(request, _("Peta itu tidak dipakai. Yang berlaku tidak berubah."))
    return redirect("reports:boundaries")


def _conflict(request: "SignedInRequest", gone: maps.Gone) -> HttpResponse:
    messages.error(request, str(gone))
    return _page(request, BoundariesForm(), status=409)


def _allow(request: "SignedInRequest") -> None:
    if not permissions.can_draw_map(request.user):
        raise PermissionDenied


def _province(request: "SignedInRequest") -> Region:
    visible = Region.objects.visible_to(request.user).filter(level=Level.PROVINCE)
    return get_object_or_404(visible.order_by("code")[:1])


def _visible(request: "SignedInRequest") -> BoundariesQuerySet:
    return Boundaries.objects.visible_to(request.user).select_related("region")
