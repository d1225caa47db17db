"""Needs and who meets them, events, teams and rounds of the programme."""

import uuid
from datetime import timedelta

from django.utils import timezone

from stakeholders.enums import PartnershipKind
from stakeholders.models import (
    ActionItem,
    Attendee,
    Candidate,
    Cohort,
    Commitment,
    Contact,
    DecreeStep,
    Event,
    EventFile,
    EventSeries,
    EventSpeaker,
    FormerOrganisation,
    Need,
    Offer,
    Organisation,
    SeatQuota,
    SynergyTeam,
    TeamMember,
)
from tests.authorisation import marks
from tests.authorisation.world import MORE, World

marks.UNMARKED |= {"logo", "photo", "agreement_file"}  # names of files
marks.PLACED |= {
    "stakeholders.FormerOrganisation": "",
    "stakeholders.Contact": "",
    "stakeholders.SynergyTeam": "region",
    "stakeholders.TeamMember": "team.region",
    "stakeholders.DecreeStep": "team.region",
    "stakeholders.Need": "library",
    "stakeholders.Offer": "region",
    "stakeholders.Commitment": "need.library",
    "stakeholders.EventSeries": "region",
    "stakeholders.Event": "region",
    "stakeholders.SeatQuota": "event.region",
    "stakeholders.EventSpeaker": "event.region",
    "stakeholders.EventFile": "event.region",
    "stakeholders.Attendee": "library",
    "stakeholders.ActionItem": "event.region",
    "stakeholders.Cohort": "region",
    "stakeholders.Candidate": "village",
}


def the_synergy(world: World) -> None:
    now, today = timezone.now(), timezone.localdate()
    staff = world.users["second_staff"]
    by = {"recorded_by": staff}
    bank = Organisation.objects.order_by("pk").first()
    assert bank is not None
    FormerOrganisation.objects.create(number=987_000, name="x", organisation=bank, merged_by=staff)
    Contact.objects.create(
        organisation=bank, position="x", name="x", phone="x", email="x@y.id", consented_on=today
    )
    for library in world.libraries.values():
        need = Need.objects.create(
            library=library,
            region=library.regency,
            theme="Ekonomi",
            kind=PartnershipKind.MONEY,
            title="x",
            why="x",
            unit="x",
            reason="x",
            rupiah=5_000_000,
            **by,
        )
        Commitment.objects.create(
            need=need,
            organisation=bank,
            due_on=today,
            unit="x",
            reason="x",
            original_name="x",
            accepted_at=now,
            accepted_by=staff,
        )
        Candidate.objects.get_or_create(village=library.region, defaults={"note": "x", **by})
    for regency in {library.regency for library in world.libraries.values()}:
        team = SynergyTeam.objects.create(
            region=regency,
            year=today.year,
            starts_on=today,
            decree_number="x",
            decree_since=today,
            decree_held_by="x",
            **by,
        )
        TeamMember.objects.create(
            team=team, organisation=bank, name="x", position="x", starts_on=today, **by
        )
        DecreeStep.objects.create(
            team=team,
            state="disusun",
            on=today,
            held_by=marks.mark("synergyteam", team.pk, "decree_held_by"),
            recorded_by=staff,
        )
        Offer.objects.create(
            organisation=bank,
            region=regency,
            kind=PartnershipKind.MONEY,
            description="x",
            unit="x",
            starts_on=today,
            **by,
        )
        series = EventSeries.objects.create(region=regency, name=f"{regency.code}", kind="webinar")
        Cohort.objects.create(
            region=regency,
            name=f"{regency.code}",
            source="replication",
            first_year=2023,
            last_year=2024,
            tag="x",
            about="x",
            **by,
        )
        event = Event.objects.create(
            region=regency,
            series=series,
            number=1,
            kind="webinar",
            title="x",
            about="x",
            starts_at=now,
            ends_at=now + timedelta(hours=2),
            mode="daring",
            place="x",
            link="https://example.org/x",
            minutes="x",
            reason="x",
            key=uuid.uuid4().hex,
            **by,
        )
        SeatQuota.objects.create(event=event, group="pengelola", seats=15)
        EventSpeaker.objects.create(event=event, name="x", topic="x", organisation=bank)
        EventFile.objects.create(event=event, kind="materi", original_name="x", uploaded_by=staff)
        ActionItem.objects.create(event=event, what="x", owner="x", outcome="x", due_on=today, **by)
        for library in world.libraries.values():
            if library.regency == regency:
                Attendee.objects.create(
                    event=event,
                    group="pengelola",
                    library=library,
                    key=uuid.uuid4().hex,
                    name="x",
                    position="x",
                    institution="x",
                    phone="x",
                    email="x@y.id",
                    over_quota="x",
                    invited_by=staff,
                )


MORE.append(the_synergy)
