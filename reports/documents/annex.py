"""*Lampiran SK Tim Sinergi*: who belongs to a team, for the annex of its decree."""

from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from reports import permissions
from reports.documents.single import SINGLE, NothingToSay, Single
from reports.documents.wording.official import head_of_region
from reports.enums import DocumentKind
from reports.models import Document
from stakeholders.enums import TeamRole

if TYPE_CHECKING:
    from stakeholders.models import SynergyTeam

_ORDER = [role.value for role in TeamRole]


def annex(document: Document, at: datetime) -> Single:
    """Those with a seat today; of a team that is to begin or is over, on its first or last day."""
    seen = permissions.subjects_of(document.requested_by, DocumentKind.ANNEX)
    team: SynergyTeam | None = seen.filter(documents=document).select_related("region").first()
    if team is None:
        raise NothingToSay("Tim Sinergi ini tidak lagi di wilayah tugas peminta dokumen.")
    on = max(timezone.localdate(at), team.starts_on)
    if team.ends_on is not None:
        on = min(on, team.ends_on)
    seats = team.members.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on
    ).select_related("organisation")
    members = sorted(seats, key=lambda one: (_ORDER.index(one.role), one.pk))
    if not members:
        raise NothingToSay("Tim Sinergi ini belum punya anggota.")
    numbered = list(enumerate(members, start=1))
    return Single(
        title=f"Lampiran SK Tim Sinergi {team.region.title} {team.year}",
        template="reports/pdf/annex.html",
        content={
            "team": team,
            "head": head_of_region(team.region),
            "groups": [
                (TeamRole(role).label, list(group))
                for role, group in groupby(numbered, key=lambda pair: pair[1].role)
            ],
            "count": len(members),
            "day": on,
        },
    )


SINGLE[DocumentKind.ANNEX] = annex
