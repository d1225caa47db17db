"""Where a supporting body lands: what it is waited for with, what it could give next, what it gave
itself, whom it reached, and what came of it."""

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reports.figures.fitting import fitting, promises_of
from reports.figures.given import given, organisations_of
from reports.http import in_address
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 20


@reads
def supporter_home(request: "SignedInRequest") -> HttpResponse:
    on = timezone.localdate()
    organisations = organisations_of(request.user, on)
    if not organisations:
        return render(request, "reports/homes/supporter_empty.html")
    found = given(organisations, on)
    return render(
        request,
        "reports/homes/supporter.html",
        {
            "given": found,
            "organisations": organisations,
            "promises": promises_of(organisations, on),
            "fitting": fitting(request.user, organisations, on),
            "file_query": in_address(found.total.period),
            "names": [one.name for one in organisations],
            "gifts": Paginator(found.gifts, PER_PAGE).get_page(request.GET.get("hal")),
        },
    )
