"""How many had which colour, day by day."""

from datetime import date

from activities.enums import Kind
from kpi import queries, services
from kpi.models import DailyColours
from kpi.services.daily import note_colours
from libraries.enums import SimState
from libraries.models import Library
from libraries.services import note_sim_state
from tests import factories
from tests.kpi.conftest import wib
from tpbis.accounts.enums import Role

NIGHT = wib(2024, 10, 21, 0, 20)
OCTOBER = date(2024, 10, 1)


def noted(**counts: int) -> dict[str, int]:
    none = dict.fromkeys(("green", "yellow", "red", "no_account", "never", "stopped"), 0)
    return none | counts


def counts(row: DailyColours) -> dict[str, int]:
    return {name: getattr(row, name) for name in noted()}


def test_the_colours_and_the_three_greys_are_told_apart(library, librarian, pic, lumajang):
    with_account = factories.LibraryFactory(region=factories.region("35.08.21.2001"))
    note_sim_state(library=with_account, state=SimState.ACTIVE, since_on=date(2024, 1, 1))
    factories.LibraryFactory(region=factories.region("35.08.21.2002"))
    silent = factories.LibraryFactory(region=factories.region("35.08.21.2003"))
    theirs = factories.LibraryFactory(region=factories.region("35.05.17.1006"))
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=date(2024, 9, 1))
    its_librarian = factories.someone(Role.LIBRARIAN, silent)
    factories.approved(silent, its_librarian, pic, Kind.SERVICE, month=date(2023, 5, 1))
    services.run_full(at=NIGHT)

    row = note_colours(lumajang, as_of=NIGHT)

    assert (row.day, row.through) == (date(2024, 10, 21), OCTOBER)
    assert counts(row) == noted(red=1, never=1, no_account=1, stopped=1)
    assert theirs.regency != lumajang


def test_a_later_run_of_the_day_writes_over_an_earlier_one(library, librarian, pic, lumajang):
    services.rescore(Library.objects.all(), OCTOBER, as_of=NIGHT)
    before = counts(note_colours(lumajang, as_of=NIGHT))
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, month=date(2024, 9, 1))
    services.run_full(at=NIGHT)

    note_colours(lumajang, as_of=wib(2024, 10, 21, 15))

    assert before == noted(never=1)
    assert counts(DailyColours.objects.get()) == noted(red=1)


def test_a_run_writes_them_of_each_area(library, other_library):
    run = services.start_run("night", at=NIGHT)
    for area in run.areas.all():
        services.work_on(area.pk)

    rows = DailyColours.objects.order_by("area__code").values_list("area__code", "no_account")
    assert list(rows) == [("35", 0), ("35.05", 1), ("35.08", 1)]


def test_the_newest_at_or_before_a_day_is_found_for_each_area(lumajang, blitar):
    def row(area, day):
        return DailyColours.objects.create(area=area, day=day, through=OCTOBER)

    row(lumajang, date(2024, 10, 1))
    newest = row(lumajang, date(2024, 10, 14))
    row(lumajang, date(2024, 10, 15))
    row(blitar, date(2024, 10, 20))

    found = queries.daily_colours([lumajang.pk, blitar.pk], date(2024, 10, 14))

    assert found == {lumajang.pk: newest}


def test_it_is_one_question_however_many_areas(lumajang, blitar, django_assert_num_queries):
    for area in (lumajang, blitar):
        DailyColours.objects.create(area=area, day=date(2024, 10, 1), through=OCTOBER)

    with django_assert_num_queries(1):
        assert len(queries.daily_colours([lumajang.pk, blitar.pk], date(2024, 11, 1))) == 2
