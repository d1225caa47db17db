"""Closing a month: when, of what, once, and never changed."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from activities.enums import Kind
from kpi import queries, scoring, services, tasks
from kpi.enums import Colour, Grey
from kpi.models import Closing, ClosingScore, MonthlyTally, Score
from libraries import services as library_services
from libraries.enums import SimState
from libraries.models import Library, SimAccount
from tests import factories
from tests.kpi.conftest import SEPTEMBER, wib
from tpbis.accounts.models import AuditEvent
from tpbis.core import periods
from tpbis.core.append_only import NeverChanged

pytestmark = pytest.mark.django_db

GENERAL = (Kind.INVOLVEMENT, Kind.ADVOCACY, Kind.SERVICE)
CLOSING_DAY = wib(2024, 10, 15, 0, 0)


def closed(through: date = SEPTEMBER, **more) -> dict[int, ClosingScore]:
    closing = services.close(through, **more)
    return {row.library_id: row for row in ClosingScore.objects.filter(closing=closing)}


# --- When -----------------------------------------------------------------------------------------


def test_is_refused_until_the_closing_moment(library):
    with pytest.raises(services.TooEarly) as refused:
        services.close(SEPTEMBER, at=CLOSING_DAY - timedelta(microseconds=1))

    assert str(refused.value) == "September 2024 baru dapat ditutup mulai 15 Oktober 2024."
    assert not Closing.objects.exists()


def test_is_made_from_the_closing_moment_on(library):
    closing = services.close(SEPTEMBER, at=CLOSING_DAY)

    assert (closing.through, closing.as_of, closing.libraries) == (SEPTEMBER, CLOSING_DAY, 1)


def test_december_closes_in_january(library):
    december = date(2024, 12, 1)

    with pytest.raises(services.TooEarly):
        services.close(december, at=wib(2025, 1, 14, 23, 59))

    assert services.close(december, at=wib(2025, 1, 15)).through == december


# --- Of what --------------------------------------------------------------------------------------


def test_keeps_the_score_with_all_it_is_made_of(library, approve):
    approve(*GENERAL)

    row = closed(at=CLOSING_DAY)[library.pk]

    score = next(queries.computed_scores(Library.objects.all(), SEPTEMBER, as_of=CLOSING_DAY))
    assert row.inputs == score.inputs
    assert (row.points, row.colour, row.grey) == (score.points, score.colour, "")
    assert (row.rule_set, row.months_due) == (score.rule_set, 9)
    assert (row.name, row.regency) == (library.name, library.regency)
    assert row.statement == scoring.statement(score.inputs, score.rule_set.rules, 9)


def test_counts_first_what_no_message_has_told_of(library, approve):
    approve(*GENERAL)
    assert not MonthlyTally.objects.exists()

    row = closed(at=CLOSING_DAY)[library.pk]

    assert row.involvement == 1
    assert Score.objects.get(library=library, through=SEPTEMBER).inputs == row.inputs


def test_greys_are_told_apart_as_of_the_last_day_of_the_month(library):
    holder = factories.LibraryFactory()
    for since, one in ((date(2024, 9, 30), holder), (date(2024, 10, 1), library)):
        SimAccount.objects.create(library=one, state=SimState.ACTIVE, since_on=since)
    stopped = factories.LibraryFactory()
    MonthlyTally.objects.create(library=stopped, month=date(2023, 5, 1), seals="5" * 64)

    rows = closed(at=CLOSING_DAY)

    assert {pk: row.grey for pk, row in rows.items()} == {
        library.pk: Grey.NO_ACCOUNT,
        holder.pk: Grey.NEVER,
        stopped.pk: Grey.STOPPED,
    }


def test_only_partners_of_the_last_day_are_in_it(library):
    factories.LibraryFactory(joined_on=date(2024, 10, 1))

    assert closed(at=CLOSING_DAY).keys() == {library.pk}


def test_many_libraries_are_kept_in_portions(library, monkeypatch):
    monkeypatch.setattr("kpi.services.closings._PORTION", 2)
    factories.LibraryFactory.create_batch(4)

    assert services.close(SEPTEMBER, at=CLOSING_DAY).libraries == 5
    assert ClosingScore.objects.count() == 5


def test_later_approvals_change_the_running_score_only(library, approve):
    before = closed(at=CLOSING_DAY)[library.pk]
    services.count_and_rescore(library=library, month=approve(*GENERAL).month)

    after = closed()[library.pk]

    assert (after.colour, after.statement) == (before.colour, before.statement)
    assert Score.objects.get(library=library, through=SEPTEMBER).colour != Colour.GREY


def test_leaves_an_audit_event_of_the_portal_itself(library):
    closing = services.close(SEPTEMBER, at=CLOSING_DAY)

    event = AuditEvent.objects.get(action="kpi.close")
    assert (event.by, event.subject) == (None, f"kpi.closing:{closing.pk}")
    assert event.changes == {"month": [None, "2024-09-01"], "libraries": [None, 1]}


# --- Once, whole, and for ever --------------------------------------------------------------------


def test_who_asks_again_gets_what_there_is(library):
    first = services.close(SEPTEMBER, at=CLOSING_DAY)

    again = services.close(SEPTEMBER, at=CLOSING_DAY + timedelta(days=1))

    assert (again.pk, again.as_of) == (first.pk, CLOSING_DAY)
    assert ClosingScore.objects.count() == 1
    assert AuditEvent.objects.filter(action="kpi.close").count() == 1


def test_of_two_at_once_the_first_one_holds(library, monkeypatch):
    """The other one commits between the look and the writing of this one."""
    count = services.closings._count_what_is_stale

    def somebody_else_is_quicker(through: date, at) -> None:
        count(through, at)
        monkeypatch.setattr(services.closings, "_count_what_is_stale", count)
        services.close(through, at=CLOSING_DAY)

    monkeypatch.setattr(services.closings, "_count_what_is_stale", somebody_else_is_quicker)

    closing = services.close(SEPTEMBER, at=CLOSING_DAY + timedelta(hours=1))

    assert closing.as_of == CLOSING_DAY
    assert ClosingScore.objects.count() == 1


def test_half_a_closing_is_none(library, monkeypatch):
    factories.LibraryFactory()
    monkeypatch.setattr("kpi.services.closings._PORTION", 1)
    made = services.closings._kept
    calls = []

    def dies_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return made(*args)

    monkeypatch.setattr(services.closings, "_kept", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        services.close(SEPTEMBER, at=CLOSING_DAY)

    assert not Closing.objects.exists()
    assert not ClosingScore.objects.exists()


def test_nothing_is_closed_while_the_register_moves(library, monkeypatch):
    monkeypatch.setattr(services.closings, "_portions", lambda: iter(()))

    with pytest.raises(services.RegisterMoved):
        services.close(SEPTEMBER, at=CLOSING_DAY)

    assert not Closing.objects.exists()


def test_a_merger_while_a_month_is_closed_lets_it_be_tried_again(library, staff, monkeypatch):
    """Between the reading of the scores and of what they are kept with; here it comes to nothing
    with that attempt."""
    duplicate = factories.LibraryFactory(name="Perpustakaan Ganda", region=library.region)
    greys = queries.greys

    def after_a_merger(*args, **more):
        monkeypatch.setattr(queries, "greys", greys)
        library_services.merge(keep=library, duplicate=duplicate, by=staff)
        return greys(*args, **more)

    monkeypatch.setattr(queries, "greys", after_a_merger)

    closing = services.close(SEPTEMBER, at=CLOSING_DAY)

    assert closing.libraries == ClosingScore.objects.count() == 2
    assert AuditEvent.objects.filter(action="kpi.close").count() == 1


@pytest.mark.parametrize("table", ["kpi_closing", "kpi_closingscore"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_database_refuses_every_change(library, table, statement):
    from django.db import connection

    services.close(SEPTEMBER, at=CLOSING_DAY)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement.format(table))


def test_rows_refuse_in_words(library):
    closing = services.close(SEPTEMBER, at=CLOSING_DAY)

    with pytest.raises(NeverChanged):
        ClosingScore.objects.filter(closing=closing).update(colour=Colour.GREEN)
    with pytest.raises(NeverChanged):
        closing.delete()


def test_outlives_the_library_that_was_merged(library, staff):
    duplicate = factories.LibraryFactory(name="Perpustakaan Ganda", region=library.region)
    services.close(SEPTEMBER, at=CLOSING_DAY)

    library_services.merge(keep=library, duplicate=duplicate, by=staff)

    kept = ClosingScore.objects.of_libraries(Library.objects.all())
    assert {row.name for row in kept} == {library.name, "Perpustakaan Ganda"}
    assert ClosingScore.objects.visible_to(staff).count() == 2


def test_merged_library_is_seen_where_its_survivor_is(library, other_library, strange_pic, pic):
    duplicate = factories.LibraryFactory(region=library.region)
    services.close(SEPTEMBER, at=CLOSING_DAY)
    library_services.merge(keep=library, duplicate=duplicate, by=pic)

    assert ClosingScore.objects.visible_to(pic).count() == 2
    assert ClosingScore.objects.visible_to(strange_pic).count() == 1


# --- Which months ---------------------------------------------------------------------------------


def test_last_month_due_turns_at_midnight_of_closing_day():
    assert queries.last_month_due(wib(2024, 10, 14, 23, 59)) == date(2024, 8, 1)
    assert queries.last_month_due(CLOSING_DAY) == SEPTEMBER
    assert queries.last_month_due(wib(2025, 1, 15)) == date(2024, 12, 1)


def test_new_installation_closes_nothing(library):
    assert services.close_months(at=CLOSING_DAY) == []


def test_past_without_the_portal_stays_open(library, librarian, pic):
    """A report of January that came in on 20 September: the first month to close is September."""
    january = date(2024, 1, 1)
    factories.approved(library, librarian, pic, *GENERAL, month=january, at=wib(2024, 9, 20))

    assert queries.months_to_close(wib(2024, 10, 14)) == []
    assert queries.months_to_close(wib(2024, 11, 20)) == [SEPTEMBER, date(2024, 10, 1)]


def test_night_catches_up_from_the_first_month_not_closed(library):
    services.close(date(2024, 6, 1), at=wib(2024, 7, 15))
    services.close(date(2024, 8, 1), at=wib(2024, 9, 15))

    made = services.close_months(at=wib(2024, 10, 16))

    assert [closing.through for closing in made] == [date(2024, 7, 1), SEPTEMBER]
    assert services.close_months(at=wib(2024, 10, 16)) == []
    assert queries.last_closing().through == SEPTEMBER


def test_months_before_the_first_closing_are_refused(library):
    services.close(date(2024, 8, 1), at=wib(2024, 9, 15))

    with pytest.raises(services.TooOld) as refused:
        services.close(date(2019, 3, 1), at=wib(2024, 9, 20))

    assert refused.value.first == date(2024, 8, 1)
    assert queries.months_to_close(wib(2024, 9, 20)) == []


def test_months_before_the_first_one_that_closes_by_itself_are_refused(library, librarian, pic):
    factories.approved(library, librarian, pic, *GENERAL, month=SEPTEMBER, at=wib(2024, 9, 20))

    with pytest.raises(services.TooOld) as refused:
        services.close(date(2024, 8, 1), at=wib(2024, 11, 20))

    assert refused.value.first == SEPTEMBER
    assert services.close(SEPTEMBER, at=wib(2024, 11, 20)).through == SEPTEMBER


def test_where_nothing_was_approved_yet_only_the_newest_month_may_be_closed(library):
    with pytest.raises(services.TooOld):
        services.close(date(2024, 8, 1), at=CLOSING_DAY)

    assert services.close(SEPTEMBER, at=CLOSING_DAY).through == SEPTEMBER


def test_closings_may_be_made_to_begin_earlier(library):
    services.close(SEPTEMBER, at=CLOSING_DAY)

    services.close(date(2024, 7, 1), at=CLOSING_DAY, begins_earlier=True)

    assert queries.months_to_close(CLOSING_DAY) == [date(2024, 8, 1)]


def test_task_closes_what_is_due(library):
    month = queries.last_month_due(periods.midnight(date(2024, 10, 20)))
    services.close(month, at=wib(2024, 10, 20))

    tasks.close_months()

    assert queries.last_closing().through > month


def test_each_night_asks_for_it_several_times_before_and_beside_the_run(settings):
    (entry,) = (
        entry
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if entry["task"] == tasks.close_months.name
    )

    assert (entry["schedule"].hour, entry["schedule"].minute) == ({0, 1, 2, 3, 4, 5}, {2, 32})
    assert entry["options"]["expires"] < 30 * 60
