"""Two entries that are one library become one: nothing is lost, nothing is counted twice."""

import uuid
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone

from activities import services as activities
from activities.enums import ExcuseReason, Kind, MentoringWay, SimNameState, Source
from activities.models import MonthlyReport, OfficialScore, SimName, SimRow
from kpi import services as kpi
from kpi.enums import AwardDecision
from kpi.models import Award, ClosingScore, MonthlyTally, Score
from kpi.tasks import recount
from libraries import services
from libraries.enums import LibraryKind, SimState, Theme
from libraries.models import (
    Activation,
    Assignment,
    FormerLibrary,
    Inactivity,
    Library,
    LibraryAlias,
    SimAccount,
)
from libraries.services.merging import joint_absences
from reports.enums import DocumentKind
from reports.models import Document
from stakeholders.enums import PartnershipKind
from stakeholders.models import Attendee, Event, Need, Organisation, Partnership, Support
from stakeholders.services import record_partnership
from tests import factories
from tests.kpi.closed import closed
from tests.reports import figures_world as world
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods

MAY = date(2024, 5, 1)


@pytest.fixture
def duplicate(library) -> Library:
    return factories.LibraryFactory(
        name="Perpusdes Labruk",
        region=factories.region("35.08.21.2001"),
        joined_on=date(2019, 3, 1),
        npp="3508212D0000001",
        contact_name="Sri",
        contact_phone="+6281234567890",
        tags=["Like's Jatim"],
        has_learning_room=True,
    )


def points_at(library: Library) -> set[type[Model]]:
    return {
        relation.related_model
        for relation in Library._meta.related_objects
        if relation.related_model._default_manager.filter(
            **{relation.field.name: library.pk}
        ).exists()
    }


def fill(library: Library, pic) -> None:
    """A row of every table that points at a library."""
    librarian = factories.someone(Role.LIBRARIAN, library)
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=MAY)
    factories.story(library, librarian)
    activities.keep_draft(
        library=library,
        uuid=uuid.uuid4(),
        kind=Kind.INVOLVEMENT,
        is_snapshot=False,
        fields={"title": ["Kelas hidroponik"]},
        by=librarian,
    )
    follow_up(library, pic)
    kpi.count_and_rescore(library=library, month=MAY)
    services.note_sim_state(library=library, state=SimState.ACTIVE, since_on=date(2024, 1, 1))
    services.add_alias(library=library, name="Taman Baca Labruk")
    record_partnership(
        library=library,
        organisation_name="Bank Jatim",
        kind=PartnershipKind.MONEY,
        starts_on=date(2024, 1, 1),
        ends_on=None,
        by=pic,
    )
    SimRow.objects.create(kind="iku", key="k" * 64, content_hash="h", raw={}, library=library)
    SimName.objects.create(
        spelling="taman baca labruk", state=SimNameState.LINKED, library=library, decided_by=pic
    )
    OfficialScore.objects.create(library=library, as_of=date(2024, 9, 30), points=70_000)
    Activation.objects.create(
        library=library,
        code_hash="c" * 64,
        issued_by=pic,
        expires_at=timezone.now() + timedelta(days=30),
    )
    Inactivity.objects.create(
        library=library,
        starts_on=date(2019, 4, 1),
        ends_on=date(2019, 5, 31),
        reason="Renovasi",
    )
    FormerLibrary.objects.create(number=77, name="Lama", library=library, merged_by=pic)
    Award.objects.create(
        closing=closed(MAY, {library: 80_000}),
        library=library,
        decision=AwardDecision.GRANTED,
        decided_on=date(2024, 10, 15),
        note="SK 12/2024",
        decided_by=pic,
    )
    Document.objects.create(
        kind=DocumentKind.PROGRESS,
        region=library.regency,
        library=library,
        start=MAY,
        end=MAY,
        requested_by=pic,
    )
    gift(library, pic)
    synergy(library, pic)


