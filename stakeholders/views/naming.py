from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from stakeholders import queries

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

LEAST = 2  # letters before any name is offered


@require_safe
@cache_control(private=True, max_age=60)
def organisation_options(request: "SignedInRequest") -> HttpResponse:
    """Names that go with what is being typed in the field ``partner_name`` of an entry."""
    written = request.GET.get("partner_name", "")[:200]
    enough = len(written.strip()) >= LEAST
    found = queries.organisations_called(written, request.user) if enough else []
    return render(request, "stakeholders/_options.html", {"organisations": found})
