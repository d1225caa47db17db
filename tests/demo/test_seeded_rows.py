"""A sample of what was written in bulk keeps every rule of the services."""

from datetime import date, timedelta
from random import Random

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import Q
from django.utils import timezone

from activities.enums import ReviewAction, State
from activities.models import MonthlyReport, Photo
from kpi import scoring
from libraries.models import Assignment, Library
from reports.models import Office
from tpbis.accounts.models import User
from tpbis.core import periods
from tpbis.demo.people import PASSWORD
from tpbis.demo.seed import DEMO_ACCOUNTS

pytestmark = [pytest.mark.seeded, pytest.mark.slow]
SAMPLE = 60


def sample(reports) -> list[MonthlyReport]:
    keys = list(reports.order_by("pk").values_list("pk", flat=True))
    chosen = Random(1).sample(keys, min(SAMPLE, len(keys)))
    return list(reports.filter(pk__in=chosen).select_related("library", "library__regency"))


@pytest.fixture
def reports(seeded_rows):
    return MonthlyReport.objects.using(seeded_rows)


def test_the_seal_of_an_approved_report_fits_its_content(reports):
    this_month = periods.this_month()
    with_photos = reports.filter(month__gte=periods.add_months(this_month, -2)).approved()

    for report in [*sample(reports.approved()), *sample(with_photos)]:
        assert report.compute_seal() == report.seal


def test_a_report_has_an_event_for_every_step(reports):
    for report in sample(reports.approved()):
        events = list(report.events.order_by("at", "pk"))

        assert events[0].action == ReviewAction.SUBMITTED
        assert events[-1].action == ReviewAction.APPROVED
        assert events[-1].seal == report.seal
        assert report.first_submitted_at == events[0].at
        assert report.decided_at == report.updated_at == events[-1].at
        assert report.submitted_at == events[-2].at
        assert [event.at for event in events] == sorted({event.at for event in events})


def test_who_sent_a_report_worked_there_and_who_decided_for_the_regency(seeded_rows, reports):
    serving = Assignment.objects.using(seeded_rows)
    for report in sample(reports.approved()):
        sent_on = timezone.localtime(report.submitted_at).date()

        assert (
            serving.in_force(sent_on)
            .filter(user=report.submitted_by, library=report.library)
            .exists()
        )
        assert serving.filter(user=report.decided_by, region=report.library.regency).exists()


def test_entries_are_valid_lie_in_their_month_and_were_there_when_it_was_sent(reports):
    for report in sample(reports.filter(state__in=(State.APPROVED, State.SUBMITTED))):
        entries = list(report.activities.all())
        for entry in entries:
            entry.full_clean(exclude=["report"], validate_unique=False)
            assert periods.first_of_month(entry.held_on) == report.month
            assert entry.held_on >= report.library.joined_on
            assert entry.audience_count == len(entry.audiences)
            assert entry.created_at <= report.submitted_at
        assert report.nihil is (not entries)
        if report.number == 1:
            assert report.visits_total == report.visits_men + report.visits_women
            report.clean_fields(exclude=["seal"])


def test_libraries_are_valid_and_stand_in_a_village_or_for_a_regency(seeded_rows):
    for library in Random(1).sample(list(Library.objects.using(seeded_rows).for_list()), 60):
        library.full_clean(exclude=["regency", "region"], validate_unique=False)
        assert library.region.code.startswith(library.regency.code)


def test_only_the_last_three_months_have_photos_and_the_files_exist(seeded, seeded_rows):
    photos = Photo.objects.using(seeded_rows)
    oldest = photos.order_by("activity__report__month").first()

    assert oldest.activity.report.month >= periods.add_months(periods.this_month(), -3)
    # Sixty to share, and some taken anew where a used photo would be a flag.
    assert 40 <= photos.values("sha256").distinct().count() <= 400
    for size in ("full", "640", "240"):
        assert (seeded.var / "media" / oldest.file_name(size)).exists()


def test_the_sweep_of_the_minute_finds_nothing_to_do(seeded_rows, reports):
    old = reports.exclude(month__gte=periods.add_months(periods.this_month(), -6))

    assert old.exists()
    assert not old.filter(updated_at__gte=timezone.now() - timedelta(hours=2)).exists()


def test_every_office_signs_with_18_digits(seeded_rows):
    offices = Office.objects.using(seeded_rows)

    assert offices.count() == 39
    assert all(office.signer_nip.isdigit() for office in offices)
    assert {len(office.signer_nip) for office in offices} == {18}


def test_the_demo_accounts_sign_in_and_nobody_else(seeded_rows):
    users = User.objects.using(seeded_rows)
    names = {username for username, _role, _hint in DEMO_ACCOUNTS}

    usable = users.exclude(password__startswith="!")
    assert {user.username for user in usable} == names
    assert Argon2PasswordHasher().verify(PASSWORD, usable.first().password)


def test_reports_wait_for_lumajang_and_blitar(reports):
    waiting = reports.awaiting_review()

    assert waiting.filter(library__regency__code="35.08").count() >= 7
    assert waiting.filter(library__regency__code="35.05").count() >= 6
    assert waiting.exclude(library__regency__code__in=["35.08", "35.05"]).count() >= 8
    returned = reports.filter(state=State.RETURNED, library__regency__code="35.08")
    assert all(r.events.filter(~Q(comment=""), action="returned").exists() for r in returned)
    assert returned.count() >= 2


def test_sumber_ilmu_has_the_month_open_and_room_in_every_indicator(seeded_rows, reports):
    labruk = Library.objects.using(seeded_rows).get(region__code="35.08.21.2004")
    running = periods.this_month()
    score = labruk.scores.get(through=running)

    current = reports.get(library=labruk, month=running)
    lines = scoring.lines(score.inputs, score.rule_set.rules, score.months_due)
    assert labruk.name == "Perpustakaan Desa Sumber Ilmu"
    assert current.state == State.DRAFT
    assert current.is_editable
    if running >= date(running.year, 4, 1):  # earlier, one visit or one service entry fills it
        assert all(line.value < line.target for line in lines)
