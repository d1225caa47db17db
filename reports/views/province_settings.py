"""What a province decides about its pages: which KPI heads them, and the public page."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.models import Region
from reports import permissions
from reports.forms.provinces import ProvinceForm, filled_from
from reports.models import ProvinceSettings
from reports.services import provinces
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def province_settings(request: "SignedInRequest", code: str) -> HttpResponse:
    visible = Region.objects.visible_to(request.user).filter(level=Level.PROVINCE)
    region = get_object_or_404(visible, code=code)
    if not permissions.can_decide_for_province(request.user, region):
        raise PermissionDenied
    settings = provinces.province_settings(region)
    if request.method == "POST":
        return _save(request, region, settings)
    return _show(request, settings)


@reads
def _show(request: "SignedInRequest", settings: ProvinceSettings) -> HttpResponse:
    return _page(request, settings, ProvinceForm(settings=settings))


def _save(request: "SignedInRequest", region: Region, settings: ProvinceSettings) -> HttpResponse:
    form = ProvinceForm(request.POST, settings=settings)
    version = request.POST.get("versi", "")
    if not form.is_valid():
        return _page(request, settings, form, version=version, status=422)
    try:
        provinces.decide(region=region, by=request.user, version=version, **form.cleaned_data)
    except provinces.DecidedMeanwhile as stale:
        form.add_error(None, str(stale))
        found = differences(form, stale.settings)
        return _page(request, stale.settings, form, differences=found, status=409)
    messages.success(request, _("Pengaturan tersimpan."))
    return redirect("reports:province_settings", code=region.code)


def _page(
    request: "SignedInRequest",
    settings: ProvinceSettings,
    form: ProvinceForm,
    *,
    version: str = "",
    differences: "tuple[Difference, ...]" = (),
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "reports/province_settings.html",
        {
            "region": settings.region,
            "settings": settings,
            "form": form,
            "version": version or provinces.decided_version(settings),
            "differences": differences,
        },
        status=status,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is stored now is not what somebody chose."""

    label: str
    stored: str
    typed: str


def differences(form: ProvinceForm, settings: ProvinceSettings) -> tuple[Difference, ...]:
    stored, typed = filled_from(settings), form.cleaned_data
    return tuple(
        Difference(str(field.label), _in_words(field, stored[name]), _in_words(field, typed[name]))
        for name, field in form.fields.items()
        if stored[name] != typed[name]
    )


def _in_words(field: Any, value: object) -> str:
    if isinstance(value, bool):
        return _("ya") if value else _("tidak")
    return str(dict(getattr(field, "choices", ())).get(value, value)) or "–"
