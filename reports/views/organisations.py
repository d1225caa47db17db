"""Lembaga pendukung: who they are, and what each of them delivered; never what was promised."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from libraries.models import Library, Region
from reports import charts, figures, summaries
from reports.filters import RegionFilter
from reports.forms.organisations import OrganisationChoice
from reports.http import Picker, asked_period, in_address
from reports.views.organisation_profile import profile_of
from stakeholders.models import Organisation, Partnership, Support
from stakeholders.permissions import (
    adds_organisations,
    keeps_organisations,
    records_support,
)
from tpbis.accounts.enums import Role
from tpbis.core import texts
from tpbis.core.http import reads
from tpbis.core.periods import Period
from tpbis.core.tables import Column, Columns, headings, sorted_rows, without

if TYPE_CHECKING:
    from stakeholders.querysets import PartnershipQuerySet, SupportQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
PARTNERSHIPS_SHOWN = 20

ORGANISATIONS: Columns[figures.OrganisationRow] = {
    "nama": Column(
        gettext_lazy("Lembaga"), lambda row: texts.key(row.organisation.name), numeric=False
    ),
    "dana": Column(gettext_lazy("Dana"), lambda row: row.rupiah),
    "barang": Column(gettext_lazy("Barang"), lambda row: sum(one.quantity for one in row.goods)),
    "narasumber": Column(
        gettext_lazy("Narasumber"), lambda row: sum(one.quantity for one in row.speakers)
    ),
    "orang": Column(gettext_lazy("Orang terjangkau"), lambda row: row.reached),
    "perpustakaan": Column(gettext_lazy("Perpustakaan"), lambda row: row.libraries),
    "catatan": Column(gettext_lazy("Dukungan tercatat"), lambda row: row.gifts),
    "kemitraan": Column(gettext_lazy("Kemitraan berlaku"), lambda row: row.partnerships),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """What of the support somebody may see is counted, and how an address says so."""

    support: "SupportQuerySet"
    partnerships: "PartnershipQuerySet"
    region: Region | None
    narrowing: RegionFilter

    @property
    def is_narrowed(self) -> bool:
        return bool(self.narrowing.in_use) or self.status != 200

    @property
    def status(self) -> int:
        return 200 if self.narrowing.is_valid() else 400


@dataclass(frozen=True, slots=True)
class MoneyChart:
    """Money by month in a unit that fits above a bar."""

    chart: charts.MonthChart
    unit: str


@reads
def organisations(request: "SignedInRequest") -> HttpResponse:
    """The register and the local ones of somebody's places, and what they gave."""
    period, choice, rows = asked_organisations(request)
    return render(
        request,
        "reports/organisations.html",
        {
            "period": period,
            "picker": Picker.of(period),
            "query": in_address(period),
            "choice": choice,
            "searched": choice.in_use.get("cari", "") if len(choice.in_use) == 1 else "",
            "kept_query": f"&{urlencode(choice.in_use)}" if choice.in_use else "",
            "may_add": adds_organisations(request.user),
            "may_import": keeps_organisations(request.user),
            **organisations_table(request.GET, rows),
        },
        status=200 if choice.is_valid() else 400,
    )


