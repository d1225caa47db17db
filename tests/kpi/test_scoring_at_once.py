"""Several writers of one regency's scores at the same moment; PostgreSQL only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from activities.enums import Kind
from activities.models import MonthlyReport
from kpi import queries, services
from kpi.enums import RuleGroup
from kpi.models import MonthlyTally, RuleSet, Score
from kpi.services import Outcome
from kpi.services.rules import publish
from libraries.models import Library
from tests import factories
from tests.activities.test_recording_at_once import at_once
from tests.kpi.conftest import wib
from tests.kpi.test_services import rows

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
AS_OF = wib(2025, 3, 20)
MONTHS = [date(2024, month, 1) for month in range(1, 13)]


@pytest.fixture
def rules(db) -> None:
    if not RuleSet.objects.exists():  # emptied by a test before
        factories.rule_set(valid_from=date(2020, 1, 1))


def test_of_two_runs_one_writes_and_the_other_finds_it_done(rules, library, lumajang, approve):
    factories.LibraryFactory.create_batch(4, region=library.region)
    approve(Kind.INVOLVEMENT, Kind.ADVOCACY)

    def run() -> Outcome:
        return services.run_area(lumajang, MONTHS, as_of=AS_OF)

    told = at_once(run, run)

    scores = 5 * len(MONTHS)
    assert sorted(told, key=lambda one: one.changed) == [
        Outcome(libraries=scores, changed=0),
        Outcome(libraries=scores, changed=scores),
    ]
    assert Score.objects.count() == scores


def test_a_run_and_an_approval_leave_what_either_would(rules, library, lumajang, approve):
    services.run_area(lumajang, MONTHS, as_of=AS_OF)
    report = approve(Kind.INVOLVEMENT, Kind.ADVOCACY)

    at_once(
        lambda: services.run_area(lumajang, MONTHS, as_of=AS_OF),
        lambda: services.count_and_rescore(library=library, month=report.month),
        lambda: services.rescore_library(library, as_of=AS_OF),
    )

    assert queries.stale_months(MonthlyReport.objects.all()) == set()
    together = (rows(MonthlyTally), rows(Score))
    services.run_area(lumajang, MONTHS, as_of=AS_OF)
    assert (rows(MonthlyTally), rows(Score)) == together


def test_nobody_who_scores_waits_for_rules_that_are_being_published(rules, library, staff):
    """Each would hold what the other needs: scores refer to the versions that publishing holds."""
    draft = factories.rule_set()

    def score() -> Outcome:
        try:
            return services.rescore(Library.objects.all(), MONTHS[0], as_of=AS_OF)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        publish(draft=draft, valid_from=AS_OF.date(), note="Baru", seen=None, by=staff, at=AS_OF)
        outcome = pool.submit(score).result(timeout=30)

    assert outcome == Outcome(libraries=1, changed=1)
    assert RuleSet.objects.published().filter(group=RuleGroup.VILLAGE).count() == 2