def synergy(library: Library, pic) -> None:
    """What it lacks, and who of it was at a meeting."""
    Need.objects.create(
        library=library,
        region=library.regency,
        theme=Theme.ECONOMY,
        kind=PartnershipKind.GOODS,
        title="Mesin jahit",
        why="Kelompok menjahit berbagi satu mesin.",
        recorded_by=pic,
    )
    meeting = Event.objects.create(
        region=library.regency,
        kind="bimtek",
        title="Bimtek pengelola",
        starts_at=timezone.now(),
        ends_at=timezone.now() + timedelta(hours=2),
        mode="luring",
        key="k" * 32,
        recorded_by=pic,
    )
    Attendee.objects.create(
        event=meeting,
        group="pengelola",
        name="Bu Sri",
        library=library,
        key="a" * 32,
        invited_by=pic,
    )


def gift(library: Library, pic) -> Support:
    return Support.objects.create(
        organisation=Organisation.objects.get(name="Bank Jatim"),
        library=library,
        region=library.regency,
        kind=PartnershipKind.GOODS,
        given_on=date(2024, 5, 2),
        quantity=40,
        unit="buku",
        description="Buku bacaan anak",
        recorded_by=pic,
    )


def follow_up(library: Library, pic) -> None:
    """What is done about a library: a month excused, a call noted, a reminder sent."""
    month = date(2024, 7, 1)
    activities.excuse(
        library=library, month=month, reason=ExcuseReason.DISASTER, comment="Banjir.", by=pic
    )
    activities.note_visit(
        library=library,
        held_on=month,
        way=MentoringWay.CALL,
        notes="Membahas pencatatan.",
        by=pic,
    )
    activities.mark_reminded(library=library, month=month, by=pic)


def test_whatever_points_at_the_duplicate_points_at_the_survivor(library, duplicate, pic, staff):
    fill(duplicate, pic)
    moved = points_at(duplicate)
    derived = {MonthlyTally, Score}
    closed_for_ever = {ClosingScore}  # under the number of its day

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert points_at(library) == moved - derived - closed_for_ever
    assert not Library.objects.filter(pk=duplicate.pk).exists()
    assert moved == {relation.related_model for relation in Library._meta.related_objects}


def test_number_and_name_of_the_duplicate_are_remembered(library, duplicate, staff):
    FormerLibrary.objects.create(number=77, name="Lama", library=duplicate, merged_by=staff)
    number = duplicate.pk

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert set(FormerLibrary.objects.values_list("number", "name", "library")) == {
        (77, "Lama", library.pk),
        (number, "Perpusdes Labruk", library.pk),
    }
    assert list(LibraryAlias.objects.values_list("library", "name")) == [
        (library.pk, "Perpusdes Labruk")
    ]


def test_the_survivor_keeps_its_word_and_fills_its_blanks(library, duplicate, staff):
    Library.objects.filter(pk=library.pk).update(tags=["Literasi"], address="Jalan Melati 1")

    kept = services.merge(keep=library, duplicate=duplicate, by=staff)

    kept.refresh_from_db()
    assert (kept.name, kept.region, kept.address) == (
        "Perpustakaan Desa Sumber Ilmu",
        library.region,
        "Jalan Melati 1",
    )
    assert (kept.joined_on, kept.npp) == (date(2019, 3, 1), "3508212D0000001")
    assert kept.tags == ["Literasi", "Like's Jatim"]
    assert (kept.contact_name, kept.contact_phone) == ("Sri", "+6281234567890")
    assert (kept.has_sharing_room, kept.has_learning_room) == (False, True)


def test_one_event_tells_of_it_without_personal_values(library, duplicate, staff):
    services.merge(keep=library, duplicate=duplicate, by=staff)

    (event,) = AuditEvent.objects.filter(by=staff)
    assert (event.action, event.subject) == ("libraries.merge", f"libraries.library:{library.pk}")
    assert event.changes["number"] == [duplicate.pk, library.pk]
    assert "81234567890" not in str(event.changes)


