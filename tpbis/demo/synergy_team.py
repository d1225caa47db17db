"""The province's synergy teams and the way of their decrees, rounds of the programme, and villages
that could join the next. Written by the portal's own services; the people are invented."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from libraries.enums import Level, ProgrammeSource
from libraries.models import Library, Region
from stakeholders.enums import CandidateState, DecreeState, TeamRole
from stakeholders.models import SynergyTeam
from stakeholders.services import cohorts, decrees, teams
from stakeholders.services.cohorts import Round, Village
from stakeholders.services.teams import Seat
from tpbis.accounts.models import User
from tpbis.demo import names
from tpbis.demo.cast import BLITAR, LUMAJANG
from tpbis.demo.chance import stream
from tpbis.demo.support import PROVINCIAL

_OFFICE = "Dinas Perpustakaan dan Kearsipan Provinsi Jawa Timur"
_DRAFTING = "Bidang Pengembangan Perpustakaan"
_LEGAL, _SIGNING = "Biro Hukum Setda Provinsi", "Sekretariat Daerah"
_POSITIONS = {
    "Bank Jatim": "Kepala Divisi Corporate Secretary",
    "Universitas Airlangga": "Kepala Perpustakaan",
    "IKAPI Jawa Timur": "Ketua",
    "GPMB Jawa Timur": "Ketua",
    "Rotary Club of Surabaya Persada": "Presiden",
    "Komunitas Read Aloud Jawa Timur": "Koordinator",
}
_ROUNDS = [
    Round("Nasional 2018–2023", ProgrammeSource.NATIONAL, 2018, 2023),
    Round("Bantuan buku 2021–2023", ProgrammeSource.NATIONAL_BOOKS, 2021, 2023),
    Round(
        "Replikasi 2023–2024",
        ProgrammeSource.REPLICATION,
        2023,
        2024,
        about="96 perpustakaan yang diambil provinsi dan kabupaten/kota.",
    ),
    Round(
        "Replikasi 2025",
        ProgrammeSource.REPLICATION,
        2025,
        2025,
        about="30 perpustakaan; bergabung April 2025.",
    ),
    Round("Replikasi mandiri 2019–2023", ProgrammeSource.SELF_REPLICATION, 2019, 2023),
]
_NEEDS = [
    "Rak dan 300 judul buku anak; ruang sudah dicat tahun ini.",
    "Komputer untuk belajar daring; balai desa bersedia dipakai.",
    "Pendampingan pengelola baru.",
    "Buku pertanian dan olahan hasil panen.",
    "",
    "Internet; sinyal di balai desa lemah.",
]


def tell(now: datetime) -> None:
    by = User.objects.get(username="provinsi")
    province = Region.objects.get(level=Level.PROVINCE)
    _past_teams(province, by)
    _next_team(province, by, now.date())
    _regency_team(User.objects.get(username="pic.lumajang"))
    for told in _ROUNDS:
        cohorts.open_cohort(region=province, told=told, by=by)
    _candidates(by)


# --- Teams ----------------------------------------------------------------------------------------

_Step = tuple[DecreeState, date, str, str]  # state, day, who holds it, note


def _past_teams(province: Region, by: User) -> None:
    """That of 2024, which went straight through and has ended; that of 2025 and 2026, which the
    legal bureau sent back once."""
    first = _open(province, 2024, date(2024, 12, 31), date(2024, 1, 8), by, copies=False)
    _seats(first, by)
    _walk(
        first,
        [
            (DecreeState.AT_LEGAL, date(2024, 1, 22), _LEGAL, ""),
            (DecreeState.SIGNING, date(2024, 2, 5), _SIGNING, ""),
            (DecreeState.IN_FORCE, date(2024, 2, 26), _DRAFTING, ""),
            (DecreeState.SHARED, date(2024, 3, 4), _DRAFTING, "Dibagikan kepada semua anggota."),
            (DecreeState.ENDED, date(2024, 12, 31), _DRAFTING, ""),
        ],
        "188/91/KPTS/013/2024",
        by,
    )
    second = _open(province, 2025, date(2026, 12, 31), date(2025, 1, 6), by, copies=True)
    _walk(
        second,
        [
            (DecreeState.AT_LEGAL, date(2025, 1, 16), _LEGAL, ""),
            (
                DecreeState.RETURNED,
                date(2025, 1, 30),
                _DRAFTING,
                "Susunan anggota dari BUMD belum disertai surat penunjukan.",
            ),
            (DecreeState.AT_LEGAL, date(2025, 2, 7), _LEGAL, "Surat penunjukan dilampirkan."),
            (DecreeState.SIGNING, date(2025, 2, 19), _SIGNING, ""),
            (DecreeState.IN_FORCE, date(2025, 3, 6), _DRAFTING, ""),
            (DecreeState.SHARED, date(2025, 3, 11), _DRAFTING, "Dibagikan pada rapat koordinasi."),
        ],
        "188/155/KPTS/013/2025",
        by,
    )


def _next_team(province: Region, by: User, today: date) -> None:
    """Next year's: its decree rests with the legal bureau."""
    team = _open(province, today.year + 1, None, today - timedelta(days=40), by, copies=True)
    _walk(team, [(DecreeState.AT_LEGAL, today - timedelta(days=20), _LEGAL, "")], "", by)


