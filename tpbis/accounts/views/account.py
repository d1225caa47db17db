"""What belongs to oneself: where one is signed in, and what the portal knows."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tpbis.accounts import queries, services
from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.http import forget_device, leave
from tpbis.accounts.models import Device
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def account(request: "SignedInRequest") -> HttpResponse:
    user = request.user
    context = {
        "has_second_factor": queries.has_second_factor(user),
        "recovery_codes_left": queries.recovery_codes_left(user),
        "places": queries.places_of(user, session_key=request.session.session_key or ""),
    }
    return render(request, "accounts/account.html", context)


@require_POST
def device_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    device = get_object_or_404(Device.objects.alive().filter(user=request.user), pk=pk)
    services.end_device(device=device, why=DeviceEnd.REVOKED, by=request.user)
    return _back(request)


@require_POST
def session_end(request: "SignedInRequest", handle: str) -> HttpResponse:
    session = queries.session_of(request.user, handle)
    if session is None:
        raise Http404
    services.end_session(session=session, by=request.user)
    return _back(request)


def _back(request: "SignedInRequest") -> HttpResponse:
    """To the account page, unless it was this very browser that was signed out."""
    if not request.session.exists(request.session.session_key or ""):
        leave(request)
        return redirect("accounts:sign_in")
    messages.success(request, _("Sudah dikeluarkan dari perangkat itu."))
    return redirect("accounts:account")


@require_POST
def sign_out_everywhere(request: "SignedInRequest") -> HttpResponse:
    response = redirect("accounts:sign_in")
    forget_device(request, response, by=request.user)
    services.sign_out_everywhere(user=request.user, by=request.user)
    leave(request)
    return response


@reads
def personal_data(request: "SignedInRequest") -> JsonResponse:
    """A copy for oneself (UU 27/2022, article 6)."""
    response = JsonResponse(
        queries.personal_copy(request.user),
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    name = f"data-saya-{timezone.localdate():%Y-%m-%d}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