# --- Reports --------------------------------------------------------------------------------------


def reported(library: Library, *months: date) -> None:
    for month in months:
        world.approve(library, Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE, month=month)


def test_reports_keep_their_seals_and_their_events(library, duplicate, staff):
    reported(duplicate, MAY)
    before = MonthlyReport.objects.get()

    services.merge(keep=library, duplicate=duplicate, by=staff)

    after = MonthlyReport.objects.get()
    assert (after.pk, after.library_id, after.seal) == (before.pk, library.pk, before.seal)
    assert after.compute_seal() == before.seal
    assert after.events.count() == before.events.count()


def test_months_that_both_reported_stop_the_merger_and_are_named(library, duplicate, staff):
    june = date(2024, 6, 1)
    reported(library, MAY, june)
    reported(duplicate, june, MAY)
    reported(duplicate, date(2024, 7, 1))

    with pytest.raises(services.BothReported) as refused:
        services.merge(keep=library, duplicate=duplicate, by=staff)

    assert refused.value.months == (MAY, june)
    assert str(refused.value) == (
        "Keduanya punya laporan untuk bulan yang sama: Mei 2024, Juni 2024."
    )
    assert MonthlyReport.objects.filter(library=duplicate).count() == 3
    assert Score.objects.filter(library=duplicate).exists()


def test_what_came_from_the_sim_stands_beside_what_was_recorded_here(library, duplicate, staff):
    reported(library, MAY)
    world.sim_entries(duplicate, Kind.PUBLICATION, month=MAY)

    services.merge(keep=library, duplicate=duplicate, by=staff)

    sources = MonthlyReport.objects.filter(library=library).values_list("source", flat=True)
    assert sorted(sources) == [Source.PORTAL, Source.SIM]


def test_the_same_month_of_the_sim_twice_is_a_month_reported_twice(library, duplicate, staff):
    for one in (library, duplicate):
        world.sim_entries(one, Kind.PUBLICATION, month=MAY)

    with pytest.raises(services.BothReported):
        services.merge(keep=library, duplicate=duplicate, by=staff)


def test_drafts_move_and_empty_ones_are_in_nobodys_way(library, duplicate, staff):
    reported(library, MAY)
    writer = factories.someone(Role.LIBRARIAN, duplicate)
    empty = factories.report(duplicate, writer, month=MAY)
    MonthlyReport.objects.filter(pk=empty.pk).update(
        visits_men=None, visits_women=None, visits_total=None
    )
    draft = factories.report(duplicate, writer, Kind.INVOLVEMENT, month=date(2024, 6, 1))

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert not MonthlyReport.objects.filter(pk=empty.pk).exists()
    draft.refresh_from_db()
    assert draft.library_id == library.pk


def standing(library: Library) -> tuple[list, list]:
    tallies = MonthlyTally.objects.filter(library=library).order_by("month")
    scores = Score.objects.filter(library=library, through__year=2024).order_by("through")
    return (
        list(tallies.values_list("month", "seals", "involvement", "visits_total")),
        [(score.through, score.made_of(), score.colour) for score in scores],
    )


def as_one_library(library: Library) -> tuple[list, list]:
    """What would stand there had all been counted anew from its reports."""
    MonthlyTally.objects.filter(library=library).delete()
    kpi.count(MonthlyReport.objects.filter(library=library))
    kpi.rescore_library(library, since=date(2024, 1, 1))
    return standing(library)