def _regency_team(by: User) -> None:
    """A regency has one of its own."""
    region = Region.objects.get(code=LUMAJANG)
    drafting, office = "Dinas Arsip dan Perpustakaan", "Dinas Arsip dan Perpustakaan Lumajang"
    team = _open(region, 2025, date(2026, 12, 31), date(2025, 2, 3), by, copies=False)
    people = ["Bappeda Kabupaten Lumajang", "TP PKK Kabupaten Lumajang"]
    for number, organisation in enumerate([office, *people]):
        role = TeamRole.MEMBER if number else TeamRole.CHAIR
        _seat(team, organisation, "Kepala Bidang", role, by)
    _walk(
        team,
        [
            (DecreeState.AT_LEGAL, date(2025, 2, 17), "Bagian Hukum Setda", ""),
            (DecreeState.SIGNING, date(2025, 3, 3), "Sekretariat Daerah", ""),
            (DecreeState.IN_FORCE, date(2025, 3, 24), drafting, ""),
            (DecreeState.SHARED, date(2025, 4, 9), drafting, ""),
        ],
        "188.45/142/427.12/2025",
        by,
    )


def _open(
    region: Region, year: int, ends_on: date | None, drafted_on: date, by: User, *, copies: bool
) -> SynergyTeam:
    return teams.open_team(
        region=region,
        year=year,
        starts_on=date(year, 1, 2),
        ends_on=ends_on,
        drafted_on=drafted_on,
        held_by=_DRAFTING,
        copies_members=copies,
        by=by,
    )


def _seats(team: SynergyTeam, by: User) -> None:
    _seat(team, "Bappeda Provinsi Jawa Timur", "Kepala Bappeda", TeamRole.PATRON, by)
    _seat(team, _OFFICE, "Kepala Dinas", TeamRole.CHAIR, by)
    _seat(team, _OFFICE, "Kepala Bidang Pengembangan", TeamRole.SECRETARY, by)
    for organisation, _kind in PROVINCIAL[1:]:
        position = _POSITIONS.get(organisation, "Kepala Bidang")
        role = TeamRole.DEPUTY if organisation == "GPMB Jawa Timur" else TeamRole.MEMBER
        _seat(team, organisation, position, role, by)


def _seat(team: SynergyTeam, organisation: str, position: str, role: TeamRole, by: User) -> None:
    rng = stream("synergy seat", f"{team.region.code} {organisation} {position}")
    seat = Seat(
        organisation_name=organisation,
        name=names.person(rng, woman=rng.random() < 0.5, degree=True),
        position=position,
        role=role,
        starts_on=team.starts_on,
    )
    teams.add_member(team=team, seat=seat, by=by)


def _walk(team: SynergyTeam, steps: Sequence[_Step], number: str, by: User) -> None:
    for state, on, held_by, note in steps:
        decrees.step_decree(
            team=team,
            state=state,
            on=on,
            held_by=held_by,
            note=note,
            number=number if state == DecreeState.IN_FORCE else "",
            by=by,
        )


# --- Villages that could join ---------------------------------------------------------------------


def _candidates(by: User) -> None:
    """A few villages without a library, each as ready as it is."""
    with_library = Library.objects.order_by().values("region")
    free = Region.objects.filter(level=Level.VILLAGE).exclude(pk__in=with_library)
    for number, regency in enumerate([LUMAJANG, LUMAJANG, BLITAR, "35.13", "35.01", "35.29"]):
        rng = stream("candidate", number)
        villages = list(free.within(regency).order_by("code")[:40])
        ticks = [rng.random() < 0.6 for _tick in range(5)]
        told = Village(
            has_room=ticks[0],
            has_keeper=ticks[1],
            has_budget=ticks[2],
            has_internet=ticks[3],
            has_letter=ticks[4],
            people=rng.randrange(1_800, 9_600, 50),
            note=_NEEDS[number],
            state=CandidateState.CHOSEN if number == 2 else CandidateState.PROPOSED,
        )
        cohorts.add_candidate(village=villages[7 * number], told=told, by=by)
