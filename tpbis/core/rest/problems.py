"""Errors as ``application/problem+json`` (RFC 9457), in the language that was asked for."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from tpbis.core.http import request_id

MEDIA_TYPE = "application/problem+json"


def answer(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's answer to an error, in the shape of a problem; ``None`` is DRF's "not mine"."""
    response = exception_handler(exception, context)
    if response is None:
        return None
    errors = []
    detail = ""
    if isinstance(exception, exceptions.ValidationError):
        errors = list(_flat(response.data))
    elif isinstance(response.data, Mapping):
        detail = str(response.data.get("detail", ""))
    if isinstance(exception, Http404 | PermissionDenied):
        detail = ""  # Django's own text names models
    response.data = body(response.status_code, detail=detail, errors=errors)
    response.content_type = MEDIA_TYPE
    return response


def refusal(status: int, detail: str = "") -> JsonResponse:
    """The same where no endpoint was reached."""
    return JsonResponse(body(status, detail=detail), status=status, content_type=MEDIA_TYPE)


def body(status: int, *, detail: str = "", errors: list[dict[str, str]] | None = None) -> dict:
    said: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _detail(status),
        "instance": f"urn:uuid:{request_id.get()}",
    }
    return said | ({"errors": errors} if errors else {})


def _detail(status: int) -> str:
    return {
        400: _("Permintaan ini tidak dapat dimengerti. Periksa bagian yang disebut."),
        403: _("Peran atau token Anda tidak boleh melakukan ini."),
        404: _("Tidak ada yang seperti ini di wilayah Anda."),
        409: _("Keadaannya tidak mengizinkan ini."),
    }.get(status, "")


def _flat(errors: Any, field: str = "") -> Iterator[dict[str, str]]:
    """``{"a": {"b": ["x"]}}`` as one row: ``a.b``, ``x``."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _flat(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(errors, list):
        for inner in errors:
            yield from _flat(inner, field)
    else:
        yield {"field": field, "message": str(errors)}
