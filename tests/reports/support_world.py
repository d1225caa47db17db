"""Two organisations with everything that a supporter could see of the one, and must not of the
other."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from libraries.models import Library
from stakeholders.enums import CommitmentState, NeedState, PartnershipKind
from stakeholders.models import (
    Attendee,
    Commitment,
    Event,
    Membership,
    Need,
    Offer,
    Organisation,
    Support,
    SynergyTeam,
    TeamMember,
)
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User


@dataclass(frozen=True, slots=True)
class Side:
    """An organisation, who speaks for it, what it promised and what it gave."""

    organisation: Organisation
    user: User
    need: Need
    promised: Commitment
    realised: Commitment
    offer: Offer


def need_of(library: Library, by: User, **more: Any) -> Need:
    now = timezone.now()
    said = {
        "library": library,
        "region": library.regency,
        "theme": "Ekonomi",
        "kind": PartnershipKind.GOODS,
        "title": "Rak buku anak",
        "why": "Buku anak masih ditumpuk di lantai.",
        "quantity": 3,
        "unit": "rak",
        "rupiah": 4_500_000,
        "people": 120,
        "state": NeedState.OPEN,
        "confirmed_at": now,
        "confirmed_by": by,
        "recorded_by": by,
    }
    return Need.objects.create(**{**said, **more})


def side(name: str, library: Library, by: User, **more: Any) -> Side:
    """``name`` stands in every text of it."""
    now, today = timezone.now(), timezone.localdate()
    organisation = Organisation.objects.create(name=name, themes=["Ekonomi"])
    user = factories.UserFactory(role=Role.SUPPORTER)
    Membership.objects.create(organisation=organisation, user=user, starts_on=date(2024, 1, 1))
    promised_to = need_of(library, by, title=f"Meja {name}", state=NeedState.PROMISED)
    realised_to = need_of(library, by, title=f"Komputer {name}", state=NeedState.REALISED)
    accepted = {"organisation": organisation, "accepted_at": now, "accepted_by": by}
    promised = Commitment.objects.create(
        need=promised_to,
        state=CommitmentState.PROMISED,
        rupiah=more.get("rupiah", 7_250_000),
        due_on=today - timedelta(days=3),
        promised_at=now,
        promised_by=user,
        **accepted,
    )
    gift = Support.objects.create(
        organisation=organisation,
        library=library,
        region=library.regency,
        kind=PartnershipKind.GOODS,
        given_on=date(2024, 3, 18),
        rupiah=more.get("worth", 12_500_000),
        quantity=2,
        unit="komputer",
        description=f"Komputer bekas kantor {name}",
        reached=240,
        recorded_by=by,
    )
    realised = Commitment.objects.create(
        need=realised_to,
        state=CommitmentState.REALISED,
        due_on=today,
        settled_at=now,
        settled_by=by,
        support=gift,
        **accepted,
    )
    offer = Offer.objects.create(
        organisation=organisation,
        region=library.regency,
        theme="Ekonomi",
        kind=PartnershipKind.GOODS,
        description=f"Perabot {name}",
        starts_on=today - timedelta(days=9),
        recorded_by=by,
    )
    return Side(organisation, user, promised_to, promised, realised, offer)


def team_of(region: Any, by: User, *members: tuple[str, Organisation, str]) -> SynergyTeam:
    team = SynergyTeam.objects.create(
        region=region,
        year=2026,
        starts_on=date(2026, 1, 1),
        decree_since=date(2026, 1, 1),
        decree_held_by="Dinas",
        recorded_by=by,
    )
    for name, organisation, role in members:
        TeamMember.objects.create(
            team=team,
            organisation=organisation,
            name=name,
            position="Kepala bidang",
            role=role,
            starts_on=date(2026, 1, 1),
            recorded_by=by,
        )
    return team


def event_in(region: Any, by: User, present: tuple[str, ...], absent: tuple[str, ...]) -> Event:
    starts = timezone.now() - timedelta(days=2)
    event = Event.objects.create(
        region=region,
        kind="shm",
        title="Bersama membuka jalan",
        wave=2,
        starts_at=starts,
        ends_at=starts + timedelta(hours=5),
        mode="luring",
        place="Aula Dinas Perpustakaan",
        key=uuid.uuid4().hex,
        recorded_by=by,
    )
    for name in (*present, *absent):
        there = {"attended_at": starts, "checked_in": "qr"} if name in present else {}
        Attendee.objects.create(
            event=event,
            group="stakeholder",
            name=name,
            institution="Forum Literasi",
            key=uuid.uuid4().hex,
            invited_by=by,
            **there,
        )
    return event
