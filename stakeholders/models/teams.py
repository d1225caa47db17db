from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from libraries.models import Region
from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models.kept import Paper, Recorded, in_order
from stakeholders.models.organisations import Organisation
from stakeholders.querysets import SynergyTeamQuerySet, TeamMemberQuerySet
from tpbis.core.append_only import AppendOnlyModel
from tpbis.core.constraints import one_of


class SynergyTeam(Recorded):
    """*Tim Sinergi* of a province or regency for a year, and the decree (SK) that sets it."""

    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="synergy_teams")
    year = models.PositiveSmallIntegerField(_("tahun"))
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)
    decree_number = models.CharField(_("nomor SK"), max_length=100, blank=True)
    decree_state = models.CharField(
        _("keadaan SK"),
        max_length=15,
        choices=DecreeState.choices,
        default=DecreeState.DRAFTED,
    )
    decree_since = models.DateField(_("sejak"))
    decree_held_by = models.CharField(_("dipegang oleh"), max_length=150)
    reminded_on = models.DateField(null=True, blank=True)  # that it rests, since its last step

    objects = SynergyTeamQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("stakeholders_synergyteam", "decree_state", DecreeState.values),
            in_order("stakeholders_synergyteam"),
            models.UniqueConstraint(
                fields=["region", "year"],
                name="stakeholders_synergyteam_once_a_year",
                violation_error_message=_("Tim Sinergi tahun itu sudah ada."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year}"

    def get_absolute_url(self) -> str:
        return reverse("stakeholders:team", kwargs={"pk": self.pk})


class TeamMember(Recorded):
    """Somebody's seat in a team, for as long as it lasted; a person has one seat at a time."""

    team = models.ForeignKey(SynergyTeam, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="team_seats"
    )
    name = models.CharField(_("nama"), max_length=150)
    position = models.CharField(_("jabatan di lembaga"), max_length=150, blank=True)
    role = models.CharField(
        _("kedudukan dalam tim"),
        max_length=12,
        choices=TeamRole.choices,
        default=TeamRole.MEMBER,
    )
    starts_on = models.DateField(_("mulai"))
    ends_on = models.DateField(_("sampai"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    class Meta:
        constraints = [
            one_of("stakeholders_teammember", "role", TeamRole.values),
            in_order("stakeholders_teammember"),
        ]

    def __str__(self) -> str:
        return f"{self.role} (#{self.team_id})"


class DecreeStep(AppendOnlyModel, Paper):
    """The decree came into ``state`` on a day; who holds it since, and its file then."""

    team = models.ForeignKey(SynergyTeam, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(_("langkah"), max_length=15, choices=DecreeState.choices)
    on = models.DateField(_("tanggal"))
    held_by = models.CharField(_("dipegang oleh"), max_length=150)
    note = models.CharField(_("catatan"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [one_of("stakeholders_decreestep", "state", DecreeState.values)]

    def __str__(self) -> str:
        return f"#{self.team_id}: {self.state} ({self.on})"
