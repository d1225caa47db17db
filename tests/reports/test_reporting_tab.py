"""Pelaporan: the same figures as everywhere, month by month; and who has a backlog."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import services as activities
from activities.enums import ExcuseReason, Kind
from libraries.enums import ReportingMode
from libraries.models import Inactivity, Library, Region
from reports import figures
from reports.figures.counts import completeness_by
from reports.figures.reporting import completeness_by_month, reporting
from tests import factories
from tests.reports import figures_world as world
from tests.reports.figures_world import SUNDAY, approve, pic_of, submit, village
from tests.reports.times import NOW, set_clock, wib
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core.periods import Period

NINE_MONTHS = Period(date(2024, 1, 1), date(2024, 9, 1))
ASKED = {"dari": "2024-01", "sampai": "2024-09"}
AUGUST, SEPTEMBER = date(2024, 8, 1), date(2024, 9, 1)


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    return set_clock(monkeypatch, *NOW)


@pytest.fixture
def places(db) -> list[Library]:
    """Two districts of Lumajang, Blitar, a latecomer, one that was away, one that records in the
    SIM."""
    labruk, other = village(), village("35.08.21.2001", joined_on=date(2024, 8, 20))
    candipuro, mawar = village("35.08.02.2001"), village("35.05.17.1006")
    Inactivity.objects.create(
        library=candipuro, starts_on=date(2024, 3, 1), ends_on=date(2024, 5, 31), reason="x"
    )
    probolinggo = village("35.13.01.2001")
    Region.objects.filter(code="35.13").update(reporting_mode=ReportingMode.SIM)
    approve(labruk, Kind.INVOLVEMENT, month=SEPTEMBER, at=SUNDAY)
    approve(labruk, Kind.INVOLVEMENT, month=AUGUST, at=wib(2024, 11, 1, 9, 0))
    approve(candipuro, Kind.INVOLVEMENT, month=date(2024, 4, 1), at=wib(2024, 5, 2, 9, 0))
    submit(mawar, Kind.INVOLVEMENT, month=SEPTEMBER, at=wib(2024, 10, 2, 9, 0))
    activities.excuse(
        library=mawar,
        month=AUGUST,
        reason=ExcuseReason.DISASTER,
        comment="Banjir.",
        by=pic_of(mawar),
    )
    world.sim_entries(probolinggo, Kind.INVOLVEMENT, month=SEPTEMBER)
    return [labruk, other, candipuro, mawar, probolinggo]


def url(code: str = "35") -> str:
    return reverse("reports:region_reporting", kwargs={"code": code})


# --- The figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"), [((2024, 1), (2024, 9)), ((2024, 8), (2024, 8)), ((2023, 5), (2026, 11))]
)
@pytest.mark.parametrize("code", ["35", "35.08", "35.08.21"])
def test_months_and_parts_add_up_to_completeness(places, code, start, end):
    period = Period(date(*start, 1), date(*end, 1))
    region, libraries = Region.objects.get(code=code), Library.objects.within(code)

    found = reporting(region, libraries, period, as_of=timezone.now())

    assert found.total == figures.completeness(libraries, period)
    assert figures.counts.add_completeness(row.completeness for row in found.rows) == found.total


def test_each_month_is_completeness_of_that_month(places):
    libraries, now = Library.objects.all(), timezone.now()
    found = completeness_by_month(libraries, NINE_MONTHS.months, "regency__code", as_of=now)

    for month in NINE_MONTHS.months:
        alone = completeness_by(libraries, Period(month, month), "regency__code", as_of=now)
        assert found.get(month, {}) == alone, month


def test_a_month_whose_deadline_has_not_come_is_not_due(places):
    running = date(2026, 11, 1)
    region = Region.objects.get(code="35")

    found = reporting(region, Library.objects.all(), Period(running, running), as_of=timezone.now())

    assert [(one.is_due, one.completeness) for one in found.months] == [
        (False, figures.Completeness())
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_the_same_number_of_queries_however_many(db, rows, django_assert_num_queries):
    for number in range(rows):
        approve(village(f"35.08.21.200{number + 1}"), Kind.INVOLVEMENT, month=SEPTEMBER)
    region = Region.objects.get(code="35")

    with django_assert_num_queries(5):
        reporting(region, Library.objects.all(), NINE_MONTHS, as_of=timezone.now())


# --- The page -------------------------------------------------------------------------------------


def test_the_page_says_how_many_came_and_who_is_behind(client, staff, places):
    client.force_login(staff)

    page = client.get(url(), ASKED)

    total = page.context["found"].total
    assert f"{total.reported} dari {total.expected}" in words(page)
    assert {part.row.area.code for part in page.context["areas"]} == {"35.08", "35.05"}


def test_a_regency_shows_its_libraries_month_by_month(client, pic, places):
    client.force_login(pic)

    page = client.get(url("35.08"), ASKED)

    shown = {row.library: [cell.state for cell in row.cells] for row in page.context["strips"]}
    assert set(shown) == set(places[:3])
    assert shown[places[0]][-2:] == ["approved", "approved"]
    assert all(len(cells) == 12 for cells in shown.values())


def test_a_backlog_is_told_with_its_pic_only_to_who_may_see_people(client, staff, province, places):
    name = pic_of(places[3]).full_name
    observer = factories.someone(Role.OBSERVER, province)
    said = {}
    for someone in (staff, observer):
        client.force_login(someone)
        page = client.get(url(), ASKED)
        assert [wait.regency.code for wait in page.context["waits"]] == ["35.05"]
        said[someone.role] = name in words(page)

    assert said == {Role.PROVINCE_STAFF: True, Role.OBSERVER: False}


def test_a_narrowed_page_counts_less_and_links_to_no_list_that_counts_all(client, staff, places):
    client.force_login(staff)

    page = client.get(url(), {**ASKED, "jenis": "sekolah"})

    assert page.context["found"].total == figures.Completeness()
    assert page.context["funnel_query"] == ""
    assert "Belum ada laporan yang ditunggu" in words(page)


def test_nonsense_is_refused_with_a_reason(client, staff, province):
    client.force_login(staff)

    assert client.get(url(), {"jenis": "kapal"}).status_code == 400
    assert client.get(url("35.99"), ASKED).status_code == 404
