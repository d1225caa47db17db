"""Partnerships: written down, corrected, ended."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.files import BadFile
from libraries.models import Library, Region
from stakeholders import permissions, services
from stakeholders.forms.partnerships import EndPartnershipForm, PartnershipForm
from stakeholders.models import Partnership
from stakeholders.queries import known_names

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    """An organisation starts to support a library."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    return _add(request, library)


@require_http_methods(["GET", "HEAD", "POST"])
def region_partnership_add(request: "SignedInRequest", code: str) -> HttpResponse:
    """An organisation starts to support a regency's or the province's libraries together."""
    region = get_object_or_404(
        Region.objects.visible_to(request.user).filter(level__lte=Level.REGENCY), code=code
    )
    return _add(request, region)


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It was written down wrongly, or more is known of it."""
    partnership = seen_partnership(request, pk)
    place = place_of(partnership)
    if not permissions.can_record_partnership(request.user, place):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, place, PartnershipForm.of(partnership), partnership)

    def correct(form: PartnershipForm) -> Partnership:
        return services.correct_partnership(partnership=partnership, by=request.user, **form.said)

    return _kept(request, place, correct, partnership)


@require_http_methods(["GET", "HEAD", "POST"])
def partnership_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It ends sooner than agreed, or its end is known at last."""
    partnership = seen_partnership(request, pk)
    if not permissions.can_record_partnership(request.user, place_of(partnership)):
        raise PermissionDenied
    form = EndPartnershipForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _end_page(request, partnership, form)
    if not form.is_valid():
        return _end_page(request, partnership, form, status=422)
    try:
        services.end_partnership(partnership=partnership, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return _end_page(request, partnership, form, status=422)
    messages.success(request, _("Kemitraan diakhiri. Angkanya dihitung ulang."))
    return redirect(partnership)


def seen_partnership(request: "SignedInRequest", pk: int) -> Partnership:
    return get_object_or_404(Partnership.objects.visible_to(request.user).for_list(), pk=pk)


def place_of(partnership: Partnership) -> Library | Region:
    place = partnership.library or partnership.region
    assert place is not None
    return place


def _add(request: "SignedInRequest", place: Library | Region) -> HttpResponse:
    if not permissions.can_record_partnership(request.user, place):
        raise PermissionDenied
    if request.method != "POST":
        return _form_page(request, place, PartnershipForm())
    where: dict[str, Any] = {"library": place} if isinstance(place, Library) else {"region": place}

    def record(form: PartnershipForm) -> Partnership:
        return services.record_partnership(by=request.user, **where, **form.said)

    return _kept(request, place, record)


def _kept(
    request: "SignedInRequest",
    place: Library | Region,
    keep: Callable[[PartnershipForm], Partnership],
    partnership: Partnership | None = None,
) -> HttpResponse:
    form = PartnershipForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form_page(request, place, form, partnership, status=422)
    try:
        found = keep(form)
    except BadFile as bad:
        form.add_error("agreement", bad)
        return _form_page(request, place, form, partnership, status=422)
    except ValidationError as error:
        is_known = not _of_a_field(error)
        form.add_error(None, error.messages if is_known else error)
        return _form_page(request, place, form, partnership, status=409 if is_known else 422)
    except IntegrityError:  # two people at the same moment
        form.add_error(None, _("Kemitraan ini baru saja dicatat orang lain. Periksa daftarnya."))
        return _form_page(request, place, form, partnership, status=409)
    text = _("Kemitraan dengan %(organisation)s tersimpan.")
    messages.success(request, text % {"organisation": form.cleaned_data["organisation_name"]})
    if partnership is None and isinstance(place, Library):
        return redirect(place)
    return redirect(found)


def _of_a_field(error: ValidationError) -> bool:
    """Whether something was written that cannot be; else the same is recorded already."""
    told = getattr(error, "error_dict", {})
    return bool(set(told) & set(PartnershipForm.base_fields)) and "__all__" not in told


def _form_page(
    request: "SignedInRequest",
    place: Library | Region,
    form: PartnershipForm,
    partnership: Partnership | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    is_library = isinstance(place, Library)
    context = {
        "place_name": place.name if isinstance(place, Library) else place.title,
        "place_url": place.get_absolute_url()
        if isinstance(place, Library)
        else reverse("reports:region_support", args=[place.code]),
        "is_library": is_library,
        "partnership": partnership,
        "form": form,
        "names": known_names(request.user),
    }
    return render(request, "stakeholders/partnership_form.html", context, status=status)


def _end_page(
    request: "SignedInRequest",
    partnership: Partnership,
    form: EndPartnershipForm,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"partnership": partnership, "form": form}
    return render(request, "stakeholders/partnership_end.html", context, status=status)
