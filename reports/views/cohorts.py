"""Rounds of the programme: each against the other libraries of its region."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from libraries.enums import ProgrammeSource
from libraries.models import Library, Region
from reports import charts, figures
from reports.exports.cohorts import COHORTS
from reports.figures.cohorts import CohortRow, Side, cohort_rows, compared, told_of_replication
from reports.http import Picker, asked_period, in_address
from stakeholders import permissions
from stakeholders.forms.cohorts import CohortForm
from stakeholders.models import Cohort
from stakeholders.services import cohorts as services
from tpbis.core.exports import Listing, file_of
from tpbis.core.http import reads
from tpbis.core.periods import Period

if TYPE_CHECKING:
    from django.utils.functional import Promise

    from tpbis.accounts.models import SignedInRequest

_REPLICATIONS = (ProgrammeSource.REPLICATION, ProgrammeSource.SELF_REPLICATION)
# What both sides did, and how each of their libraries did on average.
_DONE: "tuple[tuple[str, str | Promise], ...]" = (
    ("involvement", gettext_lazy("Pelibatan masyarakat")),
    ("participants", gettext_lazy("Peserta")),
    ("advocacy", gettext_lazy("Advokasi")),
    ("service", gettext_lazy("Peningkatan layanan")),
    ("publications", gettext_lazy("Publikasi")),
    ("visits_total", gettext_lazy("Kunjungan")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of both sides: as it is, and for each library."""

    words: "str | Promise"
    cohort: int
    others: int
    cohort_each: float | None
    others_each: float | None


@reads
def cohorts(request: "SignedInRequest") -> HttpResponse:
    period = asked_period(request.GET)
    return render(
        request,
        "reports/cohorts.html",
        {
            "rows": _rows(request, period),
            "period": period,
            "picker": Picker.of(period),
            "query": in_address(period),
            "libraries_url": reverse("reports:libraries"),
            "may_add": permissions.keeps_cohorts(request.user),
        },
    )


@reads
def cohorts_export(request: "SignedInRequest", form: str) -> HttpResponseBase:
    period = asked_period(request.GET)
    listing = Listing(
        "angkatan",
        gettext_lazy("Angkatan program"),
        gettext_lazy("satu baris satu angkatan"),
        COHORTS,
        _rows(request, period),
        [(gettext_lazy("Periode"), str(period))],
    )
    return file_of(listing, form, request.GET)


def _rows(request: "SignedInRequest", period: Period) -> list[CohortRow]:
    seen = Cohort.objects.visible_to(request.user).select_related("region")
    return cohort_rows(
        seen.order_by("region__code", "first_year", "name", "pk"),
        Library.objects.visible_to(request.user),
        period,
        as_of=timezone.now(),
    )


@reads
def cohort(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Its libraries and figures beside those of the others, of what its reader sees."""
    seen = Cohort.objects.visible_to(request.user).select_related("region")
    found = get_object_or_404(seen, pk=pk)
    period = asked_period(request.GET)
    visible = Region.objects.visible_to(request.user)
    both = compared(found, Library.objects.visible_to(request.user), period, as_of=timezone.now())
    is_replication = found.source in _REPLICATIONS
    return render(
        request,
        "reports/cohort.html",
        {
            "cohort": found,
            "period": period,
            "picker": Picker.of(period),
            "query": in_address(period),
            "both": both,
            "lines": _lines(both.cohort, both.others),
            "cohort_bar": charts.colour_bar(both.cohort.colours),
            "others_bar": charts.colour_bar(both.others.colours),
            "cohort_chart": charts.colour_trend([(one.month, one) for one in both.trend]),
            "others_chart": charts.colour_trend([(one.month, one) for one in both.trend_of_others]),
            "months": list(zip(both.trend, both.trend_of_others, strict=True)),
            "rule_versions": figures.rule_versions(period.end),
            "libraries_url": reverse("reports:libraries"),
            "is_part": not visible.filter(pk=found.region_id).exists(),
            "told": told_of_replication(visible.within(found.region.code))
            if is_replication and permissions.keeps_cohorts(request.user)
            else None,
            "may_change": permissions.can_keep_cohort(request.user, found),
        },
    )


def _lines(cohort: Side, others: Side) -> list[Line]:
    return [
        Line(
            words,
            getattr(cohort.totals, name),
            getattr(others.totals, name),
            cohort.each(name),
            others.each(name),
        )
        for name, words in _DONE
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_add(request: "SignedInRequest") -> HttpResponse:
    if not permissions.keeps_cohorts(request.user):
        raise PermissionDenied
    regions = Region.objects.visible_to(request.user)
    form = CohortForm(request.POST if request.method == "POST" else None, regions=regions)
    if request.method != "POST":
        return _form_page(request, form)

    def keep() -> Cohort:
        region = form.cleaned_data["region"]
        return services.open_cohort(region=region, told=form.told, by=request.user)

    return _kept(request, form, keep)


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    seen = Cohort.objects.visible_to(request.user).select_related("region")
    found = get_object_or_404(seen, pk=pk)
    if not permissions.can_keep_cohort(request.user, found):
        raise PermissionDenied
    form = CohortForm(
        request.POST if request.method == "POST" else None,
        regions=Region.objects.visible_to(request.user),
        cohort=found,
    )
    if request.method != "POST":
        return _form_page(request, form, found)

    def keep() -> Cohort:
        return services.change_cohort(cohort=found, told=form.told, by=request.user)

    return _kept(request, form, keep, found)


def _kept(
    request: "SignedInRequest", form: CohortForm, keep: Any, cohort: Cohort | None = None
) -> HttpResponse:
    if not form.is_valid():
        return _form_page(request, form, cohort, status=422)
    try:
        kept: Cohort = keep()
    except ValidationError as error:
        form.add_error(None, error)
        return _form_page(request, form, cohort, status=422)
    except IntegrityError:  # two people named one alike at the same moment
        form.add_error("name", _("Angkatan dengan nama ini sudah ada."))
        return _form_page(request, form, cohort, status=409)
    messages.success(request, _("Angkatan tersimpan. Anggotanya mengikuti daftar perpustakaan."))
    return redirect(kept)


def _form_page(
    request: "SignedInRequest",
    form: CohortForm,
    cohort: Cohort | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "cohort": cohort}
    return render(request, "stakeholders/cohort_form.html", context, status=status)
