"""The pages of synergy teams: what each reader is shown, and what is refused with the form kept."""

import csv
import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from stakeholders.enums import DecreeState, TeamRole
from stakeholders.models import DecreeStep, SynergyTeam, TeamMember
from stakeholders.services import decrees, teams
from stakeholders.services.teams import Seat
from tests import factories
from tests.authorisation.world import one_page
from tpbis.accounts.enums import Role

YEAR = timezone.localdate().year - 1


def a_team(region, by, year=YEAR) -> SynergyTeam:
    return teams.open_team(
        region=region,
        year=year,
        starts_on=date(year, 1, 1),
        ends_on=date(year, 12, 31),
        drafted_on=date(year, 1, 6),
        held_by="Bidang Pengembangan",
        copies_members=False,
        by=by,
    )


def a_member(team, by, name="Rina Kartika", role=TeamRole.MEMBER) -> TeamMember:
    seat = Seat("Bank Jatim", name, "Kepala Divisi", role, team.starts_on)
    return teams.add_member(team=team, seat=seat, by=by)


@pytest.fixture
def team(province, staff) -> SynergyTeam:
    return a_team(province, staff)


def address(name: str, pk: int, **more) -> str:
    return reverse(f"stakeholders:{name}", kwargs={"pk": pk, **more})


SEAT = {
    "organisation_name": "Bank Jatim",
    "name": "Rina Kartika",
    "position": "Kepala Divisi",
    "role": "anggota",
    "starts_on": f"{YEAR}-02-01",
    "ends_on": "",
}


def test_a_team_is_added_with_its_first_step(client, staff, province):
    client.force_login(staff)

    response = client.post(
        reverse("stakeholders:team_add"),
        {
            "region": "35",
            "year": str(YEAR),
            "starts_on": f"{YEAR}-01-01",
            "ends_on": "",
            "drafted_on": f"{YEAR}-01-06",
            "held_by": "Bidang Pengembangan",
            "copies_members": "on",
        },
    )

    team = SynergyTeam.objects.get()
    assert response.url == team.get_absolute_url()
    assert team.steps.count() == 1


def test_the_team_of_a_year_that_is_there_is_refused_on_top(client, staff, team):
    client.force_login(staff)

    response = client.post(
        reverse("stakeholders:team_add"),
        {
            "region": "35",
            "year": str(YEAR),
            "starts_on": f"{YEAR}-01-01",
            "drafted_on": f"{YEAR}-01-06",
            "held_by": "Bidang Pengembangan",
        },
    )

    assert response.status_code == 422
    assert "Tim Sinergi tahun itu sudah ada." in response.text
    assert 'value="Bidang Pengembangan"' in response.text


def test_a_second_seat_is_refused_by_its_field(client, staff, team):
    client.force_login(staff)
    client.post(address("member_add", team.pk), SEAT)

    response = client.post(address("member_add", team.pk), SEAT)

    assert response.status_code == 422
    assert "sudah duduk di tim" in str(response.context["form"].errors["starts_on"])
    assert TeamMember.objects.count() == 1


def test_until_before_from_is_refused_by_its_field(client, staff, team):
    client.force_login(staff)

    response = client.post(address("member_add", team.pk), SEAT | {"ends_on": f"{YEAR}-01-31"})

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"ends_on"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"state": "berlaku"}, "state"),
        ({"state": "bukan"}, "state"),
        ({"on": f"{YEAR + 5}-01-01"}, "on"),
        ({"on": f"{YEAR}-01-05"}, "on"),
        ({"held_by": ""}, "held_by"),
        ({"file": SimpleUploadedFile("sk.pdf", b"bukan pdf")}, "file"),
    ],
)
def test_a_wrong_step_is_refused_by_its_field(client, staff, team, wrong, field):
    client.force_login(staff)
    step = {"state": "biro_hukum", "on": f"{YEAR}-02-01", "held_by": "Biro Hukum"}

    response = client.post(address("decree_step", team.pk), step | wrong)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {field}
    assert DecreeStep.objects.count() == 1


def test_a_step_another_person_took_meanwhile_is_said(client, staff, team, monkeypatch):
    client.force_login(staff)
    step = {"state": "biro_hukum", "on": f"{YEAR}-02-01", "held_by": "Biro Hukum"}
    client.post(address("decree_step", team.pk), step)

    response = client.post(address("decree_step", team.pk), step)

    assert response.status_code == 422
    assert DecreeStep.objects.count() == 2


def test_after_the_end_there_is_no_step(client, staff, team):
    SynergyTeam.objects.update(decree_state=DecreeState.ENDED)
    client.force_login(staff)

    assert client.get(address("decree_step", team.pk)).status_code == 409


