"""What every request of a signed-in person passes through, and the cookie of a phone that stays
signed in."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRefresh

from tpbis.accounts import queries, services
from tpbis.accounts.enums import DeviceEnd
from tpbis.accounts.models import Device, User
from tpbis.accounts.sessions import AGENT, ENDED, FACTOR, KEEP, NONE, PASSED, SessionStore

logger = logging.getLogger("tpbis.security")

COOKIE = "tpbis_device"


# --- The phone that stays signed in ---------------------------------------------------------------


def keep_signed_in(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """This browser keeps ``user``, who is signed in here, signed in from now on; librarians only.

    Nobody else's device stays behind in it, so that a phone that changed hands does not sign its
    former owner in again. Who still owes a second factor stays only once it is passed.
    """
    if not user.is_librarian:
        return
    if is_half_way(request):
        request.session[KEEP] = True
        return
    forget_device(request, response, by=user)
    device, secret = services.bind_device(user=user, agent=request.session.get(AGENT, ""))
    cast("SessionStore", request.session).stay(device)
    _set_cookie(response, secret)


def forget_device(request: HttpRequest, response: HttpResponse, *, by: User) -> None:
    """End the device of this browser, whosever it is, and take its cookie away."""
    if COOKIE not in request.COOKIES:
        return
    secret = _secret_of(request)
    device = services.device_of(secret) if secret else None
    if device is not None:
        services.end_device(device=device, why=DeviceEnd.SIGNED_OUT, by=by)
    _delete_cookie(response)


def _secret_of(request: HttpRequest) -> str:
    """The secret in the cookie; empty when nobody but us could have signed it, and did not."""
    try:
        return str(request.get_signed_cookie(COOKIE, salt=COOKIE, max_age=_device_age()))
    except signing.SignatureExpired:
        return ""
    except signing.BadSignature:
        logger.warning("Forged device cookie from %s", request.META.get("REMOTE_ADDR", ""))
        return ""


def _set_cookie(response: HttpResponse, secret: str) -> None:
    response.set_signed_cookie(
        COOKIE,
        secret,
        salt=COOKIE,
        max_age=_device_age(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _delete_cookie(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _device_age() -> timedelta:
    return timedelta(days=settings.TPBIS_DEVICE_DAYS)


# --- What every page shows ------------------------------------------------------------------------


def bell(request: HttpRequest) -> dict[str, Any]:
    """How much one was told and has not read; came with the account, so it asks nothing more."""
    user = getattr(request, "user", None)
    return {"unread_messages": queries.unread_count(user) if isinstance(user, User) else 0}


# --- Middleware -----------------------------------------------------------------------------------


class KeepsSessionsShort:
    """A session ends after its hours, a staff session also when nobody is there; a librarian's
    phone opens a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        over = _over(request)
        if request.user.is_authenticated and not over:
            return self.get_response(request)
        secret = _secret_of(request) if COOKIE in request.COOKIES else ""
        device = _device_for(request, secret)
        if device is not None:
            services.sign_in(request, device.user, device=device)
        elif over:
            leave(request)
            request.session[ENDED] = over
        response = self.get_response(request)
        if COOKIE in request.COOKIES and COOKIE not in response.cookies:
            if device is not None:
                _set_cookie(response, secret)  # another 180 days from now
            else:
                _delete_cookie(response)
        return response


def leave(request: HttpRequest) -> None:
    """Nobody is signed in here any more; it is no sign-out of anybody's."""
    request.session.flush()
    request.user = AnonymousUser()


def _over(request: HttpRequest) -> str:
    user = request.user
    if not isinstance(user, User):
        return ""
    session = cast("SessionStore", request.session)
    over = session.over(idle_counts=not user.is_librarian)
    if not over:
        session.touch(timezone.now())
    return over


def _device_for(request: HttpRequest, secret: str) -> Device | None:
    device = services.device_of(secret) if secret else None
    if device is None or not device.user.is_librarian:
        return None
    somebody_else = request.user.is_authenticated and request.user.pk != device.user_id
    return None if somebody_else else device


class AsksToSignIn(LoginRequiredMiddleware):
    """Login required everywhere, asked before the form's token: when the session ended meanwhile,
    its token did too, and "sign in again" is what helps. Afterwards the person is back at the page
    the form was on."""

    def handle_no_permission(  # type: ignore[override]  # Django names one kind of answer only
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        if getattr(request, "htmx", False):
            # A piece of a page asks: the whole page goes, not a sign-in form inside it.
            return HttpResponseClientRefresh()
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        came_from = request.headers.get("Referer", "")
        if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
            return redirect_to_login(request.get_full_path())
        page = urlsplit(came_from)
        return redirect_to_login(f"{page.path}?{page.query}" if page.query else page.path)


class AsksSecondFactor:
    """Until it is passed, every page leads to where it is asked for; the API says no."""

    OPEN = frozenset(
        {
            "accounts:second_factor",
            "accounts:second_factor_set_up",
            "accounts:sign_out",
            "set_language",
            "help",
            "livez",
            "readyz",
        }
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_arguments: Any
    ) -> HttpResponse | None:
        route = request.resolver_match
        if route is None or route.view_name in self.OPEN or not is_half_way(request):
            return None
        if "api" in route.namespaces:
            return JsonResponse({"detail": _("Masukkan kode langkah kedua dahulu.")}, status=403)
        address = reverse("accounts:second_factor")
        if request.method in ("GET", "HEAD"):
            address += "?" + urlencode({"next": request.get_full_path()}, safe="/")
        return redirect(address)


def is_half_way(request: HttpRequest) -> bool:
    """Signed in by password, and the second factor is still to come."""
    user = request.user
    if not isinstance(user, User):
        return False
    factor = request.session.get(FACTOR)
    return factor != PASSED and (factor != NONE or queries.must_have_second_factor(user))
