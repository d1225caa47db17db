"""Photos are private: each request asks whether this person may see the report they belong to."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from activities.models import Photo, Picture
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@reads
def photo(request: "SignedInRequest", uuid: UUID, size: str) -> HttpResponse:
    """One picture as a clean JPEG; the content behind an address never changes."""
    picture = get_object_or_404(Photo.objects.visible_to(request.user), uuid=uuid)
    return handed_over(picture, size, keep="max-age=86400, immutable")


def handed_over(picture: Picture, size: str, *, keep: str) -> HttpResponse:
    """The picture itself, to somebody who may see it; ``keep`` says how long their own browser
    may."""
    response = _hand_over(picture.file_name(size))
    response["Cache-Control"] = f"private, {keep}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = "inline"
    return response


def _hand_over(name: str) -> HttpResponse:
    if settings.TPBIS_X_ACCEL:
        response = HttpResponse(content_type="image/jpeg")
        response["X-Accel-Redirect"] = f"/_media/{name}"
        return response
    try:
        with default_storage.open(name) as file:
            return HttpResponse(file.read(), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
