"""Lists and single things that are only read: narrowed, paged, and answered 304 when unchanged."""

import hashlib
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from tpbis.core.http import reads


class Pages(CursorPagination):
    """``limit`` rows from ``cursor`` on; ``next`` and ``previous`` are whole addresses."""

    page_size = 50
    max_page_size = 100
    page_size_query_param = "limit"
    ordering = "pk"
    cursor_query_description = "Where a page begins; it stands in `next` and `previous`."
    page_size_query_description = "Rows of a page, 1 to 100."

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """DRF's, in OpenAPI 3.1 and with words."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**address, "description": "Whole address of the next page, or null."},
                "previous": {**address, "description": "Whole address of the page before."},
                "results": {**schema, "description": "The rows of this page."},
            },
        }

    def decode_cursor(self, request: Request) -> Any:
        try:
            return super().decode_cursor(request)
        except NotFound:
            raise ValidationError({"cursor": _("Ambil alamat halaman dari next.")}) from None


class Reading(GenericAPIView):
    """Refuses writes while it answers; what did not change since is not sent again."""

    pagination_class = Pages
    http_method_names = ["get", "head", "options"]
    order: tuple[str, ...] = ("pk",)

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answered: Any = reads(self.answer)(request, *args, **kwargs)
        assert isinstance(answered, Response)
        return answered

    def answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        assert isinstance(response, Response)
        patch_vary_headers(response, ["Authorization", "Cookie", "Accept-Language"])
        if response.status_code != 200 or request.method not in ("GET", "HEAD"):
            return response
        response["Cache-Control"] = "private, no-cache"
        response.render()
        etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        return get_conditional_response(request, etag=etag, response=response) or response


class Listing(Reading):
    """All that ``get_queryset`` has, which is narrowed to whoever asks."""

    is_list = True  # for the API's description

    def answer(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "user": self.request.user}
