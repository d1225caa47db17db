"""What the description of the API says of every endpoint: its errors, its pages and its ETag."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from tpbis.core.rest.problems import MEDIA_TYPE

_PROBLEMS = {
    400: ("A parameter, or the place of the token, is wrong; `errors` names it.", "Bad Request"),
    401: ("No token, or one that is unknown, expired or revoked.", "Unauthorized"),
    403: ("The role or the token may not do this.", "Forbidden"),
    404: ("There is no such thing within the caller's places.", "Not Found"),
    406: ("Only `application/json` is spoken here.", "Not Acceptable"),
    429: (
        "Too many requests; `Retry-After` says for how many seconds to wait.",
        "Too Many Requests",
    ),
}
_ETAG = {
    "description": "Names this very answer; send it back as `If-None-Match`.",
    "schema": {"type": "string"},
}
_RETRY = {"description": "Seconds to wait.", "schema": {"type": "integer"}}


class WrongField(serializers.Serializer[Any]):
    """One parameter or field, and what is wrong with it."""

    field = serializers.CharField(help_text="Its name; parts are joined by dots.")
    message = serializers.CharField(help_text="What is wrong, in the language asked for.")


class Problem(serializers.Serializer[Any]):
    """An error as RFC 9457 has it, in the language of `Accept-Language` (`id`, `en`)."""

    type = serializers.CharField(help_text="`about:blank`: the status says all.")
    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    detail = serializers.CharField(help_text="What a person should know; may be empty.")
    instance = serializers.CharField(help_text="Number of this request in the portal's log.")
    errors = WrongField(  # type: ignore[assignment]  # hides what DRF calls so
        many=True, required=False, help_text="What was wrong, where that can be named."
    )


class Documented(AutoSchema):
    """DRF's endpoint as this portal's base classes make it answer."""

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.method == "GET" and getattr(self.view, "is_list", False)

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        operation["responses"] |= {
            str(status): self._problem(status)
            for status in _PROBLEMS
            if status != 404 or "{" in self.path
        }
        operation["responses"]["429"]["headers"] = {"Retry-After": _RETRY}
        if self.method == "GET":
            operation["responses"]["200"]["headers"] = {"ETag": _ETAG}
            operation["responses"]["304"] = {
                "description": "Nothing changed since the answer that `If-None-Match` names.",
                "headers": {"ETag": _ETAG},
            }
            operation.setdefault("parameters", []).append(
                {
                    "in": "header",
                    "name": "If-None-Match",
                    "description": "The ETag of an earlier answer.",
                    "schema": {"type": "string"},
                }
            )
        operation["responses"] = dict(sorted(operation["responses"].items()))
        return operation

    def _problem(self, status: int) -> Any:
        description, title = _PROBLEMS[status]
        said: dict[str, Any] = {
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": description,
            "instance": "urn:uuid:0f0a4d4e-7f57-4d5e-9d3a-5a35c1a6b1c2",
        }
        if status == 400:
            said["errors"] = [{"field": "cursor", "message": "Ambil alamat halaman dari next."}]
        example = OpenApiExample(title, value=said, status_codes=[str(status)])
        answer = OpenApiResponse(Problem, description, examples=[example])
        return self._get_response_for_code(  # type: ignore[no-untyped-call]
            answer, str(status), [MEDIA_TYPE]
        )
