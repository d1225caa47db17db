"""A month of one's own library as a whole: what there is, its visitors, and *nihil*."""

from datetime import date
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import http, queries, services
from activities.forms import VisitsForm
from libraries.models import Library
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def month(request: "SignedInRequest", month: str) -> HttpResponse:
    """Its report, its reports, or what to do about none."""
    library = http.own_library(request)
    asked = http.month_of(month, library)
    (row,) = queries.month_rows(library, [asked])
    if len(row.reports) == 1:
        return redirect(row.reports[0])
    return _month_page(request, library, asked, VisitsForm.of(None, None))


@require_POST
def month_visits(request: "SignedInRequest", month: str) -> HttpResponse:
    """Visits may be the first thing entered for a month: they open its report."""
    library = http.recording_library(request)
    asked = http.month_of(month, library)
    form = VisitsForm(request.POST)
    if not form.is_valid():
        return _month_page(request, library, asked, form, status=422)
    opened = services.open_month(library=library, month=asked, by=request.user)
    try:
        services.enter_visits(
            report=opened, by=request.user, seen=form.figures_seen, **form.content
        )
    except services.VisitsChanged as stale:
        return _stale(request, library, asked, form, stale)
    messages.success(request, _("Jumlah pengunjung tersimpan."))
    return redirect(opened)


@require_POST
def month_nihil(request: "SignedInRequest", month: str) -> HttpResponse:
    """Visitors and nothing else, sent in with one press."""
    library = http.recording_library(request)
    asked = http.month_of(month, library)
    form = VisitsForm(request.POST)
    if not form.is_valid():
        return _month_page(request, library, asked, form, status=422)
    try:
        sent = services.submit_nihil(
            library=library,
            month=asked,
            by=request.user,
            seen=form.figures_seen,
            **form.content,
        )
    except services.VisitsChanged as stale:
        return _stale(request, library, asked, form, stale)
    except (services.Locked, services.NotNihil) as error:
        messages.error(request, str(error))
        return redirect("activities:month", month=periods.month_code(asked))
    text = _("Laporan %(month)s terkirim sebagai nihil. Nomor tanda terima: %(receipt)s.")
    messages.success(request, text % {"month": periods.written(asked), "receipt": sent.receipt})
    return redirect(sent)


# --- The steps they share -----------------------------------------------------------------------


def _stale(
    request: "SignedInRequest",
    library: Library,
    month: date,
    form: VisitsForm,
    stale: services.VisitsChanged,
) -> HttpResponse:
    there = stale.report
    form.stands_beside(there.visits_men, there.visits_women, str(stale))
    return _month_page(request, library, month, form, status=409)


def _month_page(
    request: "SignedInRequest",
    library: Library,
    month: date,
    form: VisitsForm,
    *,
    status: int = 200,
) -> HttpResponse:
    (row,) = queries.month_rows(library, [month])
    return render(
        request,
        "activities/month.html",
        {
            "row": row,
            "visits_form": form,
            "visits_before": queries.visits_before(library, month),
            # A form that was refused is shown again, whatever there is by now.
            "asks_visits": not row.reports or form.is_bound,
        },
        status=status,
    )
