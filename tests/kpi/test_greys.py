"""Why a library was grey at the end of each of several months: as one month at a time says it."""

from datetime import date, timedelta

from activities.enums import Kind
from kpi import queries, services
from kpi.enums import Grey
from libraries.enums import SimState
from libraries.models import Assignment, Library, SimAccount
from tests import factories
from tests.kpi.conftest import sim_report
from tpbis.accounts.enums import Role
from tpbis.core import periods

MONTHS = [date(2023, 11, 1), date(2023, 12, 1), *[date(2024, month, 1) for month in range(1, 13)]]
LONG_AFTER = date(2026, 1, 1)


def one_by_one(today: date) -> dict[date, dict[int, Grey]]:
    return {
        month: queries.greys(Library.objects.all(), month, on=min(periods.last_day(month), today))
        for month in MONTHS
    }


def at_once(today: date) -> dict[date, dict[int, Grey]]:
    everyone = set(Library.objects.values_list("pk", flat=True))
    return queries.greys_by_month(
        Library.objects.all(), dict.fromkeys(MONTHS, everyone), today=today
    )


def test_all_months_at_once_say_what_each_says(lumajang):
    nobody, by_sim, by_portal, left, silent = (factories.LibraryFactory() for _ in range(5))
    for state, day in (
        (SimState.ACTIVE, date(2024, 2, 10)),
        (SimState.INACTIVE, date(2024, 5, 31)),
        (SimState.ACTIVE, date(2024, 5, 31)),
        (SimState.INACTIVE, date(2024, 8, 1)),
    ):
        SimAccount.objects.create(library=by_sim, state=state, since_on=day)
    for library, activated in ((by_portal, True), (silent, False)):
        user = factories.UserFactory(role=Role.LIBRARIAN)
        if not activated:
            user.activated_at = None
            user.save()
        Assignment.objects.create(
            user=user, library=library, starts_on=date(2024, 3, 15), ends_on=date(2024, 9, 30)
        )
    entry = {"kind": Kind.SERVICE, **factories.content(Kind.SERVICE, month=MONTHS[0])}
    sim_report(left, MONTHS[0], entry)
    services.count_and_rescore(library=left, month=MONTHS[0])

    found = at_once(LONG_AFTER)

    assert found == one_by_one(LONG_AFTER)
    assert {month: said[left.pk] for month, said in found.items()} == {
        month: Grey.STOPPED if month.year == 2024 else Grey.NO_ACCOUNT for month in MONTHS
    }
    assert {found[month][nobody.pk] for month in MONTHS} == {Grey.NO_ACCOUNT}
    assert {said[by_sim.pk] for said in found.values()} == {Grey.NO_ACCOUNT, Grey.NEVER}


def test_what_has_not_come_yet_is_judged_by_today(lumajang):
    library = factories.LibraryFactory()
    today = date(2024, 6, 14)
    SimAccount.objects.create(
        library=library, state=SimState.ACTIVE, since_on=today + timedelta(days=1)
    )

    found = at_once(today)

    assert found == one_by_one(today)
    assert found[date(2024, 12, 1)] == {library.pk: Grey.NO_ACCOUNT}


def test_it_asks_three_queries_however_many_months(lumajang, django_assert_num_queries):
    for _ in range(3):
        factories.LibraryFactory()
    everyone = set(Library.objects.values_list("pk", flat=True))

    with django_assert_num_queries(3):
        queries.greys_by_month(
            Library.objects.all(), dict.fromkeys(MONTHS, everyone), today=LONG_AFTER
        )
