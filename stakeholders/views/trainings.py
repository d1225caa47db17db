"""Training coverage: which libraries had somebody at a training, and which had nobody."""

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from libraries.enums import ProgrammeSource
from libraries.models import Library
from stakeholders.figures import trainings
from stakeholders.forms.event_choices import TrainingChoice
from tpbis.core import exports
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from libraries.querysets import LibraryQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
CHUNK = 1_000


@reads
def trained(request: "SignedInRequest") -> HttpResponse:
    choice = TrainingChoice(request.GET, by=request.user)
    is_valid = choice.is_valid()
    libraries = _asked(request, choice)
    figures = _coverage(libraries, choice) if is_valid else []
    rows = _chosen(libraries, choice) if is_valid else libraries
    return render(
        request,
        "stakeholders/trained.html",
        {
            "choice": choice,
            "coverage": figures,
            "kind": choice.kind if is_valid else "",
            "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("hal")),
            "page_query": without(request.GET, "hal"),
            "kind_query": without(request.GET, "hal", "jenis"),
            "is_lacking": is_valid and choice.cleaned_data["liput"] == "belum",
        },
        status=200 if is_valid else 400,
    )


@reads
def trained_export(request: "SignedInRequest", form: str) -> "HttpResponseBase":
    choice = TrainingChoice(request.GET, by=request.user)
    if not choice.is_valid():
        return refused(choice.errors)
    columns: list[Column[Any]] = [
        Column(_("Perpustakaan"), lambda one: one.name),
        Column(_("NPP"), lambda one: one.npp),
        Column(_("Desa/kelurahan"), lambda one: one.region.title),
        Column(_("Kabupaten/kota"), lambda one: one.regency.title),
        Column(_("Sumber program"), label(ProgrammeSource, lambda one: one.source)),
    ]
    listing = Listing(
        name="cakupan-pelatihan",
        title=_("Cakupan pelatihan"),
        unit=_("satu baris satu perpustakaan"),
        columns=columns,
        rows=_chosen(_asked(request, choice), choice).iterator(CHUNK),
        told=[(_("Tahun"), str(choice.year)), *narrowed_by(choice)],
    )
    return exports.file_of(listing, form, request.GET)


def _asked(request: "SignedInRequest", choice: TrainingChoice) -> "LibraryQuerySet":
    """Those that took part at the end of the year (today, in the running one)."""
    libraries = Library.objects.visible_to(request.user)
    if not choice.is_valid():
        return libraries.none()
    libraries = libraries.partners_on(trainings.days_of(choice.year)[1])
    if code := choice.cleaned_data["daerah"]:
        libraries = libraries.within(code)
    if source := choice.cleaned_data["sumber"]:
        libraries = libraries.filter(source=source)
    return libraries


def _coverage(libraries: "LibraryQuerySet", choice: TrainingChoice) -> list[trainings.Coverage]:
    first, last = trainings.days_of(choice.year)
    return trainings.coverage(libraries, first=first, last=last)


def _chosen(libraries: "LibraryQuerySet", choice: TrainingChoice) -> "LibraryQuerySet":
    first, last = trainings.days_of(choice.year)
    lacking = choice.cleaned_data["liput"] == "belum"
    asked = trainings.untrained if lacking else trainings.trained
    found = asked(libraries, kind=choice.kind, first=first, last=last)
    return found.select_related("region__parent", "regency").order_by("name", "pk")
