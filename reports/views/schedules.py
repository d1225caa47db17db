"""Reports that make themselves every month: which there are, a new one, ending one."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from reports import services
from reports.enums import Span
from reports.forms import ScheduleForm
from reports.models import Schedule
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_ENDED_SHOWN = 20


@require_http_methods(["GET", "HEAD", "POST"])
def schedules(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _make(request)
    return _show(request)


@reads
def _show(request: "SignedInRequest") -> HttpResponse:
    form = ScheduleForm(user=request.user, region=request.GET.get("wilayah", ""))
    return _page(request, form)


def _make(request: "SignedInRequest") -> HttpResponse:
    form = ScheduleForm(request.POST, user=request.user)
    if not form.is_valid():
        return _page(request, form, status=422)
    asked = form.cleaned_data
    try:
        made = services.make_schedules(
            regions=asked["region"],
            span=Span(asked["span"]),
            day=asked["day"],
            told=asked["told"],
            by=request.user,
        )
    except (services.AlreadyScheduled, services.NotForThisRegion) as refused:
        form.add_error("region", str(refused))
        return _page(request, form, status=422)
    text = ngettext(
        "Jadwal dibuat. Laporan pertamanya menyusul pada tanggalnya.",
        "%(count)s jadwal dibuat. Laporan pertamanya menyusul pada tanggalnya.",
        len(made),
    )
    messages.success(request, text % {"count": len(made)})
    return redirect("reports:schedules")


def _page(request: "SignedInRequest", form: ScheduleForm, *, status: int = 200) -> HttpResponse:
    seen = Schedule.objects.visible_to(request.user).select_related("region", "made_by", "ended_by")
    ended = seen.filter(ended_at__isnull=False).order_by("-ended_at", "-pk")[:_ENDED_SHOWN]
    return render(
        request,
        "reports/schedules.html",
        {
            "form": form,
            "in_force": seen.in_force().prefetch_related("told").order_by("region__code", "pk"),
            "ended": ended,
        },
        status=status,
    )


@require_POST
def schedule_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    seen = Schedule.objects.visible_to(request.user).in_force().select_related("region")
    services.end_schedule(schedule=get_object_or_404(seen, pk=pk), by=request.user)
    messages.success(request, _("Jadwal dihentikan. Laporan yang sudah dibuat tetap ada."))
    return redirect("reports:schedules")
