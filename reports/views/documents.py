"""Documents: ask for one, watch it being made, download it, put the signed one beside it."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from libraries.files import BadFile
from libraries.permissions import sees_people
from reports import permissions, services
from reports.documents.briefs import in_words
from reports.enums import DocumentKind, DocumentState
from reports.forms import DocumentForm, ShelfChoice, SignedCopyForm
from reports.http import asked_period
from reports.models import Document, SignedCopy
from tpbis.core import periods
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 25

_NAMES = {DocumentKind.PROGRESS.value: "laporan-capaian-tpbis"}
_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


@require_http_methods(["GET", "HEAD", "POST"])
def document_list(request: "SignedInRequest") -> HttpResponse:
    if request.method == "POST":
        return _ask(request)
    return _list(request)


@reads
def _list(request: "SignedInRequest") -> HttpResponse:
    """What was made for the regions somebody works for, and the form to ask for more."""
    form = DocumentForm(
        user=request.user, period=asked_period(request.GET), asked=request.GET.dict()
    )
    return _list_page(request, form)


def _ask(request: "SignedInRequest") -> HttpResponse:
    form = DocumentForm(request.POST, user=request.user, period=periods.Period.opening())
    if not form.is_valid():
        return _list_page(request, form, status=422)
    asked = form.cleaned_data
    library = asked.get("perpustakaan")
    try:
        document = services.request(
            region=library.regency if library else asked["region"],
            library=library,
            period=asked["period"],
            by=request.user,
            narrowing=form.narrowed_by,
            details=form.details,
        )
    except services.NotForThisRegion as refused:
        form.add_error("perpustakaan" if library else "region", str(refused))
        return _list_page(request, form, status=422)
    return redirect(document)


def _list_page(
    request: "SignedInRequest", form: DocumentForm, *, status: int = 200
) -> HttpResponse:
    choice = ShelfChoice(request.GET, user=request.user)
    shelf = choice.documents(Document.objects.visible_to(request.user).reports())
    page = Paginator(shelf.for_list(), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/document_list.html",
        {
            "form": form,
            "choice": choice,
            "is_chosen": any(request.GET.get(name) for name in choice.fields),
            "query": without(request.GET, "hal"),
            "page": page,
            "repeatable": {
                document.pk
                for document in page
                if document.state == DocumentState.FAILED
                and permissions.can_repeat(request.user, document)
            },
            "may_ask": permissions.reads_reports(request.user),
            "has_schedules": permissions.follows_up(request.user),
            "sees_people": sees_people(request.user),
        },
        status=status,
    )


@reads
def document_page(request: "SignedInRequest", pk: int) -> HttpResponse:
    return _page(request, _found(request, pk), SignedCopyForm())


@reads
def document_progress(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The part of the page that changes; it asks for itself until the document has ended."""
    document = _found(request, pk)
    context = {**_what_can_be_done(request, document), "is_alone": True}
    return render(request, "reports/_document_progress.html", context)


def _page(
    request: "SignedInRequest", document: Document, form: SignedCopyForm, *, status: int = 200
) -> HttpResponse:
    is_secret = document.kind == DocumentKind.LETTERS
    may_sign = document.is_done and not is_secret and permissions.can_sign(request.user, document)
    copies = document.signed_copies.select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    return render(
        request,
        "reports/document_page.html",
        {
            **_what_can_be_done(request, document),
            "is_secret": is_secret,
            "narrowing": list(in_words(document.narrowing)),
            "copies": copies if document.is_done else (),
            "form": form if may_sign else None,
            "sees_people": sees_people(request.user),
        },
        status=status,
    )


def _what_can_be_done(request: "SignedInRequest", document: Document) -> dict[str, Any]:
    may_make = permissions.can_request_document(
        request.user,
        DocumentKind(document.kind),
        document.region,
        document.library,
        document.person,
        document.subject(),
    )
    return {
        "document": document,
        "may_make": may_make,
        "may_cancel": document.is_waiting and permissions.can_cancel(request.user, document),
    }


def _found(request: "SignedInRequest", pk: int) -> Document:
    return get_object_or_404(Document.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def document_download(request: "SignedInRequest", pk: int) -> FileResponse:
    """Writes nothing but, for letters, who took them."""
    made = Document.objects.visible_to(request.user).filter(
        state=DocumentState.DONE, removed_at__isnull=True
    )
    document = get_object_or_404(made.for_list().select_related("batch"), pk=pk)
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
    about = slugify(document.whose())[:80]
    kind = _NAMES.get(document.kind, slugify(document.get_kind_display()))
    return f"{kind}-{about}-{start}-{end}.pdf"


@require_POST
def document_retry(request: "SignedInRequest", pk: int) -> HttpResponse:
    """One without a file is started anew; of one that is there, another is made."""
    document = _found(request, pk)
    try:
        return redirect(services.repeat(document=document, by=request.user))
    except services.NotForThisRegion as refused:
        raise PermissionDenied(str(refused)) from refused
    except services.NotFailed as refused:
        messages.error(request, str(refused))
    return redirect(document)


@require_POST
def document_cancel(request: "SignedInRequest", pk: int) -> HttpResponse:
    document = _found(request, pk)
    try:
        services.cancel(document=document, by=request.user)
    except services.NotForThisRegion as refused:
        raise PermissionDenied(str(refused)) from refused
    except services.NotWaiting as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Pembuatan dokumen dibatalkan."))
    return redirect(document)


# --- The signed version ---------------------------------------------------------------------------


@require_POST
def signed_copies(request: "SignedInRequest", pk: int) -> HttpResponse:
    made = Document.objects.visible_to(request.user).reports().filter(state=DocumentState.DONE)
    document = get_object_or_404(made.for_list(), pk=pk)
    form = SignedCopyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, document, form, status=422)
    asked = form.cleaned_data
    try:
        services.add_signed_copy(
            document=document, file=asked["berkas"], note=asked["keterangan"], by=request.user
        )
    except services.NotForThisRegion as refused:
        raise PermissionDenied(str(refused)) from refused
    except BadFile as bad:
        form.add_error("berkas", bad)
        return _page(request, document, form, status=422)
    messages.success(request, _("Berkas bertanda tangan disimpan. Dokumen ini sekarang final."))
    return redirect(document)


@reads
def signed_copy_download(request: "SignedInRequest", pk: int) -> FileResponse:
    seen = Document.objects.visible_to(request.user).reports()
    copy = get_object_or_404(SignedCopy.objects.filter(document__in=seen), pk=pk)
    try:
        file = storages["documents"].open(copy.file_name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    ending = copy.file_name.rpartition(".")[2]
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"final-dokumen-{copy.document_id}-{copy.pk}.{ending}",
        content_type=_TYPES.get(ending, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )
