"""Every published number: what counts, what does not, and that the parts make the whole."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from activities import services as activities
from activities.enums import Kind, State
from activities.models import MonthlyReport, OfficialScore
from kpi import queries as kpi_queries
from kpi import services as kpi
from kpi.enums import Colour, Grey
from kpi.models import MonthlyTally, Score
from libraries.enums import LibraryKind, ReportingMode, SimState
from libraries.models import Library, Region
from reports import figures
from reports.figures import ColourCounts, Completeness, MonthColours, Totals
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import GENERAL, SUNDAY, approve, village
from tests.reports.times import NOW, set_clock, wib
from tpbis.core import periods
from tpbis.core.periods import Period

SEPTEMBER = date(2024, 9, 1)
NINE_MONTHS = Period(date(2024, 1, 1), SEPTEMBER)
LATER = wib(2025, 3, 1, 9, 0)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def everyone(province):
    return Library.objects.all()


def region_dashboard(region: Region, period: Period = NINE_MONTHS, **more) -> figures.Dashboard:
    return figures.dashboard(region, Library.objects.within(region.code), period, **more)


# --- Colours --------------------------------------------------------------------------------------


def test_colours_and_their_reconciliation(everyone):
    yellow, red, grey = village(), village(), village()
    for month in (1, 2, 3):
        approve(yellow, *GENERAL, month=date(2024, month, 1))
    approve(red, Kind.INVOLVEMENT, month=SEPTEMBER)

    found = figures.colours(everyone, date(2024, 3, 1))
    counts = figures.colour_counts(everyone, date(2024, 3, 1))

    assert found == {yellow.pk: Colour.YELLOW, red.pk: Colour.GREY, grey.pk: Colour.GREY}
    assert counts == ColourCounts(yellow=1, never=1, no_account=1)
    assert counts.reconciliation == "3 = 0 + 1 + 0 + 2"
    assert counts.scored == 1


def test_library_that_joined_later_is_no_partner_yet(everyone):
    village(joined_on=date(2024, 10, 1))
    there = village(joined_on=date(2024, 9, 30))

    assert figures.colours(everyone, SEPTEMBER).keys() == {there.pk}


def test_stored_colour_is_shown_and_a_missing_one_computed(everyone):
    stored, missing = village(), village()
    approve(stored, *GENERAL, month=SEPTEMBER)
    approve(missing, *GENERAL, month=SEPTEMBER)
    Score.objects.filter(library=missing).delete()
    Score.objects.filter(library=stored).update(colour=Colour.RED)

    found = figures.colours(everyone, SEPTEMBER)

    assert found[stored.pk] == Colour.RED
    assert found[missing.pk] == kpi_queries.scores_through(everyone, SEPTEMBER)[missing.pk].colour


def test_score_from_before_a_library_joined_is_not_shown(everyone):
    library = village(joined_on=date(2024, 1, 1))
    kpi.rescore(everyone, SEPTEMBER)
    Library.objects.filter(pk=library.pk).update(joined_on=date(2024, 12, 1))

    assert figures.colours(everyone, SEPTEMBER) == {}
    assert figures.colour_trend(everyone, SEPTEMBER)[-1].total == 0


def test_three_greys_are_told_apart(everyone):
    with_sim, with_login, stopped, nobody = village(), village(), village(), village()
    world.sim_account(with_sim, SimState.ACTIVE, date(2024, 1, 5))
    world.librarian_of(with_login)
    approve(stopped, Kind.INVOLVEMENT, month=date(2023, 5, 1))

    counts = figures.colour_counts(everyone, SEPTEMBER)

    assert counts == ColourCounts(never=2, stopped=1, no_account=1)
    assert [row.grey for row in figures.library_rows(everyone.order_by("pk"), NINE_MONTHS)] == [
        Grey.NEVER,
        Grey.NEVER,
        Grey.STOPPED,
        Grey.NO_ACCOUNT,
    ]
    assert nobody in everyone


def test_account_states_are_those_of_the_last_day(everyone):
    library = village()
    world.sim_account(library, SimState.PROPOSED, date(2024, 2, 1))
    world.sim_account(library, SimState.ACTIVE, date(2024, 10, 1))

    assert figures.colour_counts(everyone, SEPTEMBER) == ColourCounts(no_account=1)
    assert figures.colour_counts(everyone, date(2024, 10, 1)) == ColourCounts(never=1)


def test_account_of_a_running_month_is_that_of_today(everyone):
    library = village()
    world.sim_account(library, SimState.ACTIVE, date(2026, 11, 30))

    assert figures.colour_counts(everyone, date(2026, 11, 1)) == ColourCounts(no_account=1)


def test_parts_are_added_up_by_colour_and_by_grey():
    parts = [ColourCounts(green=1, no_account=2), ColourCounts(green=3, red=4, never=5, stopped=6)]

    whole = figures.added_up(parts)

    assert whole == ColourCounts(green=4, red=4, no_account=2, never=5, stopped=6)
    assert whole.reconciliation == "21 = 4 + 0 + 4 + 13"


# --- Months of colours ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_colours_of_many_months_are_those_of_each_month(province, seed):
    libraries = random_world(seed)
    Score.objects.filter(pk__in=random.Random(seed).sample(pks(Score), k=8)).delete()
    months = list(periods.months_from_to(date(2023, 6, 1), date(2024, 8, 1)))

    found = figures.colours_by_month(libraries, months)

    for month in months:
        scores = kpi_queries.scores_through(libraries, month)
        assert found[month] == {pk: score.colour for pk, score in scores.items()}


@pytest.mark.parametrize("seed", range(2))
def test_trend_counts_the_colours_of_each_month(province, seed):
    libraries = random_world(seed)

    trend = figures.colour_trend(libraries, date(2024, 6, 1), length=8)

    assert [one.month for one in trend] == list(
        periods.months_from_to(date(2023, 11, 1), date(2024, 6, 1))
    )
    for one in trend:
        counts = figures.colour_counts(libraries, one.month)
        assert (one.green, one.yellow, one.red, one.grey) == (
            counts.green,
            counts.yellow,
            counts.red,
            counts.grey,
        )
        assert one.total == counts.total


def test_very_many_missing_colours_are_computed_alike(everyone, monkeypatch):
    for _ in range(3):
        approve(village(), *GENERAL, month=SEPTEMBER)
    Score.objects.filter(library=Library.objects.first()).delete()
    few = figures.colours(everyone, SEPTEMBER)

    monkeypatch.setattr("reports.figures.colouring._MANY", 0)

    assert figures.colours(everyone, SEPTEMBER) == few


@pytest.mark.parametrize("rows", [1, 12])
@pytest.mark.parametrize("months", [1, 14])
def test_months_of_colours_take_the_same_queries_however_many(
    everyone, rows, months, django_assert_num_queries
):
    for _ in range(rows):
        approve(village(), Kind.INVOLVEMENT, month=date(2024, 2, 1))
    Score.objects.all().delete()
    first = periods.add_months(date(2024, 6, 1), 1 - months)

    with django_assert_num_queries(7):
        figures.colours_by_month(everyone, list(periods.months_from_to(first, date(2024, 6, 1))))


# --- Totals ---------------------------------------------------------------------------------------


def test_only_approved_content_of_the_period_counts(everyone):
    approve(village(), Kind.INVOLVEMENT, Kind.PUBLICATION, month=SEPTEMBER)
    approve(village(), Kind.INVOLVEMENT, month=date(2024, 10, 1))
    approve(village(), Kind.INVOLVEMENT, month=date(2023, 12, 1))
    world.submit(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    world.send_back(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    world.draft(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    for month in (SEPTEMBER, date(2024, 10, 1)):
        kpi.count(MonthlyReport.objects.filter(month=month))

    assert figures.totals(everyone, NINE_MONTHS) == Totals(
        involvement=1,
        participants=20,
        publications=1,
        visits_men=10,
        visits_women=12,
        visits_total=22,
    )


def test_sim_entries_count_and_the_portals_visits_win(everyone):
    library = village()
    world.sim_entries(library, *GENERAL, month=SEPTEMBER, visits=99)
    world.sim_entries(library, Kind.ADVOCACY, month=date(2024, 8, 1), visits=7)
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)

    found = figures.totals(everyone, NINE_MONTHS)

    assert (found.involvement, found.advocacy, found.service) == (2, 2, 1)
    assert found.visits_total == 22 + 7


def test_sim_entries_colour_a_library_without_any_login(everyone):
    library = village()
    for month in (1, 2, 3):
        world.sim_entries(library, *GENERAL, month=date(2024, month, 1))

    assert figures.colour_counts(everyone, date(2024, 3, 1)) == ColourCounts(yellow=1)


def test_reopened_month_no_longer_counts(everyone):
    library = village()
    report = approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)

    activities.reopen(report=report, comment="Salah bulan.", by=world.pic_of(library))
    kpi.count_and_rescore(library=library, month=SEPTEMBER)

    assert figures.totals(everyone, NINE_MONTHS) == Totals()
    assert figures.colour_counts(everyone, SEPTEMBER) == ColourCounts(never=1)


def test_totals_month_by_month_add_up(everyone):
    library = village()
    approve(library, Kind.INVOLVEMENT, month=date(2024, 2, 1))
    approve(library, Kind.INVOLVEMENT, Kind.ADVOCACY, month=SEPTEMBER)

    by_month = figures.totals_by_month(everyone, NINE_MONTHS)

    assert list(by_month) == NINE_MONTHS.months
    assert by_month[date(2024, 3, 1)] == Totals()
    whole = figures.totals(everyone, NINE_MONTHS)
    assert sum(one.visits_total for one in by_month.values()) == whole.visits_total
    assert sum(one.advocacy for one in by_month.values()) == whole.advocacy == 1


# --- Partnerships ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "counts"),
    [
        (date(2024, 1, 1), None, 1),
        (date(2024, 9, 30), date(2024, 9, 30), 1),
        (date(2024, 1, 1), date(2024, 9, 29), 0),
        (date(2024, 10, 1), None, 0),
    ],
)
def test_partnerships_are_those_in_force_on_the_last_day(everyone, starts_on, ends_on, counts):
    world.partnership(village(), starts_on, ends_on)

    assert figures.partnerships(everyone, NINE_MONTHS.last_day) == counts


# --- Completeness ---------------------------------------------------------------------------------

ONLY_SEPTEMBER = Period(SEPTEMBER, SEPTEMBER)


@pytest.fixture
def september(everyone):
    return lambda: figures.completeness(everyone, ONLY_SEPTEMBER, as_of=LATER)


def test_report_sent_in_the_last_minute_is_on_time(september):
    world.submit(village(), Kind.INVOLVEMENT, month=SEPTEMBER, at=SUNDAY)

    assert september() == Completeness(expected=1, reported=1, on_time=1)


def test_report_sent_a_minute_later_is_reported_but_late(september):
    late = SUNDAY + timedelta(minutes=1)
    world.submit(village(), Kind.INVOLVEMENT, month=SEPTEMBER, at=late)

    assert september() == Completeness(expected=1, reported=1, on_time=0)


def test_returned_report_is_not_reported_until_it_is_sent_again(september):
    library = village()
    report = world.send_back(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    before = september()

    activities.submit(report=report, by=world.librarian_of(library))

    assert before == Completeness(expected=1, reported=0, on_time=0)
    assert september() == Completeness(expected=1, reported=1, on_time=0)


def test_month_once_sent_in_time_stays_on_time_after_mending(september):
    library = village()
    by = world.librarian_of(library)
    report = activities.submit(
        report=factories.report(library, by, Kind.INVOLVEMENT, month=SEPTEMBER), by=by, at=SUNDAY
    )
    activities.send_back(
        report=report, reason="lainnya", comment="Perbaiki.", by=world.pic_of(library)
    )
    activities.submit(report=report, by=by, at=LATER)

    assert september() == Completeness(expected=1, reported=1, on_time=1)


def test_supplementary_report_is_no_second_report(september):
    library = village()
    by = world.librarian_of(library)
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER, at=SUNDAY, by=by)
    more = factories.report(library, by, Kind.ADVOCACY, month=SEPTEMBER)
    activities.submit(report=more, by=by, at=SUNDAY)

    assert more.number == 2
    assert september() == Completeness(expected=1, reported=1, on_time=1)


def test_empty_month_sent_as_nihil_is_reported(september):
    library = village()
    by = world.librarian_of(library)
    empty = factories.report(library, by, month=SEPTEMBER)
    activities.submit(report=empty, by=by, nihil=True, at=SUNDAY)

    assert september() == Completeness(expected=1, reported=1, on_time=1)


def test_drafts_and_sim_entries_are_no_reports(september):
    world.draft(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    world.sim_entries(village(), Kind.INVOLVEMENT, month=SEPTEMBER)

    assert september() == Completeness(expected=2, reported=0, on_time=0)


def test_nothing_is_expected_where_the_sim_leads(september, lumajang):
    world.submit(village(), Kind.INVOLVEMENT, month=SEPTEMBER, at=SUNDAY)
    Region.objects.filter(pk=lumajang.pk).update(reporting_mode=ReportingMode.SIM)

    assert september() == Completeness()


def test_month_is_expected_from_the_moment_its_deadline_has_passed(everyone):
    village()

    def expected(*when: int) -> int:
        return figures.completeness(everyone, NINE_MONTHS, as_of=wib(*when)).expected

    assert expected(2024, 10, 5, 23, 59) == 8
    assert expected(2024, 10, 6, 0, 0) == 9


def test_months_before_joining_are_not_expected_nor_counted_as_reported(everyone):
    library = village(joined_on=date(2024, 8, 20))
    by = world.librarian_of(library)
    for month in (7, 8):
        approve(library, Kind.INVOLVEMENT, month=date(2024, month, 1), at=SUNDAY, by=by)

    found = figures.completeness(everyone, NINE_MONTHS, as_of=LATER)

    assert found == Completeness(expected=2, reported=1, on_time=0)


# --- A region's page ------------------------------------------------------------------------------


def random_world(seed: int):
    """Libraries in every kind of place, some months, some partnerships; all from ``seed``. Scores
    of half the months are stored."""
    dice = random.Random(seed)
    places = [
        ("35.08.21.2004", LibraryKind.VILLAGE),
        ("35.08.21.2004", LibraryKind.COMMUNITY),
        ("35.08.20.2001", LibraryKind.VILLAGE),
        ("35.08.21", LibraryKind.COMMUNITY),
        ("35.08", LibraryKind.REGENCY),
        ("35.05.17.1006", LibraryKind.URBAN_VILLAGE),
        ("35.05", LibraryKind.REGENCY),
        ("35", LibraryKind.PROVINCE),
    ]
    for code, kind in places:
        joined_on = date(dice.choice([2022, 2023, 2024]), dice.randint(1, 12), dice.randint(1, 28))
        library = village(code, kind=kind, joined_on=joined_on)
        by = world.librarian_of(library)
        for month in periods.months_from_to(date(2023, 11, 1), date(2024, 6, 1)):
            if dice.random() < 0.3:
                kinds = [kind for kind in Kind if dice.random() < 0.6] or [Kind.INVOLVEMENT]
                if dice.random() < 0.5:
                    approve(library, *kinds, month=month, by=by, counted=False)
                else:
                    world.sim_entries(library, *kinds, month=month, counted=False)
        world.submit(library, Kind.ADVOCACY, month=date(2024, 7, 1), by=by)
        if dice.random() < 0.5:
            world.partnership(library, date(2024, dice.randint(1, 12), 1))
    kpi.count(MonthlyReport.objects.all())
    for month in dice.sample(list(periods.months_from_to(date(2023, 6, 1), date(2024, 8, 1))), 8):
        kpi.rescore(Library.objects.all(), month)
    return Library.objects.all()


def pks(model) -> list[int]:
    return list(model.objects.order_by("pk").values_list("pk", flat=True))


def added(rows, name: str) -> int:
    return sum(getattr(row, name) for row in rows)


@pytest.mark.parametrize("seed", range(5))
def test_parts_add_up_to_the_whole(province, seed):
    random_world(seed)
    period = Period(date(2024, 1, 1), date(2024, 2 + seed, 1))

    for code in ("35", "35.08", "35.08.21", "35.05"):
        found = region_dashboard(factories.region(code), period, as_of=LATER)

        assert_adds_up(found, Library.objects.within(code), period)


def assert_adds_up(found, libraries, period) -> None:
    assert found.totals == figures.totals(libraries, period)
    assert found.partnerships == figures.partnerships(libraries, period.last_day)
    assert found.completeness == figures.completeness(libraries, period, as_of=LATER)
    assert found.colours == figures.colour_counts(libraries, period.end)
    assert found.colours.total == libraries.partners_on(period.last_day).count()
    for name in ("green", "yellow", "red", "no_account", "never", "stopped"):
        assert added([row.colours for row in found.rows], name) == getattr(found.colours, name)
    before = figures.colour_counts(libraries, found.before.end)
    assert added(found.rows, "green_before") == before.green
    assert found.colours_before.total == before.total
    for name in ("green", "yellow", "red", "grey"):
        assert getattr(found.colours_before, name) == getattr(before, name)


@pytest.mark.parametrize("seed", range(2))
def test_province_is_its_regencies_and_its_own_library(province, seed):
    random_world(seed)

    whole = region_dashboard(province, as_of=LATER)
    regencies = [region_dashboard(one, as_of=LATER) for one in province.children.all()]

    own = whole.rows[-1]
    assert own.area == province
    for name in ("involvement", "visits_total", "advocacy"):
        parts = [one.totals for one in regencies]
        assert added(parts, name) + getattr(own.totals, name) == getattr(whole.totals, name)
    assert added(regencies, "partnerships") + own.partnerships == whole.partnerships


def test_rows_stand_by_code_with_zeros_and_the_own_library_last(province, lumajang):
    for code in ("35.05", "35.01"):
        factories.region(code)
    village("35.08.21.2004")
    village("35", kind=LibraryKind.PROVINCE)

    rows = region_dashboard(province).rows

    assert [row.area.code for row in rows] == ["35.01", "35.05", "35.08", "35"]
    assert [row.colours.total for row in rows] == [0, 0, 1, 1]
    assert rows[0].totals == Totals()
    assert rows[0].completeness == Completeness()


def test_library_of_a_district_counts_in_that_district(lumajang):
    village("35.08.21", kind=LibraryKind.COMMUNITY)

    rows = region_dashboard(lumajang).rows

    assert {row.area.code: row.colours.total for row in rows} == {"35.08.21": 1}


def test_partnership_of_a_later_partner_is_in_its_row_too(lumajang):
    own = village("35.08", kind=LibraryKind.REGENCY, joined_on=date(2025, 1, 1))
    factories.region("35.08.21")
    world.partnership(own, date(2024, 1, 1))

    found = region_dashboard(lumajang)

    assert found.partnerships == figures.partnerships(Library.objects.all(), date(2024, 9, 30)) == 1


def test_span_from_january_is_compared_with_the_same_months_of_the_year_before(lumajang):
    library = village()
    approve(library, Kind.INVOLVEMENT, month=date(2023, 9, 1))
    approve(library, Kind.INVOLVEMENT, month=date(2023, 10, 1))
    world.partnership(library, date(2023, 1, 1), date(2023, 12, 31))

    found = region_dashboard(lumajang)

    assert found.before == Period(date(2023, 1, 1), date(2023, 9, 1))
    assert found.totals_before.involvement == 1
    assert (found.partnerships_before, found.partnerships) == (1, 0)
    assert found.colours_before == MonthColours(month=date(2023, 9, 1), red=1)
    assert found.colours == ColourCounts(stopped=1)


def test_other_spans_are_compared_with_the_months_just_before():
    quarter = Period(date(2024, 4, 1), date(2024, 6, 1))
    month = Period(date(2024, 5, 1), date(2024, 5, 1))

    assert quarter.compared_with == Period(date(2024, 1, 1), date(2024, 3, 1))
    assert month.compared_with == Period(date(2024, 4, 1), date(2024, 4, 1))


def test_rule_versions_are_those_valid_on_the_last_day(lumajang):
    assert region_dashboard(lumajang).rule_versions == (1,)


@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("stored", [True, False])
def test_dashboard_takes_the_same_queries_however_many_libraries(
    province, rows, stored, django_assert_num_queries
):
    approve(village(), *GENERAL, month=SEPTEMBER)
    for number in range(rows):
        village(("35.08.21.2004", "35.05.17.1006")[number % 2])
    for span in (SEPTEMBER, date(2023, 9, 1)):
        kpi.rescore(Library.objects.all(), span)
    if not stored:
        Score.objects.all().delete()

    with django_assert_num_queries(20 if stored else 24):
        region_dashboard(province)


# --- What pages open on ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "opens_on"),
    [
        (wib(2026, 11, 22, 10, 0), Period(date(2026, 1, 1), date(2026, 11, 1))),
        (wib(2027, 1, 1, 0, 0), Period(date(2026, 1, 1), date(2026, 12, 1))),
        (wib(2027, 2, 14, 23, 59), Period(date(2026, 1, 1), date(2026, 12, 1))),
        (wib(2027, 2, 15, 0, 0), Period(date(2027, 1, 1), date(2027, 2, 1))),
    ],
)
def test_pages_open_on_last_year_until_the_first_closing(when, opens_on):
    assert Period.opening(when) == opens_on


# --- Libraries ------------------------------------------------------------------------------------


def test_library_row_has_colour_counts_and_the_official_score_of_its_time(everyone):
    library = village()
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER)
    early, _late = (
        OfficialScore.objects.create(library=library, as_of=day, points=points)
        for day, points in ((date(2024, 9, 30), 41_500), (date(2024, 10, 1), 50_000))
    )

    (row,) = figures.library_rows(everyone, NINE_MONTHS)

    assert (row.colour, row.points) == (Colour.RED, 2_591)
    assert row.totals.involvement == 1
    assert row.official == early
    assert row.grey is None


def test_library_rows_keep_the_order_they_are_given(everyone):
    names = ["Mawar", "Anggrek", "Dahlia"]
    for name in names:
        village(name=name)

    rows = figures.library_rows(everyone.order_by("name"), NINE_MONTHS)

    assert [row.library.name for row in rows] == sorted(names)


def test_rapor_adds_up_and_says_what_is_missing(library, librarian, pic):
    factories.approved(library, librarian, pic, Kind.INVOLVEMENT, Kind.SERVICE, month=SEPTEMBER)
    kpi.count_and_rescore(library=library, month=SEPTEMBER)
    world.submit(library, Kind.ADVOCACY, month=date(2024, 8, 1))
    world.submit(library, Kind.ADVOCACY, month=date(2023, 8, 1))

    found = figures.rapor(library, SEPTEMBER)

    assert found.colour == Colour.RED
    assert sum(line.points for line in found.lines) == found.points
    assert found.gates.missing == ("advocacy",)
    assert found.months_due == 9
    assert found.awaiting == 1
    assert found.grey is None


def test_there_is_no_rapor_before_a_library_joined(db):
    library = village(joined_on=date(2024, 10, 1))

    with pytest.raises(figures.NotAPartnerThen):
        figures.rapor(library, SEPTEMBER)


# --- Months of a library --------------------------------------------------------------------------


def test_strip_says_what_became_of_each_month(db):
    library = village(joined_on=date(2026, 2, 10))
    for number, happens in enumerate([approve, world.submit, world.send_back, world.draft], 3):
        happens(library, Kind.INVOLVEMENT, month=date(2026, number, 1))

    strip = figures.months_strip(library, date(2026, 12, 1))

    states = {cell.month.month: cell.state for cell in strip}
    assert states == {
        1: "not_expected",
        2: "not_reported",
        3: State.APPROVED,
        4: State.SUBMITTED,
        5: State.RETURNED,
        6: "not_reported",
        7: "not_reported",
        8: "not_reported",
        9: "not_reported",
        10: "not_reported",
        11: "open",
        12: "open",
    }
    colours = {cell.month.month: cell.colour for cell in strip}
    assert colours == {1: None, 2: Colour.GREY, **dict.fromkeys(range(3, 13), Colour.RED)}


def test_drafts_show_to_nobody_who_may_not_see_them(library, librarian, pic):
    november = date(2026, 11, 1)
    draft = factories.report(library, librarian, Kind.INVOLVEMENT, month=november)

    def november_for(user):
        reports = MonthlyReport.objects.visible_to(user)
        return figures.months_strip(library, november, reports=reports)[-1]

    hidden = figures.MonthCell(
        month=november,
        state="open",
        colour=Colour.GREY,
        entries=0,
        report=None,
        grey=Grey.NEVER,
    )
    assert figures.months_strip(library, november)[-1] == hidden
    assert november_for(pic) == hidden
    assert november_for(librarian) == replace(hidden, state=State.DRAFT, entries=1, report=draft.pk)


def test_report_that_needs_most_attention_stands_for_its_month(library, librarian, pic):
    approve(library, Kind.INVOLVEMENT, month=SEPTEMBER, by=librarian)
    late = activities.submit(
        report=factories.report(library, librarian, Kind.ADVOCACY, month=SEPTEMBER), by=librarian
    )

    cell = figures.months_strip(library, SEPTEMBER)[-1]

    assert (cell.state, cell.report, cell.entries) == (State.SUBMITTED, late.pk, 2)


def test_where_the_sim_leads_no_month_is_missing(library, lumajang):
    Region.objects.filter(pk=lumajang.pk).update(reporting_mode=ReportingMode.SIM)
    entered = world.sim_entries(library, Kind.INVOLVEMENT, month=SEPTEMBER)

    *_, august, september = figures.months_strip(library, SEPTEMBER)

    assert (august.state, august.report) == ("sim", None)
    assert (september.state, september.report, september.entries) == ("sim", entered.pk, 1)


@pytest.mark.parametrize("rows", [1, 30])
def test_strips_and_rows_take_the_same_queries_however_many(
    everyone, rows, django_assert_num_queries
):
    approve(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    for _ in range(rows):
        OfficialScore.objects.create(library=village(), as_of=SEPTEMBER, points=1)
    Score.objects.all().delete()

    with django_assert_num_queries(14):
        figures.months_strips(everyone, SEPTEMBER)
    with django_assert_num_queries(13):
        figures.library_rows(everyone, NINE_MONTHS)


def test_tallies_are_all_that_figures_read(everyone):
    """Rollups and tallies are derived: figures follow them, not the activities."""
    approve(village(), Kind.INVOLVEMENT, month=SEPTEMBER)
    MonthlyTally.objects.update(involvement=5)

    assert figures.totals(everyone, NINE_MONTHS).involvement == 5
