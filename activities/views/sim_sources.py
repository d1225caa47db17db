"""Where each regency records, here or in the SIM, and so whose word counts of what both tell."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities.forms.sim import LeadForm
from libraries import services
from libraries.enums import Level
from libraries.models import Region
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tpbis.accounts.models import SignedInRequest


@reads
def sources(request: "SignedInRequest") -> HttpResponse:
    return _page(request)


@require_POST
def lead(request: "SignedInRequest", code: str) -> HttpResponse:
    regency = get_object_or_404(_regencies(request), code=code)
    form = LeadForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Pilih sumber utamanya."))
        return _page(request, status=422)
    regency = services.let_lead(regency=regency, mode=form.cleaned_data["sumber"], by=request.user)
    told = {"regency": regency.title, "mode": regency.get_reporting_mode_display()}
    messages.success(request, _("%(regency)s: %(mode)s.") % told)
    return redirect("activities:sim_sources")


def _regencies(request: "SignedInRequest") -> "QuerySet[Region]":
    return Region.objects.visible_to(request.user).filter(level=Level.REGENCY).order_by("code")


def _page(request: "SignedInRequest", *, status: int = 200) -> HttpResponse:
    context = {"regencies": _regencies(request)}
    return render(request, "activities/sim_sources.html", context, status=status)
