"""Partner libraries: the list, and each one's page with its *rapor*."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from libraries.models import Library
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def library_list(request: "SignedInRequest") -> HttpResponse:
    libraries = Library.objects.visible_to(request.user).for_list().order_by("name", "pk")
    return render(request, "reports/libraries.html", {"libraries": libraries})


@reads
def library_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    return render(request, "reports/library.html", {"library": library})
