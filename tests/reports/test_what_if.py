"""What would be if: before against the dashboard, after against the engine, and as a page."""

import io
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as slower
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as PropertyCase
from openpyxl import load_workbook

from activities.enums import AdvocacyResult, Kind, Source, State
from activities.models import Activity, MonthlyReport
from kpi import scoring
from kpi import services as kpi
from kpi.models import MonthlyTally, Score
from kpi.queries.simulation import Each, Scenario
from kpi.scoring import Step
from libraries.enums import Level, SimState
from libraries.models import Library
from reports import figures
from reports.figures.what_if import what_if
from reports.forms.what_if import Chosen
from tests import factories
from tests.reports import figures_world as world
from tests.reports.times import set_clock
from tests.reports.words import words
from tpbis.accounts.enums import Role
from tpbis.core import periods
from tpbis.core.periods import Period

PAGE, FILE = "reports:what_if", "/kpi/simulasi/unduh/xlsx/"
YEAR = Period(date(2024, 1, 1), date(2024, 9, 1))
ANY = Chosen.ANY.kinds


def recorded(library: Library, month: date, counts: dict[str, int], *, number: int = 1) -> None:
    """Entries as an import leaves them behind, approved and counted. ``people`` are those of each
    activity."""
    report = MonthlyReport.objects.create(
        library=library,
        month=month,
        source=Source.SIM,
        number=number,
        state=State.APPROVED,
        seal=f"{number:064}",
        visits_total=20 if counts.get("visits") else None,
    )
    plain = {"result": AdvocacyResult.IN_KIND}
    kinds: list[tuple[str, Kind, dict[str, Any]]] = [
        ("involvement", Kind.INVOLVEMENT, {"participants_total": counts.get("people", 15)}),
        ("advocacy", Kind.ADVOCACY, plain),
        ("advocacy_with_sign", Kind.ADVOCACY, {}),
        ("service", Kind.SERVICE, {}),
        ("publication", Kind.PUBLICATION, {}),
    ]
    for name, kind, more in kinds:
        for _ in range(counts.get(name, 0)):
            content = factories.content(kind, month=month, **more)
            Activity.objects.create(report=report, kind=kind, **content)
    kpi.count_and_rescore(library=library, month=month)


def signs(library: Library, count: int) -> None:
    for _ in range(count):
        world.partnership(library, YEAR.start)
    kpi.rescore_library(library)


def colours_now() -> figures.ColourCounts:
    return figures.colour_counts(Library.objects.all(), YEAR.end)


def worked_out(scenario: Scenario, kinds=ANY, *, level: Level = Level.REGENCY):
    return what_if(Library.objects.all(), YEAR.end, kinds, scenario, level=level)


# --- What the engine says when it is really recorded ----------------------------------------------

few = st.integers(0, 6)
recording = st.fixed_dictionaries(
    dict.fromkeys(("involvement", "advocacy", "advocacy_with_sign", "service", "publication"), few)
    | {"people": st.integers(0, 60)}
)


class TestWhatReallyCameOfIt(PropertyCase):
    @slower(max_examples=25)
    @given(
        before=st.lists(recording, min_size=2, max_size=2),
        added=st.dictionaries(st.sampled_from(list(Step)), st.integers(1, 5), min_size=1),
        people=st.integers(1, 60),
        months_of_visits=st.integers(0, 5),
    )
    def test_is_what_was_worked_out(self, before, added, people, months_of_visits):
        libraries = [
            world.village("35.08.21.2004"),
            world.village("35.05.17.1006", kind="kelurahan"),
        ]
        for library, counts in zip(libraries, before, strict=True):
            recorded(library, YEAR.start, counts)
            for month in range(1, 1 + months_of_visits):
                recorded(library, date(2024, 1 + month, 1), {"visits": 1})
        kpi.rescore(Library.objects.all(), YEAR.end)
        said = worked_out(Scenario("green", each=Each(added, people)))
        was = colours_now()

        for change in said.changes:
            library = Library.objects.get(pk=change.library)
            really = {one.step: one.count for one in change.additions}
            visits, more_signs = really.pop(Step.VISITS, 0), really.pop(Step.SIGN, 0)
            counts = {step.value: count for step, count in really.items()}
            recorded(library, YEAR.end, {**counts, "people": people}, number=2)
            free = [m for m in YEAR.months if not _has_visits(library, m)][:visits]
            assert len(free) == visits
            for month in free:
                recorded(library, month, {"visits": 1}, number=3)
            signs(library, more_signs)

        assert said.before == was
        assert said.after == colours_now()
        scores = {score.library_id: score for score in Score.objects.filter(through=YEAR.end)}
        for change in said.changes:
            score = scores[change.library]
            assert (score.colour, score.points) == change.after


