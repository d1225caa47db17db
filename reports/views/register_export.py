"""The list of libraries as a file: what the page shows, in the columns that an import reads."""

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.utils import timezone

from libraries import exports, permissions
from libraries.models import Library
from reports.http import asked_period
from reports.views.libraries import chosen_libraries
from reports.views.listing import in_order
from tpbis.core import spreadsheets
from tpbis.core.http import reads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.spreadsheets import Cell


@reads
def libraries_export(request: "SignedInRequest", form: str) -> HttpResponse:
    """``form`` is csv or xlsx."""
    if form not in _FORMS:
        raise Http404
    period = asked_period(request.GET)
    chosen = chosen_libraries(request, period)
    if not chosen.is_valid():
        return HttpResponse(
            " ".join(text for texts in chosen.errors.values() for text in texts),
            status=400,
            content_type="text/plain; charset=utf-8",
        )
    found = Library.objects.filter(pk__in=in_order(chosen.qs, period, "nama"))
    rows = exports.roster(
        found.order_by("region__code", "name", "pk"),
        with_people=permissions.takes_contacts(request.user),
    )
    write, content_type = _FORMS[form]
    response = HttpResponse(write(list(rows)), content_type=content_type)
    name = f"perpustakaan-{timezone.localdate():%Y-%m-%d}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _csv(rows: "Sequence[Sequence[Cell]]") -> bytes:
    return b"".join(spreadsheets.write_csv(rows))


def _xlsx(rows: "Sequence[Sequence[Cell]]") -> bytes:
    return spreadsheets.write_xlsx(rows, sheet="Perpustakaan")


_FORMS = {"csv": (_csv, "text/csv; charset=utf-8"), "xlsx": (_xlsx, spreadsheets.XLSX)}
