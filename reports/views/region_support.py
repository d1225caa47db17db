"""Dukungan: siapa memberi apa, kepada siapa; hanya yang sudah diterima."""

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from reports import charts, figures, summaries
from reports.views import regions
from reports.views.organisations import money_by_month, organisations_table, summary
from stakeholders.enums import PartnershipKind
from stakeholders.models import Organisation, Partnership, Support
from stakeholders.permissions import can_record_support
from tpbis.core.http import reads

if TYPE_CHECKING:
    from reports.views.regions import RegionPage
    from stakeholders.querysets import PartnershipQuerySet, SupportQuerySet
    from tpbis.accounts.models import SignedInRequest


@reads
def region_support(request: "SignedInRequest", code: str) -> HttpResponse:
    page = regions.asked_region(request, code)
    support = support_of(request, page)
    partnerships = partnerships_of(request, page)
    found = figures.support_in(support, page.period)
    before = figures.support_in(support, page.before)
    in_force = figures.partners_by_kind(partnerships, page.period.last_day)
    rows = figures.organisation_rows(
        _givers(page, support, partnerships), support, partnerships, page.period
    )
    return render(
        request,
        "reports/region_support.html",
        {
            **regions.head(request, page),
            "summary": summary(
                page.region.title,
                found,
                sum(in_force.values()),
                source=summaries.source(timezone.now()),
            ),
            "found": found,
            "before_found": before,
            "in_force": sum(in_force.values()),
            "in_force_before": sum(
                figures.partners_by_kind(partnerships, page.before.last_day).values()
            ),
            "money": money_by_month(found),
            "partners_chart": _partners(in_force),
            "wilayah": page.region.code,
            "may_record": can_record_support(request.user, page.region),
            **organisations_table(request.GET, rows),
        },
        status=page.status,
    )


def support_of(request: "SignedInRequest", page: "RegionPage") -> "SupportQuerySet":
    """What came to the libraries of the page; to the region as a whole, unless they are narrowed:
    that went to no library of some kind."""
    visible = Support.objects.visible_to(request.user)
    if page.is_narrowed:
        return visible.to_libraries(page.libraries)
    return visible.within(page.region, page.libraries)


def partnerships_of(request: "SignedInRequest", page: "RegionPage") -> "PartnershipQuerySet":
    """As :func:`support_of`; on its last day they add up to the headline of the region."""
    visible = Partnership.objects.visible_to(request.user)
    if page.is_narrowed:
        return visible.filter(library__in=page.libraries.order_by().values("pk"))
    return visible.within(page.region, page.libraries)


def _givers(
    page: "RegionPage", support: "SupportQuerySet", partnerships: "PartnershipQuerySet"
) -> list[Organisation]:
    """Who gave something in the period, or has a partnership in force at its end."""
    came = support.between(page.period.first_day, page.period.last_day)
    lasting = partnerships.in_force_on(page.period.last_day)
    return list(
        Organisation.objects.filter(
            Exists(came.filter(organisation=OuterRef("pk")))
            | Exists(lasting.filter(organisation=OuterRef("pk")))
        ).order_by("name", "pk")
    )


def _partners(in_force: dict[str, int]) -> charts.BarChart:
    return charts.bars(
        [
            charts.Value(str(kind.label), in_force[kind])
            for kind in sorted(PartnershipKind, key=lambda kind: -in_force.get(kind, 0))
            if kind in in_force
        ]
    )
