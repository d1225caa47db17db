from stakeholders.models.cohorts import Candidate, Cohort
from stakeholders.models.events import (
    ActionItem,
    Attendee,
    Event,
    EventFile,
    EventSeries,
    EventSpeaker,
    SeatQuota,
)
from stakeholders.models.needs import Commitment, Need, Offer
from stakeholders.models.organisations import (
    Contact,
    FormerOrganisation,
    Membership,
    Organisation,
)
from stakeholders.models.partnerships import Partnership, Support
from stakeholders.models.teams import DecreeStep, SynergyTeam, TeamMember

__all__ = [
    "ActionItem",
    "Attendee",
    "Candidate",
    "Cohort",
    "Commitment",
    "Contact",
    "DecreeStep",
    "Event",
    "EventFile",
    "EventSeries",
    "EventSpeaker",
    "FormerOrganisation",
    "Membership",
    "Need",
    "Offer",
    "Organisation",
    "Partnership",
    "SeatQuota",
    "Support",
    "SynergyTeam",
    "TeamMember",
]
