"""Papers of one piece: what is still to be said before one is made, of a library or of a region."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.models import Library, Region
from libraries.permissions import KEEPERS
from reports import permissions, services
from reports.enums import DocumentKind
from reports.forms import document_kinds as forms
from tpbis.accounts.enums import Role
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest, User

OF_LIBRARIES = (DocumentKind.RAPOR, DocumentKind.VILLAGE, DocumentKind.WORK)
OF_REGIONS = (DocumentKind.REVIEW, DocumentKind.IPLM)


def offered_of_library(user: "User") -> tuple[DocumentKind, ...]:
    """What can be asked for of a library that this person may see."""
    if user.role == Role.SUPPORTER:
        return ()
    shows_work = user.is_librarian or user.role in KEEPERS
    return tuple(kind for kind in OF_LIBRARIES if shows_work or kind != DocumentKind.WORK)


def offered_of_region(user: "User", region: Region) -> tuple[DocumentKind, ...]:
    return OF_REGIONS if user.role in KEEPERS and region.level <= Level.REGENCY else ()


@require_http_methods(["GET", "HEAD", "POST"])
def document_of_library(request: "SignedInRequest", kind: str, pk: int) -> HttpResponse:
    wanted = _kind(kind, OF_LIBRARIES)
    visible = Library.objects.visible_to(request.user).select_related("region", "regency")
    library = get_object_or_404(visible, pk=pk)
    person = request.user if request.user.is_librarian else None
    if not permissions.can_request_document(request.user, wanted, library.regency, library, person):
        raise PermissionDenied
    if request.method != "POST":
        form = forms.form_of_library(wanted, None, user=request.user, library=library)
        return _show(request, wanted, form, library=library)
    form = forms.form_of_library(wanted, request.POST, user=request.user, library=library)
    return _ask(request, wanted, form, library.regency, library=library)


@require_http_methods(["GET", "HEAD", "POST"])
def document_of_region(request: "SignedInRequest", kind: str, code: str) -> HttpResponse:
    wanted = _kind(kind, OF_REGIONS)
    visible = Region.objects.visible_to(request.user).filter(level__lte=Level.REGENCY)
    region = get_object_or_404(visible, code=code)
    if not permissions.can_request_document(request.user, wanted, region):
        raise PermissionDenied
    if request.method != "POST":
        return _show(request, wanted, forms.form_of_region(wanted, None), region=region)
    return _ask(request, wanted, forms.form_of_region(wanted, request.POST), region)


def _kind(written: str, known: tuple[DocumentKind, ...]) -> DocumentKind:
    if written not in known:
        raise Http404
    return DocumentKind(written)


@reads
def _show(
    request: "SignedInRequest",
    kind: DocumentKind,
    form: forms.PaperForm,
    *,
    library: Library | None = None,
    region: Region | None = None,
) -> HttpResponse:
    return _page(request, kind, form, library=library, region=region)


def _ask(
    request: "SignedInRequest",
    kind: DocumentKind,
    form: forms.PaperForm,
    region: Region,
    *,
    library: Library | None = None,
) -> HttpResponse:
    if not form.is_valid():
        return _page(request, kind, form, library=library, region=region, status=422)
    document = services.request(
        region=region,
        period=form.period,
        by=request.user,
        kind=kind,
        library=library,
        person=form.person,
        details=form.details,
    )
    return redirect(document)


def _page(
    request: "SignedInRequest",
    kind: DocumentKind,
    form: forms.PaperForm,
    *,
    library: Library | None = None,
    region: Region | None = None,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "reports/document_new.html",
        {
            "kind": kind,
            "form": form,
            "library": library,
            "region": region if library is None else None,
            "lines": form.lines if isinstance(form, forms.VillageForm) else [],
            "nobody": isinstance(form, forms.WorkForm) and not form.has_people,
        },
        status=status,
    )
