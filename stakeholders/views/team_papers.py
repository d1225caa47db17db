"""What leaves the portal about synergy teams: lists, the annex of the decree, its files."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.enums import Level
from stakeholders import permissions
from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models import DecreeStep, SynergyTeam, TeamMember
from stakeholders.views.teams import Row, asked_teams, row_of
from tpbis.core.downloads import refused
from tpbis.core.exports import Column, Listing, file_of, label, narrowed_by
from tpbis.core.http import reads
from tpbis.core.spreadsheets import Kind

if TYPE_CHECKING:
    from tpbis.accounts.models import SignedInRequest
    from tpbis.core.exports import Fact

_TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}

TEAMS: list[Column[Row]] = [
    Column(_("Kode wilayah"), lambda row: row.team.region.code),
    Column(_("Wilayah"), lambda row: row.team.region.title),
    Column(_("Tahun"), lambda row: str(row.team.year)),
    Column(_("Mulai"), lambda row: row.team.starts_on, Kind.DATE),
    Column(_("Sampai"), lambda row: row.team.ends_on, Kind.DATE, _("kosong: belum ditetapkan")),
    Column(
        _("Anggota"),
        lambda row: row.team.seats,  # type: ignore[attr-defined]
        Kind.NUMBER,
        _("yang duduk hari ini, atau sampai akhir masa tim"),
    ),
    Column(_("Keadaan SK"), label(DecreeState, lambda row: row.team.decree_state)),
    Column(_("Sejak"), lambda row: row.team.decree_since, Kind.DATE),
    Column(_("Dipegang oleh"), lambda row: row.team.decree_held_by),
    Column(
        _("Hari di sana"),
        lambda row: row.days,
        Kind.NUMBER,
        _("kosong: SK sudah dibagikan atau berakhir"),
    ),
    Column(_("Nomor SK"), lambda row: row.team.decree_number),
]
MEMBERS: list[Column[TeamMember]] = [
    Column(_("Nama"), lambda member: member.name),
    Column(_("Jabatan"), lambda member: member.position),
    Column(_("Lembaga"), lambda member: member.organisation.name),
    Column(
        _("Kedudukan dalam tim"),
        label(TeamRole, lambda member: member.role),
        definition=_("menurut lampiran SK"),
    ),
    Column(_("Mulai"), lambda member: member.starts_on, Kind.DATE),
    Column(
        _("Sampai"), lambda member: member.ends_on, Kind.DATE, _("kosong: sampai akhir masa tim")
    ),
]


@reads
def teams_export(request: "SignedInRequest", form: str) -> HttpResponseBase:
    asked, found = asked_teams(request)
    if not asked.is_valid():
        return refused(asked.errors)
    listing = Listing(
        "tim-sinergi",
        _("Tim Sinergi"),
        _("satu baris satu tim"),
        TEAMS,
        (row_of(team) for team in found),
        narrowed_by(asked),
    )
    return file_of(listing, form, request.GET)


@reads
def team_members_export(request: "SignedInRequest", pk: int, form: str) -> HttpResponseBase:
    """Everybody who sits or sat in the team."""
    team = _team(request, pk)
    told: list[Fact] = [
        (_("Wilayah"), team.region.title),
        (_("Tahun"), str(team.year)),
        (_("Nomor SK"), team.decree_number),
    ]
    listing = Listing(
        f"tim-sinergi-{team.region.code}-{team.year}",
        _("Anggota Tim Sinergi"),
        _("satu baris satu masa duduk"),
        MEMBERS,
        TeamMember.objects.filter(team=team).for_list(),
        told,
    )
    return file_of(listing, form, request.GET)


@reads
def team_annex(request: "SignedInRequest", pk: int) -> HttpResponse:
    """Who sits in the team, as the annex of its decree lists them; made to be printed."""
    team = _team(request, pk)
    seats = TeamMember.objects.filter(team=team).seated(timezone.localdate()).for_list()
    signed = team.steps.filter(state=DecreeState.IN_FORCE).order_by("-on").first()
    return render(
        request,
        "stakeholders/team_annex.html",
        {"team": team, "signer": _signer(team), "seats": seats, "signed": signed},
    )


@reads
def decree_file(request: "SignedInRequest", pk: int) -> FileResponse:
    """The file of a step of the decree, to whoever sees the team by name."""
    seen = DecreeStep.objects.filter(team__in=SynergyTeam.objects.visible_to(request.user))
    step = get_object_or_404(seen.exclude(file_name=""), pk=pk)
    if not permissions.sees_members(request.user):
        raise PermissionDenied
    try:
        file = storages["documents"].open(step.file_name)
    except FileNotFoundError as gone:
        raise Http404 from gone
    ending = step.file_name.rpartition(".")[2]
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"sk-tim-sinergi-{step.team_id}-{step.state}-{step.pk}.{ending}",
        content_type=_TYPES.get(ending, "application/octet-stream"),
        headers={"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"},
    )


def _signer(team: SynergyTeam) -> str:
    """Whose decree it is: “Gubernur Jawa Timur”, “Bupati Lumajang”, “Wali Kota Blitar”."""
    name = team.region.name
    if team.region.level == Level.PROVINCE:
        return f"Gubernur {name}"
    if name.startswith("Kota "):
        return f"Wali {name}"
    return f"Bupati {team.region.short_name}"


def _team(request: "SignedInRequest", pk: int) -> SynergyTeam:
    seen = SynergyTeam.objects.visible_to(request.user).select_related("region")
    team: SynergyTeam = get_object_or_404(seen, pk=pk)
    if not permissions.sees_members(request.user):
        raise PermissionDenied
    return team
