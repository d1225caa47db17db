"""People: the list, one person, and what is done about an account."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from libraries import permissions, queries, services
from libraries.enums import AccountState
from libraries.filters import PeopleFilter, offered_regencies
from libraries.forms.people import AccountForm, PostForm, ProfileForm
from libraries.http import blame, show_code
from libraries.models import Assignment, Library
from libraries.services import names
from tpbis.accounts import queries as accounts
from tpbis.accounts import services as account_services
from tpbis.accounts.enums import Role
from tpbis.accounts.history import rows_of
from tpbis.accounts.models import User
from tpbis.core.http import reads

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tpbis.accounts.models import SignedInRequest

PER_PAGE = 50
EVENTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class ListedPerson:
    user: User
    state: AccountState
    places: list[Assignment]

    @property
    def phone(self) -> str:
        return names.spoken(self.user.phone)


# --- Looking --------------------------------------------------------------------------------------


@reads
def people(request: "SignedInRequest") -> HttpResponse:
    """Everybody this person looks after."""
    kept = queries.people_of(request.user)
    chosen = PeopleFilter(request.GET, kept, request=request)
    is_known = chosen.is_valid()
    found: QuerySet[User] = chosen.qs if is_known else User.objects.none()
    found = queries.with_places(found.order_by("full_name", "pk"), seen_by=request.user)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    asked = request.GET.copy()
    asked.pop("hal", None)
    return render(
        request,
        "libraries/people.html",
        {
            "filter": chosen,
            "asked": {name: request.GET.get(name, "") for name in chosen.filters},
            "roles": [role for role in Role if role in permissions.roles_kept_by(request.user)],
            "states": AccountState.choices,
            "regencies": offered_regencies(request.user),
            "may_let_programs_in": request.user.role == Role.PROVINCE_STAFF,
            "page": page,
            "page_query": asked.urlencode(),
            "people": [
                ListedPerson(one, queries.state_of(one), getattr(one, "places", [])) for one in page
            ],
        },
        status=200 if is_known else 400,
    )


@reads
def person(request: "SignedInRequest", pk: int) -> HttpResponse:
    user = _kept(request, pk)
    places = (
        Assignment.objects.filter(user=user)
        .visible_to(request.user)
        .select_related("user", "region", "library__region")
        .order_by("-starts_on", "-pk")
    )
    lasting = set(Assignment.objects.lasting().filter(user=user).values_list("pk", flat=True))
    may_keep = permissions.can_keep(request.user, user)
    return render(
        request,
        "libraries/person.html",
        {
            "person": user,
            "phone": names.spoken(user.phone),
            "state": queries.state_of(user),
            "places": [place for place in places if place.pk in lasting],
            "former_places": [place for place in places if place.pk not in lasting],
            "is_oneself": user.pk == request.user.pk,
            "may_keep": may_keep,
            "may_reset_factor": may_keep and request.user.role == Role.PROVINCE_STAFF,
            "open_code": queries.open_code_of(user),
            "has_second_factor": accounts.has_second_factor(user),
            "history": rows_of(
                queries.events_of(user, seen_by=request.user)[:EVENTS_SHOWN], within=[user]
            ),
        },
    )


# --- Somebody new ---------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request: "SignedInRequest") -> HttpResponse:
    """Role and place first, by the address; then who it is."""
    asked = request.GET.copy()
    library = _asked_library(request)
    if library is not None:
        asked["peran"], asked["wilayah"] = Role.LIBRARIAN.value, library.regency.code
    post = PostForm(asked if asked.get("peran") else None, by=request.user)
    if not post.is_valid():
        status = 422 if post.is_bound else 200
        return render(request, "libraries/person_add_post.html", {"form": post}, status=status)
    role, region = post.cleaned_data["role"], post.cleaned_data["region"]
    given = request.POST if request.method == "POST" else None
    form = AccountForm(
        given, by=request.user, role=role, region=region, initial={"library": library}
    )
    context = {"form": form, "role": role, "region": region}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "libraries/person_add.html", context, status=status)
    place = {"library": form.cleaned_data.pop("library", None)}
    if place["library"] is None:
        place = {"region": region}
    try:
        activation = services.invite(role=role, by=request.user, **form.cleaned_data, **place)
    except ValidationError as error:
        blame(form, error)
        return render(request, "libraries/person_add.html", context, status=422)
    messages.success(request, _("Akun %(name)s siap diaktifkan.") % {"name": activation.user})
    return show_code(request, activation)


def _asked_library(request: "SignedInRequest") -> Library | None:
    """The library whose page led here."""
    number = request.GET.get("perpustakaan", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    visible = Library.objects.visible_to(request.user).select_related("regency")
    return get_object_or_404(visible, pk=int(number))


# --- Changes --------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def person_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    user = _keepable(request, pk)
    said = {name: getattr(user, name) for name in ("full_name", "phone", "username", "email")}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=said)
    context = {"form": form, "person": user}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "libraries/person_change.html", context, status=status)
    try:
        services.change_person(user=user, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        blame(form, error)
        return render(request, "libraries/person_change.html", context, status=422)
    messages.success(request, _("Data diri tersimpan."))
    return redirect("libraries:person", pk=user.pk)


@require_POST
def person_deactivate(request: "SignedInRequest", pk: int) -> HttpResponse:
    user = _keepable(request, pk)
    try:
        services.close_account(user=user, by=request.user)
    except account_services.LastAdministrators as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            _("Akun %(name)s nonaktif dan sudah keluar di semua perangkat.") % {"name": user},
        )
    # A place that was taken up today never was: then this person is nobody's but the province's.
    if queries.people_of(request.user).filter(pk=user.pk).exists():
        return redirect("libraries:person", pk=user.pk)
    return redirect("libraries:people")


@require_POST
def person_reactivate(request: "SignedInRequest", pk: int) -> HttpResponse:
    user = _keepable(request, pk)
    services.reopen_account(user=user, by=request.user)
    messages.success(request, _("Akun %(name)s aktif lagi. Beri tempat tugasnya.") % {"name": user})
    return redirect("libraries:person", pk=user.pk)


@require_POST
def person_code(request: "SignedInRequest", pk: int) -> HttpResponse:
    """A code to set the password anew; the one before is dead."""
    user = _keepable(request, pk)
    try:
        activation = services.issue(user=user, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("libraries:person", pk=user.pk)
    return show_code(request, activation)


@require_POST
def person_reset_factor(request: "SignedInRequest", pk: int) -> HttpResponse:
    user = _keepable(request, pk)
    services.reset_second_factor(user=user, by=request.user)
    text = _("Langkah kedua %(name)s dihapus. Ia memasangnya lagi saat masuk berikutnya.")
    messages.success(request, text % {"name": user})
    return redirect("libraries:person", pk=user.pk)


def _kept(request: "SignedInRequest", pk: int) -> User:
    return get_object_or_404(queries.people_of(request.user), pk=pk)


def _keepable(request: "SignedInRequest", pk: int) -> User:
    user = _kept(request, pk)
    if not permissions.can_keep(request.user, user):
        raise PermissionDenied(_("Akun ini bukan kewenangan Anda."))
    return user
