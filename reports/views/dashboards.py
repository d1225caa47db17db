"""A region's page: everything `figures.dashboard` says about it, for any span of months."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from libraries.models import Library, Region
from reports import figures
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def own_dashboard(request: "SignedInRequest") -> HttpResponse:
    """The widest region somebody works for; a librarian's dashboard is its library's page."""
    if request.user.is_librarian:
        return redirect("reports:my_rapor")
    region = Region.objects.visible_to(request.user).order_by("level", "code").first()
    if region is None:
        return render(request, "reports/no_place.html")
    return redirect(region)


@reads
def region_page(request: "SignedInRequest", code: str) -> HttpResponse:
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    libraries = Library.objects.visible_to(request.user).within(region.code)
    period = periods.Period.year_to(periods.this_month())
    return render(
        request,
        "reports/region.html",
        {"dashboard": figures.dashboard(region, libraries, period)},
    )
