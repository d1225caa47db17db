"""What one was told, and what of it comes by mail too."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages as flashes
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from tpbis.accounts import queries, services
from tpbis.accounts.forms import MailChoiceForm
from tpbis.accounts.models import Message
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_PER_PAGE = 30


@reads
def message_list(request: "SignedInRequest") -> HttpResponse:
    """Newest first."""
    kinds = queries.kinds_to_choose(request.user)
    muted = queries.muted_kinds(request.user) if kinds else set()
    wanted = [kind for kind in kinds if kind not in muted]
    return _page(request, MailChoiceForm(kinds=kinds, initial={"kinds": wanted}))


def _page(request: "SignedInRequest", form: MailChoiceForm) -> HttpResponse:
    told = Paginator(Message.objects.told_to(request.user), _PER_PAGE)
    context = {
        "page": told.get_page(request.GET.get("hal")),
        "form": form if form.has_choice else None,
        "can_mail": settings.TPBIS_CAN_MAIL,
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/messages.html", context, status=status)


@require_POST
def message_open(request: "SignedInRequest", pk: int) -> HttpResponse:
    """It is read, and one is where it leads."""
    message = get_object_or_404(Message.objects.told_to(request.user), pk=pk)
    services.mark_read(message=message, by=request.user)
    if url_has_allowed_host_and_scheme(message.link, None) and message.link.startswith("/"):
        return redirect(message.link)
    return redirect("accounts:messages")


@require_POST
def message_read_all(request: "SignedInRequest") -> HttpResponse:
    services.mark_all_read(by=request.user)
    return redirect("accounts:messages")


@require_POST
def message_mail(request: "SignedInRequest") -> HttpResponse:
    """Which kinds come by mail."""
    kinds = queries.kinds_to_choose(request.user)
    if not kinds:
        raise PermissionDenied
    form = MailChoiceForm(request.POST, kinds=kinds)
    if not form.is_valid():
        return _page(request, form)
    muted = set(kinds) - set(form.cleaned_data["kinds"])
    services.choose_mail(user=request.user, muted=muted, by=request.user)
    flashes.success(request, _("Pilihan surel tersimpan."))
    return redirect("accounts:messages")


@csrf_exempt  # mail programs send no token (RFC 8058); nobody can guess the address
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def message_mute(request: HttpRequest, token: str) -> HttpResponse:
    """The address in a mail: asks first, since programs look at links before people do."""
    holder = services.holder_of(token)
    if holder is None:
        raise Http404
    user, kind = holder
    if request.method == "POST":
        services.mute(user=user, kind=kind, by=user)
    context = {"kind": kind.label, "done": request.method == "POST", "token": token}
    return render(request, "accounts/message_mute.html", context)