@pytest.mark.parametrize("message", ["arrives", "is lost"])
def test_the_survivor_is_counted_with_the_months_it_got(library, duplicate, staff, message):
    reported(library, date(2024, 2, 1))
    reported(duplicate, MAY, date(2024, 1, 1))

    services.merge(keep=library, duplicate=duplicate, by=staff)
    if message == "arrives":
        recount(library_id=library.pk)
    else:
        kpi.sweep()

    found = standing(library)
    assert [month for month, *_rest in found[0]] == [date(2024, 1, 1), date(2024, 2, 1), MAY]
    assert {sums[0] for sums in found[1]} >= {MAY}
    tallies, scores = as_one_library(library)
    expected = {through: (made, colour) for through, made, colour in scores}
    assert found[0] == tallies
    assert all(expected[through] == (made, colour) for through, made, colour in found[1])


def test_news_go_out_after_the_commit(
    library, duplicate, staff, django_capture_on_commit_callbacks, monkeypatch
):
    told = []
    monkeypatch.setattr(
        "kpi.receivers.queue", lambda task, **said: told.append((task.name, said["library_id"]))
    )

    with django_capture_on_commit_callbacks(execute=True):
        services.merge(keep=library, duplicate=duplicate, by=staff)

    assert ("kpi.recount", library.pk) in told
    assert {number for _task, number in told} == {library.pk}


# --- What both may have ---------------------------------------------------------------------------


def test_a_partnership_that_both_have_is_kept_once(library, duplicate, staff):
    for one, starts_on in ((library, MAY), (duplicate, MAY), (duplicate, date(2024, 6, 1))):
        record_partnership(
            library=one,
            organisation_name="Bank Jatim",
            kind=PartnershipKind.MONEY,
            starts_on=starts_on,
            ends_on=None,
            by=staff,
        )

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert list(Partnership.objects.order_by("starts_on").values_list("library", "starts_on")) == [
        (library.pk, MAY),
        (library.pk, date(2024, 6, 1)),
    ]


def test_of_two_official_scores_of_a_day_the_survivors_counts_unless_it_is_none(
    library, duplicate, staff
):
    first, second, third = (date(2024, month, 5) for month in (1, 2, 3))
    for one, day, points in (
        (library, first, 40_000),
        (duplicate, first, 50_000),
        (library, second, None),
        (duplicate, second, 60_000),
        (duplicate, third, None),
    ):
        OfficialScore.objects.create(library=one, as_of=day, points=points)

    services.merge(keep=library, duplicate=duplicate, by=staff)

    scores = OfficialScore.objects.filter(library=library).order_by("as_of")
    assert list(scores.values_list("as_of", "points")) == [
        (first, 40_000),
        (second, 60_000),
        (third, None),
    ]


def test_account_states_of_both_make_one_history(library, duplicate, staff):
    for one, state, day in (
        (library, SimState.PROPOSED, date(2023, 1, 1)),
        (duplicate, SimState.PROPOSED, date(2023, 1, 1)),
        (duplicate, SimState.ACTIVE, date(2024, 1, 1)),
    ):
        services.note_sim_state(library=one, state=state, since_on=day)

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert list(SimAccount.objects.order_by("since_on").values_list("library", "state")) == [
        (library.pk, SimState.PROPOSED),
        (library.pk, SimState.ACTIVE),
    ]


def test_people_of_both_work_at_the_one_and_letters_of_the_duplicate_are_dead(
    library, librarian, duplicate, staff
):
    theirs = factories.someone(Role.LIBRARIAN, duplicate)
    for one, code in ((library, "a"), (duplicate, "b")):
        Activation.objects.create(
            library=one,
            code_hash=code * 64,
            issued_by=staff,
            expires_at=timezone.now() + timedelta(days=30),
        )

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert set(Assignment.objects.filter(library=library).values_list("user", flat=True)) == {
        librarian.pk,
        theirs.pk,
    }
    open_codes = Activation.objects.open().values_list("code_hash", flat=True)
    assert list(open_codes) == ["a" * 64]
    assert Activation.objects.get(code_hash="b" * 64).revoked_by == staff


# --- Inactive days --------------------------------------------------------------------------------

JOINED, LATER = date(2020, 1, 1), date(2022, 1, 1)


