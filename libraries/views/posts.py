"""Who works where: moves, handovers, and judging for a PIC."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries import permissions, queries, services
from libraries.forms.people import DelegationForm, HandoverForm, MoveForm, PostForm
from libraries.http import blame, show_code
from libraries.models import Assignment, Library
from libraries.services import AlreadyThere
from tpbis.accounts import services as account_services

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def person_move(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Another place or role from today on: role and region by the address, then the library."""
    user = get_object_or_404(queries.people_of(request.user), pk=pk)
    if not permissions.can_keep(request.user, user):
        raise PermissionDenied(_("Akun ini bukan kewenangan Anda."))
    asked = request.GET if request.GET.get("peran") else None
    post = PostForm(asked, by=request.user, initial={"peran": user.role})
    if not post.is_valid():
        context: dict[str, Any] = {"form": post, "person": user}
        status = 422 if post.is_bound else 200
        return render(request, "libraries/person_move_post.html", context, status=status)
    role, region = post.cleaned_data["role"], post.cleaned_data["region"]
    given = request.POST if request.method == "POST" else None
    form = MoveForm(given, by=request.user, user=user, role=role, region=region)
    lasting = Assignment.objects.lasting().visible_to(request.user).filter(user=user)
    context = {
        "form": form,
        "person": user,
        "role": role,
        "region": region,
        "places": lasting.select_related("region", "library").order_by("pk"),
    }
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "libraries/person_move.html", context, status=status)
    library = form.cleaned_data.get("library")
    place = {"library": library} if library else {"region": region}
    in_addition = form.cleaned_data.get("in_addition", False)
    try:
        services.move(user=user, role=role, in_addition=in_addition, by=request.user, **place)
    except ValidationError as error:
        blame(form, error)
        return render(request, "libraries/person_move.html", context, status=422)
    except (AlreadyThere, account_services.LastAdministrators) as error:
        form.add_error(None, str(error))
        return render(request, "libraries/person_move.html", context, status=409)
    messages.success(request, _("Tempat tugas %(name)s tersimpan.") % {"name": user})
    return redirect("libraries:person", pk=user.pk)


@require_POST
def assignment_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody leaves one place."""
    place = get_object_or_404(
        Assignment.objects.lasting().visible_to(request.user).select_related("user", "region"),
        pk=pk,
        user__in=queries.people_of(request.user),
    )
    if not permissions.can_end(request.user, place):
        raise PermissionDenied(_("Akun ini bukan kewenangan Anda."))
    try:
        services.end_assignment(assignment=place, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Tugas %(name)s di sana berakhir.") % {"name": place.user})
    # Whoever works nowhere in one's own places any more may no longer be one's to look at.
    if queries.people_of(request.user).filter(pk=place.user_id).exists():
        return redirect("libraries:person", pk=place.user_id)
    return redirect("libraries:people")


@require_http_methods(["GET", "HEAD", "POST"])
def handover(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Somebody else looks after a library from now on; or the first one does."""
    library = get_object_or_404(Library.objects.visible_to(request.user).for_list(), pk=pk)
    if not permissions.can_let_in(request.user, library):
        raise PermissionDenied
    form = HandoverForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {
            "library": library,
            "form": form,
            "librarians": queries.librarians_of(library),
            "open_code": library.activations.open().first(),
        }
        status = 422 if form.is_bound else 200
        return render(request, "libraries/person_handover.html", context, status=status)
    activation = services.hand_over(library=library, by=request.user, **form.cleaned_data)
    messages.success(
        request, _("%(library)s menunggu pengelola barunya.") % {"library": library.name}
    )
    return show_code(request, activation)


@require_http_methods(["GET", "HEAD", "POST"])
def delegations(request: "SignedInRequest") -> HttpResponse:
    """Facilitators who judge reports for a PIC: those who do, and one more."""
    form = DelegationForm(request.POST if request.method == "POST" else None, by=request.user)
    if not form.is_valid():
        return _delegations_page(request, form, status=422 if form.is_bound else 200)
    try:
        made = services.delegate_review(by=request.user, **form.cleaned_data)
    except ValidationError as error:
        blame(form, error)
        return _delegations_page(request, form, status=422)
    messages.success(
        request, _("%(name)s kini boleh memeriksa laporan.") % {"name": made.user.full_name}
    )
    return redirect("libraries:delegations")


def _delegations_page(
    request: "SignedInRequest", form: DelegationForm, *, status: int
) -> HttpResponse:
    context = {"form": form, "delegations": queries.delegations(request.user)}
    return render(request, "libraries/people_delegations.html", context, status=status)


@require_POST
def delegation_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    delegation = get_object_or_404(queries.delegations(request.user), pk=pk)
    services.end_delegation(delegation=delegation, by=request.user)
    messages.success(request, _("Pelimpahan kepada %(name)s berakhir.") % {"name": delegation.user})
    return redirect("libraries:delegations")
