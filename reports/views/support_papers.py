"""Papers about supporting bodies: the impact of one, a proposal, a handover, lists of people."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from libraries.enums import Level
from libraries.models import Library, Region
from reports import permissions, services
from reports.documents.wording.official import regency_or_above
from reports.enums import SUBJECTS, DocumentKind
from reports.forms import document_kinds, support_papers
from stakeholders.models import Commitment, Event, Need, Organisation, SynergyTeam
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from reports.models.documents import Subject
    from tpbis.accounts.models import SignedInRequest

_BESIDE = {
    DocumentKind.PROPOSAL: ("library__regency__parent", "region__parent"),
    DocumentKind.HANDOVER: (
        "support",
        "organisation",
        "need__library__regency__parent",
        "need__region__parent",
    ),
    DocumentKind.ANNEX: ("region__parent",),
    DocumentKind.ATTENDANCE: ("region__parent",),
}

_PAGES: dict[type, str] = {
    Organisation: "reports:organisation",
    Need: "stakeholders:need",
    SynergyTeam: "stakeholders:team",
    Event: "stakeholders:event",
}


@require_http_methods(["GET", "HEAD", "POST"])
def document_about(request: "SignedInRequest", kind: str, pk: int) -> HttpResponse:
    if kind not in SUBJECTS:
        raise Http404
    wanted = DocumentKind(kind)
    subject = get_object_or_404(_subjects(request, wanted), pk=pk)
    if not permissions.asks_about(request.user, wanted):
        raise PermissionDenied
    if request.method != "POST":
        return _show(request, wanted, subject)
    form = support_papers.form_about(wanted, request.POST, user=request.user, subject=subject)
    if not form.is_valid():
        return _page(request, wanted, subject, form, status=422)
    library, region = _place(subject)
    document = services.request(
        region=form.region or region,
        library=library,
        period=form.period,
        by=request.user,
        kind=wanted,
        subject=subject,
        details=form.details,
    )
    return redirect(document)


@reads
def _show(request: "SignedInRequest", kind: DocumentKind, subject: "Subject") -> HttpResponse:
    form = support_papers.form_about(kind, None, user=request.user, subject=subject)
    return _page(request, kind, subject, form)


def _subjects(request: "SignedInRequest", kind: DocumentKind) -> "QuerySet[Any]":
    found = permissions.subjects_of(request.user, kind)
    return found.select_related(*_BESIDE[kind]) if kind in _BESIDE else found


def _place(subject: "Subject") -> tuple[Library | None, Region]:
    """Where its papers stand: those of a need with the library; what an organisation gave
    everywhere, with the province."""
    if isinstance(subject, Organisation):
        return None, _province()
    if isinstance(subject, Commitment):
        subject = subject.need
    library = subject.library if isinstance(subject, Need) else None
    return library, regency_or_above(library.regency if library else subject.region)


def _province() -> Region:
    return Region.objects.filter(level=Level.PROVINCE).order_by("code")[0]


def _page(
    request: "SignedInRequest",
    kind: DocumentKind,
    subject: "Subject",
    form: support_papers.AboutForm,
    *,
    status: int = 200,
) -> HttpResponse:
    named = subject.need if isinstance(subject, Commitment) else subject
    return render(
        request,
        "reports/document_about.html",
        {
            "kind": kind,
            "form": form,
            "named": named,
            "words": _team(named) if isinstance(named, SynergyTeam) else str(named),
            "route": _PAGES[type(named)],
            "lines": form.lines if isinstance(form, document_kinds.LinesForm) else [],
            "nobody": isinstance(form, support_papers.AttendanceForm) and not form.has_people,
        },
        status=status,
    )


def _team(team: SynergyTeam) -> str:
    return f"{team.region.title} {team.year}"
