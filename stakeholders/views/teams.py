"""Tim Sinergi: the list, a team's page, and what those who keep it write down."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from libraries.files import BadFile
from libraries.models import Region
from stakeholders import permissions
from stakeholders.decrees import RESTS, rests_too_long, track
from stakeholders.enums import DecreeState
from stakeholders.forms.teams import (
    DecreeStepForm,
    MemberEndForm,
    MemberForm,
    TeamForm,
    TeamsFilter,
    TeamSpanForm,
)
from stakeholders.models import SynergyTeam, TeamMember
from stakeholders.queries import known_names
from stakeholders.services import decrees
from stakeholders.services import teams as services
from tpbis.accounts.history import history_of
from tpbis.core.http import reads
from tpbis.core.tables import without

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest

    F = TypeVar("F", bound=forms.Form)

PER_PAGE = 50
EVENTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A team in the list; ``days`` is how long its decree has rested where it is."""

    team: SynergyTeam
    days: int | None
    is_late: bool


@reads
def teams(request: "SignedInRequest") -> HttpResponse:
    form, found = asked_teams(request)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("hal"))
    return render(
        request,
        "stakeholders/teams.html",
        {
            "form": form,
            "page": page,
            "rows": [row_of(team) for team in page],
            "page_query": without(request.GET, "hal"),
            "is_narrowed": any(request.GET.get(name) for name in form.fields),
            "may_add": permissions.keeps_teams(request.user),
            "rests_days": settings.TPBIS_DECREE_RESTS_DAYS,
        },
        status=200 if form.is_valid() else 400,
    )


def asked_teams(request: "SignedInRequest") -> tuple[TeamsFilter, Any]:
    """What the page shows and its export holds."""
    form = TeamsFilter(request.GET, regions=Region.objects.reaching(request.user))
    seen = SynergyTeam.objects.visible_to(request.user).with_seats(timezone.localdate()).for_list()
    return form, form.narrow(seen) if form.is_valid() else seen.none()


def row_of(team: SynergyTeam) -> Row:
    today = timezone.localdate()
    rests = team.decree_state in RESTS
    return Row(
        team,
        (today - team.decree_since).days if rests else None,
        rests_too_long(
            team.decree_state,
            team.decree_since,
            today=today,
            days=settings.TPBIS_DECREE_RESTS_DAYS,
        ),
    )


