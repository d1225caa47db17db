"""The decree (SK) of a synergy team, step by step, and the word to those on whose desk it rests."""

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from libraries.enums import Level
from libraries.files import KeptFile, keep_paper, kept
from libraries.models import Assignment
from stakeholders import permissions
from stakeholders.decrees import FOLLOWS, RESTS, rests_too_long
from stakeholders.enums import DecreeState
from stakeholders.models import DecreeStep, SynergyTeam
from stakeholders.services.teams import lock_team
from tpbis.accounts import audit
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.models import User
from tpbis.accounts.querysets import subject_of
from tpbis.accounts.services.messages import News, tell_many

if TYPE_CHECKING:
    from django.core.files.base import File

_NUMBER = SynergyTeam._meta.get_field("decree_number").max_length or 0


def step_decree(
    *,
    team: SynergyTeam,
    state: DecreeState,
    on: date,
    held_by: str,
    by: User,
    note: str = "",
    number: str = "",
    file: "File[bytes] | None" = None,
) -> DecreeStep:
    """The decree came into ``state`` on a day, and ``held_by`` has it since; ``number`` is given
    when it comes into force. Raises ``ValidationError`` naming the field, and ``BadFile``."""
    if not permissions.can_keep_team(by, team):
        raise PermissionDenied
    paper = keep_paper(file, folder="decrees") if file else None
    with kept(paper), transaction.atomic():
        return _step(lock_team(team, by), state, on, held_by, note, number, paper, by)


def _step(
    team: SynergyTeam,
    state: DecreeState,
    on: date,
    held_by: str,
    note: str,
    number: str,
    paper: KeptFile | None,
    by: User,
) -> DecreeStep:
    _check(team, state, on, note, number)
    before = audit.values(team, ("decree_state", "decree_since"))
    team.decree_state, team.decree_since, team.decree_held_by = state, on, held_by
    team.reminded_on = None
    if state == DecreeState.IN_FORCE:
        team.decree_number = number
    team.full_clean()
    team.save()
    step = DecreeStep(team=team, state=state, on=on, held_by=held_by, note=note, recorded_by=by)
    if paper:
        step.hold(paper)
    step.full_clean()
    step.save()
    changes = audit.difference(before, audit.values(team, ("decree_state", "decree_since")))
    if paper:
        changes["sha256"] = [None, paper.sha256]
    audit.record("stakeholders.step_decree", by=by, subject=team, changes=changes)
    return step


def _check(team: SynergyTeam, state: DecreeState, on: date, note: str, number: str) -> None:
    now = DecreeState(team.decree_state)
    if state not in FOLLOWS[now]:
        text = _("Langkah ini tidak bisa sesudah “%(now)s”.")
        raise ValidationError({"state": text % {"now": now.label}})
    if on > timezone.localdate():
        raise ValidationError({"on": _("Tanggal ini belum tiba.")})
    if on < team.decree_since:
        text = _("Langkah sebelumnya tercatat %(day)s; langkah ini tidak bisa lebih awal.")
        raise ValidationError({"on": text % {"day": date_format(team.decree_since, "j F Y")}})
    if state == DecreeState.RETURNED and not note:
        raise ValidationError({"note": _("Tulis apa yang diminta Biro Hukum.")})
    if state == DecreeState.IN_FORCE and not number:
        raise ValidationError({"number": _("Isi nomor SK yang ditandatangani.")})
    if len(number) > _NUMBER:
        raise ValidationError({"number": _("Nomor SK paling banyak %s huruf.") % _NUMBER})


# --- Resting too long -----------------------------------------------------------------------------


def remind_of_resting(*, on: date | None = None) -> int:
    """Tell those who keep a team, once a step, that its decree rests for longer than
    ``TPBIS_DECREE_RESTS_DAYS``: a regency's PIC, the province's staff, and these too where a
    regency has no PIC. May run as often as it likes; how many were told anew."""
    on = on or timezone.localdate()
    days = settings.TPBIS_DECREE_RESTS_DAYS
    teams = SynergyTeam.objects.filter(decree_state__in=RESTS, reminded_on__isnull=True)
    told = 0
    for team in teams.for_list():
        if rests_too_long(team.decree_state, team.decree_since, today=on, days=days):
            told += _remind(team, on)
    return told


def _remind(team: SynergyTeam, on: date) -> int:
    people = _keepers(team, on)
    if not people:
        return 0  # until somebody works there
    with translation.override(settings.LANGUAGE_CODE):
        step = DecreeStep.objects.filter(team=team).order_by("-pk").values_list("pk", flat=True)
        told = tell_many(_news(team, f"langkah {step[0]}", user, on) for user in people)
    # Not of a step that was taken while this was told.
    SynergyTeam.objects.filter(
        pk=team.pk, decree_state=team.decree_state, decree_since=team.decree_since
    ).update(reminded_on=on)
    return told


def _keepers(team: SynergyTeam, on: date) -> list[int]:
    posts = Assignment.objects.in_force(on).filter(
        user__is_active=True, user__activated_at__isnull=False
    )
    if team.region.level == Level.REGENCY:
        pics = posts.filter(user__role=Role.REGENCY_PIC, region=team.region)
        if found := list(pics.values_list("user", flat=True).distinct()):
            return found
    staff = posts.filter(user__role=Role.PROVINCE_STAFF, region__level=Level.PROVINCE)
    return list(staff.values_list("user", flat=True).distinct())


def _news(team: SynergyTeam, period: str, user: int, on: date) -> News:
    said = {
        "region": team.region.title,
        "year": team.year,
        "state": team.get_decree_state_display(),
        "days": (on - team.decree_since).days,
        "since": date_format(team.decree_since, "j F Y"),
        "held_by": team.decree_held_by,
    }
    return News(
        user=user,
        kind=MessageKind.SYNERGY,
        subject=subject_of(team),
        period=period,
        title=_("SK Tim Sinergi %(region)s %(year)s belum bergerak %(days)s hari") % said,
        text=_(
            "Sejak %(since)s SK Tim Sinergi %(region)s %(year)s: %(state)s, di %(held_by)s. "
            "Tanyakan kabarnya, lalu catat langkah berikutnya."
        )
        % said,
        link=team.get_absolute_url(),
    )
