"""The list of libraries as a file: what the page shows, in the columns that an import reads."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from libraries import exports, permissions, services
from libraries.models import Library
from reports.http import asked_period
from reports.views.libraries import chosen_libraries
from reports.views.listing import in_order
from tpbis.core import periods
from tpbis.core.downloads import refused, table_file
from tpbis.core.exports import about, narrowed_by
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest


@require_safe
def libraries_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """``form`` is csv or xlsx. Writes nothing but who took names and numbers of people away."""
    with_people = permissions.takes_contacts(request.user)
    response = _file(request, form, with_people=with_people)
    if with_people and request.method == "GET" and response.status_code == 200:
        services.hand_out_contacts(by=request.user)
    return response


@reads
def _file(request: "SignedInRequest", form: str, *, with_people: bool) -> "HttpResponseBase":
    period = asked_period(request.GET)
    chosen = chosen_libraries(request, period)
    if not chosen.is_valid():
        return refused(chosen.errors)
    found = Library.objects.filter(pk__in=in_order(chosen.qs, period, "nama"))
    rows = exports.roster(found.order_by("region__code", "name", "pk"), with_people=with_people)
    told = about(
        _("Perpustakaan mitra TPBIS"),
        _("satu baris satu perpustakaan"),
        [(_("Keadaan s.d."), periods.written(period.end)), *narrowed_by(chosen.form)],
    )
    return table_file(
        rows,
        form,
        name="perpustakaan",
        sheet="Perpustakaan",
        about=list(told.rows),
        asked=request.GET,
    )
