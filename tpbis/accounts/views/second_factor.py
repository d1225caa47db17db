"""A code from the person's phone, beside the password."""

from typing import TYPE_CHECKING

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as remember_device
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from tpbis.accounts import queries, services
from tpbis.accounts.forms import CodeForm, ConfirmForm, FirstCodeForm, ReplaceForm
from tpbis.accounts.http import is_half_way, keep_signed_in
from tpbis.accounts.sessions import FACTOR, KEEP, NEW_KEY, NONE, PASSED

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: "SignedInRequest") -> HttpResponse:
    """Asks for the code; who has no second factor yet sets one up."""
    if not is_half_way(request):
        return redirect(_way_on(request))
    if not queries.has_second_factor(request.user):
        return redirect("accounts:second_factor_set_up")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device = services.pass_second_factor(user=request.user, code=form.cleaned_data["code"])
        except (services.WrongCode, services.TooManyCodes) as refused:
            form.add_error("code", str(refused))
        else:
            return _passed(request, device)
    context = {"form": form, "next": _asked_for(request)}
    status = 422 if form.errors else 200
    return render(request, "accounts/second_factor.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_set_up(request: "SignedInRequest") -> HttpResponse:
    """Show the secret to an app on the phone, and have its first code typed."""
    has_one = queries.has_second_factor(request.user)
    if has_one and is_half_way(request):
        return redirect("accounts:second_factor")
    key = request.session.setdefault(NEW_KEY, default_key())
    if has_one:
        form: FirstCodeForm = ReplaceForm(request.POST or None, request=request)
    else:
        form = FirstCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            device, codes = services.confirm_second_factor(
                user=request.user,
                key=key,
                code=form.cleaned_data["code"],
                keep_session=request.session.session_key or "",
            )
        except services.WrongCode as refused:
            form.add_error("code", str(refused))
        else:
            del request.session[NEW_KEY]
            _note_passed(request, device)
            return _show_codes(request, codes)
    return _show_secret(request, form, key)


def _show_secret(request: "SignedInRequest", form: FirstCodeForm, key: str) -> HttpResponse:
    shown = TOTPDevice(user=request.user, key=key)
    address = shown.config_url
    secret = address.partition("secret=")[2].partition("&")[0]
    context = {
        "form": form,
        "qr": segno.make(address, error="m").svg_data_uri(scale=5, border=2),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "address": address,
        "compulsory": queries.must_have_second_factor(request.user),
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/second_factor_set_up.html", context, status=status)


@require_POST
def recovery_codes(request: "SignedInRequest") -> HttpResponse:
    """Ten new ones; whoever has no second factor yet sets one up first."""
    if not queries.has_second_factor(request.user):
        return redirect("accounts:second_factor_set_up")
    return _show_codes(request, services.renew_recovery_codes(user=request.user))


def _show_codes(request: "SignedInRequest", codes: list[str]) -> HttpResponse:
    """In the answer itself: they are stored nowhere, so there is no page to send anybody to."""
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_off(request: "SignedInRequest") -> HttpResponse:
    """Where the role asks for one it stays, even while the portal does not."""
    if request.user.needs_second_factor:
        raise PermissionDenied
    if not queries.has_second_factor(request.user):
        return redirect("accounts:account")
    form = ConfirmForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            services.turn_off_second_factor(
                user=request.user, password=form.cleaned_data["current"]
            )
        except ValidationError as refused:
            form.add_error("current", refused.message_dict["password"])
        else:
            request.session[FACTOR] = NONE
            messages.success(request, _("Langkah kedua dimatikan."))
            return redirect("accounts:account")
    status = 422 if form.errors else 200
    return render(request, "accounts/second_factor_off.html", {"form": form}, status=status)


def _passed(request: "SignedInRequest", device: TOTPDevice) -> HttpResponse:
    response = redirect(_way_on(request))
    _note_passed(request, device)
    if request.session.pop(KEEP, False):
        keep_signed_in(request, response, request.user)
    if not isinstance(device, TOTPDevice):
        left = queries.recovery_codes_left(request.user)
        messages.warning(
            request,
            _("Kode cadangan itu kini terpakai; tersisa %(left)d. Buat yang baru di Akun saya.")
            % {"left": left},
        )
    return response


def _note_passed(request: "SignedInRequest", device: TOTPDevice) -> None:
    """In a session with a new key, as after signing in."""
    request.session.cycle_key()
    request.session[FACTOR] = PASSED
    remember_device(request, device)


def _asked_for(request: HttpRequest) -> str:
    """Where the person was going, if that is a page of ours."""
    address = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    )
    return address if ours else ""


def _way_on(request: HttpRequest) -> str:
    return _asked_for(request) or resolve_url("home")
