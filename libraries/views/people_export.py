"""The list of people as a file: personal data, so who took it is kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from libraries import queries, services
from libraries.filters import PeopleFilter
from libraries.services import names
from tpbis.accounts.models import User
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, file_of, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest

CHUNK = 1_000


def _places(user: User) -> str:
    """What of them may be seen: a library, or a region."""
    return "; ".join(
        place.library.name if place.library else place.region.title
        for place in getattr(user, "places", [])
    )


COLUMNS: Sequence[Column[User]] = [
    Column(_("Nomor akun"), lambda user: user.pk, Kind.NUMBER),
    Column(_("Nama"), lambda user: user.full_name),
    Column(_("Nama pengguna"), lambda user: user.username),
    Column(_("Peran"), lambda user: user.get_role_display()),
    Column(_("Keadaan"), lambda user: str(queries.state_of(user).label)),
    Column(_("Telepon"), lambda user: names.spoken(user.phone)),
    Column(_("Surel"), lambda user: user.email),
    Column(_("Tempat tugas"), _places, definition=_("yang terlihat oleh pengunduh")),
    Column(_("Diaktifkan"), lambda user: user.activated_at, Kind.MOMENT),
]


@require_safe
def people_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Writes nothing but who took it away."""
    response = _file(request, form)
    if request.method == "GET" and response.status_code == 200:
        services.hand_out_people(by=request.user)
    return response


@reads
def _file(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    found = PeopleFilter(request.GET, queries.people_of(request.user), request=request)
    if not found.is_valid():
        return refused(found.errors)
    people = queries.with_places(found.qs.order_by("full_name", "pk"), seen_by=request.user)
    listing = Listing(
        name="orang",
        title=_("Orang"),
        unit=_("satu baris satu akun"),
        columns=COLUMNS,
        rows=people.iterator(CHUNK),
        told=narrowed_by(found.form),
    )
    return file_of(listing, form, request.GET)
