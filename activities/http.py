"""What the reporting pages read out of a request."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from activities import queries
from libraries.models import Library
from tpbis.core import periods

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


def own_library(request: "SignedInRequest") -> Library:
    """The library this librarian records for; recording is nobody else's work."""
    library = queries.own_library(request.user)
    if library is None:
        raise PermissionDenied(_("Hanya pengelola perpustakaan yang mencatat di sini."))
    return library


def recording_library(request: "SignedInRequest") -> Library:
    """The same, where months are kept here: in some regencies the SIM is where people record."""
    library = own_library(request)
    if not queries.records_here(library):
        raise PermissionDenied(
            _("Di %(regency)s kegiatan dicatat di SIM Perpusnas.") % {"regency": library.regency}
        )
    return library


def asked_month(request: "SignedInRequest", library: Library) -> date:
    """The month of ``?bulan=2026-10``, this month without it. Raises ``BadPeriod``."""
    text = request.GET.get("bulan")
    return month_of(text, library) if text else periods.this_month()


def month_of(text: str, library: Library) -> date:
    """A month the library may report on. Raises ``BadPeriod``."""
    month = periods.parse_past_month(text)
    begin = queries.first_month(library)
    if month < begin:
        raise periods.BadPeriod(
            _("%(library)s melapor sejak %(month)s.")
            % {"library": library, "month": periods.written(begin)}
        )
    return month
