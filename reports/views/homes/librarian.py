"""Where a librarian lands: this month, the score, and how libraries like it are doing."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from activities import queries as activities
from activities.models import MonthlyReport
from libraries.enums import ReportingMode
from libraries.models import Library
from reports import figures, queries
from reports.documents.wording.rapor import rapor_of
from reports.figures.alike import alike, story_nearby
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from datetime import date

    from tpbis.accounts.models import SignedInRequest


@reads
def librarian_home(request: "SignedInRequest") -> HttpResponse:
    """This month, what came back, the score and its next step."""
    if not request.user.is_librarian:
        return redirect("home")
    library = activities.own_library(request.user)
    if library is None:
        return render(request, "reports/no_place.html")
    month = periods.this_month()
    this, last = queries.month_works(library, [month, periods.add_months(month, -1)])
    through = _newest_with_a_rapor(library)
    return render(
        request,
        "reports/librarian_home.html",
        {
            "library": library,
            "records_here": library.regency.reporting_mode == ReportingMode.PORTAL,
            "this": this,
            "last": last if queries.still_to_send(last, library) else None,
            "objections": queries.objections(library),
            "unfinished": queries.unfinished(library, request.user),
            "through": through,
            "as_of": timezone.now(),
            "rapor": rapor_of(library, through, reasons=False),
            "alike": alike(library, through),
            "story": story_nearby(library, through),
            "months": figures.months_strip(
                library, through, reports=MonthlyReport.objects.visible_to(request.user)
            ),
        },
    )


def _newest_with_a_rapor(library: Library) -> "date":
    """What pages open on; for a library that joined after it, this month."""
    through = Period.opening().end
    joined = library.joined_on > periods.last_day(through)
    return periods.this_month() if joined else through


@reads
def my_rapor(request: "SignedInRequest") -> HttpResponse:
    """The page of the library somebody works for."""
    if not request.user.is_librarian:
        return redirect("reports:dashboard")
    library = activities.own_library(request.user)
    if library is None:
        return render(request, "reports/no_place.html")
    return redirect(library)
