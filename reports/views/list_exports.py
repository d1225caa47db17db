"""The lists for following up, and the path of accounts, as files: what each page shows."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from activities import overdue
from activities.models import MonthlyReport
from libraries.models import Library
from reports import figures
from reports.exports import lists
from reports.figures import follow_up as silence
from reports.forms import FollowUpChoice, FunnelChoice
from reports.views.follow_up import MONTHS, state_words
from reports.views.funnel import found_positions
from tpbis.core import periods
from tpbis.core.downloads import refused
from tpbis.core.exports import Listing, file_of, narrowed_by
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from tpbis.accounts.models import SignedInRequest


@reads
def follow_up_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Libraries x 12 months; of a whole province where no region is chosen."""
    choice = FollowUpChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    through = periods.this_month()
    found = silence.silences(
        choice.within(),
        through,
        reports=MonthlyReport.objects.visible_to(request.user),
        length=MONTHS,
    )
    if choice.cleaned_data["bolong"]:
        found = [one for one in found if one.missed]
    months = list(Period(periods.add_months(through, 1 - MONTHS), through).months)
    libraries = _libraries(one.library for one in found)
    listing = Listing(
        name="tindak-lanjut",
        title=_("Tindak lanjut"),
        unit=_("satu baris satu perpustakaan"),
        columns=lists.grid(months, _in_words),
        rows=(lists.SilentRow(libraries[one.library], one) for one in found),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def not_reported_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """The longest silence first; whom to call stands in the list of libraries."""
    choice = FollowUpChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    found = [
        one
        for one in silence.silences(choice.within(), periods.this_month(), length=MONTHS)
        if one.in_a_row
    ]
    pks = [one.library for one in found]
    libraries, last = _libraries(pks), silence.last_reports(pks)
    contacts = silence.last_contacts(pks)
    listing = Listing(
        name="belum-lapor",
        title=_("Belum lapor"),
        unit=_("satu baris satu perpustakaan"),
        columns=lists.SILENT,
        rows=(
            lists.SilentRow(
                libraries[one.library], one, last.get(one.library), contacts.get(one.library)
            )
            for one in found
        ),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def reviews_waiting_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = FollowUpChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    waiting = overdue.waiting_reviews(choice.within(), on=timezone.localdate())
    listing = Listing(
        name="menunggu-diperiksa",
        title=_("Menunggu diperiksa"),
        unit=_("satu baris satu laporan"),
        columns=lists.WAITING,
        rows=(lists.WaitingRow(one.report.library, one) for one in waiting),
        told=narrowed_by(choice),
    )
    return file_of(listing, form, request.GET)


@reads
def funnel_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Who stands where on the path of accounts: libraries, never people."""
    choice = FunnelChoice(request.GET, user=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    found = found_positions(choice)
    libraries = Library.objects.filter(pk__in=found).for_list()
    listing = Listing(
        name="jalur-akun",
        title=_("Jalur akun"),
        unit=_("satu baris satu perpustakaan"),
        columns=lists.PATH,
        rows=(
            lists.PathRow(one, found[one.pk])
            for one in libraries.order_by("regency__code", "region__code", "name", "pk")
        ),
        told=[(_("Keadaan"), date_format(choice.on, "j F Y")), *narrowed_by(choice)],
    )
    return file_of(listing, form, request.GET)


def _in_words(cell: figures.MonthCell) -> str:
    is_excused = cell.is_excused and cell.state in ("not_reported", "open")
    return state_words("excused" if is_excused else cell.state)[1]


def _libraries(pks: Iterable[int]) -> dict[Any, Library]:
    return Library.objects.for_list().in_bulk(list(pks))
