"""Synergy teams and who sits in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.enums import Level
from libraries.models import Region
from stakeholders import permissions
from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models import DecreeStep, SynergyTeam, TeamMember
from stakeholders.services.organisations import organisation_called
from stakeholders.services.support import EARLIEST
from tpbis.accounts import audit
from tpbis.accounts.models import User
from tpbis.core import texts

_TEAM_SAYS = ("region", "year", "starts_on", "ends_on")
_SEAT_SAYS = ("organisation", "position", "role", "starts_on", "ends_on")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who sits in a team, for whom and for how long; open while ``ends_on`` is empty."""

    organisation_name: str
    name: str
    position: str
    role: TeamRole
    starts_on: date
    ends_on: date | None = None


# --- Teams ----------------------------------------------------------------------------------------


@transaction.atomic
def open_team(
    *,
    region: Region,
    year: int,
    starts_on: date,
    ends_on: date | None,
    drafted_on: date,
    held_by: str,
    copies_members: bool,
    by: User,
) -> SynergyTeam:
    """A team whose decree is being drawn up since ``drafted_on``; with ``copies_members``, whoever
    sat in the region's last team to the end sits in this one, too. Raises ``ValidationError``."""
    if not permissions.can_keep_team_of(by, region):
        raise PermissionDenied
    if region.level not in (Level.PROVINCE, Level.REGENCY):
        raise ValidationError({"region": _("Pilih provinsi atau kabupaten/kota.")})
    if drafted_on > timezone.localdate():
        raise ValidationError({"drafted_on": _("Tanggal ini belum tiba.")})
    _check_span(year, starts_on, ends_on)
    team = SynergyTeam(
        region=region,
        year=year,
        starts_on=starts_on,
        ends_on=ends_on,
        decree_since=drafted_on,
        decree_held_by=held_by,
        recorded_by=by,
    )
    team.full_clean()
    team.save()
    DecreeStep.objects.create(
        team=team, state=DecreeState.DRAFTED, on=drafted_on, held_by=held_by, recorded_by=by
    )
    audit.record(
        "stakeholders.open_team",
        by=by,
        subject=team,
        changes=audit.difference({}, audit.values(team, _TEAM_SAYS)),
    )
    if copies_members:
        _copy_members(team, by)
    return team


@transaction.atomic
def change_team(*, team: SynergyTeam, starts_on: date, ends_on: date | None, by: User) -> None:
    """Every seat stays within the team's days. Raises ``ValidationError``."""
    team = lock_team(team, by)
    _check_span(team.year, starts_on, ends_on)
    before = audit.values(team, _TEAM_SAYS)
    team.starts_on, team.ends_on = starts_on, ends_on
    for seat in team.members.order_by("pk"):
        if seat.starts_on < starts_on:
            raise ValidationError({"starts_on": _outside(seat)})
        if ends_on and (seat.ends_on or seat.starts_on) > ends_on:
            raise ValidationError({"ends_on": _outside(seat)})
    team.full_clean()
    team.save()
    if changes := audit.difference(before, audit.values(team, _TEAM_SAYS)):
        audit.record("stakeholders.change_team", by=by, subject=team, changes=changes)


def lock_team(team: SynergyTeam, by: User) -> SynergyTeam:
    """Whatever is decided about a team or a seat of it is decided one after the other."""
    locked = SynergyTeam.objects.select_for_update(of=("self",)).get(pk=team.pk)
    if not permissions.can_keep_team(by, locked):
        raise PermissionDenied
    return locked


def _check_span(year: int, starts_on: date, ends_on: date | None) -> None:
    if starts_on.year != year:
        raise ValidationError({"starts_on": _("Tanggal mulai harus pada tahun %s.") % year})
    if starts_on < EARLIEST:
        raise ValidationError({"starts_on": _("Tanggal ini sebelum program dimulai.")})
    _check_order(starts_on, ends_on)


def _check_order(starts_on: date, ends_on: date | None) -> None:
    if ends_on and ends_on < starts_on:
        raise ValidationError({"ends_on": _("Tanggal akhir tidak bisa sebelum tanggal mulai.")})


def _outside(seat: TeamMember) -> str:
    return _("Masa duduk %(name)s (%(span)s) jatuh di luar tanggal ini.") % {
        "name": seat.name,
        "span": _span(seat),
    }


def _span(seat: TeamMember) -> str:
    first = date_format(seat.starts_on, "j F Y")
    return f"{first} – {date_format(seat.ends_on, 'j F Y') if seat.ends_on else '…'}"


