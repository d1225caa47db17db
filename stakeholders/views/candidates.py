"""Villages that could join the next round: in their order, proposed, and decided about."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.models import Library, Region
from stakeholders import permissions
from stakeholders.candidates import TICKS, Ranked, ranked
from stakeholders.enums import CandidateState
from stakeholders.forms.cohorts import CandidateForm, CandidatesFilter
from stakeholders.models import Candidate
from stakeholders.services import cohorts as services
from stakeholders.views.teams import answered, page_of
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, file_of, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
FOUND = 30  # villages that a search shows


def _yes(name: str) -> Any:
    return lambda row: str(_("ya") if getattr(row.candidate, name) else _("tidak"))


CANDIDATES: list[Column[Ranked]] = [
    Column(gettext_lazy("Kode desa"), lambda row: row.candidate.village.code),
    Column(gettext_lazy("Desa/kelurahan"), lambda row: row.candidate.village.title),
    Column(gettext_lazy("Kecamatan"), lambda row: _above(row, 1)),
    Column(gettext_lazy("Kabupaten/kota"), lambda row: _above(row, 2)),
    Column(
        gettext_lazy("Nilai"),
        lambda row: row.points.total,
        Kind.NUMBER,
        gettext_lazy("kebutuhan + kesiapan, paling banyak 100"),
    ),
    Column(
        gettext_lazy("Kebutuhan (nilai)"),
        lambda row: row.points.need,
        Kind.NUMBER,
        gettext_lazy(
            "sampai 30: bagian desa sekecamatan tanpa perpustakaan mitra; sampai 20: penduduk, "
            "penuh pada 10.000"
        ),
    ),
    Column(
        gettext_lazy("Kesiapan (nilai)"),
        lambda row: row.points.readiness,
        Kind.NUMBER,
        gettext_lazy("10 untuk tiap yang sudah siap"),
    ),
    *(Column(words, _yes(name)) for name, words in TICKS.items()),
    Column(gettext_lazy("Jumlah penduduk"), lambda row: row.candidate.people, Kind.NUMBER),
    Column(gettext_lazy("Catatan kebutuhan"), lambda row: row.candidate.note),
    Column(gettext_lazy("Keadaan"), label(CandidateState, lambda row: row.candidate.state)),
]


@reads
def candidates(request: "SignedInRequest") -> HttpResponse:
    form, found = _asked(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "stakeholders/candidates.html",
        {
            "form": form,
            "page": page,
            "page_query": without(request.GET, "hal"),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            "may_add": permissions.keeps_cohorts(request.user),
        },
        status=200 if form.is_valid() else 400,
    )


@reads
def candidates_export(request: "SignedInRequest", form: str) -> HttpResponseBase:
    asked, found = _asked(request)
    if not asked.is_valid():
        return refused(asked.errors)
    listing = Listing(
        "calon-angkatan",
        gettext_lazy("Calon angkatan berikutnya"),
        gettext_lazy("satu baris satu desa/kelurahan"),
        CANDIDATES,
        found,
        narrowed_by(asked),
    )
    return file_of(listing, form, request.GET)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_add(request: "SignedInRequest") -> HttpResponse:
    """First which village (``?desa=``), found by name; then how ready it is."""
    if not permissions.keeps_cohorts(request.user):
        raise PermissionDenied
    code = request.GET.get("desa", "")
    if not code and request.method != "POST":
        return _search(request)
    visible = Region.objects.visible_to(request.user).filter(level=Level.VILLAGE)
    village = get_object_or_404(visible.with_those_above(), code=code)
    form = CandidateForm(request.POST if request.method == "POST" else None)

    def act(form: CandidateForm) -> None:
        services.add_candidate(village=village, told=form.told, by=request.user)

    context = {"village": village, "candidate": None}
    page = page_of(request, "stakeholders/candidate_form.html", context)
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("%s masuk daftar calon.") % village.title)
    return redirect("stakeholders:candidates")


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    seen = Candidate.objects.visible_to(request.user).for_list()
    candidate = get_object_or_404(seen, pk=pk)
    if not permissions.can_keep_candidate(request.user, candidate.village):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = CandidateForm(posted, candidate=candidate)

    def act(form: CandidateForm) -> None:
        services.change_candidate(candidate=candidate, told=form.told, by=request.user)

    context = {"village": candidate.village, "candidate": candidate}
    page = page_of(request, "stakeholders/candidate_form.html", context)
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Data %s tersimpan.") % candidate.village.title)
    return redirect("stakeholders:candidates")


def _search(request: "SignedInRequest") -> HttpResponse:
    """Villages of that name without a partner library."""
    words = request.GET.get("cari", "").strip()[:100]
    partners = Library.objects.partners_on(timezone.localdate())
    villages = (
        Region.objects.visible_to(request.user)
        .filter(level=Level.VILLAGE)
        .exclude(pk__in=partners.order_by().values("region"))
        .exclude(candidate__isnull=False)
    )
    found = villages.called(words).with_those_above().order_by("name", "code")[: FOUND + 1]
    context = {"words": words, "found": found[:FOUND], "more": len(found) > FOUND}
    return render(request, "stakeholders/candidate_place.html", context)


def _asked(request: "SignedInRequest") -> tuple[CandidatesFilter, list[Ranked]]:
    regencies = Region.objects.visible_to(request.user).regencies().order_by("code")
    form = CandidatesFilter(request.GET, regions=regencies)
    if not form.is_valid():
        return form, []
    return form, ranked(form.narrow(Candidate.objects.visible_to(request.user)))


def _above(row: Ranked, steps: int) -> str:
    place: Region | None = row.candidate.village
    for _step in range(steps):
        place = place.parent if place else None
    return place.title if place else ""
