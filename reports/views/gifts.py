"""Support gift by gift, and the lists of *Sinergi* as files."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.permissions import takes_contacts
from reports.exports import support as columns
from reports.forms import GiftChoice
from reports.http import Picker, asked_period, in_address
from reports.views.organisations import Scope, asked_organisations, asked_scope, without_period
from stakeholders.models import Contact, Organisation
from stakeholders.permissions import records_support
from tpbis.accounts.enums import Role
from tpbis.core.downloads import refused
from tpbis.core.exports import Listing, file_of, narrowed_by
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from stakeholders.querysets import SupportQuerySet
    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.exports import Fact

PER_PAGE = 50
CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which gifts an address asks for. ``since``: recorded from that day on, whenever they came;
    the period then narrows nothing."""

    scope: Scope
    period: Period
    organisation: Organisation | None
    choice: GiftChoice

    @property
    def gifts(self) -> "SupportQuerySet":
        if not self.choice.is_valid():
            return self.scope.support.none()
        found = self.scope.support
        if self.organisation:
            found = found.filter(organisation=self.organisation)
        if self.choice.since:
            return found.recorded_since(self.choice.since)
        return found.between(self.period.first_day, self.period.last_day)

    @property
    def status(self) -> int:
        return self.scope.status if self.choice.is_valid() else 400

    @property
    def told(self) -> "list[Fact]":
        region = self.scope.region
        when: Fact = (
            (_("Dicatat sejak"), date_format(self.choice.since, "j F Y"))
            if self.choice.since
            else (_("Periode"), str(self.period))
        )
        return [
            when,
            (_("Wilayah"), region.title if region else _("semua yang boleh dilihat")),
            (_("Lembaga"), self.organisation.name if self.organisation else _("semua")),
            *narrowed_by(self.scope.narrowing.form),
        ]


def _asked(request: "SignedInRequest") -> Asked:
    return Asked(
        asked_scope(request),
        asked_period(request.GET),
        _asked_organisation(request),
        GiftChoice(request.GET),
    )


def _asked_organisation(request: "SignedInRequest") -> Organisation | None:
    """``?lembaga=12``; one that may not be seen is none at all."""
    written = request.GET.get("lembaga", "")
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) <= 18):
        raise Http404
    found = Organisation.objects.visible_to(request.user).filter(pk=int(written)).first()
    if found is None:
        raise Http404
    return found


@reads
def gifts(request: "SignedInRequest") -> HttpResponse:
    """Every gift of the period, or those that were recorded lately; the newest first."""
    asked = _asked(request)
    return render(
        request,
        "reports/gifts.html",
        {
            "scope": asked.scope,
            "period": asked.period,
            "picker": Picker.of(asked.period),
            "kept": [
                (name, value)
                for name, value in without_period(request.GET).items()
                if name != "dicatat"
            ],
            "since": asked.choice.since,
            "organisation": asked.organisation,
            "query": in_address(asked.period),
            "page": Paginator(asked.gifts.for_list(), PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "may_open": request.user.role != Role.SUPPORTER,
            "may_correct": records_support(request.user),
        },
        status=asked.status,
    )


# --- As files -------------------------------------------------------------------------------------


@reads
def gifts_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    asked = _asked(request)
    if not asked.choice.is_valid():
        return refused(asked.choice.errors)
    if asked.status != 200:
        return refused(asked.scope.narrowing.form.errors)
    listing = Listing(
        name="dukungan",
        title=_("Dukungan yang diterima"),
        unit=_("satu baris satu dukungan"),
        columns=columns.GIFTS,
        rows=asked.gifts.for_list().iterator(CHUNK),
        told=asked.told,
    )
    return file_of(listing, form, request.GET)


@reads
def partnerships_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Those in force on a day of the period or more."""
    asked = _asked(request)
    if asked.scope.status != 200:
        return refused(asked.scope.narrowing.form.errors)
    period = asked.period
    found = asked.scope.partnerships.in_force_between(period.first_day, period.last_day)
    if asked.organisation:
        found = found.filter(organisation=asked.organisation)
    listing = Listing(
        name="kemitraan",
        title=_("Kemitraan"),
        unit=_("satu baris satu kemitraan"),
        columns=columns.partnerships(period.last_day),
        rows=found.for_list().select_related("library__regency").iterator(CHUNK),
        told=asked.told,
    )
    return file_of(listing, form, request.GET)


@reads
def organisations_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    """Those that the page lists, by name."""
    period, choice, rows = asked_organisations(request)
    if not choice.is_valid():
        return refused(choice.errors)
    contacts = _contacts_of(request)
    listing = Listing(
        name="lembaga-pendukung",
        title=_("Lembaga pendukung"),
        unit=_("satu baris satu lembaga"),
        columns=columns.ORGANISATIONS if contacts is None else columns.with_contacts(contacts),
        rows=rows,
        told=[
            (_("Periode"), str(period)),
            (_("Kemitraan berlaku pada"), date_format(period.last_day, "j F Y")),
            *narrowed_by(choice),
        ],
    )
    return file_of(listing, form, request.GET)


def _contacts_of(request: "SignedInRequest") -> dict[int, list[Contact]] | None:
    """``None`` for whoever takes no names and numbers along."""
    if not takes_contacts(request.user):
        return None
    found: dict[int, list[Contact]] = {}
    seen = Contact.objects.visible_to(request.user).filter(erased_at__isnull=True)
    for one in seen.order_by("position", "pk"):
        found.setdefault(one.organisation_id, []).append(one)
    return found
