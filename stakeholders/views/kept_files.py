"""A file of the private storage, for whoever may see the row that names it."""

from django.core.files.storage import storages
from django.http import FileResponse, Http404

_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def kept_file(name: str, *, called: str = "") -> FileResponse:
    """Shown in place; with ``called`` it is downloaded, under that name and its own ending."""
    if not name:
        raise Http404
    try:
        file = storages["documents"].open(name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    ending = name.rpartition(".")[2]
    return FileResponse(
        file,
        as_attachment=bool(called),
        filename=f"{called}.{ending}" if called else "",
        content_type=_TYPES.get(ending, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )
