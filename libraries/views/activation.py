"""Letting people in: the public pages a code leads to, and giving codes out."""

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import segno
from axes.helpers import get_client_ip_address
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries import codes, services
from libraries.forms.activation import ActivationForm, CodeForm
from libraries.http import blame, code_to_show
from libraries.models import Activation
from libraries.services import names
from tpbis.accounts import services as accounts
from tpbis.accounts.http import keep_signed_in
from tpbis.accounts.models import User
from tpbis.accounts.passwords import four_words
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

V = TypeVar("V", bound=Callable[..., HttpResponse])


def discreet(view: V) -> V:
    """The address holds the code: nothing keeps the page, and no page is told where one came from.

    Not ``no-referrer``: with it browsers also hide the Origin of a form, which then counts as
    forged.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return cast("V", guarded)


# --- For whoever holds a code ---------------------------------------------------------------------


@login_not_required
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def activation_start(request: HttpRequest) -> HttpResponse:
    """The code of a letter, typed by whoever cannot scan it."""
    if request.method != "POST":
        return _start_page(request, CodeForm())
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _start_page(request, form, status=422)
    code = form.cleaned_data["kode"]
    try:
        _find(request, code)
    except services.TooManyWrong as error:
        form.add_error(None, str(error))
        return _start_page(request, form, status=429)
    except services.BadCode as error:
        form.add_error("kode", str(error))
        return _start_page(request, form, status=422)
    return redirect("libraries:activate", code=code)


@login_not_required
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request: HttpRequest, code: str) -> HttpResponse:
    """One form: name, phone, password. Then this phone is in."""
    try:
        activation = _find(request, code)
        if request.method != "POST":
            return _activation_page(request, activation, ActivationForm(initial=_known(activation)))
        form = ActivationForm(request.POST)
        if not form.is_valid():
            return _activation_page(request, activation, form, status=422)
        user = services.redeem(code=code, **form.cleaned_data)
    except services.TooManyWrong as error:
        return _refused(request, code, error, status=429)
    except services.WrongCode as error:
        return _refused(request, code, error, status=404)
    except services.BadCode as error:
        return _refused(request, code, error, status=409)
    except ValidationError as error:
        blame(form, error)
        return _activation_page(request, activation, form, status=422)
    accounts.sign_in(request, user)
    response = redirect("home")
    keep_signed_in(request, response, user)
    messages.success(request, _welcome(user))
    return response


def _find(request: HttpRequest, code: str) -> Activation:
    address = get_client_ip_address(request)
    services.refuse_guessing(address=address)
    try:
        return services.find(code)
    except services.WrongCode:
        services.note_wrong_code(address=address)
        raise


def _known(activation: Activation) -> dict[str, str]:
    """What stands in the form already: each field that needs no touch is a tap saved."""
    user = activation.user
    name = user.full_name if user else activation.recipient_name
    phone = user.phone if user else activation.recipient_phone
    return {"full_name": name, "phone": names.spoken(phone), "password": four_words()}


def _welcome(user: User) -> str:
    text = _(
        "Selamat datang, %(name)s. Nama pengguna Anda: %(username)s. Lain kali cukup masuk dengan "
        "nomor telepon %(phone)s dan kata sandi tadi."
    )
    said = {"name": user.full_name, "username": user.username, "phone": names.spoken(user.phone)}
    return text % said


def _activation_page(
    request: HttpRequest, activation: Activation, form: ActivationForm, *, status: int = 200
) -> HttpResponse:
    context = {"activation": activation, "form": form}
    return render(request, "libraries/activation.html", context, status=status)


def _start_page(request: HttpRequest, form: CodeForm, *, status: int = 200) -> HttpResponse:
    return render(request, "libraries/activation_start.html", {"form": form}, status=status)


def _refused(request: HttpRequest, code: str, why: Exception, *, status: int) -> HttpResponse:
    """The other page, with the reason; a code that may be mistyped stands there to be corrected."""
    form = CodeForm({"kode": code[:40] if isinstance(why, services.WrongCode) else ""})
    form.full_clean()
    form.errors.clear()
    form.add_error("kode", str(why))
    return _start_page(request, form, status=status)


# --- For whoever gives codes out ------------------------------------------------------------------


@reads
def code(request: "SignedInRequest") -> HttpResponse:
    """The code just given out: shown once."""
    activation = code_to_show(request)
    if activation is None:
        messages.info(request, _("Kode hanya tampil sekali. Buat kode baru bila perlu."))
        return redirect("libraries:people")
    shown = codes.code_of(activation.uuid)
    link = codes.link_of(shown)
    return render(
        request,
        "libraries/activation_code.html",
        {
            "activation": activation,
            "code": shown,
            "link": link,
            "qr": segno.make(link, error="m", micro=False).svg_data_uri(scale=5, border=2),
        },
    )


@require_POST
def code_revoke(request: "SignedInRequest", pk: int) -> HttpResponse:
    activation = get_object_or_404(Activation.objects.visible_to(request.user), pk=pk)
    services.revoke(activation=activation, by=request.user)
    messages.success(request, _("Kode dicabut."))
    if activation.library is not None:
        return redirect("libraries:handover", pk=activation.library.pk)
    return redirect("libraries:person", pk=activation.user_id)