@pytest.mark.parametrize(
    ("joined", "spans", "other_joined", "other_spans", "expected"),
    [
        (JOINED, [], JOINED, [], []),
        # A duplicate deactivated as such takes nothing from the survivor, nor the other way round.
        (JOINED, [], JOINED, [(LATER, None, "ganda")], []),
        (JOINED, [(LATER, None, "renovasi")], JOINED, [], []),
        # Both away: the days they share.
        (
            JOINED,
            [(date(2021, 1, 1), date(2021, 6, 30), "renovasi")],
            JOINED,
            [(date(2021, 4, 1), None, "ganda")],
            [(date(2021, 4, 1), date(2021, 6, 30), "renovasi")],
        ),
        (
            JOINED,
            [(LATER, None, "tutup")],
            JOINED,
            [(LATER, None, "ganda")],
            [(LATER, None, "tutup")],
        ),
        # Away before the other had joined at all.
        (
            LATER,
            [],
            JOINED,
            [(date(2021, 1, 1), date(2022, 3, 31), "banjir")],
            [(date(2021, 1, 1), date(2021, 12, 31), "banjir")],
        ),
    ],
)
def test_the_library_was_away_when_neither_was_there(
    joined, spans, other_joined, other_spans, expected
):
    assert joint_absences(joined, spans, other_joined, other_spans) == expected


def test_a_deactivated_duplicate_leaves_the_survivor_active(library, duplicate, staff):
    services.deactivate(
        library=duplicate, starts_on=date(2024, 1, 1), reason="Tercatat dua kali", by=staff
    )

    services.merge(keep=library, duplicate=duplicate, by=staff)

    assert Library.objects.partners_on(timezone.localdate()).filter(pk=library.pk).exists()
    assert not Inactivity.objects.exists()


# --- Refused --------------------------------------------------------------------------------------


def test_a_library_is_not_merged_with_itself(library, staff):
    with pytest.raises(services.SameLibrary):
        services.merge(keep=library, duplicate=library, by=staff)

    assert Library.objects.get() == library


@pytest.mark.parametrize("kind", [LibraryKind.REGENCY, LibraryKind.PROVINCE])
def test_an_offices_library_is_none_of_a_village(library, lumajang, staff, kind):
    of_office = factories.LibraryFactory(kind=kind, region=lumajang)

    with pytest.raises(services.DifferentKinds):
        services.merge(keep=library, duplicate=of_office, by=staff)


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_merges_across_what_they_may_not_see(library, other_library, pic, turned):
    keep, duplicate = (other_library, library) if turned else (library, other_library)

    with pytest.raises(PermissionDenied):
        services.merge(keep=keep, duplicate=duplicate, by=pic)

    assert Library.objects.count() == 2


@pytest.mark.parametrize("role", [Role.LIBRARIAN, Role.FACILITATOR, Role.PROVINCE_VIEWER])
def test_only_keepers_of_the_register_merge(library, duplicate, role):
    place = library if role == Role.LIBRARIAN else library.regency
    someone = factories.someone(role, place)

    with pytest.raises(PermissionDenied):
        services.merge(keep=library, duplicate=duplicate, by=someone)


def test_what_somebody_merged_a_moment_ago_is_gone(library, duplicate, staff):
    services.merge(keep=library, duplicate=duplicate, by=staff)
    duplicate.pk = FormerLibrary.objects.get().number

    with pytest.raises(services.AlreadyMerged):
        services.merge(keep=library, duplicate=duplicate, by=staff)


def test_a_month_of_this_year_shows_in_the_running_score(library, duplicate, staff):
    month = periods.add_months(periods.this_month(), -1)
    reported(duplicate, month)

    services.merge(keep=library, duplicate=duplicate, by=staff)
    kpi.sweep()

    score = Score.objects.filter(library=library).order_by("-through").first()
    assert score.involvement == (1 if score.through.year == month.year else 0)
