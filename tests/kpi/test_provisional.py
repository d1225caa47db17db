"""What waits for review, counted as if it were approved."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import services as activities
from activities.enums import Kind, ReturnReason
from activities.models import MonthlyReport
from kpi import queries, services
from kpi.models import Score
from libraries.models import Library
from tests import factories
from tests.kpi.conftest import SEPTEMBER, sim_report, wib
from tpbis.accounts.enums import Role

AUGUST, DECEMBER = date(2024, 8, 1), date(2024, 12, 1)
LONG_AFTER = wib(2025, 6, 1)
GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)


@pytest.fixture
def submit(library, librarian) -> Callable[..., MonthlyReport]:
    def submit(*kinds: Kind, month: date = SEPTEMBER) -> MonthlyReport:
        draft = factories.report(library, librarian, *kinds, month=month)
        return activities.submit(report=draft, by=librarian)

    return submit


def provisional(through: date = SEPTEMBER) -> dict[int, tuple[str, int | None]]:
    found = queries.provisional(Library.objects.all(), through, as_of=LONG_AFTER)
    return {library: (result.colour, result.points) for library, result in found.items()}


def added(through: date = SEPTEMBER) -> dict[str, int]:
    (waiting,) = queries.waiting_reports(Library.objects.all(), through).values()
    return {name: value for name, value in waiting.adds._asdict().items() if value}


def stored(library: Library, through: date = SEPTEMBER) -> tuple[str, int | None]:
    score = Score.objects.get(library=library, through=through)
    return score.colour, score.points


def test_nobody_is_named_while_nothing_waits(library, librarian, approve):
    approve(*GENERAL)
    factories.report(library, librarian, Kind.INVOLVEMENT, month=AUGUST)  # a draft
    entry = {"kind": Kind.ADVOCACY, **factories.content(Kind.ADVOCACY, month=AUGUST)}
    sim_report(library, AUGUST, entry)

    assert provisional() == {}


def test_only_those_with_something_waiting_are_named(library, other_library, submit):
    submit(*GENERAL)

    assert set(provisional()) == {library.pk}


def test_a_report_counts_in_the_spans_that_hold_its_month(library, submit):
    submit(*GENERAL)

    assert provisional(AUGUST) == {}
    assert set(provisional(DECEMBER)) == {library.pk}
    assert provisional(date(2025, 1, 1)) == {}


def test_what_counts_already_is_added_to(library, submit, approve):
    approve(*GENERAL)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    submit(Kind.ADVOCACY, Kind.ADVOCACY, month=SEPTEMBER)  # a supplement
    submit(Kind.PUBLICATION, month=AUGUST)

    assert added() == {"advocacy": 2, "visit_months": 1, "publications": 1, "sustainability": 2}


def test_a_month_has_one_visits_figure(library, submit, approve):
    approve(Kind.INVOLVEMENT)
    services.count_and_rescore(library=library, month=SEPTEMBER)
    submit(Kind.PUBLICATION)

    assert added() == {"publications": 1}


def test_a_figure_of_the_sim_is_the_one_there_already(library, submit):
    sim_report(library, AUGUST, visits_total=40)
    services.count_and_rescore(library=library, month=AUGUST)
    submit(Kind.SERVICE, month=AUGUST)

    assert added() == {"service": 1}


def test_returned_reports_wait_for_their_librarian(library, submit, pic):
    report = submit(*GENERAL)
    activities.send_back(report=report, reason=ReturnReason.PHOTO, comment="Kabur.", by=pic)

    assert provisional() == {}


def test_a_library_that_takes_no_part_any_more_has_no_score(library, submit):
    submit(*GENERAL)
    library.inactivities.create(starts_on=date(2024, 9, 10), reason="Tutup")

    assert provisional() == {}


KINDS = st.lists(st.sampled_from(list(Kind)), min_size=1, max_size=5)
MONTHS = st.dictionaries(st.integers(1, 9), st.tuples(KINDS, KINDS | st.just([])), max_size=4)


@given(months=MONTHS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_approving_exactly_what_waits_gives_it(lumajang, pic, months):
    library = factories.LibraryFactory()
    by = factories.someone(Role.LIBRARIAN, library)
    waiting = []
    for number, (kinds, before) in months.items():
        month = date(2024, number, 1)
        if before:
            factories.approved(library, by, pic, *before, month=month)
            services.count_and_rescore(library=library, month=month)
        draft = factories.report(library, by, *kinds, month=month)
        waiting.append(activities.submit(report=draft, by=by))
    promised = queries.provisional(
        Library.objects.filter(pk=library.pk), SEPTEMBER, as_of=LONG_AFTER
    )

    for report in waiting:
        activities.approve(report=report, by=pic)
        services.count_and_rescore(library=library, month=report.month)

    found = {pk: (result.colour, result.points) for pk, result in promised.items()}
    assert found == ({library.pk: stored(library)} if waiting else {})


def test_it_asks_the_same_number_of_queries_however_many_wait(
    library, other_library, submit, stranger, django_assert_num_queries
):
    for month in range(1, 9):
        submit(*GENERAL, month=date(2024, month, 1))
    for month in range(3, 6):
        draft = factories.report(other_library, stranger, Kind.SERVICE, month=date(2024, month, 1))
        activities.submit(report=draft, by=stranger)

    with django_assert_num_queries(4):
        assert len(queries.waiting_reports(Library.objects.all(), SEPTEMBER)) == 2
