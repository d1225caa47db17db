"""Documents: ask for one, watch it being made, download it."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from reports import services
from reports.enums import DocumentKind, DocumentState
from reports.forms import DocumentForm
from reports.http import asked_period
from reports.models import Document
from tpbis.core import periods
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
def document_list(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _ask(request)
    return _list(request)


@reads
def _list(request: "SignedInRequest") -> HttpResponse:
    """What was made for the regions somebody works for, and the form to ask for more."""
    form = DocumentForm(
        user=request.user,
        period=asked_period(request.GET),
        region=request.GET.get("region", ""),
    )
    return _list_page(request, form)


def _ask(request: "SignedInRequest") -> HttpResponse:
    form = DocumentForm(request.POST, user=request.user, period=periods.Period.opening())
    if not form.is_valid():
        return _list_page(request, form, status=422)
    asked = form.cleaned_data
    try:
        document = services.request(region=asked["region"], period=asked["period"], by=request.user)
    except services.NotForThisRegion as refused:
        form.add_error("region", str(refused))
        return _list_page(request, form, status=422)
    return redirect(document)


def _list_page(
    request: "SignedInRequest", form: DocumentForm, *, status: int = 200
) -> HttpResponse:
    documents = Document.objects.visible_to(request.user).reports().for_list()
    page = Paginator(documents, PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request, "reports/document_list.html", {"form": form, "page": page}, status=status
    )


@reads
def document_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=pk)
    is_secret = document.kind == DocumentKind.LETTERS
    context = {"document": document, "is_secret": is_secret}
    return render(request, "reports/document_page.html", context)


@reads
def document_progress(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The part of the page that changes; it asks for itself until the document has ended."""
    document = get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=pk)
    return render(request, "reports/_document_progress.html", {"document": document})


@require_safe
def document_download(request: "SignedInRequest", pk: int) -> FileResponse:
    """Writes nothing but, for letters, who took them."""
    made = Document.objects.visible_to(request.user).filter(state=DocumentState.DONE)
    document = get_object_or_404(made.select_related("region", "batch"), pk=pk)
    try:
        file = storages["documents"].open(document.file_name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    is_secret = document.kind == DocumentKind.LETTERS
    if is_secret and request.method == "GET":
        services.hand_out_letters(document=document, by=request.user)
    return FileResponse(
        file,
        as_attachment=True,
        filename=_download_name(document),
        content_type="application/pdf",
        headers={
            "Cache-Control": "no-store" if is_secret else "private, no-cache",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _download_name(document: Document) -> str:
    """``laporan-capaian-tpbis-kabupaten-lumajang-2024-01-2024-09.pdf``,
    ``surat-aktivasi-kabupaten-lumajang-2026-11-22.pdf``"""
    if document.batch is not None:
        day = timezone.localdate(document.batch.issued_at)
        return f"surat-aktivasi-{slugify(document.region.title)}-{day}.pdf"
    start, end = periods.month_code(document.start), periods.month_code(document.end)
    return f"laporan-capaian-tpbis-{slugify(document.region.title)}-{start}-{end}.pdf"


@require_POST
def document_retry(request: "SignedInRequest", pk: int) -> HttpResponse:
    document = get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=pk)
    try:
        services.retry(document=document, by=request.user)
    except services.NotForThisRegion as refused:
        raise PermissionDenied(str(refused)) from refused
    except services.NotFailed as refused:
        messages.error(request, str(refused))
    return redirect(document)
