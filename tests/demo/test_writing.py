"""Months written in bulk stand as if the services had written them, whenever one looks."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from activities.enums import ReviewAction, State
from activities.models import MonthlyReport, Photo, ReviewEvent
from activities.photos import StoredPhoto
from kpi import queries, services
from libraries.models import Library
from tests.demo import story
from tpbis.core import periods
from tpbis.demo.people import Post, Staff
from tpbis.demo.pictures import Album
from tpbis.demo.planning import MonthPlan
from tpbis.demo.timing import steps
from tpbis.demo.writing import Writer

MONTH = date(2024, 7, 1)


@pytest.fixture
def labruk():
    return next(p for p in story.partners() if p.code == "35.08.21.2004")


@pytest.fixture
def album() -> Album:
    """Any scene shows the same picture."""
    picture = StoredPhoto("a" * 64, 640, 480, "foto.jpg")

    class OnePicture(Album):
        def photos_for(self, rng, kind, content):
            return [picture]

    return OnePicture({})


@pytest.fixture
def write(library, librarian, pic, labruk, album):
    def _write(now: datetime, *plans: MonthPlan, photos_since: date = date(2100, 1, 1)) -> None:
        writer = Writer(
            partners=[labruk],
            libraries={labruk.number: library},
            staff=Staff(
                librarians={labruk.number: [(Post(labruk.number, date(2018, 1, 1)), librarian)]},
                pics={"35.08": pic},
            ),
            album=album,
            photos_since=photos_since,
            now=now,
        )
        writer.write_month(list(plans))

    return _write


@pytest.fixture
def plan(labruk) -> MonthPlan:
    return MonthPlan(labruk.number, MONTH, involvement=2, advocacy=[True], snapshot=True)


@pytest.fixture
def taken(labruk):
    """The steps that July will have gone through."""
    return steps(labruk.number, MONTH, punctual=True)


def test_what_is_approved_is_sealed_counted_and_scored(write, plan, taken, library):
    write(taken[-1].at + timedelta(days=1), plan)

    report = MonthlyReport.objects.get()
    services.count(MonthlyReport.objects.all())
    services.rescore(Library.objects.all(), MONTH, as_of=taken[-1].at)
    assert report.state == State.APPROVED
    assert report.seal == report.compute_seal()
    assert queries.stale_months(MonthlyReport.objects.all()) == set()
    assert library.tallies.get().involvement == 2
    assert library.scores.get().advocacy == 1


def test_every_step_leaves_its_event(write, plan, taken):
    write(taken[-1].at + timedelta(days=1), plan)

    events = ReviewEvent.objects.order_by("at").values_list("action", "at")
    assert list(events) == [(step.action, step.at) for step in taken]


def test_before_the_approval_it_waits_without_a_seal(write, plan, taken, librarian):
    write(taken[-1].at - timedelta(minutes=1), plan)

    report = MonthlyReport.objects.get()
    assert report.state == State.SUBMITTED
    assert report.seal == ""
    assert report.submitted_by == librarian
    assert not report.events.filter(action=ReviewAction.APPROVED).exists()


def test_before_it_is_sent_it_is_a_draft_with_what_was_written_down(write, plan, taken):
    write(taken[0].at - timedelta(minutes=1), plan)

    for report in MonthlyReport.objects.all():
        assert report.state == State.DRAFT
        assert report.visits_total is None
        assert all(entry.created_at < taken[0].at for entry in report.activities.all())


def test_a_month_without_entries_is_nihil_with_its_visits(write, taken, labruk):
    write(taken[-1].at + timedelta(days=1), MonthPlan(labruk.number, MONTH))

    report = MonthlyReport.objects.get()
    assert report.nihil
    assert report.visits_total == report.visits_men + report.visits_women > 0


def test_photos_are_under_the_seal(write, plan, taken):
    write(taken[-1].at + timedelta(days=1), plan, photos_since=MONTH)

    report = MonthlyReport.objects.get()
    assert Photo.objects.count() == 4
    assert report.seal == report.compute_seal()


def test_the_database_would_refuse_a_report_that_breaks_the_rules(write, plan, taken):
    write(taken[-1].at + timedelta(days=1), plan)
    report = MonthlyReport.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        MonthlyReport.objects.filter(pk=report.pk).update(seal="")
    report.month = periods.add_months(MONTH, 1).replace(day=2)
    with pytest.raises(ValidationError):
        report.validate_constraints()