@reads
def team(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Its decree's way, who sits in it and who did."""
    found = _seen(request, pk)
    today = timezone.localdate()
    seated = TeamMember.objects.filter(team=found).seated(today)
    may_keep = permissions.can_keep_team(request.user, found)
    return render(
        request,
        "stakeholders/team.html",
        {
            "team": found,
            "row": row_of(found),
            "stages": track(found.steps.all(), today=today),
            "seats": seated.for_list(),
            "former": TeamMember.objects.filter(team=found)
            .exclude(pk__in=seated.values("pk"))
            .for_list(),
            "may_keep": may_keep,
            "sees_members": permissions.sees_members(request.user),
            "goes_on": found.decree_state != DecreeState.ENDED,
            "is_draft": found.decree_state == DecreeState.DRAFTED,
            "history": history_of(found, limit=EVENTS_SHOWN) if may_keep else [],
            "rests_days": settings.TPBIS_DECREE_RESTS_DAYS,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def team_add(request: "SignedInRequest") -> HttpResponse:
    if not permissions.keeps_teams(request.user):
        raise PermissionDenied
    regions = Region.objects.visible_to(request.user)
    form = TeamForm(_posted(request), regions=regions)
    made: list[SynergyTeam] = []

    def act(form: TeamForm) -> None:
        made.append(services.open_team(**form.cleaned_data, by=request.user))

    page = page_of(request, "stakeholders/team_form.html", {"team": None})
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Tim Sinergi tersimpan. SK-nya sedang disusun."))
    return redirect(made[0])


@require_http_methods(["GET", "HEAD", "POST"])
def team_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    found = _kept_by(request, pk)
    form = TeamSpanForm(request.POST) if request.method == "POST" else TeamSpanForm.of(found)

    def act(form: TeamSpanForm) -> None:
        services.change_team(team=found, **form.cleaned_data, by=request.user)

    page = page_of(request, "stakeholders/team_form.html", {"team": found})
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Masa tim tersimpan."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def decree_step(request: "SignedInRequest", pk: int) -> HttpResponse:
    """The decree goes on; over is over (409)."""
    found = _kept_by(request, pk)
    if found.decree_state == DecreeState.ENDED:
        return render(request, "stakeholders/decree_over.html", {"team": found}, status=409)
    form = DecreeStepForm(_posted(request), request.FILES or None, team=found)

    def act(form: DecreeStepForm) -> None:
        given = dict(form.cleaned_data)
        state = DecreeState(given.pop("state"))
        decrees.step_decree(team=found, state=state, **given, by=request.user)

    page = page_of(request, "stakeholders/decree_step.html", {"team": found, "row": row_of(found)})
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Langkah SK tercatat."))
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def member_add(request: "SignedInRequest", pk: int) -> HttpResponse:
    found = _kept_by(request, pk)
    start = max(found.starts_on, min(timezone.localdate(), found.ends_on or timezone.localdate()))
    form = MemberForm(_posted(request), initial={"starts_on": start})

    def act(form: MemberForm) -> None:
        services.add_member(team=found, seat=form.seat, by=request.user)

    page = page_of(
        request,
        "stakeholders/member_form.html",
        {"team": found, "member": None, "names": known_names()},
    )
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("%(name)s duduk di tim.") % {"name": form.cleaned_data["name"]})
    return redirect(found)


@require_http_methods(["GET", "HEAD", "POST"])
def member_change(request: "SignedInRequest", pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = MemberForm(request.POST) if request.method == "POST" else MemberForm.of(member)

    def act(form: MemberForm) -> None:
        services.change_member(member=member, seat=form.seat, by=request.user)

    page = page_of(
        request,
        "stakeholders/member_form.html",
        {"team": member.team, "member": member, "names": known_names()},
    )
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Data anggota tersimpan."))
    return redirect(member.team)


@require_http_methods(["GET", "HEAD", "POST"])
def member_end(request: "SignedInRequest", pk: int) -> HttpResponse:
    member = _member(request, pk)
    form = MemberEndForm(_posted(request))

    def act(form: MemberEndForm) -> None:
        services.end_member(member=member, on=form.cleaned_data["on"], by=request.user)

    page = page_of(request, "stakeholders/member_end.html", {"team": member.team, "member": member})
    if answer := answered(request, form, act, page):
        return answer
    messages.success(request, _("Masa duduknya diakhiri; namanya tetap di riwayat tim."))
    return redirect(member.team)


# --- What these have in common --------------------------------------------------------------------


Page = Callable[[forms.Form, int], HttpResponse]


def page_of(request: "SignedInRequest", template: str, context: dict[str, Any]) -> Page:
    def page(form: forms.Form, status: int) -> HttpResponse:
        return render(request, template, {**context, "form": form}, status=status)

    return page


def answered(
    request: "SignedInRequest", form: "F", act: "Callable[[F], None]", page: Page
) -> HttpResponse | None:
    """The form once more, empty or with what is wrong; ``None`` when it was done."""
    if request.method != "POST":
        return page(form, 200)
    if not form.is_valid():
        return page(form, 422)
    try:
        act(form)
    except BadFile as error:
        form.add_error("file", error)
    except ValidationError as error:
        _show(form, error)
    except IntegrityError:  # two people at the same moment
        form.add_error(None, _("Ini baru saja dicatat orang lain. Periksa, lalu simpan lagi."))
        return page(form, 409)
    else:
        return None
    return page(form, 422)


def _show(form: forms.Form, error: ValidationError) -> None:
    """Beside its field, or on top where the form has none: the step another person took before
    may have had more of them."""
    for name, said in getattr(error, "error_dict", {"": error}).items():
        form.add_error(name if name in form.fields else None, said)


def _posted(request: "SignedInRequest") -> Any:
    return request.POST if request.method == "POST" else None


def _seen(request: "SignedInRequest", pk: int) -> SynergyTeam:
    seen = SynergyTeam.objects.visible_to(request.user).with_seats(timezone.localdate())
    found: SynergyTeam = get_object_or_404(seen.select_related("region"), pk=pk)
    return found


def _kept_by(request: "SignedInRequest", pk: int) -> SynergyTeam:
    found = _seen(request, pk)
    if not permissions.can_keep_team(request.user, found):
        raise PermissionDenied
    return found


def _member(request: "SignedInRequest", pk: int) -> TeamMember:
    seen = TeamMember.objects.visible_to(request.user)
    member: TeamMember = get_object_or_404(
        seen.select_related("team__region", "organisation"), pk=pk
    )
    if not permissions.can_keep_team(request.user, member.team):
        raise PermissionDenied
    return member
