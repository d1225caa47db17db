"""What the offices of the demo have settled: through the services, at a time that fits."""

from datetime import date, timedelta

import pytest

from kpi.enums import AwardDecision
from kpi.models import Award
from reports.enums import DocumentKind, DocumentState, LeadingKpi
from reports.models import Certificate, Document, ProvinceSettings, Schedule
from reports.services import due_month
from tests import factories
from tests.kpi.closed import closed
from tests.reports.worlds import office_of
from tpbis.core import periods
from tpbis.demo import papers

pytestmark = pytest.mark.django_db
NOW = periods.midnight(date(2026, 11, 22)) + timedelta(hours=10)


@pytest.fixture
def greens(lumajang):
    """Sixteen libraries, green at the last three closings of 2025."""
    found = [
        factories.LibraryFactory(
            name=f"Perpustakaan {at}",
            region=factories.region("35.08.21.2004"),
            joined_on=date(2024, 1, 2),
        )
        for at in range(16)
    ]
    for month in (10, 11, 12):
        closed(date(2025, month, 1), dict.fromkeys(found, 90_000))
    return found


def test_most_are_awarded_and_one_certificate_was_taken_back(greens, province, staff):
    papers.award(province, staff, NOW)

    certificates = Certificate.objects.all()
    decided = Award.objects.values_list("decision", flat=True)
    assert sorted(decided) == [AwardDecision.DECLINED] + 11 * [AwardDecision.GRANTED]
    assert certificates.count() == 11
    assert certificates.in_force().count() == 10
    withdrawn = certificates.get(withdrawn_at__isnull=False)
    assert withdrawn.reason
    assert withdrawn.award.decided_at < withdrawn.issued_at < withdrawn.withdrawn_at < NOW
    assert Document.objects.get().kind == DocumentKind.CERTIFICATE


def test_before_december_was_closed_there_is_nothing_to_award(greens, province, staff):
    papers.award(province, staff, periods.midnight(date(2026, 1, 20)))

    assert not Award.objects.exists()


def test_the_page_for_everybody_is_on(province, staff):
    papers.show(province, staff)

    settings = ProvinceSettings.objects.get(region=province)
    assert settings.public_page
    assert settings.public_intro
    assert settings.leading_kpi == LeadingKpi.PORTAL


@pytest.mark.parametrize("day", [15, 16, 17])
def test_a_schedule_makes_nothing_on_the_day_it_is_made(province, staff, day):
    now = periods.midnight(date(2026, 11, day))

    papers.schedule(province, "month", 16, staff, now)

    schedule = Schedule.objects.get()
    schedule.made_at = now
    assert due_month(schedule, now.date()) is None


@pytest.mark.slow
def test_a_report_is_made_and_its_signed_version_lies_beside_it(library, lumajang, pic):
    office_of(lumajang)

    document = papers.sign(lumajang, pic, NOW)

    assert document.state == DocumentState.DONE
    assert (document.start, document.end) == (date(2026, 7, 1), date(2026, 9, 1))
    copy = document.signed_copies.get()
    assert copy.sha256 != document.sha256
    assert Document.objects.get(pk=document.pk).expires_at is None
