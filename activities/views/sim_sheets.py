"""A month as the SIM asks for it: to be copied by hand, as a file, and marked as copied."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import exports, papers, permissions, services
from activities.enums import Source
from activities.models import MonthlyReport, SimMark
from tpbis.core import periods
from tpbis.core.exports import Listing, file_of
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest


@reads
def sim_sheet(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The month in the SIM's order and words, each value with a button that copies it."""
    report = _visible(request, pk)
    if report.source != Source.PORTAL:
        return redirect(report)
    entries = list(report.activities.all())
    menus = papers.sim_sheet(report, entries)
    mark = SimMark.objects.select_related("marked_by").filter(report=report).first()
    context = {
        "report": report,
        "menus": menus,
        "left_out": papers.unknown_to_sim(entries),
        "excluded": [entry for entry in entries if entry.is_excluded],
        "mark": mark,
        "since": papers.since_mark(menus, mark.content) if mark else None,
        "can_mark": permissions.marks_as_copied(request.user, report),
    }
    return render(request, "activities/sim_sheet.html", context)


@reads
def sim_json(request: "SignedInRequest", pk: int) -> HttpResponse:
    """In the field names, the code lists and the envelope of the SIM."""
    report = _visible(request, pk)
    if report.source != Source.PORTAL:
        return redirect(report)
    rows = exports.sim_feed(report, report.activities.all())
    answer = JsonResponse(rows, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{_name(report)}.json"'
    return answer


@reads
def sim_csv(request: "SignedInRequest", pk: int) -> "HttpResponseBase":
    """The same, a line an entry."""
    report = _visible(request, pk)
    if report.source != Source.PORTAL:
        return redirect(report)
    listing = Listing(
        name=_name(report),
        title=_("Lembar SIM"),
        unit=_("satu baris satu isian SIM"),
        columns=exports.SIM_FEED,
        rows=exports.sim_feed_rows(report, report.activities.all()),
    )
    return file_of(listing, "csv", request.GET)


@require_POST
def sim_mark(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _say(request, pk, services.mark_as_copied, _("Ditandai: sudah di SIM."))


@require_POST
def sim_unmark(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _say(request, pk, services.unmark_as_copied, _("Tanda “sudah di SIM” dicabut."))


def _say(
    request: "SignedInRequest", pk: int, mark: Callable[..., object], said: str
) -> HttpResponse:
    report = _visible(request, pk)
    if report.source != Source.PORTAL:
        return redirect(report)
    mark(report=report, by=request.user)
    messages.success(request, said)
    return redirect("activities:sim_sheet", pk=report.pk)


def _visible(request: "SignedInRequest", pk: int) -> MonthlyReport:
    return get_object_or_404(MonthlyReport.objects.visible_to(request.user).for_page(), pk=pk)


def _name(report: MonthlyReport) -> str:
    return f"sim-{report.library_id}-{periods.month_code(report.month)}"
