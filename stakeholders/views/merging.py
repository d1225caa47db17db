"""One supporting body that stands in the register twice."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stakeholders import permissions, services
from stakeholders.forms.organisations import MergeOrganisationsForm
from stakeholders.models import Organisation
from stakeholders.queries import organisations_called
from stakeholders.views.organisations import seen_organisation

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_merge(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Choose the other one, compare the two, confirm. ``pk`` is the one that stays."""
    keep = seen_organisation(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    duplicate = _asked(request, asked.get("dengan", ""), keep)
    if duplicate is None:
        return _page(request, keep, status=422 if request.method == "POST" else 200)
    try:
        services.check_organisations_merge(keep, duplicate)
    except services.CannotMergeOrganisations as refused:
        return _page(request, keep, refusal=str(refused), status=409)
    form = MergeOrganisationsForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _page(request, keep, duplicate, form)
    if not form.is_valid():
        return _page(request, keep, duplicate, form, status=422)
    name = duplicate.name
    try:
        keep = services.merge_organisations(keep=keep, duplicate=duplicate, by=request.user)
    except services.CannotMergeOrganisations as refused:
        return _page(request, keep, refusal=str(refused), status=409)
    text = _("%(duplicate)s sudah digabung ke %(keep)s.")
    messages.success(request, text % {"duplicate": name, "keep": keep.name})
    return redirect(keep)


def _asked(request: "SignedInRequest", number: str, keep: Organisation) -> Organisation | None:
    """``None`` while none is chosen."""
    if not number:
        if not permissions.keeps_organisations(request.user):
            raise PermissionDenied
        return None
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise Http404
    duplicate = seen_organisation(request, int(number))
    if not permissions.can_merge_organisations(request.user, keep, duplicate):
        raise PermissionDenied
    return duplicate


def _page(
    request: "SignedInRequest",
    keep: Organisation,
    duplicate: Organisation | None = None,
    form: MergeOrganisationsForm | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    words = request.GET.get("cari", "").strip()[:200]
    found = organisations_called(words or keep.name.split()[0], request.user)
    context = {
        "keep": keep,
        "duplicate": duplicate,
        "form": form,
        "refusal": refusal,
        "words": words,
        "found": [one for one in found if one.pk != keep.pk],
    }
    return render(request, "stakeholders/organisation_merge.html", context, status=status)
