"""Certificates: the list, issuing, printing again, withdrawing; and the public page a code leads
to."""

from typing import TYPE_CHECKING

from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kpi.enums import AwardDecision
from kpi.models import Award, Closing
from libraries import services as library_services
from libraries.http import blame
from libraries.views.activation import discreet
from reports import codes, permissions
from reports.figures.certificates import certificates_told
from reports.forms.certificates import IssueForm, VerifyForm, WithdrawForm
from reports.models import Certificate
from reports.services import certificates as services
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
NEWEST = 24  # closings that certificates are issued for


# --- The list -------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def certificates(request: "SignedInRequest") -> HttpResponse:
    return _issue(request) if request.method == "POST" else _list(request)


@reads
def _list(request: "SignedInRequest") -> HttpResponse:
    form = None
    if permissions.issues_certificates(request.user):
        form = IssueForm(user=request.user, closings=_closings())
    return _list_page(request, form)


def _issue(request: "SignedInRequest") -> HttpResponse:
    """For every award granted at a closing, of a region or of one library."""
    if not permissions.issues_certificates(request.user):
        raise PermissionDenied
    form = IssueForm(request.POST, user=request.user, closings=_closings())
    if not form.is_valid():
        return _list_page(request, form, status=422)
    try:
        document = services.issue_certificates(
            closing=form.closing, region=form.cleaned_data["wilayah"], by=request.user
        )
    except ValidationError as error:
        blame(form, error)
        return _list_page(request, form, status=422)
    return redirect(document)


def _closings() -> list[Closing]:
    """Those at which somebody was granted an award."""
    granted = Award.objects.filter(decision=AwardDecision.GRANTED).values("closing")
    return list(Closing.objects.filter(pk__in=granted).order_by("-through")[:NEWEST])


def _list_page(
    request: "SignedInRequest", form: IssueForm | None, *, status: int = 200
) -> HttpResponse:
    seen = Certificate.objects.visible_to(request.user).for_list()
    page = Paginator(seen.select_related("document"), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/certificates.html",
        {
            "form": form,
            "has_closings": form is not None and bool(form.closings),
            "page": page,
            "rows": [
                (told, codes.spoken(told.certificate.code)) for told in certificates_told(page)
            ],
            "page_query": without(request.GET, "hal"),
            "may_print": permissions.prints_certificates(request.user),
            "may_withdraw": permissions.issues_certificates(request.user),
        },
        status=status,
    )


@require_POST
def certificate_print(request: "SignedInRequest", pk: int) -> HttpResponse:
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.prints_certificates(request.user):
        raise PermissionDenied
    try:
        return redirect(services.print_certificate(certificate=certificate, by=request.user))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("reports:certificates")


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_withdraw(request: "SignedInRequest", pk: int) -> HttpResponse:
    if not permissions.issues_certificates(request.user):
        raise PermissionDenied
    certificate = get_object_or_404(Certificate.objects.visible_to(request.user).for_list(), pk=pk)
    if certificate.withdrawn_at is not None:
        messages.warning(request, _("Piagam ini sudah dicabut."))
        return redirect("reports:certificates")
    if request.method != "POST":
        return _withdraw_page(request, certificate, WithdrawForm())
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _withdraw_page(request, certificate, form, status=422)
    services.withdraw_certificate(
        certificate=certificate, reason=form.cleaned_data["reason"], by=request.user
    )
    said = _("Piagam %(library)s dicabut.") % {"library": certificate.award.library.name}
    messages.success(request, said)
    return redirect("reports:certificates")


def _withdraw_page(
    request: "SignedInRequest", certificate: Certificate, form: WithdrawForm, *, status: int = 200
) -> HttpResponse:
    (told,) = certificates_told([certificate])
    context = {"told": told, "code": codes.spoken(certificate.code), "form": form}
    return render(request, "reports/certificate_withdraw.html", context, status=status)


# --- For whoever holds the paper ------------------------------------------------------------------


@login_not_required
@discreet
@require_safe
def verify_start(request: HttpRequest) -> HttpResponse:
    """A code typed by whoever cannot scan it: on to its page."""
    if "kode" not in request.GET:
        return _ask_for_code(request, VerifyForm())
    form = VerifyForm(request.GET)
    if not form.is_valid():
        return _ask_for_code(request, form, status=422)
    code = codes.normal(form.cleaned_data["kode"])
    if not code:
        form.add_error("kode", _("Kode ini tidak dikenal."))
        return _ask_for_code(request, form, status=422)
    return redirect("reports:verify", code=code)


@login_not_required
@discreet
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether the certificate still counts, and nothing about anybody. Wrong codes are counted as
    those of letters are: they are all that is written."""
    address = get_client_ip_address(request)
    try:
        library_services.refuse_guessing(address=address)
    except library_services.TooManyWrong as refused:
        return _unknown(request, code, str(refused), status=429)
    found = Certificate.objects.filter(code=codes.normal(code)).for_list().first()
    if found is None:
        library_services.note_wrong_code(address=address, page="/verifikasi/")
        said = _("Tidak ada piagam dengan kode ini. Periksa lagi hurufnya.")
        return _unknown(request, code, said, status=404)
    (told,) = certificates_told([found])
    context = {"told": told, "code": codes.spoken(found.code)}
    return render(request, "reports/verify.html", context)


def _unknown(request: HttpRequest, code: str, why: str, *, status: int) -> HttpResponse:
    form = VerifyForm({"kode": code[:40]})
    form.full_clean()
    form.errors.clear()
    form.add_error("kode", why)
    return _ask_for_code(request, form, status=status)


def _ask_for_code(request: HttpRequest, form: VerifyForm, *, status: int = 200) -> HttpResponse:
    return render(request, "reports/verify_start.html", {"form": form}, status=status)
