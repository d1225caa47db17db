from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries.models import Library
from stakeholders import permissions, services
from stakeholders.enums import PartnershipKind
from stakeholders.forms.partnerships import PartnershipForm
from stakeholders.queries import known_names

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """An organisation starts to support a library."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_record_partnership(request.user, library):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, library, PartnershipForm())
    form = PartnershipForm(request.POST)
    if not form.is_valid():
        return _form_page(request, library, form, status=422)
    given = form.cleaned_data
    try:
        services.record_partnership(
            library=library,
            organisation_name=given["organisation_name"],
            kind=PartnershipKind(given["kind"]),
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            by=request.user,
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return _form_page(request, library, form, status=409)
    except IntegrityError:  # two people at the same moment
        form.add_error(None, _("Kemitraan ini baru saja dicatat orang lain. Periksa daftarnya."))
        return _form_page(request, library, form, status=409)
    text = _("Kemitraan dengan %(organisation)s tersimpan.")
    messages.success(request, text % {"organisation": given["organisation_name"]})
    return redirect(library)


def _form_page(
    request: "SignedInRequest", library: Library, form: PartnershipForm, *, status: int = 200
) -> HttpResponse:
    context = {"library": library, "form": form, "names": known_names()}
    return render(request, "stakeholders/partnership_form.html", context, status=status)
