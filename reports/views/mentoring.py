"""The mentoring log: what was talked about at a library, what was agreed, and until when."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import permissions, services
from activities.enums import MentoringWay
from activities.forms.follow_up import MentoringForm
from activities.models import MentoringVisit
from libraries.http import blame
from libraries.models import Library
from reports.forms import FollowUpChoice
from reports.views.follow_up import choice
from tpbis.core.http import reads

if TYPE_CHECKING:
    from activities.querysets import MentoringQuerySet
    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 30


@reads
def mentoring(request: "SignedInRequest") -> HttpResponse:
    """Of a region: what is open, deadlines that passed first; then everything, newest first."""
    form = FollowUpChoice(request.GET, user=request.user)
    is_known = form.is_valid()
    libraries = form.within() if is_known else Library.objects.none()
    visits = _shown(MentoringVisit.objects.visible_to(request.user)).filter(library__in=libraries)
    page = Paginator(visits.order_by("-held_on", "-pk"), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/mentoring.html",
        {
            **choice(request, form),
            "open": by_deadline(visits.open()),
            "page": page,
            "today": timezone.localdate(),
            "may_mentor": permissions.mentors(request.user),
        },
        status=200 if is_known else 400,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def mentoring_library(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The log of one library; its librarian reads it, too."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    form = MentoringForm(request.POST if request.method == "POST" else None, library=library)
    if request.method != "POST":
        return _library_page(request, library, form)
    if not permissions.can_mentor(request.user, library):
        raise PermissionDenied
    if not form.is_valid():
        return _library_page(request, library, form, status=422)
    said = form.cleaned_data
    try:
        services.note_visit(
            library=library,
            held_on=said["held_on"],
            way=MentoringWay(said["way"]),
            notes=said["notes"],
            agreed_action=said["agreed_action"],
            due_on=said["due_on"],
            by=request.user,
        )
    except ValidationError as error:
        blame(form, error)
        return _library_page(request, library, form, status=422)
    messages.success(request, _("Pendampingan tercatat."))
    return redirect("reports:mentoring_library", pk=library.pk)


@require_POST
def mentoring_done(request: "SignedInRequest", pk: int) -> HttpResponse:
    visit = get_object_or_404(MentoringVisit.objects.visible_to(request.user), pk=pk)
    try:
        services.settle_action(visit=visit, by=request.user)
    except services.NothingOpen as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, _("Tindakan ditandai selesai."))
    return redirect("reports:mentoring_library", pk=visit.library_id)


def _library_page(
    request: "SignedInRequest", library: Library, form: MentoringForm, *, status: int = 200
) -> HttpResponse:
    visits = _shown(MentoringVisit.objects.visible_to(request.user)).filter(library=library)
    page = Paginator(visits.order_by("-held_on", "-pk"), PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "reports/mentoring_library.html",
        {
            "library": library,
            "form": form,
            "open": by_deadline(visits.open()),
            "page": page,
            "today": timezone.localdate(),
            "may_mentor": permissions.mentors(request.user),
            "is_librarian": request.user.is_librarian,
        },
        status=status,
    )


def _shown(visits: "MentoringQuerySet") -> "MentoringQuerySet":
    return visits.select_related("library", "library__regency", "by", "done_by")


def by_deadline(visits: "MentoringQuerySet") -> "MentoringQuerySet":
    """The deadline that passed longest ago first; what has none comes last."""
    return visits.order_by(F("due_on").asc(nulls_last=True), "held_on", "pk")
