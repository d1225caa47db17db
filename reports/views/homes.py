"""Where a librarian lands."""

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render

from libraries.models import Library
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def librarian_home(request: "SignedInRequest") -> HttpResponse:
    library = Library.objects.visible_to(request.user).order_by("pk").first()
    if not request.user.is_librarian:
        return redirect("home")
    if library is None:
        return render(request, "reports/no_place.html")
    return render(request, "reports/librarian_home.html", {"library": library})


@reads
def my_rapor(request: "SignedInRequest") -> HttpResponse:
    """The page of the library somebody works for."""
    if not request.user.is_librarian:
        return redirect("reports:dashboard")
    library = Library.objects.visible_to(request.user).order_by("pk").first()
    if library is None:
        return render(request, "reports/no_place.html")
    return redirect(library)