def test_the_paper_of_a_step_is_given_to_who_sees_the_team(
    client, staff, team, librarian, province
):
    paper = SimpleUploadedFile("sk.pdf", one_page("SK"))
    step = decrees.step_decree(
        team=team,
        state=DecreeState.AT_LEGAL,
        on=date(YEAR, 2, 1),
        held_by="Biro Hukum",
        file=paper,
        by=staff,
    )
    observer = factories.someone(Role.OBSERVER, province)
    answers = {}
    for who in (librarian, observer):
        client.force_login(who)
        answers[who.role] = client.get(address("decree_file", step.pk))

    got = answers[Role.LIBRARIAN]
    assert got.status_code == 200
    assert b"".join(got.streaming_content) == one_page("SK")
    assert "attachment" in got["Content-Disposition"]
    assert answers[Role.OBSERVER].status_code == 403


def test_observers_see_the_bodies_and_no_names(client, staff, team, province):
    a_member(team, staff)
    client.force_login(factories.someone(Role.OBSERVER, province))

    text = client.get(team.get_absolute_url()).text

    assert "Bank Jatim" in text
    assert "Rina Kartika" not in text


def test_a_reader_is_offered_nothing_to_change(client, staff, team, pic):
    a_member(team, staff)
    client.force_login(pic)

    text = client.get(team.get_absolute_url()).text

    assert "Rina Kartika" in text
    assert "Tambah anggota" not in text
    assert "Catat langkah" not in text
    assert client.get(address("decree_step", team.pk)).status_code == 403


def test_the_page_shows_the_way_of_the_decree(client, staff, team):
    decrees.step_decree(
        team=team,
        state=DecreeState.AT_LEGAL,
        on=date(YEAR, 2, 1),
        held_by="Biro Hukum",
        by=staff,
    )
    client.force_login(staff)

    response = client.get(team.get_absolute_url())

    stages = response.context["stages"]
    assert [(stage.state.value, stage.days) for stage in stages][:1] == [("disusun", 26)]
    assert [stage.state.value for stage in stages if stage.is_now] == ["biro_hukum"]
    assert "26 hari" in response.text
    assert "terlalu lama" not in response.text
    assert "di meja yang sama" in response.text


def test_the_annex_lists_by_rank(client, staff, team):
    a_member(team, staff, "Zaenal Arifin", TeamRole.CHAIR)
    a_member(team, staff, "Ahmad Fauzi", TeamRole.MEMBER)
    a_member(team, staff, "Umi Kalsum", TeamRole.PATRON)
    client.force_login(staff)

    response = client.get(address("team_annex", team.pk))

    assert [seat.name for seat in response.context["seats"]] == [
        "Umi Kalsum",
        "Zaenal Arifin",
        "Ahmad Fauzi",
    ]
    assert "Gubernur Jawa Timur" in response.text


@pytest.mark.parametrize(
    ("code", "signer"), [("35.08", "Bupati Lumajang"), ("35.78", "Wali Kota Surabaya")]
)
def test_the_annex_says_whose_decree_it_is(client, staff, code, signer):
    team = a_team(factories.region(code), staff)
    client.force_login(staff)

    assert signer in client.get(address("team_annex", team.pk)).text


def test_the_members_as_a_table(client, staff, team):
    a_member(team, staff, "=1+1")
    client.force_login(staff)

    response = client.get(address("team_members_export", team.pk, form="csv"))

    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [
        ["Nama", "Jabatan", "Lembaga", "Kedudukan dalam tim", "Mulai", "Sampai"],
        ["'=1+1", "Kepala Divisi", "Bank Jatim", "Anggota", f"{YEAR}-01-01", ""],
    ]


def test_the_list_is_narrowed_and_says_how_long_a_decree_rests(client, staff, team, lumajang):
    a_team(lumajang, staff, YEAR - 1)
    client.force_login(staff)

    everything = client.get(reverse("stakeholders:teams"))
    narrowed = client.get(reverse("stakeholders:teams"), {"wilayah": "35.08", "tahun": YEAR - 1})
    nonsense = client.get(reverse("stakeholders:teams"), {"tahun": "kapan"})

    assert len(everything.context["rows"]) == 2
    assert "terlalu lama" in everything.text
    assert [row.team.region for row in narrowed.context["rows"]] == [lumajang]
    assert nonsense.status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_as_many_questions_however_long(
    client, staff, province, rows, django_assert_num_queries
):
    for back in range(rows):
        a_member(a_team(province, staff, YEAR - back), staff)
    client.force_login(staff)

    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        response = client.get(reverse("stakeholders:teams"))

    assert len(response.context["rows"]) == rows


QUERIES_OF_THE_LIST = 10
