"""The second pair of eyes: the queue, one report with everything beside it, and the decision."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import permissions, queries, services
from activities.enums import ReturnReason, State
from activities.forms import ReturnForm
from activities.models import MonthlyReport
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

QUEUE_A_PAGE = 25
BESIDE = 12  # of the queue, shown beside the report being judged


@reads
def queue(request: "SignedInRequest") -> HttpResponse:
    """Everything that waits for this reviewer, oldest first."""
    _need_reviewer(request)
    waiting = queries.queue(request.user).with_content()
    page = Paginator(waiting, QUEUE_A_PAGE).get_page(request.GET.get("hal"))
    rows = queries.queue_rows(page.object_list)
    return render(request, "activities/queue.html", {"page": page, "rows": rows})


@reads
def review(request: "SignedInRequest", pk: int) -> HttpResponse:
    _need_reviewer(request)
    report = _visible(request, pk)
    if report.state != State.SUBMITTED:
        messages.info(request, str(services.NotWaiting()))
        return redirect(report)
    if not permissions.can_review(request.user, report):
        raise PermissionDenied
    return _review_page(request, report, ReturnForm())


@require_POST
def approve(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    _need_reviewer(request)
    report = _visible(request, pk)
    try:
        services.approve(report=report, by=request.user)
    except services.NotWaiting as error:
        messages.error(request, str(error))
        return redirect(report)
    text = _("Disetujui: %(library)s, %(month)s. Isinya disegel dan mulai dihitung.")
    return _to_next(request, report, text)


@require_POST
def send_back(request: "SignedInRequest", pk: int) -> HttpResponse:
    _need_reviewer(request)
    report = _visible(request, pk)
    if report.state == State.SUBMITTED and not permissions.can_review(request.user, report):
        raise PermissionDenied
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _review_page(request, report, form, status=422)
    try:
        services.send_back(
            report=report,
            reason=ReturnReason(form.cleaned_data["reason"]),
            comment=form.cleaned_data["comment"],
            by=request.user,
        )
    except services.NotWaiting as error:
        messages.error(request, str(error))
        return redirect(report)
    text = _("Dikembalikan: %(library)s, %(month)s. Pengelolanya membaca alasan Anda.")
    return _to_next(request, report, text)


# --- The steps they share -----------------------------------------------------------------------


def _need_reviewer(request: "SignedInRequest") -> None:
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied(_("Memeriksa laporan adalah tugas PIC kabupaten/kota."))


def _visible(request: "SignedInRequest", pk: int) -> MonthlyReport:
    visible = MonthlyReport.objects.visible_to(request.user).from_portal()
    return get_object_or_404(visible.for_page(), pk=pk)


def _review_page(
    request: "SignedInRequest", report: MonthlyReport, form: ReturnForm, *, status: int = 200
) -> HttpResponse:
    entries = list(report.activities.all())
    waiting = queries.queue(request.user)
    return render(
        request,
        "activities/review.html",
        {
            "report": report,
            "entries": entries,
            "sections": queries.sections(entries),
            "events": list(report.events.all()),
            "missing": queries.missing(report, entries),
            "odd": queries.odd(report, entries),
            "rows": queries.queue_rows(waiting.with_content()[:BESIDE]),
            "waiting": waiting.count(),
            "form": form,
        },
        status=status,
    )


def _to_next(request: "SignedInRequest", report: MonthlyReport, text: str) -> HttpResponseRedirect:
    """Say what happened and open the report that waited next longest."""
    month = periods.written(report.month)
    messages.success(request, text % {"library": report.library, "month": month})
    following = queries.next_in_queue(request.user, report)
    if following is None:
        return redirect("activities:queue")
    return redirect("activities:review", pk=following.pk)
