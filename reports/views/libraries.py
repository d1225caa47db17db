"""Partner libraries: the list, and each one's page with its *rapor*."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from activities.models import MonthlyReport
from kpi.enums import Colour
from libraries.enums import LibraryKind
from libraries.models import Library, Region
from libraries.querysets import LibraryQuerySet
from reports import figures
from reports.filters import LibraryFilter, offered_regions
from reports.http import Picker, asked_month, asked_period, in_address
from reports.views.listing import LIBRARIES, PER_PAGE, Days, known_on, with_months
from reports.views.rapor import rapor_of
from reports.views.tables import headings, without
from stakeholders import permissions as partnership
from stakeholders.models import Partnership
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def library_list(request: "SignedInRequest") -> HttpResponse:
    if request.user.is_librarian:
        return redirect("reports:my_rapor")
    period = asked_period(request.GET)
    partners = Library.objects.visible_to(request.user).partners_on(period.last_day)
    chosen = LibraryFilter(request.GET, partners, request=request, through=period.end)
    if not chosen.is_valid():
        return _list_page(request, period, chosen, Library.objects.none(), status=400)
    return _list_page(request, period, chosen, chosen.qs)


def _list_page(
    request: "SignedInRequest",
    period: Period,
    chosen: LibraryFilter,
    libraries: LibraryQuerySet,
    *,
    status: int = 200,
) -> HttpResponse:
    page = Paginator(libraries.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("hal"))
    shown = Library.objects.filter(pk__in=[library.pk for library in page])
    rows = figures.library_rows(shown.order_by("name", "pk"), period)
    days = Days.of(rows, period)
    return render(
        request,
        "reports/libraries.html",
        {
            "period": period,
            "picker": Picker.of(period),
            "filter": chosen,
            "asked": {name: request.GET.get(name, "") for name in chosen.filters},
            "query": in_address(period),
            "colours": Colour.choices,
            "kinds": LibraryKind.choices,
            "regions": offered_regions(Region.objects.visible_to(request.user)),
            "page": page,
            "page_query": without(request.GET, "hal"),
            "listed": with_months(rows, period.end, days),
            "library_headings": headings(LIBRARIES, notes=days.notes),
        },
        status=status,
    )


# --- One library ----------------------------------------------------------------------------------


@reads
def library_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    through = asked_month(request.GET)
    period = Period.year_to(through)
    only = Library.objects.filter(pk=library.pk)
    return render(
        request,
        "reports/library.html",
        {
            "library": library,
            "crumbs": visible_crumbs(request, library),
            "period": period,
            "picker": Picker.of(period),
            "known_on": known_on(period),
            "as_of": timezone.now(),
            "rapor": rapor_of(library, through),
            "months": figures.months_strip(
                library, through, reports=MonthlyReport.objects.visible_to(request.user)
            ),
            "totals": figures.totals(only, period),
            "partnerships": Partnership.objects.filter(library=library).for_list(),
            "partnerships_in_force": figures.partnerships(only, known_on(period)),
            "may_add_partnership": partnership.can_record_partnership(request.user, library),
            "official_scores": library.official_scores.order_by("-as_of")[:12],
            "aliases": [alias.name for alias in library.aliases.order_by("name")],
            "today": timezone.localdate(),
        },
    )


def visible_crumbs(request: "SignedInRequest", library: Library) -> list[Region]:
    """The regions above the library that this person may open."""
    code = library.region.code.split(".")
    above = [".".join(code[:depth]) for depth in range(1, min(len(code), 3) + 1)]
    return list(Region.objects.visible_to(request.user).filter(code__in=above).order_by("level"))
