"""What the database refuses, whoever asks and however."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from activities.enums import Kind, ReturnReason, ReviewAction, Source, State
from activities.models import Activity, MonthlyReport, Photo, ReviewEvent
from tests import factories
from tpbis.core.append_only import NeverChanged

SEPTEMBER = date(2024, 9, 1)


@pytest.fixture
def report(library, librarian) -> MonthlyReport:
    return factories.report(library, librarian, Kind.INVOLVEMENT, month=SEPTEMBER)


def refused(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


# --- Reports --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"month": date(2024, 9, 2)}, "month_is_first_day"),
        ({"source": "fax"}, "(source_known|sim_is_approved)"),  # either is true
        ({"state": "lost"}, "state_known"),
        ({"seal": "a" * 64}, "sealed_when_approved"),
        ({"state": State.APPROVED}, "sealed_when_approved"),
        ({"source": Source.SIM}, "sim_is_approved"),
        ({"state": State.SUBMITTED}, "submitted_has_time"),
        ({"submitted_at": timezone.now()}, "submitted_together"),
        ({"decided_at": timezone.now()}, "decided_together"),
        ({"visits_men": 1}, "visits_whole"),
        ({"visits_men": 1, "visits_women": 1, "visits_total": 3}, "visits_whole"),
    ],
)
def test_a_report_keeps_its_rules(report, wrong, rule):
    with refused(f"activities_monthlyreport_{rule}"), transaction.atomic():
        MonthlyReport.objects.filter(pk=report.pk).update(**wrong)


def test_a_month_has_each_number_once(report, library):
    MonthlyReport.objects.filter(pk=report.pk).update(
        state=State.APPROVED,
        seal="a" * 64,
        submitted_at=timezone.now(),
        first_submitted_at=timezone.now(),
        submitted_by=factories.UserFactory(),
    )

    with refused("(?s)activities_monthlyreport.*(once|number)"), transaction.atomic():
        MonthlyReport.objects.create(library=library, month=SEPTEMBER, source=Source.PORTAL)


def test_a_month_has_one_draft(report, library):
    with refused("activities_monthlyreport"), transaction.atomic():
        MonthlyReport.objects.create(
            library=library, month=SEPTEMBER, source=Source.PORTAL, number=2
        )


# --- Entries --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "wrong", "rule"),
    [
        (Kind.INVOLVEMENT, {"kind": "lain"}, "kind_known"),
        (Kind.INVOLVEMENT, {"theme": ""}, "involvement_complete"),
        (Kind.INVOLVEMENT, {"participants_total": None}, "involvement_complete"),
        (Kind.INVOLVEMENT, {"participants_women": 5}, "women_men_within_total"),
        (
            Kind.INVOLVEMENT,
            {"participants_women": 5, "participants_men": 5},
            "women_men_within_total",
        ),
        (Kind.INVOLVEMENT, {"participants_disabled": 21}, "disabled_within_total"),
        (Kind.ADVOCACY, {"audience_count": 0}, "advocacy_complete"),
        (Kind.ADVOCACY, {"result": ""}, "advocacy_complete"),
        (Kind.SERVICE, {"service_form": ""}, "service_complete"),
        (Kind.PUBLICATION, {"medium": "Radio"}, "publication_complete"),
    ],
)
def test_an_entry_keeps_its_rules(report, kind, wrong, rule):
    entry = Activity.objects.create(
        report=report, kind=kind, **factories.content(kind, month=SEPTEMBER)
    )

    with refused(f"activities_activity_{rule}"), transaction.atomic():
        Activity.objects.filter(pk=entry.pk).update(**wrong)


@pytest.mark.parametrize("name", ["participants_total", "amount", "books", "audience_count"])
def test_counts_are_never_negative(report, name):
    with pytest.raises(IntegrityError), transaction.atomic():
        report.activities.update(**{name: -1})


def test_an_entry_hangs_a_picture_once(report):
    entry = report.activities.get()
    picture = {"activity": entry, "sha256": "ab" * 32, "width": 1, "height": 1}
    Photo.objects.create(**picture)

    with refused("activities_photo"), transaction.atomic():
        Photo.objects.create(**picture)


# --- History --------------------------------------------------------------------------------------


@pytest.fixture
def event(report, librarian) -> ReviewEvent:
    return ReviewEvent.objects.create(
        report=report, action=ReviewAction.SUBMITTED, at=timezone.now(), by=librarian
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activities_reviewevent SET comment = 'lain'",
        "UPDATE activities_reviewevent SET at = '2020-01-01 00:00:00+00'",
        "DELETE FROM activities_reviewevent",
    ],
)
def test_history_is_refused_change_by_the_database_itself(event, statement):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)

    assert ReviewEvent.objects.get().comment == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.save(),
        lambda event: event.delete(),
        lambda event: ReviewEvent.objects.update(comment="lain"),
        lambda event: ReviewEvent.objects.all().delete(),
        lambda event: event.report.events.all().delete(),
        lambda event: ReviewEvent.objects.bulk_update([event], ["comment"]),
    ],
    ids=["save", "delete", "update", "delete all", "delete related", "bulk update"],
)
def test_history_is_refused_change_with_a_readable_error(event, change):
    event.comment = "lain"

    with pytest.raises(NeverChanged, match=r"submitted|ReviewEvent"):
        change(event)

    assert ReviewEvent.objects.get().comment == ""


def test_a_report_with_a_history_stays(event):
    with pytest.raises(ProtectedError):
        event.report.delete()


@pytest.mark.parametrize(
    ("wrong", "rule"),
    [
        ({"action": "lain"}, "action_known"),
        ({"action": ReviewAction.RETURNED}, "return_has_reason"),
        ({"action": ReviewAction.RETURNED, "comment": "Buram."}, "return_has_reason"),
        ({"action": ReviewAction.RETURNED, "reason": ReturnReason.PHOTO}, "return_has_reason"),
        ({"action": ReviewAction.REOPENED}, "reopen_has_comment"),
    ],
)
def test_an_event_says_why(report, librarian, wrong, rule):
    with refused(f"activities_reviewevent_{rule}"), transaction.atomic():
        ReviewEvent.objects.create(report=report, at=timezone.now(), by=librarian, **wrong)
