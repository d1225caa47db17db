"""How far partners have come: each in exactly one stage, on any day, in as few queries for many as
for one."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from activities import services as activity_services
from activities.enums import Kind, Source, State
from activities.models import MonthlyReport
from libraries import services as library_services
from libraries.enums import Level, ReportingMode, SimState
from libraries.models import Activation, Library
from reports.enums import LetterState, Stage
from reports.figures import funnel as figures
from tests import factories
from tpbis.accounts.enums import Role
from tpbis.accounts.models import User
from tpbis.core import periods

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def where(library: Library, on: date | None = None) -> figures.Position:
    (position,) = figures.positions(Library.objects.filter(pk=library.pk), on or today())
    return position


def send(library: Library, by: User, month: date, at: datetime | None = None) -> MonthlyReport:
    report = factories.report(library, by, Kind.INVOLVEMENT, month=month)
    return activity_services.submit(report=report, by=by, at=at)


# --- Stages ---------------------------------------------------------------------------------------


def test_nobody_and_no_letter_is_none(library):
    position = where(library)

    assert (position.stage, position.sim, position.letter) == (
        Stage.NONE,
        SimState.NOT_PROPOSED,
        None,
    )


def test_a_good_letter_is_invited_until_it_expires(library, pic):
    library_services.issue_letters(libraries=[library], by=pic)
    invited = where(library)
    Activation.objects.update(
        issued_at=timezone.now() - timedelta(days=31), expires_at=timezone.now()
    )

    assert (invited.stage, invited.since) == (Stage.INVITED, today())
    assert where(library).stage == Stage.NONE
    assert where(library).letter.state == LetterState.EXPIRED
    assert where(library, today() - timedelta(days=5)).stage == Stage.INVITED


def test_a_revoked_letter_invites_nobody(library, pic):
    library_services.issue_letters(libraries=[library], by=pic)
    library_services.revoke(activation=Activation.objects.get(), by=pic)

    assert where(library).stage == Stage.NONE


def test_an_account_that_was_never_opened_is_none(library):
    factories.someone(Role.LIBRARIAN, library, activated_at=None)

    assert where(library).stage == Stage.NONE


def test_who_can_sign_in_is_active(library, librarian):
    assert where(library).stage == Stage.ACTIVE


def test_a_closed_account_is_none_from_then_on(library, librarian):
    librarian.is_active = False
    librarian.save()

    assert where(library).stage == Stage.NONE


def test_a_draft_is_no_report(library, librarian):
    factories.report(library, librarian, Kind.INVOLVEMENT)

    assert where(library).stage == Stage.ACTIVE


def test_the_first_report_counts_even_when_it_came_back(library, librarian, pic):
    report = send(library, librarian, periods.add_months(periods.this_month(), -1))
    activity_services.send_back(report=report, reason="foto", comment="Buram.", by=pic)

    position = where(library)

    assert (position.stage, position.first_sent_on) == (Stage.FIRST, today())


def test_three_months_in_a_row_are_routine(library, librarian):
    months = figures.routine_months(today())
    for month in months[:2]:
        send(library, librarian, month)
    assert where(library).stage == Stage.FIRST

    send(library, librarian, months[2])

    assert where(library).stage == Stage.ROUTINE


def test_a_month_that_came_back_is_not_routine(library, librarian, pic):
    reports = [send(library, librarian, month) for month in figures.routine_months(today())]
    activity_services.send_back(report=reports[0], reason="foto", comment="Buram.", by=pic)

    assert where(library).stage == Stage.FIRST


def test_a_supplement_does_not_stand_for_another_month(library, librarian, pic):
    months = figures.routine_months(today())
    send(library, librarian, months[0])
    first = MonthlyReport.objects.get()
    MonthlyReport.objects.create(
        library=library,
        month=months[0],
        source=Source.PORTAL,
        number=2,
        state=State.SUBMITTED,
        first_submitted_at=first.first_submitted_at,
        submitted_at=first.submitted_at,
        submitted_by=librarian,
    )
    send(library, librarian, months[1])

    assert where(library).stage == Stage.FIRST


def test_when_the_last_librarian_leaves_the_library_begins_anew(library, librarian, pic):
    for month in figures.routine_months(today()):
        send(library, librarian, month)
    librarian.assignments.update(ends_on=today() - timedelta(days=1))

    position = where(library)

    assert position.stage == Stage.NONE
    assert position.last_month == figures.routine_months(today())[-1]


def test_the_sim_carries_nobody_along_this_path(library):
    MonthlyReport.objects.create(
        library=library,
        month=periods.january(today()),
        source=Source.SIM,
        state=State.APPROVED,
        seal="s" * 64,
    )

    position = where(library)

    assert (position.stage, position.through_sim) == (Stage.NONE, True)


# --- Days -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "last"),
    [
        (date(2024, 11, 4), date(2024, 9, 1)),
        (date(2024, 11, 5), date(2024, 10, 1)),  # batas kirim: the end of that very day
        (date(2024, 11, 30), date(2024, 10, 1)),
        (date(2025, 1, 2), date(2024, 11, 1)),
    ],
)
def test_the_months_that_routine_asks_for(on, last):
    months = figures.routine_months(on)

    assert months[-1] == last
    assert months == tuple(periods.add_months(last, back) for back in (-2, -1, 0))


def test_a_past_day_is_as_it_was(library, pic, lumajang):
    activated = periods.midnight(date(2024, 5, 10))
    librarian = factories.someone(Role.LIBRARIAN, library, activated_at=activated)
    librarian.assignments.update(starts_on=date(2024, 5, 10))
    for month in (6, 7, 8):
        sent = periods.midnight(date(2024, month + 1, 3))
        send(library, librarian, date(2024, month, 1), at=sent)
    library_services.note_sim_state(
        library=library, state=SimState.PROPOSED, since_on=date(2024, 2, 1)
    )
    library_services.note_sim_state(
        library=library, state=SimState.ACTIVE, since_on=date(2024, 8, 1)
    )

    days = [date(2024, *rest) for rest in ((5, 9), (5, 10), (7, 3), (9, 5), (11, 20))]
    found = [where(library, on) for on in days]

    assert [position.stage for position in found] == [
        Stage.NONE,
        Stage.ACTIVE,
        Stage.FIRST,
        Stage.ROUTINE,
        Stage.FIRST,
    ]
    assert [position.sim for position in found] == [SimState.PROPOSED] * 3 + [SimState.ACTIVE] * 2
    assert found[-1].sim_since == date(2024, 8, 1)
    assert found[1].account_since == date(2024, 5, 10)


def test_only_partners_of_that_day_count(library):
    Library.objects.update(joined_on=date(2024, 6, 1))
    library.inactivities.create(starts_on=date(2024, 9, 1), reason="Renovasi")

    totals = [
        figures.funnel(Library.objects.all(), date(2024, month, 15)).portal.total
        for month in (5, 6, 8, 9)
    ]

    assert totals == [0, 1, 1, 0]


# --- Counting -------------------------------------------------------------------------------------


def test_everybody_stands_once_and_the_numbers_add_up(library, librarian, other_library, pic):
    other_library.regency.reporting_mode = ReportingMode.SIM
    other_library.regency.save()

    found = figures.funnel(Library.objects.all(), today())

    assert found.portal == figures.StageCounts(none=1, active=1)
    assert found.portal.reconciliation == "2 = 1 + 0 + 1 + 0 + 0"
    assert found.portal.inside == 1
    assert found.sim == figures.SimCounts(not_proposed=2)
    assert found.sim.reconciliation == "2 = 2 + 0 + 0 + 0"
    assert [(row.area.code, row.portal.total, row.records_in_sim) for row in found.rows] == [
        ("35.05", 1, True),
        ("35.08", 1, False),
    ]


def test_a_regencys_own_library_stands_in_its_own_row(library, lumajang):
    factories.LibraryFactory(region=lumajang, kind="kabkota")

    found = figures.funnel(Library.objects.all(), today(), level=Level.DISTRICT)

    assert [row.area.code for row in found.rows] == ["35.08", "35.08.21"]


@pytest.mark.parametrize("regencies", [1, 3])
def test_the_same_queries_for_one_regency_and_three(
    db, staff, regencies, django_assert_num_queries
):
    for code in ("35.08.21.2004", "35.05.17.1006", "35.06.01.2001")[:regencies]:
        libraries = [factories.LibraryFactory(region=factories.region(code)) for _ in range(2)]
        librarian = factories.someone(Role.LIBRARIAN, libraries[0])
        send(libraries[0], librarian, figures.routine_months(today())[0])
        library_services.issue_letters(libraries=libraries[1:], by=staff)

    with django_assert_num_queries(6):
        found = figures.funnel(Library.objects.all(), today())

    assert found.portal == figures.StageCounts(invited=regencies, first=regencies)
    assert len(found.rows) == regencies
