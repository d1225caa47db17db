"""Changing a password, and setting one by a link that was mailed."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tpbis.accounts import queries, services
from tpbis.accounts.forms import ChangePasswordForm, EmailForm, NewPasswordForm
from tpbis.accounts.passwords import four_words, least_letters
from tpbis.accounts.sessions import DEVICE

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: "SignedInRequest") -> HttpResponse:
    """One's own, knowing the one before; this browser stays signed in, all others are out."""
    form = ChangePasswordForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.set_password(
                user=request.user,
                password=form.cleaned_data["password"],
                by=request.user,
                keep_session=request.session.session_key or "",
                keep_device=request.session.get(DEVICE) or 0,
            )
        except ValidationError as weak:
            form.add_error(None, weak)
        else:
            request.user = user
            update_session_auth_hash(request, user)
            messages.success(
                request, _("Kata sandi diganti. Di tempat lain Anda sudah dikeluarkan.")
            )
            return redirect("accounts:account")
    stronger = queries.is_strengthened(request.user, device=request.session.get(DEVICE) or 0)
    context = {"form": form, "words": four_words(), "least": least_letters(strengthened=stronger)}
    status = 422 if form.errors else 200
    return render(request, "accounts/password.html", context, status=status)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """Asks for the e-mail address; the answer is the same whether somebody has it or not."""
    form = EmailForm(request.POST or None)
    sent = False
    if request.method == "POST" and settings.TPBIS_CAN_MAIL and form.is_valid():
        services.ask_password_link(email=form.cleaned_data["email"])
        sent = True
    context = {"form": form, "sent": sent, "can_mail": settings.TPBIS_CAN_MAIL}
    status = 422 if form.errors else 200
    return render(request, "accounts/password_forgotten.html", context, status=status)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """The link of the mail."""
    user = services.owner_of_link(uid=uid, token=token)
    if user is None:
        return render(request, "accounts/password_link_dead.html", status=404)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_password(user=user, password=form.cleaned_data["password"], by=user)
        except ValidationError as weak:
            form.add_error(None, weak)
        else:
            messages.success(request, _("Kata sandi baru tersimpan. Silakan masuk."))
            return redirect("accounts:sign_in")
    stronger = queries.is_strengthened(user)
    context = {
        "form": form,
        "words": four_words(),
        "least": least_letters(strengthened=stronger),
        "username": user.username,
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/password_reset.html", context, status=status)
