"""Excusing a month, noting a visit, marking a reminder: who may, when, and what stays behind."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from activities import overdue, permissions, services
from activities.enums import ExcuseReason, Kind, MentoringWay
from activities.models import Excuse, MentoringVisit, MonthlyReport, Reminder
from libraries import services as register
from libraries.enums import ReportingMode
from libraries.models import Inactivity, Region
from tests import factories
from tests.reports.times import wib
from tpbis.accounts.enums import Role
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods

pytestmark = pytest.mark.django_db
SEPTEMBER, AUGUST = date(2024, 9, 1), date(2024, 8, 1)


def excuse(library, by, month=SEPTEMBER, **more):
    said = {"reason": ExcuseReason.DISASTER, "comment": "Banjir bandang.", **more}
    return services.excuse(library=library, month=month, by=by, **said)


def visit(library, by, **more):
    said = {"held_on": SEPTEMBER, "way": MentoringWay.VISIT, "notes": "Melihat pojok baca.", **more}
    return services.note_visit(library=library, by=by, **said)


# --- Excuses --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pic", "staff"])
def test_a_month_is_excused_with_a_reason_and_words(request, library, who):
    by = request.getfixturevalue(who)

    made = excuse(library, by, comment="  Banjir bandang.  ")

    assert (made.reason, made.comment, made.excused_by) == ("bencana", "Banjir bandang.", by)
    event = AuditEvent.objects.get(action="activities.excuse")
    assert (event.by, event.changes["reason"]) == (by, [None, "bencana"])
    assert "Banjir" not in str(event.changes)


@pytest.mark.parametrize("who", ["facilitator", "leader", "librarian", "strange_pic", "stranger"])
def test_nobody_else_excuses(request, library, who):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        excuse(library, by)

    assert not Excuse.objects.exists()


def test_a_month_is_excused_once_and_again_after_it_was_withdrawn(library, pic):
    first = excuse(library, pic)
    with pytest.raises(services.AlreadyExcused):
        excuse(library, pic)

    services.withdraw_excuse(excuse=first, by=pic)
    excuse(library, pic)

    assert Excuse.objects.count() == 2
    assert Excuse.objects.in_force().count() == 1
    with pytest.raises(services.NotExcused):
        services.withdraw_excuse(excuse=first, by=pic)


def test_the_database_refuses_a_second_excuse_too(library, pic):
    excuse(library, pic)

    with pytest.raises(IntegrityError), transaction.atomic():
        Excuse.objects.create(
            library=library, month=SEPTEMBER, reason="sakit", comment="x", excused_by=pic
        )


def test_a_month_to_come_is_not_excused_but_the_running_one_is(library, pic):
    running = periods.this_month()

    with pytest.raises(services.NothingToExcuse, match="belum tiba"):
        excuse(library, pic, periods.add_months(running, 1))

    assert excuse(library, pic, running).month == running


def test_what_nobody_expects_is_not_excused(library, pic):
    library.joined_on = date(2024, 9, 15)
    library.save()
    Inactivity.objects.create(
        library=library, starts_on=date(2024, 11, 1), ends_on=date(2024, 12, 31), reason="x"
    )

    for month in (AUGUST, date(2024, 11, 1)):
        with pytest.raises(services.NothingToExcuse, match="tidak ikut"):
            excuse(library, pic, month)
    Region.objects.filter(pk=library.regency_id).update(reporting_mode=ReportingMode.SIM)
    with pytest.raises(services.NothingToExcuse, match="SIM"):
        excuse(library, pic)


def test_what_came_in_time_needs_no_excuse_and_what_came_late_does(library, librarian, pic):
    for month, at in ((AUGUST, wib(2024, 9, 5, 23, 59)), (SEPTEMBER, wib(2024, 10, 6, 0, 0))):
        report = factories.report(library, librarian, Kind.ADVOCACY, month=month)
        services.submit(report=report, by=librarian, at=at)

    with pytest.raises(services.NothingToExcuse, match="tepat waktu"):
        excuse(library, pic, AUGUST)

    assert excuse(library, pic, SEPTEMBER)


def test_an_excused_month_may_be_reported(library, librarian, pic):
    excuse(library, pic)

    report = factories.report(library, librarian, Kind.ADVOCACY, month=SEPTEMBER)
    sent = services.submit(report=report, by=librarian)

    assert sent.state == "submitted"
    assert Excuse.objects.in_force().exists()


def test_an_excuse_needs_words(library, pic):
    with pytest.raises(ValidationError) as refused:
        excuse(library, pic, comment="   ")

    assert set(refused.value.message_dict) == {"comment"}


# --- Visits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pic", "facilitator"])
def test_a_visit_is_noted_and_its_action_done(request, library, who):
    by = request.getfixturevalue(who)
    noted = visit(library, by, agreed_action="Kirim laporan", due_on=date(2024, 9, 20))
    assert list(MentoringVisit.objects.open()) == [noted]

    done = services.settle_action(visit=noted, by=by)

    assert done.done_by == by
    assert not MentoringVisit.objects.open().exists()
    with pytest.raises(services.NothingOpen):
        services.settle_action(visit=noted, by=by)
    assert AuditEvent.objects.filter(action="activities.settle_action").count() == 1


@pytest.mark.parametrize("who", ["staff", "leader", "librarian", "strange_pic", "stranger"])
def test_nobody_else_notes_a_visit_or_ends_an_action(request, library, pic, who):
    by = request.getfixturevalue(who)
    noted = visit(library, pic, agreed_action="Kirim laporan")

    with pytest.raises(PermissionDenied):
        visit(library, by)
    with pytest.raises(PermissionDenied):
        services.settle_action(visit=noted, by=by)


def test_what_was_only_talked_about_cannot_be_done(library, pic):
    with pytest.raises(services.NothingOpen):
        services.settle_action(visit=visit(library, pic), by=pic)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"held_on": timezone.localdate() + timedelta(days=2)}, "held_on"),
        ({"notes": " "}, "notes"),
        ({"due_on": date(2024, 9, 20)}, "agreed_action"),
        ({"agreed_action": "Rapat", "due_on": date(2024, 8, 31)}, "due_on"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(library, pic, said, field):
    with pytest.raises(ValidationError) as refused:
        visit(library, pic, **said)

    assert set(refused.value.message_dict) == {field}
    assert not MentoringVisit.objects.exists()


# --- Reminders ------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["pic", "facilitator", "staff"])
def test_a_reminder_is_marked_once_a_day_and_undone(request, library, who):
    by = request.getfixturevalue(who)
    noon, evening, tomorrow = wib(2024, 10, 3, 12, 0), wib(2024, 10, 3, 20, 0), wib(2024, 10, 4)

    marks = [
        services.mark_reminded(library=library, month=SEPTEMBER, by=by, at=at)
        for at in (noon, evening, tomorrow)
    ]

    assert marks[0] == marks[1] != marks[2]
    assert AuditEvent.objects.filter(action="activities.mark_reminded").count() == 2
    services.unmark_reminded(reminder=marks[2], by=by)
    assert list(Reminder.objects.all()) == [marks[0]]
    assert AuditEvent.objects.filter(action="activities.unmark_reminded").count() == 1


@pytest.mark.parametrize("who", ["leader", "librarian", "strange_pic", "stranger"])
def test_nobody_else_marks_a_reminder(request, library, pic, who):
    by = request.getfixturevalue(who)
    marked = services.mark_reminded(library=library, month=SEPTEMBER, by=pic)

    with pytest.raises(PermissionDenied):
        services.mark_reminded(library=library, month=AUGUST, by=by)
    with pytest.raises(PermissionDenied):
        services.unmark_reminded(reminder=marked, by=by)

    assert list(Reminder.objects.all()) == [marked]


def test_nobody_is_reminded_of_a_month_to_come(library, pic):
    with pytest.raises(ValidationError):
        services.mark_reminded(
            library=library, month=periods.add_months(periods.this_month(), 1), by=pic
        )


# --- Two libraries that are one -------------------------------------------------------------------


def test_a_merger_moves_what_was_done_about_both(library, pic):
    twin = factories.LibraryFactory(region=factories.region("35.08.21.2001"))
    kept = excuse(library, pic, comment="Banjir.")
    excuse(twin, pic, comment="Sakit.")
    only_there = excuse(twin, pic, AUGUST)
    at = wib(2024, 10, 3, 12, 0)
    for one in (library, twin):
        services.mark_reminded(library=one, month=SEPTEMBER, by=pic, at=at)
    services.mark_reminded(library=twin, month=AUGUST, by=pic, at=at)
    moved = visit(twin, pic)

    register.merge(keep=library, duplicate=twin, by=pic)

    assert set(Excuse.objects.all()) == {kept, only_there}
    assert set(Excuse.objects.values_list("library", flat=True)) == {library.pk}
    assert sorted(Reminder.objects.values_list("library", "month")) == [
        (library.pk, AUGUST),
        (library.pk, SEPTEMBER),
    ]
    moved.refresh_from_db()
    assert moved.library == library


# --- Waiting for review ---------------------------------------------------------------------------


@pytest.fixture
def sent(library, librarian) -> MonthlyReport:
    """On a Monday morning."""
    report = factories.report(library, librarian, Kind.ADVOCACY, month=SEPTEMBER)
    return services.submit(report=report, by=librarian, at=wib(2024, 10, 7, 9, 0))


@pytest.mark.parametrize(
    ("on", "days", "is_overdue", "is_for_province"),
    [
        (date(2024, 10, 7), 0, False, False),
        (date(2024, 10, 11), 4, False, False),
        (date(2024, 10, 13), 4, False, False),  # a Sunday
        (date(2024, 10, 14), 5, False, False),  # five are what a PIC has
        (date(2024, 10, 15), 6, True, False),
        (date(2024, 10, 21), 10, True, False),
        (date(2024, 10, 22), 11, True, True),
    ],
)
def test_a_report_goes_up_as_it_waits(sent, on, days, is_overdue, is_for_province):
    (found,) = overdue.waiting_reviews(on=on)

    assert (found.days, found.is_overdue, found.is_for_province) == (
        days,
        is_overdue,
        is_for_province,
    )
    assert [one.report for one in overdue.overdue_reviews(on)] == [sent] * is_overdue


def test_the_days_a_pic_has_are_a_setting(sent, settings):
    settings.TPBIS_REVIEW_DAYS = 2

    (found,) = overdue.waiting_reviews(on=date(2024, 10, 10))

    assert found.is_overdue
    assert not found.is_for_province


def test_what_was_decided_waits_no_more(sent, pic):
    services.approve(report=sent, by=pic, at=wib(2024, 10, 8))

    assert overdue.waiting_reviews(on=date(2024, 12, 1)) == []


def test_only_the_libraries_asked_about_are_looked_at(sent, other_library):
    elsewhere = type(other_library).objects.filter(pk=other_library.pk)

    assert overdue.overdue_reviews(date(2024, 12, 1), elsewhere) == []
    assert len(overdue.overdue_reviews(date(2024, 12, 1))) == 1


def test_the_permissions_ask_role_and_place(library, other_library, pic, staff):
    observer = factories.someone(Role.OBSERVER, library.regency)
    assert permissions.can_excuse(pic, library)
    assert not permissions.can_excuse(pic, other_library)
    assert permissions.can_excuse(staff, other_library)
    assert not permissions.can_mentor(staff, library)
    assert not permissions.can_remind(observer, library)