def _has_visits(library: Library, month: date) -> bool:
    return MonthlyTally.objects.filter(library=library, month=month, visits_entered=1).exists()


# --- A small province -----------------------------------------------------------------------------


@pytest.fixture
def province_of_four(lumajang, blitar) -> dict[str, Library]:
    """Lumajang has a yellow library that lacks one service, a red one and one without an account;
    Blitar one that has an account and never reported."""
    found = {
        "yellow": world.village(name="Perpustakaan Nyaris"),
        "red": world.village("35.08.20.2001", name="Perpustakaan Merah"),
        "nobody": world.village("35.08.20.2001", name="Perpustakaan Sunyi"),
        "never": world.village("35.05.17.1006", name="Perpustakaan Baru"),
    }
    nearly = {"involvement": 27, "people": 14, "advocacy_with_sign": 14, "service": 1}
    recorded(found["yellow"], YEAR.start, {**nearly, "visits": 1})
    recorded(found["red"], YEAR.start, {"involvement": 2})
    world.sim_account(found["never"], SimState.ACTIVE, date(2024, 1, 1))
    kpi.rescore(Library.objects.all(), YEAR.end)
    return found


def test_before_is_what_the_dashboard_says(province_of_four):
    found = worked_out(Scenario("green"))
    dashboard = figures.dashboard(factories.region("35"), Library.objects.all(), YEAR)

    assert found.before == dashboard.colours
    assert found.before.reconciliation == "4 = 0 + 1 + 1 + 2"
    assert found.rule_versions == dashboard.rule_versions


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (Chosen.YELLOW, ["yellow"]),
        (Chosen.RED, ["red"]),
        (Chosen.RED_AND_YELLOW, ["yellow", "red"]),
        (Chosen.NEVER, ["never"]),
        (Chosen.STOPPED, []),
        (Chosen.NO_ACCOUNT, ["nobody"]),
        (Chosen.ANY, ["yellow", "red", "nobody", "never"]),
    ],
)
def test_the_scenario_is_about_those_of_its_colour(province_of_four, chosen, names):
    found = worked_out(Scenario("green"), chosen.kinds)

    assert {one.library for one in found.changes} == {province_of_four[name].pk for name in names}
    assert found.eligible == len(names)


def test_who_is_there_already_takes_no_part(province_of_four):
    found = worked_out(Scenario("yellow"), Chosen.ANY.kinds)

    assert province_of_four["yellow"].pk not in {one.library for one in found.changes}


def test_one_entry_more_makes_the_closest_green(province_of_four):
    found = worked_out(Scenario("green", 1, Each({Step.SERVICE: 1})))

    (change,) = found.changes
    assert change.library == province_of_four["yellow"].pk
    assert (change.before.colour, change.after.colour) == ("yellow", "green")
    assert (found.eligible, found.entries, found.risen) == (4, 1, 1)
    assert found.after.reconciliation == "4 = 1 + 0 + 1 + 2"


def test_the_areas_add_up_to_the_whole(province_of_four):
    found = worked_out(Scenario("green", 1, Each({Step.SERVICE: 1})))

    assert [row.area.code for row in found.rows] == ["35.05", "35.08"]
    assert figures.added_up(row.before for row in found.rows) == found.before
    assert figures.added_up(row.after for row in found.rows) == found.after
    assert [row.entries for row in found.touched] == [1]
    assert found.untouched.reconciliation == "1 = 0 + 0 + 0 + 1"
    by_district = worked_out(Scenario("green"), level=Level.DISTRICT)
    assert [row.area.code for row in by_district.rows] == ["35.05.17", "35.08.20", "35.08.21"]