# --- Seats ----------------------------------------------------------------------------------------


@transaction.atomic
def add_member(*, team: SynergyTeam, seat: Seat, by: User) -> TeamMember:
    """Raises ``ValidationError`` naming the field."""
    team = lock_team(team, by)
    member = TeamMember(team=team, recorded_by=by)
    _sit(member, seat, by)
    _note("stakeholders.add_member", member, {}, by)
    return member


@transaction.atomic
def change_member(*, member: TeamMember, seat: Seat, by: User) -> TeamMember:
    """As it should have been written. Raises ``ValidationError`` naming the field."""
    lock_team(member.team, by)
    member = TeamMember.objects.select_related("team").get(pk=member.pk)
    before = _said(member)
    _sit(member, seat, by)
    _note("stakeholders.change_member", member, before, by)
    return member


@transaction.atomic
def end_member(*, member: TeamMember, on: date, by: User) -> TeamMember:
    """``on`` is the last day in the team. Raises ``ValidationError``."""
    lock_team(member.team, by)
    member = TeamMember.objects.select_related("team", "organisation").get(pk=member.pk)
    before = _said(member)
    member.ends_on = on
    _check_seat(member)
    member.full_clean()
    member.save()
    _note("stakeholders.end_member", member, before, by)
    return member


def _sit(member: TeamMember, seat: Seat, by: User) -> None:
    member.organisation = organisation_called(seat.organisation_name, by=by)
    member.name, member.position, member.role = seat.name, seat.position, seat.role
    member.starts_on, member.ends_on = seat.starts_on, seat.ends_on
    _check_seat(member)
    member.full_clean()
    member.save()


def _check_seat(member: TeamMember) -> None:
    team = member.team
    _check_order(member.starts_on, member.ends_on)
    if member.starts_on < team.starts_on or (team.ends_on and member.starts_on > team.ends_on):
        raise ValidationError({"starts_on": _not_in(team)})
    if team.ends_on and member.ends_on and member.ends_on > team.ends_on:
        raise ValidationError({"ends_on": _not_in(team)})
    others = TeamMember.objects.filter(team=team, organisation=member.organisation)
    key = texts.key(member.name)
    for other in others.exclude(pk=member.pk).order_by("starts_on", "pk"):
        if texts.key(other.name) == key and _overlap(member, other):
            text = _("%(name)s dari lembaga ini sudah duduk di tim pada %(span)s.")
            raise ValidationError({"starts_on": text % {"name": other.name, "span": _span(other)}})


def _not_in(team: SynergyTeam) -> str:
    if team.ends_on is None:
        return _("Masa tim ini mulai %s.") % date_format(team.starts_on, "j F Y")
    return _("Masa tim ini %(first)s sampai %(last)s.") % {
        "first": date_format(team.starts_on, "j F Y"),
        "last": date_format(team.ends_on, "j F Y"),
    }


def _overlap(one: TeamMember, other: TeamMember) -> bool:
    return one.starts_on <= (other.ends_on or date.max) and other.starts_on <= (
        one.ends_on or date.max
    )


def _copy_members(team: SynergyTeam, by: User) -> None:
    """Those who sat in the region's last team on its last day, for as long as this one lasts."""
    last = (
        SynergyTeam.objects.filter(region=team.region, year__lt=team.year).order_by("-year").first()
    )
    if last is None:
        return
    for seat in _to_the_end(last):
        member = TeamMember(
            team=team,
            organisation=seat.organisation,
            name=seat.name,
            position=seat.position,
            role=seat.role,
            starts_on=team.starts_on,
            recorded_by=by,
        )
        member.full_clean()
        member.save()
        _note("stakeholders.add_member", member, {}, by)


def _to_the_end(team: SynergyTeam) -> Iterable[TeamMember]:
    seats = TeamMember.objects.filter(team=team).select_related("organisation").order_by("pk")
    return [
        seat for seat in seats if seat.ends_on is None or seat.ends_on == (team.ends_on or date.max)
    ]


def _said(member: TeamMember) -> dict[str, object]:
    return audit.values(member, _SEAT_SAYS) | {"full_name": member.name}


def _note(action: str, member: TeamMember, before: dict[str, object], by: User) -> None:
    if changes := audit.difference(before, _said(member)):
        audit.record(action, by=by, subject=member, about=member.team, changes=changes)
