"""The audit of the whole portal, for province staff."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from tpbis.accounts import history
from tpbis.accounts.enums import Role
from tpbis.accounts.filters import AuditFilter
from tpbis.accounts.models import AuditEvent
from tpbis.accounts.querysets import AuditEventQuerySet
from tpbis.core import spreadsheets
from tpbis.core.downloads import refused, table_file
from tpbis.core.exports import about, narrowed_by
from tpbis.core.http import reads

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

_PLACE = ("sebelum", "sesudah")  # where in the list, not what of it
_FIRST = ("siapa", "objek", "hasil")  # the others are folded away


@reads
def audit(request: "SignedInRequest") -> HttpResponse:
    """Who did what, and who was denied what; newest first."""
    found = _found(request)
    valid = found.is_valid()
    before, after = (_number(request.GET.get(name, "")) for name in _PLACE)
    events = found.qs if valid else AuditEvent.objects.none()
    parameters = request.GET.copy()
    for name in _PLACE:
        parameters.pop(name, None)
    fields = list(found.form)
    return render(
        request,
        "accounts/audit.html",
        {
            "form": found.form,
            "first_fields": [field for field in fields if field.name in _FIRST],
            "more_fields": [field for field in fields if field.name not in _FIRST],
            "narrows_more": any(
                field.errors or request.GET.get(field.name)
                for field in fields
                if field.name not in _FIRST
            ),
            "page": history.page_of(events, before=before, after=after),
            "query": parameters.urlencode(),
            "is_narrowed": any(parameters.values()),
        },
        status=200 if valid else 400,
    )


@reads
def audit_export(request: "SignedInRequest") -> HttpResponseBase:
    """What the page shows, as a table; at most the newest 50,000 events."""
    found = _found(request)
    if not found.is_valid():
        return audit(request)
    response = StreamingHttpResponse(
        spreadsheets.write_csv(_lines(found.qs)), content_type="text/csv; charset=utf-8"
    )
    name = f"jejak-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@reads
def audit_file(request: "SignedInRequest", form: str) -> HttpResponseBase:
    """The same as csv or xlsx, with what is to be known of it."""
    found = _found(request)
    if not found.is_valid():
        return refused(found.errors)
    told = about(_("Jejak"), _("satu baris satu peristiwa"), narrowed_by(found.form))
    return table_file(
        _lines(found.qs),
        form,
        name="jejak",
        sheet=_("Jejak"),
        about=list(told.rows),
        asked=request.GET,
    )


def _found(request: "SignedInRequest") -> AuditFilter:
    if request.user.role != Role.PROVINCE_STAFF:
        raise PermissionDenied
    return AuditFilter(request.GET, AuditEvent.objects.all(), request=request)


def _number(text: str) -> int:
    """0 where it is none, or beyond any number of a row."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


def _lines(events: AuditEventQuerySet) -> Iterator[list[str | int]]:
    yield [
        _("Nomor"),
        _("Waktu"),
        _("Siapa"),
        _("Nama pengguna"),
        _("Peran"),
        _("Hasil"),
        _("Tindakan"),
        _("Tentang"),
        _("Perubahan"),
        _("Nomor permintaan"),
    ]
    for row in history.exported(events):
        yield [
            row.pk,
            timezone.localtime(row.at).isoformat(sep=" ", timespec="seconds"),
            row.who or _("Sistem"),
            row.username,
            row.role,
            _("Ditolak") if row.is_denied else _("Dilakukan"),
            row.sentence,
            "; ".join(f"{thing.kind} {thing.name}" for thing in row.things),
            "; ".join(str(change) for change in row.changes),
            row.request_id,
        ]
