"""Photos are private: each request asks whether this person may see the report they belong to."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from activities.models import MonthlyReport, Photo, Picture, ReviewEvent, photo_file_name
from activities.photos import in_content
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

FOR_GOOD = "max-age=86400, immutable"  # the content behind an address never changes


@reads
def photo(request: "SignedInRequest", uuid: UUID, size: str) -> HttpResponse:
    """One picture as a clean JPEG."""
    return handed_over(get_object_or_404(Photo.objects.visible_to(request.user), uuid=uuid), size)


@reads
def old_photo(request: "SignedInRequest", pk: int, sha256: str, size: str) -> HttpResponse:
    """One picture of a version that was sent back or reopened; its entry may be gone by now."""
    readable = MonthlyReport.objects.visible_to(request.user)
    versions = ReviewEvent.objects.filter(report__in=readable, content__isnull=False)
    if sha256 not in in_content(get_object_or_404(versions, pk=pk).content):
        raise Http404
    return _private(_file(photo_file_name(sha256, size)), FOR_GOOD)


def handed_over(picture: Picture, size: str, *, keep: str = FOR_GOOD) -> HttpResponse:
    """The file, for whom may have it: asked before. ``keep`` says how long a browser may."""
    return _private(_file(picture.file_name(size)), keep)


def _private(response: HttpResponse, keep: str) -> HttpResponse:
    response["Cache-Control"] = f"private, {keep}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    return response


def _file(name: str) -> HttpResponse:
    if settings.TPBIS_X_ACCEL:
        response = HttpResponse(content_type="image/jpeg")
        response["X-Accel-Redirect"] = f"/_media/{name}"
        return response
    try:
        with default_storage.open(name) as file:
            return HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
