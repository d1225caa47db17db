"""Adding a library, correcting what the register says of it, and where and when it takes part."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries import permissions, services
from libraries.enums import Level
from libraries.forms.register import (
    DeactivateForm,
    LibraryForm,
    ReactivateForm,
    RelocateForm,
    filled_from,
)
from libraries.http import blame
from libraries.imports.cells import is_usual_npp
from libraries.models import Inactivity, Library, Region
from tpbis.core.versions import ChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tpbis.accounts.models import SignedInRequest

FOUND = 30  # places shown of those that match


def kept_library(request: "SignedInRequest", pk: int) -> Library:
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_change(request.user, library):
        raise PermissionDenied
    return library


# --- Adding ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def library_add(request: "SignedInRequest") -> HttpResponse:
    """First where, then what."""
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("wilayah"):
        status = 422 if request.method == "POST" else 200
        return _place_page(request, library=None, status=status)
    region = _chosen_region(request, asked["wilayah"])
    form = LibraryForm(request.POST or None, by=request.user, region=region)
    page = _FormPage(form, region=region)
    if request.method != "POST":
        return page.show(request)
    if not form.is_valid():
        return page.show(request, status=422)
    try:
        library = services.register(region=region, by=request.user, **form.content)
    except ValidationError as error:
        blame(form, error)
        return page.show(request, status=422)
    except IntegrityError:  # two people at the same moment
        form.add_error(None, _("Perpustakaan ini baru saja didaftarkan orang lain."))
        return page.show(request, status=409)
    messages.success(request, _("%(name)s terdaftar.") % {"name": library.name})
    _warn_of_npp(request, library)
    return redirect(library)


# --- Correcting -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def library_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = kept_library(request, pk)
    form = LibraryForm(
        request.POST or None, by=request.user, region=library.region, library=library
    )
    version = request.POST.get("versi") or services.version_of(library)
    page = _FormPage(form, region=library.region, library=library, version=version)
    if request.method != "POST":
        return page.show(request)
    if not form.is_valid():
        return page.show(request, status=422)
    try:
        library = services.change(library=library, by=request.user, version=version, **form.content)
    except ChangedMeanwhile as stale:
        library.refresh_from_db()
        page.version = services.version_of(library)
        page.differences = _differences(form, library)
        form.add_error(None, str(stale))
        return page.show(request, status=409)
    except ValidationError as error:
        blame(form, error)
        return page.show(request, status=422)
    except IntegrityError:
        form.add_error(None, _("Data ini baru saja dipakai perpustakaan lain. Coba lagi."))
        return page.show(request, status=409)
    messages.success(request, _("Perubahan tersimpan."))
    _warn_of_npp(request, library)
    return redirect(library)


@dataclass(slots=True)
class _FormPage:
    form: LibraryForm
    region: Region
    library: Library | None = None
    version: str = ""
    differences: "Iterable[Difference]" = ()

    def show(self, request: "SignedInRequest", *, status: int = 200) -> HttpResponse:
        context = {
            "form": self.form,
            "region": self.region,
            "library": self.library,
            "version": self.version,
            "differences": self.differences,
        }
        return render(request, "libraries/library_form.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what is stored now is not what somebody typed."""

    label: str
    stored: str
    typed: str


def _differences(form: LibraryForm, library: Library) -> list[Difference]:
    stored, typed = filled_from(library), dict(form.cleaned_data)
    typed["tags"] = ", ".join(typed["tags"])
    return [
        Difference(str(form.fields[name].label), *(_in_words(form, name, v) for v in pair))
        for name in form.fields
        if (pair := (stored[name], typed[name]))[0] != pair[1]
    ]


def _in_words(form: LibraryForm, name: str, value: Any) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    said = value if isinstance(value, list) else [value]
    return ", ".join(str(choices.get(one, one)) for one in said if one != "") or "–"


def _warn_of_npp(request: "SignedInRequest", library: Library) -> None:
    if library.npp and not is_usual_npp(library.npp):
        text = _("NPP “%(npp)s” tersimpan, tetapi bentuknya tidak biasa. Periksa sekali lagi.")
        messages.warning(request, text % {"npp": library.npp})


