"""Timeliness without what was excused; months missed in a row; how long reviews take."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activities import services
from activities.enums import ExcuseReason, Kind, MentoringWay
from activities.models import Excuse
from libraries.models import Inactivity, Library
from reports import figures
from reports.figures import follow_up
from reports.figures.results import Completeness, MonthCell
from reports.figures.waiting import review_waits
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import set_clock, wib
from tpbis.core import periods
from tpbis.core.periods import Period

JULY, AUGUST, SEPTEMBER = (date(2024, month, 1) for month in (7, 8, 9))
QUARTER = Period(JULY, SEPTEMBER)
LATER = wib(2024, 12, 1)


def excuse(library, by, month):
    return services.excuse(
        library=library, month=month, reason=ExcuseReason.ILLNESS, comment="Opname.", by=by
    )


def counted() -> Completeness:
    return figures.completeness(Library.objects.all(), QUARTER, as_of=LATER)


# --- Timeliness -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_excused_month_counts_neither_for_nor_against_timeliness(library, librarian, pic):
    world.submit(library, Kind.ADVOCACY, month=JULY, at=wib(2024, 8, 1), by=librarian)
    world.submit(library, Kind.ADVOCACY, month=AUGUST, at=wib(2024, 9, 20), by=librarian)
    assert counted() == Completeness(expected=3, reported=2, on_time=1)

    excuse(library, pic, AUGUST)
    excused = excuse(library, pic, SEPTEMBER)

    assert counted() == Completeness(expected=3, reported=2, on_time=1, excused=2)
    assert counted().timed == 1
    services.withdraw_excuse(excuse=excused, by=pic)
    assert counted().timed == 2


@pytest.mark.django_db
def test_a_month_that_came_in_time_after_its_excuse_leaves_numerator_too(library, librarian, pic):
    """The running month was excused in good time, and was sent in time after all."""
    Excuse.objects.create(
        library=library, month=JULY, reason="sakit", comment="Opname.", excused_by=pic
    )
    world.submit(library, Kind.ADVOCACY, month=JULY, at=wib(2024, 8, 1), by=librarian)

    assert counted() == Completeness(expected=3, reported=1, on_time=0, excused=1)


@pytest.mark.django_db
def test_what_nobody_expects_is_not_excused_either(library, pic):
    """Excuses of before the register said so."""
    excuse(library, pic, JULY)
    excuse(library, pic, AUGUST)
    Inactivity.objects.create(
        library=library, starts_on=JULY, ends_on=date(2024, 7, 31), reason="x"
    )
    library.joined_on = date(2024, 9, 1)
    library.save()

    assert counted() == Completeness(expected=1, reported=0, on_time=0, excused=0)


@pytest.mark.django_db
def test_parts_of_a_region_add_up_to_it(library, other_library, pic, strange_pic):
    excuse(library, pic, JULY)
    excuse(other_library, strange_pic, AUGUST)

    dashboard = figures.dashboard(
        factories.region("35"), Library.objects.all(), QUARTER, as_of=LATER
    )

    assert dashboard.completeness == Completeness(expected=6, excused=2)
    assert {row.area.code: row.completeness.excused for row in dashboard.rows} == {
        "35.05": 1,
        "35.08": 1,
    }


@pytest.mark.django_db
def test_points_and_colours_know_no_excuse(library, librarian, pic):
    world.approve(library, *world.GENERAL, month=JULY, by=librarian)
    before = figures.rapor(library, SEPTEMBER)

    excuse(library, pic, AUGUST)

    assert figures.rapor(library, SEPTEMBER) == before


# --- Months in a row ------------------------------------------------------------------------------

STATES = ("not_reported", "excused", "open", "draft", "submitted", "returned", "approved")
ENDS = {"submitted", "returned", "approved", "inactive", "not_expected", "sim"}


def cells(states: list[str]) -> list[MonthCell]:
    return [
        MonthCell(
            month=periods.add_months(date(2024, 1, 1), at),
            state="not_reported" if state == "excused" else state,
            colour=None,
            entries=0,
            is_excused=state == "excused",
        )
        for at, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], 0),
        (["approved", "not_reported", "not_reported"], 2),
        (["not_reported", "approved", "not_reported", "open"], 1),
        (["not_reported", "not_reported", "approved"], 0),
        (["not_reported", "excused", "not_reported"], 2),
        (["approved", "excused"], 0),
        (["not_reported", "returned", "not_reported"], 1),
        (["not_reported", "inactive", "not_reported"], 1),
        (["not_expected", "not_reported", "draft"], 1),
        (["sim", "sim"], 0),
    ],
)
def test_months_missed_in_a_row(states, expected):
    assert follow_up.missed_in_a_row(cells(states)) == expected


@given(st.lists(st.sampled_from(sorted({*STATES, *ENDS})), max_size=14))
def test_the_row_is_what_was_missed_after_the_last_month_that_ends_it(states):
    found = follow_up.Silence(1, tuple(cells(states)))

    last = max((at for at, state in enumerate(states) if state in ENDS), default=-1)
    assert found.in_a_row == Counter(states[last + 1 :])["not_reported"]
    assert found.missed == Counter(states)["not_reported"]
    assert found.is_longer == (last == -1)


@pytest.mark.django_db
def test_whoever_missed_most_in_a_row_comes_first(library, librarian, pic, monkeypatch):
    set_clock(monkeypatch, 2024, 11, 22, 10, 0)
    quiet = factories.LibraryFactory(name="Anggrek", region=library.region)
    excused = factories.LibraryFactory(name="Zamrud", region=library.region)
    world.submit(library, Kind.ADVOCACY, month=SEPTEMBER, at=wib(2024, 10, 1), by=librarian)
    for month in periods.months_from_to(date(2023, 12, 1), date(2024, 10, 1)):
        excuse(excused, pic, month)

    found = follow_up.silences(Library.objects.all(), date(2024, 11, 1))

    assert [(one.library, one.in_a_row, one.missed) for one in found] == [
        (quiet.pk, 11, 11),
        (library.pk, 1, 10),
        (excused.pk, 0, 0),
    ]


@pytest.mark.django_db
def test_the_last_report_and_the_last_contact(library, librarian, pic, facilitator):
    world.submit(library, Kind.ADVOCACY, month=AUGUST, by=librarian)
    world.draft(library, Kind.ADVOCACY, month=SEPTEMBER, by=librarian)
    services.note_visit(
        library=library,
        held_on=date(2024, 10, 1),
        way=MentoringWay.CALL,
        notes="Membahas laporan.",
        by=facilitator,
    )

    assert follow_up.last_reports([library.pk]) == {library.pk: AUGUST}
    assert follow_up.last_contacts([library.pk])[library.pk].way == "telepon"
    services.mark_reminded(library=library, month=SEPTEMBER, by=pic, at=wib(2024, 10, 2))
    assert follow_up.last_contacts([library.pk])[library.pk] == follow_up.Contact(
        date(2024, 10, 2), "pengingat"
    )


# --- How long reviews take ------------------------------------------------------------------------


@pytest.mark.django_db
def test_waiting_and_decided_reports_by_regency(library, other_library, librarian, pic):
    def sent(month, *at):
        return world.submit(library, Kind.ADVOCACY, month=month, at=wib(*at), by=librarian)

    sent(SEPTEMBER, 2024, 10, 7)  # waits since a Monday
    sent(AUGUST, 2024, 10, 14)
    services.approve(report=sent(JULY, 2024, 10, 1, 9, 0), by=pic, at=wib(2024, 10, 4))
    world.submit(other_library, Kind.ADVOCACY, month=JULY, at=wib(2024, 10, 15))

    lumajang, blitar = review_waits(Library.objects.all(), date(2024, 10, 16))

    assert lumajang.regency == library.regency
    assert lumajang.pics == (pic.full_name,)
    assert (lumajang.waiting, lumajang.average, lumajang.longest) == ((7, 2), 4.5, 7)
    assert (lumajang.overdue, lumajang.for_province) == (1, 0)
    assert (lumajang.decided, lumajang.decided_average) == ((3,), 3.0)
    assert (blitar.waiting, blitar.decided, blitar.decided_average) == ((1,), (), None)


@pytest.mark.django_db
def test_a_report_that_came_twice_was_decided_twice(library, librarian, pic):
    report = world.submit(
        library, Kind.ADVOCACY, month=JULY, at=wib(2024, 10, 7, 9, 0), by=librarian
    )
    services.send_back(
        report=report, reason="lainnya", comment="Lengkapi.", by=pic, at=wib(2024, 10, 8)
    )
    services.submit(report=report, by=librarian, at=wib(2024, 10, 14))
    services.approve(report=report, by=pic, at=wib(2024, 10, 17))
    services.reopen(report=report, comment="Keliru.", by=pic, at=wib(2024, 10, 30))

    (found,) = review_waits(Library.objects.all(), date(2024, 10, 31))

    assert sorted(found.decided) == [1, 3]
    assert found.waiting == ()