def test_a_partnership_alone_leaves_a_grey_library_grey(province_of_four):
    found = worked_out(Scenario("green", each=Each({Step.SIGN: 3})), Chosen.NO_ACCOUNT.kinds)

    assert found.before == found.after
    assert [one.after.colour for one in found.changes] == ["grey"]


def test_nothing_is_written(province_of_four):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        worked_out(Scenario("green"))

    verbs = Counter(query["sql"].split()[0] for query in asked.captured_queries)
    assert set(verbs) == {"SELECT"}


# --- The page -------------------------------------------------------------------------------------


@pytest.fixture
def now(library, other_library) -> dict[str, Library]:
    """In the running span: Sumber Ilmu is yellow and lacks only a sign, Mawar is grey."""
    month = Period.opening().start
    due = len(Period.opening().months)
    nearly = {"involvement": 3 * due, "people": 14, "advocacy": 2 * due, "service": 4}
    recorded(library, month, {**nearly, "publication": 3 * due, "visits": 1})
    kpi.rescore(Library.objects.all(), Period.opening().end)
    return {"yellow": library, "grey": other_library}


def good(**more: str) -> dict[str, str]:
    """An address that says everything."""
    said = {"wilayah": "", "warna": "kuning", "berapa": "", "tujuan": "green", "cara": "sama"}
    return said | {"tanda": "1"} | more


@pytest.mark.parametrize("who", ["staff", "leader", "pic", "facilitator"])
def test_who_looks_after_libraries_may_suppose(client, request, now, who):
    client.force_login(request.getfixturevalue(who))

    page = client.get(reverse(PAGE), good())

    assert page.status_code == 200
    assert [row.library for row in page.context["rows"]] == [now["yellow"]]


def test_an_observer_may_and_a_librarian_may_not(client, now, province, librarian):
    client.force_login(factories.someone(Role.OBSERVER, province))
    assert client.get(reverse(PAGE)).status_code == 200

    client.force_login(librarian)
    assert [client.get(where).status_code for where in (reverse(PAGE), FILE)] == [403, 403]


def test_the_page_says_what_would_come_of_it_and_what_it_is_not(client, now, staff):
    client.force_login(staff)

    text = client.get(reverse(PAGE), good()).content.decode()

    assert "perpustakaan kuning masing-masing menambah 1 cerita dampak atau kemitraan" in text
    assert "hijau 0 → 1" in text
    assert "bukan laporan" in text
    assert "Yang boleh dicatat hanya yang sungguh terjadi" in text
    assert "2 = 0 + 1 + 0 + 1" in text
    assert "2 = 1 + 0 + 0 + 1" in text


def test_it_opens_with_an_example_that_can_be_changed(client, now, staff):
    client.force_login(staff)

    page = client.get(reverse(PAGE))

    assert page.status_code == 200
    assert page.context["is_example"]
    assert page.context["found"].changes
    assert 'value="40"' in page.content.decode()


