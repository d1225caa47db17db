"""What became of sealed content: whether a seal still fits, and the versions a report has had."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from activities import queries
from activities.models import MonthlyReport
from tpbis.accounts.enums import Role
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def version(request: "SignedInRequest", pk: int) -> HttpResponse:
    """A report as it was when it was returned or reopened, and what changed after that."""
    event = get_object_or_404(queries.versions_visible_to(request.user), pk=pk)
    return render(
        request,
        "activities/version.html",
        {
            "report": event.report,
            "version": queries.version(event),
            "shows_people": request.user.role != Role.OBSERVER,
        },
    )


@reads
def seal_check(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Compute the seal of what stands there now and hold it against the one of the approval."""
    visible = MonthlyReport.objects.visible_to(request.user)
    report = get_object_or_404(visible.select_related("library"), pk=pk)
    if not report.seal:
        return redirect(report)
    return render(
        request,
        "activities/seal_check.html",
        {"report": report, "fits": report.compute_seal() == report.seal, "now": timezone.now()},
    )
