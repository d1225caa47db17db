"""What supporting bodies gave: written down, corrected, withdrawn."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries.models import Library, Region
from stakeholders import permissions, services
from stakeholders.forms.support import SupportForm
from stakeholders.models import Support
from stakeholders.queries import known_names
from stakeholders.services.support import Evidenced
from tpbis.core.versions import ChangedMeanwhile

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def support_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """An organisation gave something to a library."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    return _add(request, library)


@require_http_methods(["GET", "HEAD", "POST"])
def region_support_add(request: "SignedInRequest", code: str) -> HttpResponse:
    """An organisation gave something to a region's libraries together."""
    region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    return _add(request, region)


@require_http_methods(["GET", "HEAD", "POST"])
def support_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It was written down wrongly."""
    support = get_object_or_404(Support.objects.visible_to(request.user).for_list(), pk=pk)
    place = support.library or support.region
    if not permissions.can_record_support(request.user, place):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, place, SupportForm.of(support), support=support)

    def correct(form: SupportForm) -> None:
        services.correct_support(
            support=support,
            organisation_name=form.cleaned_data["organisation_name"],
            gift=form.gift,
            partnership=form.chosen_partnership,
            by=request.user,
            version=request.POST.get("versi", ""),
        )

    return _kept(request, place, correct, support=support)


@require_POST
def support_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It never came, or was written down twice."""
    support = get_object_or_404(Support.objects.visible_to(request.user).for_list(), pk=pk)
    place = support.library or support.region
    try:
        services.withdraw_support(support=support, by=request.user)
    except Evidenced as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Catatan dukungan ditarik dan tidak dihitung lagi."))
    return redirect(_address(place))


def _add(request: "SignedInRequest", place: Library | Region) -> HttpResponse:
    if not permissions.can_record_support(request.user, place):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, place, SupportForm(place=place))

    def record(form: SupportForm) -> None:
        services.record_support(
            organisation_name=form.cleaned_data["organisation_name"],
            place=place,
            gift=form.gift,
            partnership=form.chosen_partnership,
            by=request.user,
        )

    return _kept(request, place, record)


def _kept(
    request: "SignedInRequest",
    place: Library | Region,
    keep: Callable[[SupportForm], None],
    *,
    support: Support | None = None,
) -> HttpResponse:
    form = SupportForm(request.POST, place=place)
    if not form.is_valid():
        return _form_page(request, place, form, support=support, status=422)
    try:
        keep(form)
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, place, form, support=support, status=422)
    except ChangedMeanwhile as stale:
        form.add_error(None, str(stale))
        support = Support.objects.for_list().get(pk=stale.row.pk)
        return _form_page(request, place, form, support=support, status=409)
    except IntegrityError:  # two people wrote a new organisation's name at the same moment
        form.add_error(None, _("Lembaga ini baru saja dicatat orang lain. Simpan sekali lagi."))
        return _form_page(request, place, form, support=support, status=409)
    text = _("Dukungan dari %(organisation)s tersimpan.")
    messages.success(request, text % {"organisation": form.cleaned_data["organisation_name"]})
    return redirect(_address(place))


def _version(request: "SignedInRequest", support: Support | None, status: int) -> str:
    """Of what the form was filled from; once somebody was told of a change, of what stands now."""
    if support is None:
        return ""
    asked = request.POST.get("versi") if status == HTTPStatus.UNPROCESSABLE_ENTITY else ""
    return asked or services.support_version(support)


def _address(place: Library | Region) -> str:
    if isinstance(place, Library):
        return f"{place.get_absolute_url()}#dukungan"
    return reverse("reports:region_support", args=[place.code])


def _form_page(
    request: "SignedInRequest",
    place: Library | Region,
    form: SupportForm,
    *,
    support: Support | None = None,
    status: int = 200,
) -> HttpResponse:
    is_library = isinstance(place, Library)
    context: dict[str, Any] = {
        "place": place,
        "place_name": place.name if isinstance(place, Library) else place.title,
        "place_url": _address(place),
        "is_library": is_library,
        "form": form,
        "support": support,
        "version": _version(request, support, status),
        "names": known_names(request.user),
    }
    return render(request, "stakeholders/support_form.html", context, status=status)