def test_only_ones_own_places_are_counted(client, now, pic):
    client.force_login(pic)

    page = client.get(reverse(PAGE), good(warna="semua"))

    assert page.context["found"].before.total == 1
    assert now["grey"].name not in page.content.decode()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"berapa": "0"}, "berapa"),
        ({"berapa": "-3"}, "berapa"),
        ({"berapa": "semua"}, "berapa"),
        ({"berapa": "9" * 40}, "berapa"),
        ({"layanan": "banyak"}, "layanan"),
        ({"layanan": "1000000"}, "layanan"),
        ({"layanan": "1,5"}, "layanan"),
        ({"tanda": ""}, "kegiatan"),
        ({"tanda": "0"}, "kegiatan"),
        ({"peserta": "0"}, "peserta"),
        ({"warna": "ungu"}, "warna"),
        ({"tujuan": "red"}, "tujuan"),
        ({"tujuan": "yellow"}, "tujuan"),
        ({"cara": "terbang"}, "cara"),
        ({"wilayah": "99"}, "wilayah"),
        ({"wilayah": "35.05"}, "wilayah"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_field(client, now, pic, said, field):
    client.force_login(pic)

    page = client.get(reverse(PAGE), good(**said))
    file = client.get(FILE, good(**said))

    assert (page.status_code, file.status_code) == (400, 400)
    assert list(page.context["form"].errors) == [field]
    assert f'href="#bidang-{field}"' in page.content.decode()
    assert "found" not in page.context
    assert file["Content-Type"].startswith("text/plain")


def test_the_form_keeps_what_was_typed(client, now, staff):
    client.force_login(staff)

    text = client.get(reverse(PAGE), good(berapa="nol", publikasi="7")).content.decode()

    assert 'value="nol"' in text
    assert 'value="7"' in text
    assert '<option value="kuning" selected>' in text


def test_numbers_out_of_view_refuse_nothing(client, now, staff):
    client.force_login(staff)

    page = client.get(reverse(PAGE), good(cara="jalan", layanan="banyak"))

    assert page.status_code == 200
    assert page.context["found"].entries > 0


def test_nobody_of_that_colour_is_said(client, now, staff):
    client.force_login(staff)

    text = client.get(reverse(PAGE), good(warna="merah")).content.decode()

    assert "Tidak ada perpustakaan merah di sini" in text


def test_looking_changes_no_row(client, now, staff):
    client.force_login(staff)
    tables = (Score, MonthlyTally, MonthlyReport, Activity)
    before = [list(table.objects.order_by("pk").values()) for table in tables]

    client.get(reverse(PAGE), good(warna="semua", cara="jalan"))
    client.get(FILE, good(warna="semua"))

    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


@pytest.mark.parametrize("rows", [1, 3])
def test_it_asks_as_much_of_the_database_however_many_there_are(
    client, now, staff, rows, django_assert_num_queries
):
    for _ in range(rows):
        recorded(world.village(), Period.opening().start, {"involvement": 1})
    kpi.rescore(Library.objects.all(), Period.opening().end)
    client.force_login(staff)

    with django_assert_num_queries(25):
        page = client.get(reverse(PAGE), good(warna="merah", cara="jalan"))

    assert len(page.context["rows"]) == rows


@pytest.mark.parametrize("order", ["nama", "-tambahan", "-menjadi", "sekarang", "entah"])
def test_the_list_sorts_by_its_columns(client, now, staff, order):
    client.force_login(staff)

    page = client.get(reverse(PAGE), good(warna="semua", daftar=order, urut="-hijau"))

    names = [row.library.name for row in page.context["rows"]]
    assert sorted(names) == ["Perpustakaan Desa Sumber Ilmu", "Perpustakaan Mawar"]
    if order != "sekarang":
        assert names[0] == "Perpustakaan Desa Sumber Ilmu"
    assert page.context["areas"][0].area.code == "35.08"


def test_the_file_holds_what_the_page_shows(client, now, staff):
    client.force_login(staff)

    answer = client.get(FILE, good())

    today = f"{periods.this_month():%Y-%m}"
    assert f'filename="simulasi-kpi-{today}' in answer["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.getvalue()))
    rows = list(book.active.values)
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["Perpustakaan"] == "Perpustakaan Desa Sumber Ilmu"
    assert row["Kabupaten/kota"] == "Kabupaten Lumajang"
    assert (row["Warna sekarang"], row["Warna seandainya"]) == ("Kuning", "Hijau")
    assert (row["Cerita dampak atau kemitraan"], row["Tambahan"]) == (1, 1)
    notes = [cells[0] for cells in book["Keterangan"].values]
    assert notes[1].endswith("hijau 0 → 1")
    assert "bukan laporan" in notes[2]
    assert any("2 = 1 + 0 + 0 + 1" in note for note in notes)


# --- Its own way and the rapor --------------------------------------------------------------------


@pytest.fixture
def waiting(library, librarian) -> Library:
    """Red for want of a service; a report with activities waits."""
    for month in range(1, 10):
        general = (Kind.INVOLVEMENT, Kind.ADVOCACY)
        world.approve(library, *general, month=date(2026, month, 1), by=librarian)
    kinds = (*[Kind.INVOLVEMENT] * 6, Kind.PUBLICATION)
    world.submit(library, *kinds, month=date(2026, 10, 1), by=librarian)
    return library


def own_way(through: date):
    return what_if(Library.objects.all(), through, ANY, Scenario("green"), level=Level.REGENCY)


def test_its_own_way_is_that_of_the_rapor(monkeypatch, client, staff, library, librarian, request):
    set_clock(monkeypatch, 2026, 10, 20, 9, 0)
    request.getfixturevalue("waiting")
    factories.rule_set(valid_from=date(2026, 11, 1), green_above=60_000)
    kpi.rescore(Library.objects.all(), date(2026, 10, 1))
    rapor = figures.rapor(library, date(2026, 10, 1))

    found = own_way(date(2026, 10, 1))

    (change,) = found.changes
    assert change.way == rapor.outlook.green
    assert change.before == (rapor.colour, rapor.points)
    assert change.after == scoring.score(change.way.inputs, rapor.rule_set.rules, 9)
    assert found.before == figures.colour_counts(Library.objects.all(), date(2026, 10, 1))
    assert (found.waiting, rapor.awaiting) == (1, 1)
    client.force_login(staff)
    text = words(client.get(reverse(PAGE), {"warna": "semua"}))
    assert "1 laporan yang menunggu pemeriksaan dianggap disetujui juga." in text
    page = client.get(reverse(PAGE), good(warna="semua"))
    assert "dianggap disetujui juga" not in words(page)
    file = client.get(FILE, {"warna": "semua"})
    about = load_workbook(io.BytesIO(file.getvalue()))["Keterangan"]
    notes = [cells[0] for cells in about.values]
    assert "1 laporan yang menunggu pemeriksaan dianggap disetujui juga." in notes


@pytest.mark.parametrize(
    ("when", "said", "unsaid"),
    [
        ((2026, 10, 20, 9, 0), "tuntas paling lambat", "sebelum"),
        ((2027, 1, 3, 9, 0), "sebelum 15 Januari 2027", "tuntas paling lambat"),
    ],
)
def test_by_when_is_said_of_the_year_it_speaks_of(
    monkeypatch, client, staff, request, when, said, unsaid
):
    set_clock(monkeypatch, *when)
    request.getfixturevalue("waiting")
    client.force_login(staff)

    page = client.get(reverse(PAGE), {"warna": "semua", "tujuan": "yellow", "cara": "jalan"})

    (row,) = page.context["rows"]
    assert row.until == periods.add_months(page.context["through"], row.change.way.months - 1)
    assert row.until.year == 2026
    assert said in words(page)
    assert unsaid not in words(page)


def test_out_of_reach_is_said_of_the_year_it_speaks_of(monkeypatch, client, staff, other_library):
    seen = []
    for when in ((2026, 12, 30, 9, 0), (2027, 1, 3, 9, 0)):
        set_clock(monkeypatch, *when)
        client.force_login(staff)
        seen.append(words(client.get(reverse(PAGE), {"warna": "semua", "cara": "jalan"})))

    assert "1 belum mungkin tahun ini" in seen[0]
    assert "1 tidak mungkin lagi untuk 2026" in seen[1]
    assert "tahun ini" not in seen[1]


@pytest.mark.parametrize("when", [(2027, 1, 15, 0, 0), (2027, 2, 14, 23, 59)])
def test_closed_year_has_no_way(monkeypatch, client, staff, other_library, when):
    set_clock(monkeypatch, *when)
    client.force_login(staff)

    refused = client.get(reverse(PAGE), {"cara": "jalan"})
    file = client.get(FILE, {"cara": "jalan"})
    opened = client.get(reverse(PAGE), {"warna": "semua"})

    said = "Tahun 2026 sudah ditutup; jalan terpendek tahun 2027 tampak mulai 15 Februari 2027."
    assert (refused.status_code, file.status_code) == (400, 400)
    assert list(refused.context["form"].errors) == ["cara"]
    assert said in words(refused)
    assert said in file.content.decode()
    assert opened.status_code == 200
    assert "menambah 1 kegiatan" in words(opened)
    assert not any(row.until for row in opened.context["rows"])


def test_year_that_runs_has_its_ways_again(monkeypatch, client, staff, other_library):
    set_clock(monkeypatch, 2027, 2, 15, 0, 0)
    client.force_login(staff)

    assert client.get(reverse(PAGE), {"warna": "semua", "cara": "jalan"}).status_code == 200