# --- Taking part ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def library_deactivate(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = kept_library(request, pk)
    form = DeactivateForm(request.POST or None, library=library)
    return _taking_part(
        request,
        "libraries/library_deactivate.html",
        {"library": library, "form": form},
        step=services.deactivate,
        conflict=services.AlreadyInactive,
        said=_("%(name)s nonaktif."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def library_reactivate(request: "SignedInRequest", pk: int) -> HttpResponse:
    library = kept_library(request, pk)
    span = Inactivity.objects.filter(library=library).order_by("-starts_on").first()
    form = ReactivateForm(
        request.POST or None, inactive_since=span.starts_on if span else library.joined_on
    )
    if span is None or span.ends_on is not None:
        messages.error(request, str(services.NotInactive()))
        return redirect(library)
    return _taking_part(
        request,
        "libraries/library_reactivate.html",
        {"library": library, "form": form, "span": span},
        step=services.reactivate,
        conflict=services.NotInactive,
        said=_("%(name)s aktif lagi."),
    )


def _taking_part(
    request: "SignedInRequest",
    page: str,
    context: dict[str, Any],
    *,
    step: Callable[..., object],
    conflict: type[Exception],
    said: str,
) -> HttpResponse:
    """Show the form of ``context`` or take the ``step`` it asks for; refused, it keeps its text."""
    library, form = context["library"], context["form"]
    if request.method != "POST":
        return render(request, page, context)
    if not form.is_valid():
        return render(request, page, context, status=422)
    try:
        step(library=library, by=request.user, **form.cleaned_data)
    except conflict as error:
        form.add_error(None, str(error))
        return render(request, page, context, status=409)
    except ValidationError as error:
        blame(form, error)
        return render(request, page, context, status=422)
    messages.success(request, said % {"name": library.name})
    return redirect(library)


# --- Another place --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def library_move(request: "SignedInRequest", pk: int) -> HttpResponse:
    """First where to, then why."""
    library = kept_library(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    if not asked.get("wilayah"):
        status = 422 if request.method == "POST" else 200
        return _place_page(request, library=library, status=status)
    region = _chosen_region(request, asked["wilayah"])
    form = RelocateForm(request.POST or None)
    context = {
        "library": library,
        "region": region,
        "form": form,
        "changes_regency": not region.code.startswith(f"{library.regency.code}."),
    }
    page = "libraries/library_move.html"
    if request.method != "POST":
        return render(request, page, context)
    if not form.is_valid():
        return render(request, page, context, status=422)
    try:
        library = services.relocate(
            library=library, region=region, reason=form.cleaned_data["reason"], by=request.user
        )
    except ValidationError as error:
        form.add_error(None, error.messages)
        return render(request, page, context, status=422)
    except IntegrityError:
        form.add_error(None, _("Perpustakaan dengan nama ini sudah ada di wilayah itu."))
        return render(request, page, context, status=409)
    text = _("%(name)s pindah ke %(region)s.")
    messages.success(request, text % {"name": library.name, "region": region.title})
    return redirect(library)


# --- Choosing a place -----------------------------------------------------------------------------


def _chosen_region(request: "SignedInRequest", code: str) -> Region:
    visible = Region.objects.visible_to(request.user).with_those_above()
    return get_object_or_404(visible, code=code)


def _place_page(
    request: "SignedInRequest", *, library: Library | None, status: int
) -> HttpResponse:
    """A place by its name, or down from the regency; each answer is an address of its own."""
    visible = Region.objects.visible_to(request.user).with_those_above()
    words = request.GET.get("cari", "").strip()
    inside = request.GET.get("di", "")
    here = get_object_or_404(visible, code=inside) if inside else None
    found = visible.called(words).order_by("-level", "name", "code")[: FOUND + 1]
    return render(
        request,
        "libraries/library_place.html",
        {
            "library": library,
            "words": words,
            "found": found[:FOUND],
            "more": len(found) > FOUND,
            "here": here,
            "parts": _parts(visible, here),
            "village": Level.VILLAGE,
        },
        status=status,
    )


def _parts(visible: Any, here: Region | None) -> Any:
    """What lies directly below ``here``, or the widest places somebody works for."""
    if here is not None:
        return visible.filter(parent=here).order_by("name", "code")
    widest = visible.order_by("level").first()
    if widest is None:
        return visible
    if widest.level == Level.PROVINCE:
        return visible.filter(level__lte=Level.REGENCY).order_by("level", "name", "code")
    return visible.filter(level=widest.level).order_by("name", "code")