@reads
def organisation(request: "SignedInRequest", pk: int) -> HttpResponse:
    """What one of them delivered in the period, by kind, by month and gift by gift."""
    seen = Organisation.objects.visible_to(request.user)
    found = seen.filter(pk=pk).select_related("village").first()
    if found is None:
        return redirect(get_object_or_404(seen, merged__number=pk))
    period, kept = asked_period(request.GET), without_period(request.GET)
    scope = asked_scope(request)
    delivered = figures.support_of(found, scope.support, period)
    given = scope.support.filter(organisation=found).between(period.first_day, period.last_day)
    in_force = scope.partnerships.filter(organisation=found).in_force_on(period.last_day)
    count = in_force.count()
    source = summaries.source(timezone.now())
    return render(
        request,
        "reports/organisation.html",
        {
            "organisation": found,
            "period": period,
            "picker": Picker.of(period),
            "kept": [*kept.items()],
            "query": in_address(period),
            "file_query": f"{in_address(period)}&{urlencode(kept | {'lembaga': found.pk})}",
            "scope": scope,
            "delivered": delivered,
            "named": figures.named_in(found, request.user, period),
            "money": money_by_month(delivered),
            "headline": delivered_in_words(delivered),
            "summary": summary(found.name, delivered, count, source=source),
            "page": Paginator(given.for_list(), PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "may_open": request.user.role != Role.SUPPORTER,
            "may_correct": records_support(request.user),
            "partnerships": in_force.for_list()[:PARTNERSHIPS_SHOWN],
            "partnerships_count": count,
            "profile": profile_of(found, request.user),
        },
        status=scope.status,
    )


# --- What is counted ------------------------------------------------------------------------------


def asked_organisations(
    request: "SignedInRequest",
) -> tuple[Period, OrganisationChoice, list[figures.OrganisationRow]]:
    """The period, what the list is narrowed by, and a row for each that is found, by name."""
    period = asked_period(request.GET)
    support = Support.objects.visible_to(request.user)
    partnerships = Partnership.objects.visible_to(request.user)
    found = Organisation.objects.visible_to(request.user)
    choice = OrganisationChoice(request.GET)
    found = choice.narrowed(found).select_related("village").prefetch_related("regions")
    rows = figures.organisation_rows(found.order_by("name", "pk"), support, partnerships, period)
    return period, choice, rows


def asked_scope(request: "SignedInRequest") -> Scope:
    """All that somebody may see; within ``?wilayah=`` and narrowed as a region's pages are, so
    that their numbers are found again here."""
    support = Support.objects.visible_to(request.user)
    partnerships = Partnership.objects.visible_to(request.user)
    code = request.GET.get("wilayah", "")
    region = None
    if code:
        region = get_object_or_404(Region.objects.visible_to(request.user), code=code)
    libraries = Library.objects.visible_to(request.user)
    if region is not None:
        libraries = libraries.within(region.code)
    narrowing = RegionFilter(request.GET, queryset=libraries, request=request)
    if not narrowing.is_valid():
        return Scope(support.none(), partnerships.none(), region, narrowing)
    if narrowing.in_use:
        support = support.to_libraries(narrowing.qs)
        partnerships = partnerships.filter(library__in=narrowing.qs.order_by().values("pk"))
    elif region is not None:
        support = support.within(region, libraries)
        partnerships = partnerships.within(region, libraries)
    return Scope(support, partnerships, region, narrowing)


def without_period(asked: QueryDict) -> dict[str, str]:
    said = asked.dict()
    return {name: str(said[name]) for name in said if name not in ("dari", "sampai", "hal")}


# --- What the templates show ----------------------------------------------------------------------


def organisations_table(asked: QueryDict, rows: list[figures.OrganisationRow]) -> dict[str, Any]:
    """The largest givers of money first unless ``?urut=`` names a column."""
    chosen = asked.get("urut", "-dana")
    page = Paginator(sorted_rows(rows, chosen, ORGANISATIONS), PER_PAGE).get_page(asked.get("hal"))
    return {
        "page": page,
        "page_query": without(asked, "hal"),
        "organisation_headings": headings(
            ORGANISATIONS, notes={}, asked=asked, parameter="urut", chosen=chosen
        ),
    }


def money_by_month(support: figures.Support) -> MoneyChart | None:
    """``None`` where no money came."""
    if not support.rupiah:
        return None
    most = max(month.rupiah for month in support.months)
    size, unit = (1_000_000, _("juta rupiah")) if most >= 10_000_000 else (1_000, _("ribu rupiah"))
    values = [(month.month, round(month.rupiah / size)) for month in support.months]
    return MoneyChart(charts.month_bars(values), unit)


def delivered_in_words(support: figures.Support) -> str:
    """“Rp12.500.000, 120 buku, 3 narasumber”, or that nothing came."""
    said = [f"Rp{charts.grouped(support.rupiah)}"] if support.rupiah else []
    for kind in (support.goods, support.speakers):
        said += [f"{charts.grouped(one.quantity)} {one.unit}" for one in kind.counted[:3]]
    if not said:
        return _("%(count)s dukungan tercatat") % {"count": charts.grouped(support.gifts)}
    return ", ".join(said)


def summary(where: str, support: figures.Support, partnerships: int, *, source: str) -> str:
    """The tab as one paragraph, for WhatsApp."""
    said = _(
        "%(where)s, %(period)s: %(gifts)s dukungan diterima dari %(organisations)s lembaga oleh "
        "%(libraries)s perpustakaan: %(delivered)s. Kemitraan yang berlaku pada %(day)s: "
        "%(partnerships)s. Yang dihitung hanya yang sudah diterima. %(source)s."
    )
    return said % {
        "where": where,
        "period": support.period,
        "gifts": charts.grouped(support.gifts),
        "organisations": charts.grouped(support.organisations),
        "libraries": charts.grouped(support.libraries),
        "delivered": delivered_in_words(support),
        "day": date_format(support.period.last_day, "j F Y"),
        "partnerships": charts.grouped(partnerships),
        "source": source,
    }
