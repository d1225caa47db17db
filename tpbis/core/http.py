"""What every page keeps: readers do not write, signed-in pages are not stored, bad input is 400."""

import functools
import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from tpbis.core.periods import BadPeriod

logger = logging.getLogger("tpbis.security")
# Which request the work of this moment belongs to; empty in commands and tasks.
request_id: ContextVar[str] = ContextVar("request_id", default="")
V = TypeVar("V", bound=Callable[..., HttpResponseBase])

_READING = (
    "SELECT",
    "WITH",
    "EXPLAIN",
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "PRAGMA",
    "DECLARE",
    "FETCH",
    "CLOSE",
)


class WroteWhileReading(RuntimeError):
    """A page that only shows things tried to change one."""


def _refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
    if not sql.lstrip(" (\n\t").upper().startswith(_READING):
        raise WroteWhileReading(sql[:80])
    return execute(sql, params, many, context)


_KEPT = "_kept_while_reading"


def kept_while_reading(user: Any) -> dict[str, Any]:
    """Where answers about ``user`` may be kept: until the end of the page that only shows things
    and is shown to them, and nowhere else."""
    kept: dict[str, Any] = getattr(user, _KEPT, {})
    return kept


@contextmanager
def _keeping(user: Any) -> Iterator[None]:
    if hasattr(user, _KEPT):
        yield
        return
    setattr(user, _KEPT, {})
    try:
        yield
    finally:
        delattr(user, _KEPT)


def reads(view: V) -> V:
    """For views that only show: GET and HEAD, and any write to the database is refused. What was
    asked once about whoever looks (:func:`kept_while_reading`) holds until the page is made."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        with _keeping(request.user), connection.execute_wrapper(_refuse_writes):
            response: HttpResponseBase = view(request, *args, **kwargs)
            return response

    return cast("V", guarded)


class NamesTheRequest:
    """Every request has an id: in the audit, and in the answer for whoever asks for help."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        name = str(uuid.uuid4())
        token = request_id.set(name)
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = name
        return response


class LanguageOfChoice:
    """Indonesian, until somebody chooses another language; what the browser asks for is no choice:
    many phones in the villages were never taken out of English."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = chosen in dict(settings.LANGUAGES)
        language = chosen if known else settings.LANGUAGE_CODE
        if request.path_info.startswith("/api/"):
            language = translation.get_language_from_request(request)  # a program's header is meant
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE or "")
            return response


class NoStoreWhenSignedIn:
    """A shared phone keeps no copy of a signed-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response.headers["Cache-Control"] = "no-store"
        return response


class BadInputIsTheCallersMistake:
    """Text that no database can hold, and periods that cannot be meant, are 400, never 500."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any(
            "\x00" in text for name, values in request.GET.lists() for text in (name, *values)
        ):
            logger.warning("NUL character in the address of %s", request.path[:80])
            raise BadRequest("NUL")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's own page for 400 would not say which month is meant."""
        if isinstance(exception, BadPeriod):
            return render(request, "400.html", {"exception": exception}, status=400)
        return None
