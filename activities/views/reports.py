"""Months and their reports: the lists, one report, its visits, sending and reopening it."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import http, permissions, queries, services
from activities.enums import State
from activities.filters import ReportFilter
from activities.forms import ReopenForm, VisitsForm
from activities.models import Activity, MonthlyReport, Remark
from tpbis.accounts import history
from tpbis.accounts.enums import Role
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

MONTHS_A_PAGE = 12
REPORTS_A_PAGE = 30


@reads
def report_list(request: "SignedInRequest") -> HttpResponse:
    """A librarian's own months; for everybody else the reports sent in."""
    return _my_months(request) if request.user.is_librarian else _sent_in(request)


@reads
def report(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _report_page(request, _visible(request, pk))


@require_POST
def visits(request: "SignedInRequest", pk: int) -> HttpResponse:
    report = _visible(request, pk)
    if not permissions.can_record(request.user, report.library):
        raise PermissionDenied
    form = VisitsForm(request.POST)
    if not form.is_valid():
        return _report_page(request, report, visits_form=form, status=422)
    try:
        services.enter_visits(
            report=report, by=request.user, seen=form.figures_seen, **form.content
        )
    except services.VisitsChanged as stale:
        there = stale.report
        form.stands_beside(there.visits_men, there.visits_women, str(stale))
        return _report_page(request, report, visits_form=form, status=409)
    except (services.Locked, services.RecordedInSim) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Jumlah pengunjung tersimpan."))
    return redirect(report)


@require_POST
def submit(request: "SignedInRequest", pk: int) -> HttpResponseRedirect:
    report = _visible(request, pk)
    try:
        sent = services.submit(
            report=report,
            by=request.user,
            nihil=request.POST.get("nihil") == "1",
            seen=request.POST.get("seen", ""),
        )
    except services.ChangedMeanwhile as error:
        messages.error(request, str(error))
        return redirect("activities:check", pk=pk)
    except (
        services.Locked,
        services.NothingToSubmit,
        services.VisitsMissing,
        services.NotNihil,
    ) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _sent_words(sent))
    return redirect(report)


@require_POST
def reopen(request: "SignedInRequest", pk: int) -> HttpResponse:
    if not permissions.reviews_anywhere(request.user):
        raise PermissionDenied
    report = _visible(request, pk)
    form = ReopenForm(request.POST)
    if not permissions.can_reopen(request.user, report):
        raise PermissionDenied
    if not form.is_valid():
        return _report_page(request, report, reopen_form=form, status=422)
    services.reopen(report=report, by=request.user, **form.cleaned_data)
    text = _("Laporan %(month)s %(library)s dibuka kembali; pengelolanya bisa memperbaiki.")
    messages.success(
        request, text % {"month": periods.written(report.month), "library": report.library}
    )
    return redirect(report)


# --- The steps they share -----------------------------------------------------------------------


def _sent_words(sent: MonthlyReport) -> str:
    """When it was sent, which a second press does not change, and the number to quote."""
    assert sent.submitted_at is not None
    at = timezone.localtime(sent.submitted_at)
    when = date_format(at, "H.i" if at.date() == timezone.localdate() else "j F Y H.i")
    return _("Terkirim %(when)s WIB, nomor tanda terima %(receipt)s.") % {
        "when": when,
        "receipt": sent.receipt,
    }


def _my_months(request: "SignedInRequest") -> HttpResponse:
    library = http.own_library(request)
    page = Paginator(queries.months_of(library), MONTHS_A_PAGE).get_page(request.GET.get("hal"))
    rows = queries.month_rows(library, list(page.object_list))
    return render(request, "activities/my_months.html", {"page": page, "rows": rows})


def _sent_in(request: "SignedInRequest") -> HttpResponse:
    visible = MonthlyReport.objects.visible_to(request.user).from_portal()
    newest_first = visible.order_by("-month", "library__name", "library_id", "-number")
    found = ReportFilter(request.GET, newest_first, request=request)
    valid = found.is_valid()
    pks = (found.qs if valid else newest_first.none()).values_list("pk", flat=True)
    page = Paginator(pks, REPORTS_A_PAGE).get_page(request.GET.get("hal"))
    parameters = request.GET.copy()
    parameters.pop("hal", None)
    return render(
        request,
        "activities/report_list.html",
        {
            "filter": found,
            "page": page,
            "reports": queries.listed(list(page.object_list)),
            "query": parameters.urlencode(),
        },
        status=200 if valid else 400,
    )


def _visible(request: "SignedInRequest", pk: int) -> MonthlyReport:
    return get_object_or_404(MonthlyReport.objects.visible_to(request.user).for_page(), pk=pk)


def _report_page(
    request: "SignedInRequest",
    report: MonthlyReport,
    *,
    visits_form: VisitsForm | None = None,
    reopen_form: ReopenForm | None = None,
    status: int = 200,
) -> HttpResponse:
    entries = list(report.activities.all())
    events = list(report.events.all())
    remarks = _remarks(report)
    shows_people = request.user.role != Role.OBSERVER
    can_edit = permissions.can_edit(request.user, report)
    return render(
        request,
        "activities/report.html",
        {
            "report": report,
            "entries": entries,
            "sections": queries.sections(entries, remarks),
            "remarked": bool(remarks),
            "events": events,
            "objection": queries.last_objection(events),
            "deadline": queries.deadline(report.month),
            "can_edit": can_edit,
            "can_review": permissions.can_review(request.user, report),
            "can_reopen": permissions.can_reopen(request.user, report),
            # An observer reads figures; persons and faces are not theirs to see.
            "shows_people": shows_people,
            "trail": _trail(request, report, entries),
            "photo_size": "small" if shows_people else "none",
            "visits_form": visits_form or VisitsForm.of(report.visits_men, report.visits_women),
            "visits_before": _visits_before(report) if can_edit else None,
            "reopen_form": reopen_form or ReopenForm(),
        },
        status=status,
    )


def _visits_before(report: MonthlyReport) -> queries.VisitsBefore | None:
    return queries.visits_before(report.library, report.month)


def _remarks(report: MonthlyReport) -> dict[UUID, list[Remark]]:
    """What is to be mended entry by entry, as long as it is."""
    return queries.remarks_on(report) if report.state == State.RETURNED else {}


def _trail(
    request: "SignedInRequest", report: MonthlyReport, entries: list[Activity]
) -> list[history.Row]:
    """Who changed what while the report was open; for those who judge or answer for it."""
    if request.user.role in (Role.LIBRARIAN, Role.OBSERVER):
        return []
    return history.history_of(report, also=entries, within=[report.library])
