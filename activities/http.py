"""What the reporting pages read out of a request, and how a phone's own requests are answered."""

import functools
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from activities import queries
from libraries.models import Library
from tpbis.core import periods, texts

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


def own_library(request: "SignedInRequest") -> Library:
    """The library this librarian records for; recording is nobody else's work."""
    library = queries.own_library(request.user)
    if library is None:
        raise PermissionDenied(_("Hanya pengelola perpustakaan yang mencatat di sini."))
    return library


def recording_library(request: "SignedInRequest") -> Library:
    """The same, where months are kept here: in some regencies the SIM is where people record."""
    library = own_library(request)
    if not queries.records_here(library):
        raise PermissionDenied(
            _("Di %(regency)s kegiatan dicatat di SIM Perpusnas.") % {"regency": library.regency}
        )
    return library


def asked_month(request: "SignedInRequest", library: Library) -> date:
    """The month of ``?bulan=2026-10``, this month without it. Raises ``BadPeriod``."""
    text = request.GET.get("bulan")
    return month_of(text, library) if text else periods.this_month()


def asked_words(request: "SignedInRequest", name: str) -> str:
    """What was typed into a search, without what no database takes."""
    return texts.plain(request.GET.get(name, "").replace("\x00", ""))[:200]


def month_of(text: str, library: Library) -> date:
    """A month the library may report on. Raises ``BadPeriod``."""
    month = periods.parse_past_month(text)
    begin = queries.first_month(library)
    if month < begin:
        raise periods.BadPeriod(
            _("%(library)s melapor sejak %(month)s.")
            % {"library": library, "month": periods.written(begin)}
        )
    return month


# --- Requests of a script -----------------------------------------------------------------------


def speaks_json(view: V) -> V:
    """For views that a script asks: whatever goes wrong on the way there is told in JSON, too."""

    @functools.wraps(view)
    def speaking(*args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(*args, **kwargs)

    speaking.speaks_json = True  # type: ignore[attr-defined]
    return cast("V", speaking)


def is_asked_by_script(request: HttpRequest) -> bool:
    """Of such a view, and not by a browser that goes there itself."""
    route = request.resolver_match
    return (
        route is not None
        and getattr(route.func, "speaks_json", False)
        and "text/html" not in request.headers.get("Accept", "")
    )


class AnswersInJson:
    """A phone that sends what waits on it understands no page that asks to sign in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not is_asked_by_script(request) or isinstance(response, JsonResponse):
            return response
        if response.status_code < 300 or response.status_code >= 500:
            return response
        told, status = _in_json(request, response)
        answer = JsonResponse(told, status=status)
        for name in ("Allow", "Cache-Control"):
            if response.has_header(name):
                answer.headers[name] = response.headers[name]
        return answer


def _in_json(request: HttpRequest, response: HttpResponse) -> tuple[dict[str, Any], int]:
    if not request.user.is_authenticated:
        return {"signed_in": False}, 401
    if response.status_code == 404:
        return {"state": "unknown"}, 404
    if response.status_code in (400, 405):
        return {"state": "invalid", "errors": {}}, response.status_code
    return {"state": "forbidden"}, 403
