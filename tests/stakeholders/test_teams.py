"""Synergy teams: seats, the decree's steps, and the word to those on whose desk it rests."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from libraries.files import BadFile
from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models import DecreeStep, Organisation, SynergyTeam, TeamMember
from stakeholders.services import decrees, teams
from stakeholders.services.teams import Seat
from tests import factories
from tests.authorisation.world import one_page
from tpbis.accounts.enums import MessageKind, Role
from tpbis.accounts.models import AuditEvent, Message
from tpbis.core.append_only import NeverChanged

YEAR = timezone.localdate().year - 1


def day(month: int, number: int) -> date:
    return date(YEAR, month, number)


@pytest.fixture
def team(province, staff) -> SynergyTeam:
    return teams.open_team(
        region=province,
        year=YEAR,
        starts_on=day(1, 1),
        ends_on=day(12, 31),
        drafted_on=day(1, 6),
        held_by="Bidang Pengembangan",
        copies_members=False,
        by=staff,
    )


def seat(**more) -> Seat:
    return Seat(
        **{
            "organisation_name": "Bank Jatim",
            "name": "Rina Kartika, S.E.",
            "position": "Kepala Divisi",
            "role": TeamRole.MEMBER,
            "starts_on": day(2, 1),
            **more,
        }
    )


def step(team: SynergyTeam, state: str, on: date, by, **more) -> DecreeStep:
    return decrees.step_decree(
        team=team, state=DecreeState(state), on=on, by=by, **{"held_by": "Biro Hukum", **more}
    )


def refused(error: pytest.ExceptionInfo) -> set[str]:
    return set(error.value.message_dict)


# --- Teams ----------------------------------------------------------------------------------------


def test_a_new_team_has_its_decree_being_drawn_up(team):
    first = team.steps.get()

    assert (team.decree_state, team.decree_since) == ("disusun", day(1, 6))
    assert (first.state, first.on, first.held_by) == ("disusun", day(1, 6), "Bidang Pengembangan")
    assert AuditEvent.objects.filter(action="stakeholders.open_team").count() == 1


def test_a_region_has_one_team_a_year(team, province, staff):
    with pytest.raises(ValidationError, match="sudah ada"):
        teams.open_team(
            region=province,
            year=YEAR,
            starts_on=day(1, 1),
            ends_on=None,
            drafted_on=day(1, 6),
            held_by="x1",
            copies_members=False,
            by=staff,
        )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(YEAR, 1, 1) - timedelta(days=1)}, "ends_on"),
        ({"starts_on": date(YEAR - 1, 12, 31)}, "starts_on"),
        ({"drafted_on": date(YEAR + 3, 1, 1)}, "drafted_on"),
    ],
)
def test_a_team_with_impossible_days_is_refused_by_the_field(province, staff, wrong, field):
    said = {
        "region": province,
        "year": YEAR,
        "starts_on": day(1, 1),
        "ends_on": None,
        "drafted_on": day(1, 6),
        "held_by": "Bidang Pengembangan",
        "copies_members": False,
    }

    with pytest.raises(ValidationError) as error:
        teams.open_team(**{**said, **wrong}, by=staff)

    assert refused(error) == {field}
    assert not SynergyTeam.objects.exists()


def test_a_pic_keeps_the_team_of_its_own_regency_alone(pic, blitar, province, lumajang):
    said = {
        "year": YEAR,
        "starts_on": day(1, 1),
        "ends_on": None,
        "drafted_on": day(1, 6),
        "held_by": "Bidang",
        "copies_members": False,
        "by": pic,
    }
    for elsewhere in (blitar, province):
        with pytest.raises(PermissionDenied):
            teams.open_team(region=elsewhere, **said)

    assert teams.open_team(region=lumajang, **said).region == lumajang


def test_who_sat_to_the_end_can_be_taken_over_into_the_next_team(team, province, staff):
    teams.add_member(team=team, seat=seat(), by=staff)
    teams.add_member(team=team, seat=seat(name="Budi Santoso", ends_on=day(12, 31)), by=staff)
    teams.add_member(team=team, seat=seat(name="Sudah Pindah", ends_on=day(6, 30)), by=staff)

    new = teams.open_team(
        region=province,
        year=YEAR + 1,
        starts_on=date(YEAR + 1, 1, 1),
        ends_on=None,
        drafted_on=day(12, 1),
        held_by="Bidang",
        copies_members=True,
        by=staff,
    )

    copied = TeamMember.objects.filter(team=new).order_by("name")
    assert [member.name for member in copied] == ["Budi Santoso", "Rina Kartika, S.E."]
    assert {(member.starts_on, member.ends_on) for member in copied} == {
        (date(YEAR + 1, 1, 1), None)
    }


def test_a_team_does_not_shrink_away_from_a_seat(team, staff):
    teams.add_member(team=team, seat=seat(), by=staff)

    with pytest.raises(ValidationError) as error:
        teams.change_team(team=team, starts_on=day(3, 1), ends_on=None, by=staff)

    assert refused(error) == {"starts_on"}
    team.refresh_from_db()
    assert team.starts_on == day(1, 1)


# --- Seats ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"ends_on": date(YEAR, 5, 1)}, {"starts_on": date(YEAR, 5, 1)}),
        ({"starts_on": date(YEAR, 6, 1)}, {"starts_on": date(YEAR, 2, 1)}),
        ({}, {"name": "rina  kartika s.e.", "organisation_name": "bank jatim"}),
    ],
)
def test_one_person_has_one_seat_at_a_time(team, staff, first, second):
    teams.add_member(team=team, seat=seat(**first), by=staff)

    with pytest.raises(ValidationError) as error:
        teams.add_member(team=team, seat=seat(**second), by=staff)

    assert refused(error) == {"starts_on"}
    assert TeamMember.objects.count() == 1


@pytest.mark.parametrize(
    "second",
    [
        {"starts_on": date(YEAR, 5, 2), "role": TeamRole.SECRETARY},  # the day after
        {"name": "Rina Kartini"},
        {"organisation_name": "IKAPI"},
    ],
)
def test_one_after_the_other_or_somebody_else_is_fine(team, staff, second):
    teams.add_member(team=team, seat=seat(ends_on=day(5, 1)), by=staff)

    teams.add_member(team=team, seat=seat(**second), by=staff)

    assert TeamMember.objects.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": date(YEAR, 1, 31)}, "ends_on"),  # before it starts
        ({"starts_on": date(YEAR - 1, 12, 31)}, "starts_on"),
        ({"starts_on": date(YEAR + 1, 1, 1)}, "starts_on"),
        ({"ends_on": date(YEAR + 1, 1, 1)}, "ends_on"),
    ],
)
def test_a_seat_outside_the_teams_days_is_refused_by_the_field(team, staff, wrong, field):
    with pytest.raises(ValidationError) as error:
        teams.add_member(team=team, seat=seat(**wrong), by=staff)

    assert refused(error) == {field}


def test_a_seat_is_corrected_without_meeting_itself(team, staff):
    member = teams.add_member(team=team, seat=seat(), by=staff)

    teams.change_member(member=member, seat=seat(role=TeamRole.CHAIR), by=staff)

    member.refresh_from_db()
    assert member.role == "ketua"


def test_an_ended_seat_stays_in_the_list_of_who_was_there(team, staff):
    member = teams.add_member(team=team, seat=seat(), by=staff)

    teams.end_member(member=member, on=day(3, 31), by=staff)

    assert not TeamMember.objects.seated(day(4, 1)).exists()
    assert TeamMember.objects.get().ends_on == day(3, 31)


def test_the_trail_does_not_say_who_somebody_is(team, staff):
    teams.add_member(team=team, seat=seat(), by=staff)

    event = AuditEvent.objects.get(action="stakeholders.add_member")
    assert "Rina" not in str(event.changes)


def test_a_stranger_changes_nothing(team, pic):
    with pytest.raises(PermissionDenied):
        teams.add_member(team=team, seat=seat(), by=pic)
    with pytest.raises(PermissionDenied):
        step(team, "biro_hukum", day(2, 1), pic)


# --- The decree -----------------------------------------------------------------------------------


def test_the_whole_way_with_a_return(team, staff):
    step(team, "biro_hukum", day(1, 20), staff)
    step(team, "dikembalikan", day(2, 3), staff, note="Susunan anggota belum lengkap")
    step(team, "biro_hukum", day(2, 10), staff)
    step(team, "tanda_tangan", day(2, 24), staff, held_by="Sekretariat Daerah")
    step(team, "berlaku", day(3, 10), staff, number="188/155/KPTS/013/2025")
    step(team, "dibagikan", day(3, 12), staff)
    step(team, "berakhir", day(12, 31), staff)

    team.refresh_from_db()
    assert (team.decree_state, team.decree_since) == ("berakhir", day(12, 31))
    assert team.decree_number == "188/155/KPTS/013/2025"
    assert team.steps.count() == 8


@pytest.mark.parametrize(
    "state", ["disusun", "dikembalikan", "tanda_tangan", "berlaku", "dibagikan", "berakhir"]
)
def test_a_wrong_next_step_is_refused(team, staff, state):
    with pytest.raises(ValidationError) as error:
        step(team, state, day(2, 1), staff, note="x1", number="1")

    assert refused(error) == {"state"}
    assert team.steps.count() == 1


@pytest.mark.parametrize(
    "on", [date(YEAR, 1, 5), timezone.localdate() + timedelta(days=1)], ids=["before", "future"]
)
def test_a_step_is_neither_before_the_last_one_nor_in_the_future(team, staff, on):
    with pytest.raises(ValidationError) as error:
        step(team, "biro_hukum", on, staff)

    assert refused(error) == {"on"}


def test_a_return_says_why_and_a_decree_in_force_has_a_number(team, staff):
    step(team, "biro_hukum", day(1, 20), staff)
    with pytest.raises(ValidationError) as error:
        step(team, "dikembalikan", day(2, 1), staff)
    assert refused(error) == {"note"}

    step(team, "tanda_tangan", day(2, 1), staff)
    with pytest.raises(ValidationError) as error:
        step(team, "berlaku", day(3, 1), staff)
    assert refused(error) == {"number"}


def test_a_paper_is_kept_with_its_step(team, staff):
    paper = SimpleUploadedFile("SK ditandatangani.pdf", one_page("SK"))

    kept = step(team, "biro_hukum", day(1, 20), staff, file=paper)

    assert kept.original_name == "SK ditandatangani.pdf"
    assert kept.file_name.startswith("decrees/")
    assert len(kept.sha256) == 64


def test_a_file_that_is_none_leaves_the_decree_where_it_was(team, staff):
    with pytest.raises(BadFile):
        step(team, "biro_hukum", day(1, 20), staff, file=SimpleUploadedFile("sk.pdf", b"halo"))

    team.refresh_from_db()
    assert team.decree_state == "disusun"


def test_a_step_is_never_changed(team):
    first = team.steps.get()
    first.note = "lain"

    with pytest.raises(NeverChanged):
        first.save()


# --- Resting too long -----------------------------------------------------------------------------


def test_whoever_keeps_the_team_is_told_once_a_step(team, staff, pic, settings):
    settings.TPBIS_DECREE_RESTS_DAYS = 14

    assert decrees.remind_of_resting(on=day(1, 20)) == 0  # 14 days
    assert decrees.remind_of_resting(on=day(1, 21)) == 1
    assert decrees.remind_of_resting(on=day(1, 22)) == 0

    message = Message.objects.get()
    assert (message.user, message.kind) == (staff, MessageKind.SYNERGY)
    assert "belum bergerak 15 hari" in message.title
    assert message.link == team.get_absolute_url()
    team.refresh_from_db()
    assert team.reminded_on == day(1, 21)


def test_the_next_step_that_rests_is_told_of_again(team, staff):
    decrees.remind_of_resting(on=day(2, 1))
    step(team, "biro_hukum", day(2, 2), staff)

    assert decrees.remind_of_resting(on=day(3, 1)) == 1
    assert Message.objects.count() == 2


def test_a_decree_that_was_shared_rests_well(team, staff):
    SynergyTeam.objects.update(decree_state="dibagikan")

    assert decrees.remind_of_resting(on=day(12, 1)) == 0


def test_the_pic_is_told_of_its_regencys_team_and_the_province_where_there_is_none(
    lumajang, blitar, staff, pic
):
    for region in (lumajang, blitar):
        teams.open_team(
            region=region,
            year=YEAR,
            starts_on=day(1, 1),
            ends_on=None,
            drafted_on=day(1, 6),
            held_by="Bidang",
            copies_members=False,
            by=staff,
        )

    decrees.remind_of_resting(on=day(3, 1))

    told = {
        (message.user, message.title.split("Kabupaten ")[1]) for message in Message.objects.all()
    }
    assert {(user, title.split()[0]) for user, title in told} == {
        (pic, "Lumajang"),
        (staff, "Blitar"),
    }


def test_with_nobody_to_tell_it_waits_until_somebody_is_there(team, staff, province):
    staff.is_active = False
    staff.save()
    assert decrees.remind_of_resting(on=day(3, 1)) == 0

    factories.someone(Role.PROVINCE_STAFF, province)

    assert decrees.remind_of_resting(on=day(3, 2)) == 1


# --- Who sees them --------------------------------------------------------------------------------


def test_teams_are_seen_from_below_and_within_and_by_those_who_sit_in_them(
    team, librarian, other_library, lumajang, staff
):
    speaker = factories.UserFactory(role=Role.SUPPORTER)
    bank = Organisation.objects.create(name="Bank Jatim")
    bank.memberships.create(user=speaker, starts_on=date(2020, 1, 1))
    teams.open_team(
        region=lumajang,
        year=YEAR,
        starts_on=day(1, 1),
        ends_on=None,
        drafted_on=day(1, 6),
        held_by="Bidang",
        copies_members=False,
        by=staff,
    )
    stranger = factories.someone(Role.LIBRARIAN, other_library)

    def codes(user):
        seen = SynergyTeam.objects.visible_to(user)
        return set(seen.values_list("region__code", flat=True))

    assert codes(librarian) == {"35", "35.08"}
    assert codes(stranger) == {"35"}
    assert codes(speaker) == set()

    teams.add_member(team=team, seat=seat(), by=staff)
    assert codes(speaker) == {"35"}
